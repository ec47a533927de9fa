"""patients.csv: patient, slide and hospital of fields of view whose names do not tell them."""

from pathlib import Path

from common.nucls.names import Origin, patient_of, slide_of
from common.nucls.tables import read_table
from common.utils.errors import InputError
from common.utils.names import check_names, is_nothing, one_form

FILE = "patients.csv"
_COLUMNS = ("field", "patient", "slide", "hospital")
_REMEDY = f"Its columns are {', '.join(_COLUMNS)}; slide and hospital may be empty."


def read_patients(root: Path) -> dict[str, Origin]:
    """Read the table of patients that lies beside contours/.

    Args:
        root: Of the data set.

    Returns:
        Origins by name of the field of view; empty if there is no such table.

    Raises:
        InputError: The table lacks a column or a patient, or names a field twice.
    """
    path = root / FILE
    if not path.is_file():
        return {}
    origins: dict[str, Origin] = {}
    spelled: dict[str, str] = {}  # one patient, by whatever spelling
    for number, row in enumerate(read_table(path), 2):
        cells = (row.get(column, "").strip() for column in _COLUMNS)
        # R writes NA where nothing is known: that is no patient of this name.
        name, patient, slide, hospital = ("" if is_nothing(cell) else cell for cell in cells)
        if not name or not patient:
            raise InputError("a field and its patient", f"none in row {number}", path, _REMEDY)
        check_names((name, patient, slide, hospital), path)
        if name in origins:
            raise InputError("a row for each field", f"two for {name}", path, _REMEDY)
        known = spelled.setdefault(one_form(patient_of(patient)), patient_of(patient))
        origins[name] = Origin(hospital or None, known, (slide_of(slide) or slide) or None)
    return origins
