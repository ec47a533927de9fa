"""What is predicted: which of the files given are slides, and which are pictures of one field."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from common.images.formats import find_pictures, pictures_in
from common.images.picture_file import PictureFile
from common.images.reading import picture_size
from common.inference.model_file import ModelFile
from common.slides.find import first_of_series, is_slide, parts_of, result_name, slides_in
from common.slides.readers import check_openslide
from common.slides.resolution import Resolutions
from common.slides.slide import FieldSize, Slide
from common.utils.errors import InputError, name_some

_MOST = 3  # times the edge of a training field; a larger picture would be squeezed into one answer
_INPUTS = 4  # times the edge of the network's input, where nobody knows that of a field


@dataclass(frozen=True)
class Inputs:
    """What is predicted.

    Attributes:
        pictures: Of about one field each.
        slides: Whole slides and pictures of many fields.
        failed: What cannot be predicted, and why.
    """

    pictures: list[Path]
    slides: list[Path]
    failed: list[InputError]

    def __len__(self) -> int:
        return len(self.pictures) + len(self.slides) + len(self.failed)


def sort_inputs(
    given: Sequence[Path],
    file: ModelFile,
    resolutions: Resolutions,
    overlap: int,
    labelled: frozenset[str] = frozenset(),
) -> Inputs:
    """Sort what is given, and look at each slide.

    Args:
        given: Files and folders.
        file: The model.
        resolutions: Of slides.
        overlap: Of slides' fields.
        labelled: Names of labelled fields, whose pictures are one field of whatever size.

    Raises:
        InputError: Nothing of it can be predicted.
    """
    slides, pictures = _slides(given), []
    parts = parts_of(slides)
    for path in _pictures(given, slides):
        if path not in parts:
            large = path.stem not in labelled and larger_than_a_field(path, file)
            (slides if large else pictures).append(path)
    _check_names(slides)
    if slides and file.field_microns is None:
        raise InputError("the size of a field", "none", file.path, "Give --field-microns.")
    good, failed = _look_at(slides, file, resolutions, overlap)
    if failed and not good and not pictures:
        raise failed[0] if len(failed) == 1 else _none_left(failed)
    return Inputs(pictures, good, failed)


def _look_at(
    slides: list[Path], file: ModelFile, resolutions: Resolutions, overlap: int
) -> tuple[list[Path], list[InputError]]:
    """Open each slide; return those that can be divided into fields, and why others cannot."""
    good, failed = [], []
    for slide in slides:
        try:
            fields = FieldSize(file.field_microns or 0, file.size, overlap)
            Slide(slide, fields, resolutions.of(slide)).close()
            good.append(slide)
        except InputError as error:
            failed.append(error)
    return good, failed


def larger_than_a_field(path: Path, file: ModelFile) -> bool:
    """Tell whether a picture shows much more than a field; what cannot be read is not large."""
    try:
        longest = max(picture_size(PictureFile(path)))
    except InputError:  # told when it is read
        return False
    return longest > most_pixels(file)


def most_pixels(file: ModelFile) -> int:
    """Return the longest edge of a picture that passes for one field, px."""
    return round(_MOST * file.field_pixels if file.field_pixels else _INPUTS * file.size)


def check_single_fields(paths: Sequence[Path], file: ModelFile) -> None:
    """Raise InputError unless pictures are of about one field each, and none is a slide."""
    odd = [str(path) for path in paths if is_slide(path) or larger_than_a_field(path, file)]
    if odd:
        most = most_pixels(file)
        expected = f"pictures of about one field of view, at most {most} px an edge"
        remedy = "Cut fields out of it; Predict.py divides slides into fields."
        raise InputError(expected, f"a slide or a larger picture: {name_some(odd)}", do=remedy)


def _slides(given: Sequence[Path]) -> list[Path]:
    below = [slide for path in given if path.is_dir() for slide in slides_in(path)]
    slides = first_of_series([path for path in given if is_slide(path)] + below)
    if slides:
        check_openslide()
    return slides


def _pictures(given: Sequence[Path], slides: list[Path]) -> list[Path]:
    """List the pictures; folders of nothing but slides hold none. Raises InputError."""
    holders = {folder for slide in slides for folder in slide.parents}
    only = [path for path in dict.fromkeys(given) if path.is_dir() and path in holders]
    named = [path for path in given if path not in only and not is_slide(path)]
    found = find_pictures(named) + [path for folder in only for path in pictures_in(folder)]
    return [path for path in dict.fromkeys(found) if path in named or not is_slide(path)]


def _check_names(slides: list[Path]) -> None:
    names = sorted(result_name(slide).casefold() for slide in slides)
    for one, other in pairwise(names):
        if one == other:
            raise InputError("slides of different names", f"{one} twice", do="Rename one.")


def _none_left(failed: list[InputError]) -> InputError:
    """Return one error of two lines for many."""
    lines = str(failed[0]).splitlines()
    found = f"none of {len(failed)}; the first: {lines[0]}"
    return InputError("slides or pictures that can be predicted", found, do="".join(lines[1:]))
