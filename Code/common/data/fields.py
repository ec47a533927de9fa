"""Fields of view: each picture, cropped to its annotated region, paired with its counts by name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from common.data.counts import densities_of
from common.images.picture_file import Crop, PictureFile
from common.nucls.counting import Counts
from common.nucls.dataset import DataSet
from common.nucls.names import Origin, origin_of
from common.nucls.patients import FILE, read_patients
from common.utils.errors import InputError, name_some


@dataclass(frozen=True)
class FieldOfView:
    """One field of view: its name, its picture, its nuclei, and where it comes from if known."""

    name: str
    picture: PictureFile
    counts: Counts
    origin: Origin | None = None

    @property
    def density(self) -> float:
        """Tumour nuclei / all nuclei, 0 to 1."""
        return self.counts.density

    @property
    def patient(self) -> str:
        """The patient; a field of which nobody knows it stands for itself."""
        return self.origin.patient if self.origin else self.name


def count_patients(fields: Sequence[FieldOfView]) -> int | None:
    """Return how many patients fields are of; None if nobody knows it of all."""
    origins = [field.origin for field in fields]
    return None if None in origins else len({origin.patient for origin in origins})


def tell_patients(fields: Sequence[FieldOfView]) -> str:
    """Say how many patients fields are of, for a message that has just counted the fields."""
    count = count_patients(fields)
    return "of unknown patients" if count is None else f"of {count} patient{'s'[: count != 1]}"


def origins_of(data_set: DataSet, names: Iterable[str]) -> dict[str, Origin | None]:
    """Return where fields come from: by the data set's table of patients, else by their names.

    Raises:
        InputError: The table is not as it should be.
    """
    table, names = read_patients(data_set.root), list(names)
    if table and not table.keys() & set(names):
        expected = "fields of view of the data set"
        raise InputError(expected, f"none ({name_some(sorted(table))})", data_set.root / FILE)
    return {name: _origin(origin_of(name), table.get(name)) for name in names}


def _origin(by_name: Origin | None, by_table: Origin | None) -> Origin | None:
    """Put together what name and table tell; the table holds, but knows no place on the slide."""
    if by_name is None or by_table is None:
        return by_table or by_name
    slide = by_table.slide or by_name.slide
    hospital = by_table.hospital or by_name.hospital
    return replace(by_name, patient=by_table.patient, slide=slide, hospital=hospital)


def densities_of_fields(fields: Sequence[FieldOfView]) -> np.ndarray:
    """Return the fields' densities: float64, (fields,), 0 to 1."""
    return densities_of(field.counts for field in fields)


def pair_fields(
    data_set: DataSet,
    counts: Mapping[str, Counts],
    counts_path: Path,
    regions: Mapping[str, Crop],
    odd: Mapping[str, InputError],
) -> list[FieldOfView]:
    """Pair annotations, counts and pictures by name; sorted by name.

    Args:
        data_set: The data set.
        counts: Of each field.
        counts_path: Where they are kept, for messages.
        regions: The annotated region of each field that has one.
        odd: Fields that are left out, and why.

    Raises:
        InputError: The three do not hold the same fields of view; names what differs.
    """
    pictures = {name: path for name, path in data_set.pictures.items() if name not in odd}
    annotated = set(data_set.annotations) - set(odd)
    remedy = data_set.parts_remedy or "Add what is missing, or remove what is alone."
    _check_all(annotated, set(pictures), "a picture for each CSV", data_set.root, remedy)
    _check_all(set(pictures), annotated, "a CSV for each picture", data_set.root, remedy)
    remedy = "Move the file away: it belongs to another data set, and is made anew."
    known = set(counts) - set(odd)
    _check_all(known, set(pictures), "only fields that have a picture", counts_path, remedy)
    _check_all(set(pictures), known, "an entry for each picture", counts_path, remedy)
    origins = origins_of(data_set, pictures)
    return [
        FieldOfView(name, PictureFile(path, regions.get(name)), counts[name], origins[name])
        for name, path in sorted(pictures.items())
    ]


def _check_all(have: set[str], there: set[str], expected: str, place: Path, do: str) -> None:
    """Raise InputError if a name of `have` is not `there`."""
    alone = sorted(have - there)
    if alone:
        raise InputError(expected, f"none for {name_some(alone, 2)}", place, do)
