"""One page: its look, tables that can be sorted, pictures within the file; no internet needed."""

import base64
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from common.files.atomic import whole_file


@dataclass(frozen=True)
class Link:
    """A cell that leads to a file or folder.

    Attributes:
        text: What is read.
        target: A relative path as URL.
    """

    text: str
    target: str

    def __str__(self) -> str:
        """Return what is read, by which a column is sorted."""
        return self.text


Cell = str | float | Link | None
Row = Mapping[str, Cell]

_STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; margin: 1rem auto; max-width: 1500px; padding: 0 1rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; white-space: nowrap;
  font-size: .9rem }
th, td { padding: .2rem .6rem; text-align: right; border-bottom: 1px solid #8886 }
th { cursor: pointer; background: #8893a633 }
th[title] { text-decoration: underline dotted; text-underline-offset: .2em }
tr.best { background: #2a9d4f40; font-weight: 600 }
th[aria-sort=ascending]::after { content: " \\25B2" }
th[aria-sort=descending]::after { content: " \\25BC" }
details { font-size: .9rem; margin: .5rem 0 }
details label { display: inline-block; margin-right: 1rem }
figure { margin: 0 }
figcaption { font-size: .8rem; line-height: 1.3; overflow-wrap: anywhere }
img { max-width: 100%; height: auto; background: #fff }
.wide > img { max-width: max(100%, 44rem); display: block }
p { overflow-wrap: anywhere }
"""
_SORT = """
for (const head of document.querySelectorAll("th")) head.onclick = () => {
  const up = head.getAttribute("aria-sort") !== "ascending", at = head.cellIndex;
  for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  const body = head.closest("table").tBodies[0];
  const key = row => row.cells[at].dataset.value;
  const rows = [...body.rows], numeric = rows.every(row => !isNaN(key(row)));
  const order = (a, b) => numeric ? key(a) - key(b) : key(a).localeCompare(key(b));
  const filled = rows.filter(row => key(row) !== ""), empty = rows.filter(row => key(row) === "");
  body.append(...filled.sort((a, b) => up ? order(a, b) : order(b, a)), ...empty);
};
"""
_CHOOSE = """
for (const table of document.querySelectorAll(".wide > table")) {
  const heads = [...table.tHead.rows[0].cells], list = document.createElement("details");
  if (heads.length < 9) continue;
  list.innerHTML = "<summary>Columns</summary>";
  heads.forEach((head, at) => {
    const label = document.createElement("label"), box = document.createElement("input");
    box.type = "checkbox";
    box.checked = true;
    box.onchange = () => { for (const row of table.rows) row.cells[at].hidden = !box.checked; };
    label.append(box, head.textContent);
    list.append(label);
  });
  table.parentNode.before(list);
}
"""
_SHOW = """
for (const box of document.querySelectorAll("input[data-shows]")) box.onchange = () => {
  const line = box.closest("figure").querySelector(`[data-line=${box.dataset.shows}]`);
  line.style.display = box.checked ? "" : "none";
};
"""


def write_page(path: Path, title: str, parts: Iterable[str], style: str = "") -> None:
    """Write a page.

    Args:
        path: The file.
        title: By which an earlier page of the same kind is recognised (files.atomic.check_ours).
        parts: HTML, one below the other.
        style: CSS beside that of all pages.
    """
    head = (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}'
        '</title>\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{_STYLE}{style}</style></head><body>"
    )
    tail = f"<script>{_SORT}{_CHOOSE}{_SHOW}</script></body></html>\n"
    with whole_file(path) as beside:
        # Names of folders may hold bytes that are not UTF-8.
        text = "\n".join([head, *parts, tail])
        beside.write_text(text, encoding="utf-8", errors="backslashreplace")


def paragraph(text: str, look: str = "") -> str:
    """Return a paragraph; look: its CSS class."""
    return f'<p class="{look}">{escape(text)}</p>' if look else f"<p>{escape(text)}</p>"


def heading(text: str, level: int = 2) -> str:
    """Return a heading."""
    return f"<h{level}>{escape(text)}</h{level}>"


def bullets(lines: Iterable[str]) -> str:
    """Return a list."""
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"


def table(
    rows: Sequence[Row], explained: Mapping[str, str] | None = None, best: Row | None = None
) -> str:
    """Return a table whose columns sort it when they are clicked.

    Args:
        rows: All of the same columns, at least one.
        explained: What columns mean, by their names; shown on hover.
        best: The row that is marked.
    """
    head = "".join(_head(name, (explained or {}).get(name)) for name in rows[0])
    body = "".join(_row(row, row is best) for row in rows)
    inner = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="wide">{inner}</div>'


def _head(name: str, meaning: str | None) -> str:
    told = f' title="{escape(meaning)}"' if meaning else ""
    return f"<th{told}>{escape(name)}</th>"


def _row(row: Row, is_best: bool) -> str:
    mark = ' class="best"' if is_best else ""
    return f"<tr{mark}>{''.join(map(_cell, row.values()))}</tr>"


def _cell(value: Cell) -> str:
    key = "" if value is None else str(value)
    text = escape(shown(value))
    if isinstance(value, Link):
        text = f'<a href="{escape(value.target)}">{text}</a>'
    return f'<td data-value="{escape(key)}">{text}</td>'


def shown(value: Cell) -> str:
    """Write a cell for reading; a missing value as a dash."""
    if value is None:
        return "-"
    if isinstance(value, float):
        size = abs(value)
        return f"{value:.0f}" if size >= 100 else f"{value:.4g}" if size >= 0.1 else f"{value:.3g}"
    return str(value)


def link_to(path: Path, page: Path, text: str) -> Link:
    """Return a link from a page to a file or folder, as a path from the page's folder."""
    relative = os.path.relpath(path, page.parent).replace(os.sep, "/")
    return Link(text, quote(relative, errors="surrogateescape"))


def picture(png: bytes, text: str) -> str:
    """Return a picture within the page; text: what it shows, for those who do not see it."""
    source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    return f'<div class="wide"><img alt="{escape(text)}" src="{source}"></div>'
