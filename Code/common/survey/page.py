"""dataset.html: what a data set holds, in one file that needs no internet."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from common.files.atomic import whole_file
from common.survey import TITLE
from common.survey.survey import Survey

_HEAD = (
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>"""
    + TITLE
    + """</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; margin: 1rem auto; max-width: 1150px; padding: 0 1rem }
.said p { margin: 0; padding-left: 1.2em; text-indent: -1.2em; overflow-wrap: anywhere }
.said .part { margin-left: 1.2em }
.grid { --least: max(10rem, 22%); display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(var(--least), 1fr)) }
.small { --least: max(7rem, 14%) }
figure { margin: 0 }
figcaption { font-size: .8rem; line-height: 1.3; overflow-wrap: anywhere }
img { display: block; width: 100%; height: auto; background: #fff }
.chart { max-width: 30rem }
.refused { border-left: .4rem solid #d55e00; padding-left: .8rem }
.accepted { border-left: .4rem solid #009e73; padding-left: .8rem }
</style></head><body>
"""
)


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


def write_page(path: Path, survey: Survey, figures: Sequence[Figures]) -> None:
    """Write the page.

    Args:
        path: The file.
        survey: What the data set holds.
        figures: What it looks like.
    """
    verdict = "Training would be refused" if survey.refusal else "Training would begin"
    look = "refused" if survey.refusal else "accepted"
    parts = [_HEAD, f"<h1>{escape(survey.data_set.root.name)}</h1>"]
    parts.append(f'<h2 class="{look}">{verdict}</h2>')
    said = [_paragraph(line) for text in survey.describe() for line in text.splitlines()]
    parts.append("\n".join(['<div class="said">', *said, "</div>"]))
    parts += [group.to_html() for group in figures]
    with whole_file(path) as beside:
        beside.write_text("\n".join([*parts, "</body></html>\n"]), encoding="utf-8")


def _paragraph(line: str) -> str:
    indented = ' class="part"' if line.startswith(" ") else ""
    return f"<p{indented}>{escape(line.strip())}</p>"
