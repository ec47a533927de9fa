"""The labelled fields of view that a command line names."""

import argparse
from pathlib import Path
from typing import Any

from common.architecture import Architecture
from common.dataset import DATASET, SAMPLE, DataSet, find_data_set
from common.density import counts_of
from common.errors import InputError
from common.fields import Field, pair_fields
from common.places import counts_file
from common.raters import pool_raters


def read_labels(
    options: argparse.Namespace, folder: Path | None, network: Architecture
) -> dict[str, Any]:
    """Read what a plan says of the data: data_set, counts, counts_path, fields, merged."""
    data_set = _data_set(options)
    named = options.sample or options.dataset != DATASET
    counts_path = options.counts or counts_file(data_set, named, folder, network.results)
    counts = counts_of(data_set, counts_path)
    entries = pair_fields(data_set, counts, counts_path)
    pooled = pool_raters(entries) if options.raters == "consensus" else entries
    fields, merged = pooled[: options.limit], len(entries) - len(pooled)
    _print_data(data_set, counts_path, fields)
    if options.raters == "consensus":
        print(f"  {merged} of {len(entries)} entries merged with another's")
    return {
        "data_set": data_set,
        "counts": counts,
        "counts_path": counts_path,
        "fields": fields,
        "merged": merged,
    }


def _data_set(options: argparse.Namespace) -> DataSet:
    if not options.sample:
        return find_data_set(options.dataset)
    if options.dataset != DATASET:
        raise InputError("either --sample or --dataset", "both")
    if not SAMPLE.exists():
        print(f"making the synthetic sample data set in {SAMPLE} (once, about half a minute)")
        from common.synthetic.data_set import make_sample  # scikit-image takes a second

        try:
            make_sample(SAMPLE)
        except InputError:
            if not SAMPLE.exists():  # else another run was faster; its sample is the same
                raise
    return find_data_set(SAMPLE)


def _print_data(data_set: DataSet, counts_path: Path, fields: list[Field]) -> None:
    nuclei = sum(field.total for field in fields)
    synthetic = " (SYNTHETIC: painted by a program, no patient's tissue)"
    print(f"data set: {data_set.root}{synthetic if data_set.synthetic else ''}")
    print(f"  {len(fields)} fields of view, {nuclei} nuclei, counts in {counts_path}")
