"""The densities of a slide's fields, as fields.csv has them: map, summary."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common.slides.slide import Slide

COLUMNS = ("left", "top", "edge", "density", "low", "high", "tissue")
MOST_UNREADABLE = 0.1  # share of the fields
HALF = 0.5  # of the nuclei
_ABOVE = (0.2, 0.4, 0.5, 0.6, 0.8)


@dataclass(frozen=True)
class Densities:
    """The columns of fields.csv as arrays.

    Attributes:
        left, top: px of the full resolution, int64.
        edge: Of a field, px.
        density: NaN where a field could not be read.
        low, high: Ends of its interval; NaN where none is known.
        tissue: Share of the field.
    """

    left: np.ndarray
    top: np.ndarray
    edge: int
    density: np.ndarray
    low: np.ndarray
    high: np.ndarray
    tissue: np.ndarray

    @property
    def unreadable(self) -> int:
        """How many fields could not be read."""
        return int(np.isnan(self.density).sum())

    @property
    def apart(self) -> np.ndarray:
        """Which fields could be read and do not overlap: they alone enter means and areas."""
        even = (self.left % self.edge == 0) & (self.top % self.edge == 0)
        return even & ~np.isnan(self.density)

    @property
    def mean(self) -> float:
        """The mean density over tissue, 0 to 1: each field weighs as much as its tissue."""
        return float(np.average(self.density[self.apart], weights=self.tissue[self.apart]))

    def share_above(self, density: float) -> float:
        """Return the share of tissue in fields of a higher density."""
        above = self.density[self.apart] > density
        return float(np.average(above, weights=self.tissue[self.apart]))

    def undecided(self, slide: Slide) -> np.ndarray | None:
        """Return which cells have a field whose interval holds 0.5: bool, (rows, columns).

        None where intervals are not known or are 0 to 1, or where cells are means of several
        fields, of which no interval is known.
        """
        told = (self.low > 0) | (self.high < 1)
        if slide.step != slide.edge or not told.any():
            return None
        holds = (self.low <= HALF) & (self.high >= HALF)
        cells = np.zeros((slide.height // slide.step, slide.width // slide.step), bool)
        cells[self.top[holds] // slide.step, self.left[holds] // slide.step] = True
        return cells

    def map(self, slide: Slide) -> np.ndarray:
        """Return the mean density of the fields that cover each cell of the slide.

        Args:
            slide: The slide; a cell is a square of its `step`.

        Returns:
            float64, (rows, columns); NaN where no field was read.
        """
        shape = slide.height // slide.step, slide.width // slide.step
        total, count = np.zeros(shape), np.zeros(shape)
        read, overlap = ~np.isnan(self.density), slide.edge // slide.step
        rows, columns = self.top[read] // slide.step, self.left[read] // slide.step
        for down in range(overlap):
            for across in range(overlap):
                np.add.at(total, (rows + down, columns + across), self.density[read])
                np.add.at(count, (rows + down, columns + across), 1)
        return np.divide(total, count, out=np.full(shape, np.nan), where=count > 0)

    def summary(self, slide: Slide) -> dict[str, object]:
        """Return what summary.json says of a slide."""
        area = float(self.tissue[self.apart].sum()) * (slide.edge * slide.mpp / 1000) ** 2
        return {
            "slide": slide.path.name,
            "width": slide.width,
            "height": slide.height,
            "left of it in the file": slide.left,
            "top of it in the file": slide.top,
            "microns per pixel": slide.mpp,
            "field edge in px": slide.edge,
            "field edge in microns": slide.edge * slide.mpp,
            "px from field to field": slide.step,
            "fields": len(self.density),
            "fields that could not be read": self.unreadable,
            "tissue in square mm": round(area, 6),
            "mean density over tissue": round(self.mean, 6),
            "share of tissue with a density above": {
                str(above): round(self.share_above(above), 6) for above in _ABOVE
            },
        }


def read_densities(path: Path) -> Densities:
    """Read a fields.csv; those of earlier versions know no intervals."""
    with path.open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    table = np.array([[float(value or "nan") for value in row] for row in rows])
    columns = dict(zip(head, table.T, strict=True))
    unknown = np.full(len(rows), np.nan)
    return Densities(
        columns["left"].astype(int),
        columns["top"].astype(int),
        int(columns["edge"][0]),
        columns["density"],
        columns.get("low", unknown),
        columns.get("high", unknown),
        columns["tissue"],
    )
