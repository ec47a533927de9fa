"""Bring another public data set into the NuCLS layout: points -> boxes around them.

  python Code/Import_Dataset.py brecahad BreCaHAD Dataset/BreCaHAD_NuCLS
  python Code/Import_Dataset.py ocelot ocelot2023 Dataset/OCELOT_NuCLS

Decodes every picture: 2 seconds for 100 of 1024 px. Writes, in OUTPUT:

  contours/*.csv, rgbs/*   the nuclei of each field, and a copy of its picture
  IMPORTED.txt             what was found, and what is not known
"""

from dataclasses import dataclass
from pathlib import Path

from common.importers.formats import FORMATS
from common.importers.import_set import ImportOptions, plan_import, write_import
from common.utils.cli import argument, option_group, parse
from common.utils.errors import start
from common.utils.terminal import tell


@dataclass(frozen=True)
class Command:
    """All that the script is given."""

    format: str = argument("the set's format", choices=FORMATS)
    source: Path = argument("the folder that it was unpacked to", type=Path)
    output: Path = argument("the folder to make", type=Path)
    points: ImportOptions = option_group("points")


def main() -> None:
    """Check all of the set, say what was found, write."""
    given = parse(Command, __doc__)
    job = plan_import(given.format, given.source, given.output.absolute(), given.points)
    tell(*job.describe())
    write_import(job)
    print(f"-> {job.output}")


if __name__ == "__main__":
    start(main)
