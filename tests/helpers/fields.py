"""Fields of view made by hand."""

from pathlib import Path

from common.data.fields import FieldOfView
from common.images.picture_file import PictureFile
from common.nucls.counting import Counts
from common.nucls.names import origin_of


def field_of(
    name: str, tumour: int = 1, total: int = 2, picture: Path = Path("none.png")
) -> FieldOfView:
    """Make a field of view of a name, with its counts."""
    counts = Counts(tumour, total)
    return FieldOfView(name, PictureFile(picture), counts, origin_of(name))
