"""Options that cannot be, folders that are no setting, and results that are in the way."""

import shutil
from pathlib import Path

import pytest

REMEDY = "  Give --again to a single run, which adds one beside them, or --output DIR."


@pytest.mark.parametrize(
    ("option", "value", "kind"),
    [
        ("--epochs", "0", "whole number from 1 to 100000"),
        ("--epochs", "1.5", "whole number from 1 to 100000"),
        ("--batch-size", "-1", "whole number from 1 to 4096, or auto"),
        ("--batch-size", "automatic", "whole number from 1 to 4096, or auto"),
        ("--image-size", "31", "whole number from 32 to 4096"),
        ("--image-size", "99999999", "whole number from 32 to 4096"),
        ("--limit", "0", "whole number from 1 to 1000000"),
        ("--seed", "-1", "whole number from 0 to 4294967295"),
        ("--mpp", "nan", "number from 0.05 to 5.0"),
        ("--mpp", "352.8", "number from 0.05 to 5.0"),
    ],
)
def test_wrong_number(refused, option: str, value: str, kind: str):
    message = f"expected a {kind}, found '{value}'"
    refused(f"options as in --help, found argument {option}: {message}", option, value)


def test_more_accumulated_than_an_epoch_has_batches(refused):
    message = "--accumulate of at most 3, the batches of an epoch, found 4"  # 8 fields train
    refused(message, "--batch-size", 3, "--accumulate", 4)


def test_accumulated_on_several_devices(refused):
    remedy = "Several devices hold a larger batch together: give --batch-size."
    refused(
        f"--accumulate with --devices one, found --devices all\n  {remedy}",
        *("--batch-size", 3, "--accumulate", 2, "--devices", "all"),
    )


def test_unknown_option(refused):
    found = "unrecognized arguments: --epoch 3"
    refused(f"options as in --help, found {found}\n  Did you mean --epochs?", "--epoch", 3)


def test_learning_rate_as_an_option(refused):
    remedy = "The name of the learning-rate folder is the learning rate."
    found = "unrecognized arguments: --lr=0.1"
    refused(f"options as in --help, found {found}\n  {remedy}", "--lr=0.1")


def test_dataset_together_with_sample(refused):
    refused("either --sample or --dataset, found both", "--sample")


def test_weights_file_that_does_not_exist(refused):
    message = (
        "--weights none, imagenet, painted, imagenet+painted or a file, found no file 'missing.h5'"
    )
    refused(message, "--weights", "missing.h5")


@pytest.mark.parametrize("name", ["LR_fast", "LR_0_0", "Dropout_05"])
def test_folder_whose_name_is_no_learning_rate(refused, project: Path, name: str):
    shutil.copytree(project / "LR_0_0001", project / name)
    try:
        refused(
            "a folder named after its learning rate, as LR_0_0001 or LR_0_000006_Dropout_05, "
            f"found '{name}' in {project}\n"
            "  Rename the folder: its name is the setting that it trains with.",
            folder=name,
        )
    finally:
        shutil.rmtree(project / name)


def test_script_of_code_without_a_folder(refused):
    refused(
        "a learning-rate folder, found none\n"
        "  Start the script of the same name in LR_0_0001 or another one, or give --folder.",
        folder="Code",
    )


@pytest.mark.parametrize(
    "earlier", ["Graphs/Res50/loss.png", "Models/Res50/best_model01-0.1000.h5"]
)
def test_results_of_an_earlier_run(refused, data, earlier: str):
    path = data.output / earlier
    path.parent.mkdir(parents=True)
    path.write_bytes(b"earlier")
    refused(f"no results of an earlier run, found {path.name} in {path.parent}\n{REMEDY}")
    assert path.read_bytes() == b"earlier"


def test_a_log_that_is_none(refused, data):
    path = data.output / "Log_Files" / "Res50" / "log0.xlsx"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"earlier")
    refused(f"no earlier file, found one that is no log in {path}\n{REMEDY}")
    assert path.read_bytes() == b"earlier"


def test_output_below_a_file(refused, tmp_path: Path):
    (tmp_path / "file").touch()
    message = f"a folder for the results, found a file in {tmp_path / 'file'}"
    refused(f"{message}\n  Give --output DIR.", "--output", tmp_path / "file" / "below")
