"""dataset.html: what a data set holds, in one file that needs no internet."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from common.pages.page import heading, paragraph, write_page
from common.survey import TITLE
from common.survey.survey import Survey

_STYLE = """
body { max-width: 1150px }
.said p { margin: 0; padding-left: 1.2em; text-indent: -1.2em }
.said .part { margin-left: 1.2em }
.grid { --least: max(10rem, 22%); display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(var(--least), 1fr)) }
.small { --least: max(7rem, 14%) }
img { display: block; width: 100% }
.chart { max-width: 30rem }
.refused { border-left: .4rem solid #d55e00; padding-left: .8rem }
.accepted { border-left: .4rem solid #009e73; padding-left: .8rem }
"""


@dataclass(frozen=True)
class Figures:
    """Figures of the page under one heading.

    Attributes:
        heading: What they show.
        look: "chart", "grid" or "grid small".
        pictures: PNGs by their captions; that of a chart is its heading.
    """

    heading: str
    look: str
    pictures: dict[str, bytes]

    def to_html(self) -> str:
        """Return them as a part of a page."""
        parts = [f'<h2>{escape(self.heading)}</h2><div class="{self.look}">']
        for caption, png in self.pictures.items():
            source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
            told = "" if self.look == "chart" else f"<figcaption>{escape(caption)}</figcaption>"
            parts.append(f'<figure><img alt="{escape(caption)}" src="{source}">{told}</figure>')
        return "\n".join([*parts, "</div>"])


def write_survey(path: Path, survey: Survey, figures: Sequence[Figures]) -> None:
    """Write the page.

    Args:
        path: The file.
        survey: What the data set holds.
        figures: What it looks like.
    """
    verdict = "Training would be refused" if survey.refusal else "Training would begin"
    look = "refused" if survey.refusal else "accepted"
    said = [_line(line) for text in survey.describe() for line in text.splitlines()]
    parts = [
        heading(survey.data_set.root.name, 1),
        f'<h2 class="{look}">{verdict}</h2>',
        '<div class="said">',
        *said,
        "</div>",
        *(group.to_html() for group in figures),
    ]
    write_page(path, TITLE, parts, _STYLE)


def _line(text: str) -> str:
    return paragraph(text.strip(), "part" if text.startswith(" ") else "")
