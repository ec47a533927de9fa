"""test.json -> the tumour density of each field of view, tumour nuclei / all nuclei."""

import io
import json
from pathlib import Path

import numpy as np

from common.annotations import Counts, extract_counts, to_json
from common.dataset import DataSet
from common.errors import InputError
from common.files import write_once

_REMEDY = "Make the file again with Data_Extractor.py."


def read_counts(path: Path) -> dict[str, Counts]:
    """Read and check a test.json; keeps the file's order.

    Raises InputError for anything but {"<field>": {"tumour": n, "total": m}, ...} with whole
    numbers 0 <= n <= m and m > 0, naming the first field of view at fault.
    """
    if not path.is_file():
        raise InputError("the file of counts", "none", path, _REMEDY)
    try:
        counts = json.loads(path.read_bytes(), object_pairs_hook=_object_with_unique_keys)
    except ValueError as error:
        raise InputError("JSON", str(error), path, _REMEDY) from error
    if not isinstance(counts, dict) or not counts:
        raise InputError("a JSON object of fields of view", "something else", path, _REMEDY)
    for name, entry in counts.items():
        _check_entry(name, entry, path)
    return counts


def _object_with_unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Build a JSON object; json itself would silently keep the last of two equal names."""
    entries = dict(pairs)
    if len(entries) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in entries if names.count(name) > 1)
        raise ValueError(f"the name {twice!r} twice")
    return entries


def _check_entry(name: str, entry: object, path: Path) -> None:
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


def densities(counts: dict[str, Counts]) -> np.ndarray:
    """Return tumour / total of each field of view: float64 of shape (fields,), 0 to 1."""
    return np.array([entry["tumour"] / entry["total"] for entry in counts.values()])


def save_densities(values: np.ndarray, path: Path) -> bool:
    """Write densities as a .npy file; return False if the same file is there already.

    Raises InputError if another is there.
    """
    buffer = io.BytesIO()
    np.save(buffer, values)
    return write_once(path, buffer.getvalue())


def counts_of(data_set: DataSet, path: Path) -> dict[str, Counts]:
    """Read a data set's counts; if `path` is missing, extract them (`keep_counts` writes them).

    Says so if the file's counts are not those of the annotations: they may be of other groups on
    purpose, or of a data set that has changed.
    """
    fresh = extract_counts(data_set)[0]
    if not path.exists():
        return fresh
    counts = read_counts(path)
    other = sum(counts[name] != fresh[name] for name in counts.keys() & fresh.keys())
    if other:
        print(f"note: {other} of {len(counts)} entries of {path} differ from a new count")
    return counts


def keep_counts(counts: dict[str, Counts], path: Path) -> None:
    """Write counts to `path`, and Density.npy beside it: the original's folders hold both.

    Does nothing if `path` is there. Raises InputError if another Density.npy is there.
    """
    if path.exists():
        return
    save_densities(densities(counts), path.with_name("Density.npy"))
    write_once(path, to_json(counts))
    print(f"counts: {path} was missing and has been extracted from the annotations")
