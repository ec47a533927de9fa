"""Look at a data set before hours of training: what it holds, what is odd, what a run will need.

  python Code/Check_Dataset.py
  python Code/Check_Dataset.py --dataset NuCLS --augment strong --output Check

Reads every annotation file and decodes every picture: about 12 seconds for
1,438 fields of view. Writes, in --output:

  dataset.html      densities, fields with outlined nuclei, augmentation

Exit status 1 if training with the same options would be refused.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from common.config.data_options import DataOptions, PictureOptions
from common.files.atomic import check_ours
from common.files.disk import check_writable
from common.survey import TITLE
from common.survey.inspection import survey_data_set
from common.survey.survey import Survey
from common.utils.cli import option, option_group, parse
from common.utils.errors import start
from common.utils.tensorflow_env import prepare_tensorflow


@dataclass(frozen=True)
class PageOptions:
    """Where the page goes."""

    output: Path = option(Path("."), "folder of dataset.html (default: this folder)", type=Path)


@dataclass(frozen=True)
class Command:
    """All that the script is given."""

    data: DataOptions
    page: PageOptions = option_group("page")


def main() -> None:
    """Survey, print, write the page."""
    command = parse(Command, __doc__)
    output = command.page.output
    check_writable(output.absolute())
    check_ours(output / "dataset.html", TITLE)
    survey = survey_data_set(command.data)
    print(*survey.describe(), sep="\n")
    _write(output / "dataset.html", survey, command.data.pictures)
    if survey.refusal:
        sys.exit(1)


def _write(path: Path, survey: Survey, options: PictureOptions) -> None:
    from common.survey.figures import draw_augmentation, draw_densities, draw_fields
    from common.survey.page import Figures, write_survey

    shown: list[Figures] = []
    if survey.fields:
        prepare_tensorflow()
        from common.learning.augmentation import augmented  # TensorFlow: seconds

        views = draw_augmentation(
            survey,
            options.image_size,
            lambda picture, at: augmented(picture, options.augment, at),
        )
        shown = [
            Figures("Densities", "chart", {"Densities": draw_densities(survey)}),
            Figures(
                "Fields over the range of densities: tumour nuclei solid, others dashed",
                "grid",
                draw_fields(survey),
            ),
            Figures(f"Augmentation: {options.augment}", "grid small", views),
        ]
    write_survey(path, survey, shown)
    print(f"page: {path}")


if __name__ == "__main__":
    start(main)
