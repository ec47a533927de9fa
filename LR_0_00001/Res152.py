"""Run the script of this file's name in Code/ for the learning-rate folder that this file lies in.

  python Res50.py --help

All launchers are the same bytes. A copied folder under a new name is a new setting: LR_0_0005
trains with 0.0005, LR_0_00001_Dropout_03 with 0.00001 and a dropout of 0.3.
"""

import runpy
import sys
from pathlib import Path

HERE = Path(__file__).absolute()

for folder in HERE.parents:
    script = folder.parent / "Code" / HERE.name
    if script.is_file():
        break
else:
    print(f"error: expected Code/{HERE.name} beside the folder, found none", file=sys.stderr)
    sys.exit(2)

sys.path.insert(0, str(script.parent))
sys.argv[1:1] = ["--folder", str(folder)]
runpy.run_path(str(script), run_name="__main__")
