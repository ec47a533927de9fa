"""dataset.html: what a data set holds, in one file that needs no internet."""

import base64
from html import escape
from pathlib import Path

from common.files.atomic import whole_file
from common.survey.survey import Survey

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Data set</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; margin: 1rem auto; max-width: 1150px; padding: 0 1rem }
pre { white-space: pre-wrap; overflow-wrap: anywhere }
img { max-width: 100%; height: auto; background: #fff }
.refused { border-left: .4rem solid #d55e00; padding-left: .8rem }
.accepted { border-left: .4rem solid #009e73; padding-left: .8rem }
</style></head><body>
"""


def write_page(path: Path, survey: Survey, pictures: dict[str, bytes]) -> None:
    """Write the page.

    Args:
        path: The file.
        survey: What the data set holds.
        pictures: PNGs by their captions.
    """
    verdict = "Training would be refused" if survey.refusal else "Training would begin"
    look = "refused" if survey.refusal else "accepted"
    parts = [_HEAD, f"<h1>{escape(survey.data_set.root.name)}</h1>"]
    parts.append(f'<h2 class="{look}">{verdict}</h2>')
    parts.append(f"<pre>{escape(chr(10).join(survey.describe()))}</pre>")
    for caption, png in pictures.items():
        content = base64.b64encode(png).decode()
        image = f'<img alt="{escape(caption)}" src="data:image/png;base64,{content}">'
        parts.append(f"<h2>{escape(caption)}</h2><p>{image}</p>")
    with whole_file(path) as beside:
        beside.write_text("\n".join([*parts, "</body></html>\n"]), encoding="utf-8")
