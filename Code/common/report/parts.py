"""Parts of a report's page: entries, what is missing, graphs, the checklist."""

import base64
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape

from common.pages import chart
from common.pages.page import Link, Row, heading, paragraph, table
from common.report.checklist import ANSWERED, OPEN, PART, Answer
from common.report.evaluations import GRAPHS, Missing
from common.utils.entries import Value, readable

_LOOKS = {"worst_fields": "graph large", "predicted": "graph square", "calibration": "graph square"}
STYLE = (
    chart.STYLE
    + """
body { max-width: 75rem; overflow-wrap: anywhere }
code { font-size: .85rem; background: #8882; padding: .1rem .3rem; overflow-wrap: anywhere }
li { margin: .3rem 0 }
.first { border-left: .4rem solid #d55e00; padding-left: .8rem }
.graph { margin: .5rem 0 }
.graph div { overflow-x: auto }
.graph img { width: 100%; min-width: 28rem; display: block }
.square img { min-width: 0 }
.large { grid-column: 1 / -1 }
.large img { min-width: 52rem }
.words table { white-space: normal; width: 100% }
.words th, .words td { text-align: left; vertical-align: top; overflow-wrap: anywhere }
.words th { cursor: auto }
.entries td:first-child { width: 16rem; font-weight: 600 }
.checklist table { table-layout: fixed }
.checklist th:nth-child(1) { width: 9.5rem } .checklist th:nth-child(2) { width: 30% }
.checklist th:nth-child(3) { width: 5.5rem }
.open { background: #d55e0026 } .part { background: #e69f0026 } .answered { background: #009e7326 }
.mark { white-space: nowrap; font-weight: 600 }
@media (max-width: 45rem) {
  .checklist td { display: block; border: 0; padding: .1rem .5rem; width: auto }
  .checklist thead { display: none }
  .checklist td.mark { display: inline-block }
  .checklist tr { display: block; border-bottom: 1px solid #8886; padding: .4rem 0 }
  .entries td:first-child { width: 45% }
}
"""
)
_MOST = 6  # things missing that are not folded
_LOOK = {OPEN: "open", PART: "part", ANSWERED: "answered"}


def sentence(text: str) -> str:
    """Return a text as a sentence."""
    return f"{text[:1].upper()}{text[1:]}."


def entries_table(entries: Mapping[str, Value]) -> str:
    """Return entries of a record as a table of names and values."""
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(str(readable(value)))}</td></tr>"
        for name, value in entries.items()
    )
    return f'<div class="words entries"><table><tbody>{rows}</tbody></table></div>'


def numbers_table(rows: Sequence[Row], explained: Mapping[str, str] | None = None) -> str:
    """Return a table of numbers, or a line if there are none."""
    return table(rows, explained) if rows else paragraph("The log does not tell them.")


def link_line(text: str, link: Link) -> str:
    """Return a paragraph that ends with a link."""
    return f'<p>{escape(text)}<a href="{escape(link.target)}">{escape(link.text)}</a></p>'


def missing_list(missing: Sequence[Missing]) -> str:
    """Return what is missing as a list, each with its command; a long one is folded."""
    lines = []
    for one in missing:
        command = f"<br><code>{escape(one.command)}</code>" if one.command else ""
        lines.append(f"<li>{escape(one.what)}{command}</li>")
    told = f"<ul>{''.join(lines)}</ul>"
    fold = f"<details><summary>{len(lines)} things</summary>{told}</details>"
    return fold if len(lines) > _MOST else told


def graphs(pictures: Mapping[str, bytes]) -> str:
    """Return graphs of an evaluation beside each other, in the order of GRAPHS."""
    figures = []
    for kind in (kind for kind in GRAPHS if kind in pictures):
        caption = escape(GRAPHS[kind])
        source = f"data:image/png;base64,{base64.b64encode(pictures[kind]).decode()}"
        look = _LOOKS.get(kind, "graph")
        figures.append(
            f'<figure class="{look}"><figcaption>{caption}</figcaption>'
            f'<div><img alt="{caption}" src="{source}"></div></figure>'
        )
    return f'<div class="charts">{"".join(figures)}</div>'


def checklist(sections: Mapping[str, Sequence[Answer]], note: str = "") -> list[str]:
    """Return the checklist, a table a section; note: a part that stands before them."""
    counts = Counter(one.status for answers in sections.values() for one in answers)
    told = ", ".join(f"{counts[status]} {status}" for status in (ANSWERED, PART, OPEN))
    parts = [
        heading("Checklist"),
        paragraph(
            "After TRIPOD+AI (Collins et al. 2024, doi 10.1136/bmj-2023-078378) and CLAIM, 2024 "
            "update (Tejani et al. 2024, doi 10.1148/ryai.240300), in short words: theirs are "
            "those that count. What is known is from the files of the run; the rest is for the "
            f"authors. {told}."
        ),
        note,
    ]
    for section, answers in sections.items():
        parts += [heading(section, 3), _section(answers)]
    return parts


def _section(answers: Sequence[Answer]) -> str:
    head = "".join(f"<th>{name}</th>" for name in ("item", "asks", "", "answer"))
    body = "".join(map(_row, answers))
    inner = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="words checklist">{inner}</div>'


def _row(answer: Answer) -> str:
    item = answer.item
    numbers = [("TRIPOD+AI", item.tripod), ("CLAIM", item.claim)]
    told = "<br>".join(f"{name} {number}" for name, number in numbers if number)
    left = f"For the authors: {item.left}." if item.left else "For the authors."
    texts = [f"{answer.known}." if answer.known else "", left if answer.status != ANSWERED else ""]
    look = _LOOK[answer.status]
    cells = [
        f"<td>{told}</td><td>{escape(item.asks)}</td>",
        f'<td class="mark {look}">{answer.status}</td>',
        f"<td>{escape(' '.join(filter(None, texts)))}</td>",
    ]
    return f"<tr>{''.join(cells)}</tr>"
