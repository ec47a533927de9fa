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


EDGE = 300  # px of a generated field
SCHEMES = (
    "{patient}-{slide}_id-{id}_left-{left}_top-{top}_bottom-{bottom}_right-{right}",
    "{patient}-01Z-00-{slide}_id-{id}_left-{left}_top-{top}_bottom-{bottom}_right-{right}",
    "{rater}_#_E_#_{patient}-01Z-00-{slide}_id-{id}"
    "_left-{left}_top-{top}_bottom-{bottom}_right-{right}",
)


def name(scheme: int, patient: int, slide: int, column: int, shift: int = 0, rater: int = 1) -> str:
    left, top = 20_000 + 1000 * column + shift, 30_000 + shift
    return SCHEMES[scheme].format(
        patient=f"TCGA-A{patient % 7}-{patient:04d}", slide=f"DX{slide}", id=f"5ea40{patient:06d}",
        rater=f"JP.{rater}", left=left, top=top, right=left + EDGE, bottom=top + EDGE,
    )  # fmt: skip


def make_fields(names: list[str]) -> list[FieldOfView]:
    return [field_of(each, at % 5, 5) for at, each in enumerate(names)]
