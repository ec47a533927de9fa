"""What Export.py is given, checked."""

from dataclasses import dataclass
from pathlib import Path

from common.export.formats import FORMATS, Format
from common.files.disk import check_writable
from common.images.formats import find_pictures
from common.inference.model_file import ModelFile, ModelOptions, read_model_file
from common.nucls.dataset import find_data_set
from common.utils.cli import argument, option, option_group
from common.utils.errors import InputError

PARITY = 64  # pictures for which both models answer
_PICTURES = "Give --pictures: pictures like those that the model is for."


@dataclass(frozen=True)
class ExportCommand:
    """All that Export.py is given."""

    model: Path = argument("a best_model....h5", type=Path)
    known: ModelOptions = option_group("what the model file does not know")
    format: str = option("saved_model", "default: saved_model", choices=FORMATS)
    pictures: list[Path] = option(
        (),
        f"pictures or folders of which {PARITY} are answered for by both models (default: those of "
        "the data set that the model was trained on)",
        type=Path,
        nargs="+",
    )
    output: Path | None = option(
        None, "folder to make (default: Exports/<model>-<format>)", type=Path
    )


@dataclass(frozen=True)
class ExportJob:
    """What is exported.

    Attributes:
        file: The model.
        format: To what.
        pictures: For which both models answer.
        output: The folder to make.
    """

    file: ModelFile
    format: Format
    pictures: list[Path]
    output: Path


def plan_export(command: ExportCommand) -> ExportJob:
    """Check what is to be exported.

    Raises:
        InputError: Something that was given cannot be, or a package is missing.
    """
    file, form = read_model_file(command.model, command.known), FORMATS[command.format]
    form.check_packages()
    default = Path("Exports") / f"{command.model.stem}-{form.name}"
    output = (command.output or default).absolute()
    if output.exists():
        raise InputError("no folder yet", "one", output, "Give another --output.")
    check_writable(output)
    pictures = find_pictures(command.pictures) if command.pictures else _of_training(file)
    return ExportJob(file, form, pictures[:PARITY], output)


def _of_training(file: ModelFile) -> list[Path]:
    """Return the pictures of the model's own data set. Raises InputError if it is not there."""
    if not file.data_set or not Path(file.data_set).is_dir():
        found = f"no folder {file.data_set}"
        raise InputError("the data set that the model was trained on", found, do=_PICTURES)
    return sorted(find_data_set(Path(file.data_set)).pictures.values())
