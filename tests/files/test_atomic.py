"""Files that appear whole: what a killed process leaves is told from what a user keeps."""

import subprocess
import sys
from pathlib import Path

from common.files.atomic import remove_unfinished
from helpers.scripts import CODE

KILLED = """
import os, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from common.files.atomic import whole_file
with whole_file(Path(sys.argv[2])) as beside:
    beside.write_text("half")
    os._exit(9)
"""


def test_only_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    own = [tmp_path / name for name in (".my-settings.json", ".env-abcd1234.json", "log0.xlsx")]
    for path in own:
        path.write_text("a user's own")
    log = tmp_path / "log1.xlsx"
    done = subprocess.run([sys.executable, "-c", KILLED, str(CODE), str(log)])
    assert done.returncode == 9
    assert not log.exists()
    assert len(list(tmp_path.iterdir())) == len(own) + 1
    remove_unfinished(tmp_path, seconds=3600)
    assert len(list(tmp_path.iterdir())) == len(own) + 1
    remove_unfinished(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted(own)
