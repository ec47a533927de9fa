"""Options as fields: what is written as a command line is read as the same options again."""

import pytest
from common.config.data_options import DataOptions, PictureOptions, SourceOptions, SplitOptions
from common.config.network_options import NetworkOptions
from common.config.training_options import LearningOptions, MachineryOptions, ResultOptions
from common.data.counting_options import CountingOptions
from common.utils.cli import parse, parse_known, to_arguments
from common.utils.errors import InputError

CHANGED = {
    SourceOptions: ["--limit", "3", "--skip-bad-fields"],
    PictureOptions: ["--image-size", "96", "--mpp", "0.5", "--windows", "--stain", "macenko"],
    SplitOptions: ["--split", "patient", "--fold", "2"],
    CountingOptions: ["--tumour-groups", "tumor", "mitotic_figure", "--region", "picture"],
    MachineryOptions: ["--weights", "none", "--seed", "7", "--weight-by-count"],
    LearningOptions: ["--epochs", "4", "--patience", "2", "--loss", "bce"],
    ResultOptions: ["--again", "--keep-best", "1"],
}


@pytest.mark.parametrize("kind", CHANGED)
def test_what_is_written_is_read_again(kind: type) -> None:
    options = parse(kind, "", CHANGED[kind])
    assert options != parse(kind, "", [])
    assert parse(kind, "", to_arguments(options, sample=False)) == options
    assert to_arguments(parse(kind, "", []), sample=False) == []


def test_groups_are_written_and_read_as_one_command_line() -> None:
    given = [text for kind in list(CHANGED)[:4] for text in CHANGED[kind]]
    options = parse(DataOptions, "", given)
    assert options.pictures == parse(PictureOptions, "", CHANGED[PictureOptions])
    assert parse(DataOptions, "", to_arguments(options, sample=False)) == options


def test_the_sample_has_defaults_of_its_own() -> None:
    assert parse(NetworkOptions, "", ["--sample"]).machinery.weights == "none"
    assert parse(NetworkOptions, "", ["--sample"]).data.pictures.image_size == 64
    given = ["--sample", "--image-size", "96"]
    assert parse(NetworkOptions, "", given).data.pictures.image_size == 96


def test_what_is_unknown_is_refused_or_handed_back() -> None:
    with pytest.raises(InputError, match="unrecognized arguments: --what 3"):
        parse(SplitOptions, "", ["--what", "3"])
    options, rest = parse_known(SplitOptions, "", ["--what", "3", "--fold", "2"])
    assert (options.fold, rest) == (2, ["--what", "3"])
