"""Logs as finished runs leave them, made without training."""

from pathlib import Path

import numpy as np
from common.metrics.epoch_metrics import NAMES
from common.nucls.counting import Counts
from common.runs.epochs import COLUMNS, epoch_of_row
from common.runs.log import Log, write_log
from common.runs.record import Record
from common.runs.run_fields import Answers, Side, SplitField
from common.utils.entries import from_entries
from openpyxl import load_workbook

FIELDS = [SplitField(f"field{at}", Side.VALIDATION, Counts(at, 100)) for at in range(100)]
BASELINES = {
    name: dict.fromkeys(NAMES, value)
    for name, value in (("training mean", 0.3), ("training median", 0.31), ("classical model", 0.2))
}
# How a finished run was made, as the sheet `run` tells it.
ENTRIES = {
    "command": "python Res50.py",
    "frozen stages": "none",
    "depth": 50,
    "dropout": 0.0,
    "data set": "/data/PsAreTruth_E",
    "counts": "/data/PsAreTruth_E/test.json",
    "entries merged": 0,
    "synthetic data": "no",
    "fields of view": 100,
    "labels": "0123456789ab",
    "split": "first 1000/1440",
    "raters": "each",
    "seed": 0,
    "image size": 224,
    "epochs": 12,
    "beside earlier runs": "no",
    "patients on both sides": 0,
    "slides on both sides": 0,
    "validation fields overlapping training tissue": 0,
    "validation pictures also in training": 0,
    "names that tell no patient": 0,
    "field microns": 60.0,
    "stain target": "none",
    "stain values": "none",
    "batch normalisation momentum": 0.99,
    "device": "CPU",
    "precision": "float32",
    "version": "1.0",
    "Python": "3.11",
    "TensorFlow": "2.21",
    "Keras": "3.15",
    "git commit": "none",
    "start": "2026-01-01",
    "resumed": "never",
    "end": "2026-01-01",
}


def make_log(
    root: Path,
    folder: str,
    network: str,
    val_mae: float,
    *,
    number: int = 0,
    val_spread: float = 0.3,
    answers: Answers | None = None,
    **entries: object,
) -> Path:
    """Write a log of 12 epochs whose sixth is the best, with the given val_mae.

    Args:
        root: Holds the learning-rate folder.
        folder: Its name.
        network: The result folders' name.
        val_mae: Of the best epoch.
        number: Of the log.
        val_spread: Of every epoch.
        answers: For the validation fields; None as of earlier versions.
        **entries: Of the run's record, with _ for spaces; None leaves an entry out.
    """
    curve = val_mae + 0.01 * np.abs(np.arange(12) - 5)
    rows = [
        dict.fromkeys(COLUMNS, float(value))
        | {"epoch": at, "mae": 0.1, "seconds": 2.0, "val_spread": val_spread}
        for at, value in enumerate(curve, 1)
    ]
    made = ENTRIES | {
        "folder": folder,
        "network": network,
        "learning rate": float(folder.split("_")[1] + "." + folder.split("_")[2]),
    }
    named = {name.replace("_", " "): value for name, value in entries.items()}
    kept = {name: value for name, value in (made | named).items() if value is not None}
    path = root / folder / "Log_Files" / network / f"log{number}.xlsx"
    record = from_entries(Record, kept)
    write_log(path, Log(record, [epoch_of_row(row) for row in rows], BASELINES, FIELDS, answers))
    return path


def ranked_rows(path: Path, sheet: str) -> list[dict]:
    """Read the ranked rows of a sheet; the notes below them are passed over."""
    header, *rows = load_workbook(path)[sheet].values
    return [dict(zip(header, row, strict=True)) for row in rows if isinstance(row[0], int)]
