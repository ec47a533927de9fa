"""What the scripts in Code/ share. Data flows one way; each room imports only from rooms below it.

    report       a page for each run and one for a study, with a checklist for authors
    search       hyper-parameter search with Keras Tuner
    cross_validation  networks on all folds with several seeds; pooled figures, tests
    machine      whether an installation can train: packages, devices, memory, speed
    study        all networks in all learning-rate folders: jobs, processes, a Dask cluster
    survey       a look at a data set before training
    comparison   finished runs, ranked, as workbook, picture and page
    export       a trained model in other formats, with its card
    evaluation   agreement of a run's best model with labels
    explanation  Grad-CAM
    inference    a trained model's answers for pictures and whole slides
    training     one run: its flow, the fit, what is kept after each epoch
    learning     how a network learns: batches, augmentation, optimizer, pretraining
    runs         the files of a run: paths, record, log, checkpoint, curves; resuming
    config       options, the learning-rate folder's name, the plan of a run
    baselines    what a network is compared with on the same split
    models       the networks, devices and precisions
    splits       which fields train and which validate; the audit of a split
    data         counts -> fields of view with their nuclei; raters pooled
    importers    other public sets -> the NuCLS layout
    nucls        NuCLS as published: folders, names, annotation files, regions, folds
    metrics      metrics of an epoch and of an evaluation; losses
    slides       whole slides -> fields of view; their densities -> maps, summary, QuPath's objects
    images       picture files, stains, tissue -> arrays
    synthetic    a painted sample data set
    pages        HTML pages of results
    files        files that appear whole, locks, disk space, digests; tables, workbooks, figures
    utils        errors, command lines, entries of records, Ctrl-C

TensorFlow is loaded by training, inference, explanation and search (and models and baselines where
they use it), after what the user gave has been checked. import-linter (pyproject.toml) enforces the
order.
"""

import sys
from pathlib import Path
from types import TracebackType

VERSION = "1.0.dev"  # of the project; in every log and model file
PROJECT = Path(__file__).resolve().parents[2]


def _end_in_a_line(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """End a script without a traceback where a package is missing, or before it can be asked to."""
    if issubclass(kind, ModuleNotFoundError) and not (error.name or "common").startswith("common"):
        print(
            f"error: expected the packages of requirements.txt, found no {error.name} for "
            f"{sys.executable}\n  Activate the project's environment; in it, python -m pip install "
            f"-r {PROJECT / 'requirements.txt'}",
            file=sys.stderr,
        )
    elif issubclass(kind, KeyboardInterrupt):
        print("\nended by Ctrl-C; what was saved is kept", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _end_in_a_line
