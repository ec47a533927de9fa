"""Microns per pixel of a slide: what the user gives, else what the file tells, if that can be."""

import csv
import math
from dataclasses import dataclass, field
from pathlib import Path

from common.images.reading import MPP
from common.slides.readers import Reader
from common.utils.errors import InputError

_SQUARE = 0.1  # by which the resolutions across and down may differ
_MICRONS_PER_INCH = 25_400
_COLUMNS = ("slide", "mpp")
_REMEDY = "Give --slide-mpp MICRONS, or --mpp-csv FILE."


@dataclass(frozen=True)
class Resolutions:
    """Microns per pixel that the user gives: for slides by name, else for all, else for none."""

    every: float | None = None
    by_name: dict[str, float] = field(default_factory=dict)

    def of(self, path: Path) -> float | None:
        """Return that of a slide; None for what its file tells."""
        return self.by_name.get(path.name, self.by_name.get(path.stem, self.every))


def read_mpp_csv(path: Path) -> dict[str, float]:
    """Read a table of the columns `slide` (name of the file, with suffix or without) and `mpp`.

    Raises:
        InputError: It has other columns, a slide twice, or a resolution that cannot be.
    """
    do = f"Write the columns {', '.join(_COLUMNS)}; mpp from {MPP[0]} to {MPP[1]}."
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            if not set(_COLUMNS) <= set(reader.fieldnames or ()):
                found = ", ".join(reader.fieldnames or ()) or "an empty file"
                raise InputError("a table of resolutions", found, path, do)
            rows = [(row["slide"] or "", row["mpp"] or "") for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError("a table of resolutions", str(error), path, do) from error
    table: dict[str, float] = {}
    for at, (name, text) in enumerate(rows, 2):
        if name in table:
            raise InputError("each slide once", f"{name} again in row {at}", path, do)
        table[name] = _number(text)
        if not MPP[0] <= table[name] <= MPP[1]:
            raise InputError("microns per pixel", f"{text!r} in row {at}", path, do)
    return table


def own_resolution(reader: Reader, path: Path) -> float:
    """Return microns per pixel as the slide's file tells them; the mean of both directions.

    Raises:
        InputError: It tells none, one that no light microscope has, or pixels that are not square.
    """
    source, (across, down) = _told(reader)
    found = f"{across:.4g} x {down:.4g} ({source})" if source else "none"
    if not all(MPP[0] <= value <= MPP[1] for value in (across, down)):
        expected = f"a resolution of {MPP[0]:g} to {MPP[1]:g} microns per pixel"
        raise InputError(expected, found, path, _REMEDY)
    if max(across, down) > (1 + _SQUARE) * min(across, down):
        raise InputError("square pixels, microns across and down", found, path, _REMEDY)
    return (across + down) / 2


def _told(reader: Reader) -> tuple[str, tuple[float, float]]:
    """Return what tells a resolution, "" for nothing, and microns per pixel across and down."""
    for program in ("openslide", "tiffslide"):
        names = [f"{program}.mpp-{axis}" for axis in "xy"]
        if any(reader.properties.get(name) for name in names):
            across, down = (_number(reader.properties.get(name)) for name in names)
            tags = any(name.startswith("tiff.") for name in reader.properties)
            source = ", from the TIFF tags XResolution, YResolution" if tags else ""
            return f"{program}.mpp-x, mpp-y{source}", (across, down)
    dots = [_number(reader.properties.get(f"picture.{axis}")) for axis in "xy"]
    if all(value > 0 for value in dots):
        microns = _MICRONS_PER_INCH / dots[0], _MICRONS_PER_INCH / dots[1]
        return f"its header's {dots[0]:.0f} x {dots[1]:.0f} dpi", microns
    return "", (math.nan, math.nan)


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return math.nan
