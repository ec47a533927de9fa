"""comparison.html: one file with sortable tables, a heat map and curves; no internet needed."""

import base64
from collections import defaultdict
from html import escape
from pathlib import Path

from common.comparison import TITLE
from common.comparison.graphs import curves, heat_map
from common.comparison.ranking import Comparison, FinishedRun
from common.comparison.table import Cell, shown, table_of
from common.files.atomic import whole_file

_HEAD = (
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>"""
    + TITLE
    + """</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1500px; padding: 0 1rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; white-space: nowrap }
th, td { padding: .2rem .6rem; text-align: right; border-bottom: 1px solid #ddd }
th { cursor: pointer; background: #dde3ea } tr.best { background: #cdebc8 }
th[aria-sort=ascending]::after { content: " \\25B2" }
th[aria-sort=descending]::after { content: " \\25BC" }
img { max-width: 100% } .block { color: #555 }
</style></head><body><h1>Comparison of runs</h1>
<p>Ranked by validation MAE of the best epoch (lowest val_loss), chosen on the validation fields
themselves. Only runs of one block are comparable. Runs that
answer alike for all fields have no rank. Metrics with intervals come from Evaluate.py.
Click a column's head to sort.</p>
"""
)
_SCRIPT = """<script>
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
</script></body></html>
"""


def write_page(path: Path, comparison: Comparison) -> None:
    """Write the page."""
    parts = [_HEAD]
    for block, runs in comparison.blocks.items():
        parts.append(f"<h2>{escape(block.title)}</h2>")
        parts.append(f'<p class="block">{escape("; ".join(block.lines))}</p>')
        parts += [_table(runs), _picture(heat_map(runs), "Heat map: network by folder")]
        parts += [_picture(curves(group, title), title) for title, group in _by_rate(runs).items()]
    if comparison.left_out:
        items = [f"<li>{escape(reason)}</li>" for reason in comparison.left_out.values()]
        parts.append(f"<h2>Left out</h2><ul>{''.join(items)}</ul>")
    with whole_file(path) as beside:
        beside.write_text("\n".join([*parts, _SCRIPT]), encoding="utf-8")


def _by_rate(runs: list[FinishedRun]) -> dict[str, list[FinishedRun]]:
    groups: dict[str, list[FinishedRun]] = defaultdict(list)
    for run in sorted(runs, key=_learning_rate):
        groups[f"Learning rate {_learning_rate(run):g}"].append(run)
    return groups


def _learning_rate(run: FinishedRun) -> float:
    return run.record.recipe.setting.learning_rate


def _table(runs: list[FinishedRun]) -> str:
    rows = table_of(runs)
    head = "".join(f"<th>{escape(name)}</th>" for name in rows[0])
    body = "".join(map(_row, rows))
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="wide">{table}</div>'


def _row(cells: dict[str, Cell]) -> str:
    best = ' class="best"' if cells["rank"] == 1 else ""
    return f"<tr{best}>{''.join(map(_cell, cells.values()))}</tr>"


def _cell(value: Cell) -> str:
    key = "" if value is None else str(value)
    return f'<td data-value="{escape(key)}">{escape(shown(value))}</td>'


def _picture(png: bytes, text: str) -> str:
    content = base64.b64encode(png).decode()
    return f'<p><img alt="{escape(text)}" src="data:image/png;base64,{content}"></p>'
