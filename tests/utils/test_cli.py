"""Options as fields: what is written as a command line is read as the same options again."""

import argparse

import pytest
from common.config.data_options import PictureOptions, SourceOptions, SplitOptions
from common.config.training_options import LearningOptions, MachineryOptions, ResultOptions
from common.data.counting_options import CountingOptions
from common.utils.cli import add_options, read_options, to_arguments

CHANGED = {
    SourceOptions: ["--limit", "3", "--skip-bad-fields"],
    PictureOptions: ["--image-size", "96", "--mpp", "0.5", "--windows", "--stain", "macenko"],
    SplitOptions: ["--split", "patient", "--fold", "2"],
    CountingOptions: ["--tumour-groups", "tumor", "mitotic_figure", "--region", "picture"],
    MachineryOptions: ["--weights", "none", "--seed", "7", "--weight-by-count"],
    LearningOptions: ["--epochs", "4", "--patience", "2", "--loss", "bce"],
    ResultOptions: ["--again", "--keep-best", "1"],
}


def parsed(kind: type, arguments: list[str]) -> object:
    parser = argparse.ArgumentParser()
    add_options(parser, "all", kind)
    return read_options(kind, parser.parse_args(arguments))


@pytest.mark.parametrize("kind", CHANGED)
def test_what_is_written_is_read_again(kind: type) -> None:
    options = parsed(kind, CHANGED[kind])
    assert options != parsed(kind, [])
    assert parsed(kind, to_arguments(options, sample=False)) == options
    assert to_arguments(parsed(kind, []), sample=False) == []


def test_the_sample_has_defaults_of_its_own() -> None:
    given = argparse.Namespace(sample=True)
    assert read_options(MachineryOptions, given).weights == "none"
    assert read_options(PictureOptions, given).image_size == 64
    given.image_size = 96
    assert read_options(PictureOptions, given).image_size == 96
