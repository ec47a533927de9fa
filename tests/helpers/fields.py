"""Fields of view made by hand."""

from pathlib import Path

from common.data.fields import FieldOfView
from common.images.picture_file import PictureFile
from common.nucls.counting import Counts


def field_of(
    name: str, tumour: int = 1, total: int = 2, picture: Path = Path("none.png")
) -> FieldOfView:
    """Make a field of view of a name, with its counts."""
    return FieldOfView(name, PictureFile(picture), Counts(tumour, total))
