"""Counts of nuclei, and their file test.json; the tumour density, tumour nuclei / all nuclei."""

import io
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from common import PROJECT
from common.files.atomic import is_written, write_once
from common.files.json_text import parse_json, parse_object
from common.nucls.counting import DEFAULT_COUNTING, Counting, Counts
from common.nucls.dataset import DataSet
from common.utils.entries import from_entries, to_entries
from common.utils.errors import InputError

_REMEDY = "Make the file again with Data_Extractor.py."


def densities_of(counts: Iterable[Counts]) -> np.ndarray:
    """Return the density of each field of view: float64, (fields,), 0 to 1."""
    return np.array([entry.density for entry in counts])


def read_counts(path: Path) -> dict[str, Counts]:
    """Read and check a test.json; keeps the file's order.

    Raises:
        InputError: Anything but {"<field>": {"tumour": n, "total": m}, ...} with whole numbers
            0 <= n <= m and m > 0; names the first field of view at fault.
    """
    if not path.is_file():
        raise InputError("the file of counts", "none", path, _REMEDY)
    try:
        entries = parse_json(path.read_bytes())
    except ValueError as error:
        raise InputError("JSON", str(error), path, _REMEDY) from error
    if not isinstance(entries, dict) or not entries:
        raise InputError("a JSON object of fields of view", "something else", path, _REMEDY)
    return {name: _checked(name, entry, path) for name, entry in entries.items()}


def _checked(name: str, entry: object, path: Path) -> Counts:
    if not isinstance(entry, dict) or list(entry) != ["tumour", "total"]:
        raise InputError('{"tumour": n, "total": m}', f"{entry} for {name}", path, _REMEDY)
    tumour, total = entry.values()
    if not all(type(number) is int for number in (tumour, total)) or not 0 <= tumour <= total:
        expected = "whole numbers, 0 <= tumour <= total"
        raise InputError(expected, f"{entry} for {name}", path, _REMEDY)
    if total == 0:
        raise InputError(
            "a total above 0",
            f"0 for {name}",
            path,
            "A density needs nuclei: remove this field of view from the data set.",
        )
    return Counts(tumour, total)


def write_counts(path: Path, counts: dict[str, Counts], counting: Counting) -> bool:
    """Write a test.json, one field of view a line, and how it was counted; see write_once."""
    if not path.exists():  # what told of one that is gone must not tell of this one
        counting_file(path).unlink(missing_ok=True)
    write_counting(path, counting)
    entries = {name: {"tumour": one.tumour, "total": one.total} for name, one in counts.items()}
    lines = [f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in entries.items()]
    return write_once(path, ("{\n" + ",\n".join(lines) + "\n}\n").encode())


def counting_file(counts_path: Path) -> Path:
    """Return the file beside a test.json that tells how it was counted."""
    return counts_path.with_name(f"{counts_path.stem}.counting.json")


def read_counting(counts_path: Path) -> Counting:
    """Read how a test.json was counted; without a file of its own in the default way.

    Raises:
        InputError: The file is not as it should be.
    """
    path = counting_file(counts_path)
    if not path.exists():
        return DEFAULT_COUNTING
    try:
        return from_entries(Counting, parse_object(path.read_bytes()))
    except (ValueError, TypeError, AttributeError) as error:
        raise InputError("how nuclei were counted", str(error), path, _REMEDY) from error


def write_counting(counts_path: Path, counting: Counting) -> None:
    """Keep how a test.json was counted, where that is not the default way; see write_once."""
    if counting != DEFAULT_COUNTING:
        text = json.dumps(to_entries(counting), indent=2) + "\n"
        write_once(counting_file(counts_path), text.encode())


def save_densities(path: Path, densities: np.ndarray) -> bool:
    """Write densities as a .npy file, float64; see write_once."""
    return write_once(path, _as_npy(densities))


def check_densities(path: Path, densities: np.ndarray) -> None:
    """Raise InputError if save_densities would, because others are there."""
    is_written(path, _as_npy(densities))


def _as_npy(densities: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, densities)
    return buffer.getvalue()


def counts_file(data_set: DataSet, *, named: bool, own_folder: Path | None = None) -> Path:
    """Return where a data set's test.json lies.

    Args:
        data_set: The data set.
        named: Whether it was named by --dataset or --sample: it then keeps its counts beside its
            own contours/, so that those of several do not mix.
        own_folder: Where else counts of the data set under Dataset/ may lie than in Code/: the
            dropout folders' Code/<network>/. Those of Code/ hold where it has none, so that
            Data_Extractor.py's choice of groups is not passed over.
    """
    if named:
        return data_set.root / "test.json"
    shared = PROJECT / "Code" / "test.json"
    if own_folder is None or not own_folder.is_dir():
        return shared
    own = own_folder / shared.name
    return shared if shared.exists() and not own.exists() else own
