"""machine.json and machine.html: what was found, for programs and for people."""

import json
from datetime import datetime
from pathlib import Path

from common import VERSION
from common.files.atomic import check_ours, whole_file
from common.files.disk import check_writable
from common.machine import TITLE
from common.machine.check import MachineOptions
from common.machine.findings import Report
from common.pages.page import heading, paragraph, table, write_page

_STYLE = """
.found table { white-space: normal }
.found th, .found td { text-align: left; vertical-align: top }
.found td:first-child { min-width: 7rem }
.found td:last-child { min-width: 10rem; overflow-wrap: anywhere }
"""
_EXPLAINED = {
    "how": "estimated: from the network that was measured, by operations of a forward pass",
    "first step, s": "with compiling",
    "batch that fits": "the largest power of 2, up to 1,024",
    "which was": "trained: tried; calculated: from the memory of the measured batch",
}


def check_output(folder: Path) -> None:
    """Raise InputError if results could not be written to a folder, or replaced others' files."""
    check_writable(folder.absolute())
    check_ours(folder / "machine.html", TITLE, folder / "machine.json")


def write_report(report: Report, options: MachineOptions) -> None:
    """Write both files; those of an earlier check are replaced."""
    now = datetime.now().astimezone().isoformat(" ", "seconds")
    tried = f"{options.image_size} px, batches of {options.batch_size}"
    parts = [
        heading(TITLE, 1),
        paragraph(f"{report.verdict}. {now}, version {VERSION} of the project."),
        f'<div class="found">{table([one.row for one in report.findings])}</div>',
    ]
    if report.networks:
        parts += [heading(f"Training at {tried}")]
        parts += [table([one.row for one in report.networks], _EXPLAINED)]
    # The page first: by it the other is recognised as ours.
    write_page(options.output / "machine.html", TITLE, parts, _STYLE)
    head = {"date": now, "project": VERSION, "image_size": options.image_size}
    content = head | {"batch_size": options.batch_size} | report.to_json()
    with whole_file(options.output / "machine.json") as beside:
        beside.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
