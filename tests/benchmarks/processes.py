"""Whole processes to be measured: contenders that wait for their turn, and scripts."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from pairs import Pairs

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
CODE = PROJECT / "Code"
PANDAS = """
import json, sys
from pathlib import Path
import pandas
counts = {}
for path in sorted(Path(sys.argv[1]).glob("*.csv")):
    group = pandas.read_csv(path)["group"].str.removeprefix("correction_")
    group = group[~group.str.startswith("fov")]
    counts[path.stem] = {"tumour": int((group == "tumor").sum()), "total": len(group)}
Path(sys.argv[2]).write_text(json.dumps(counts))
"""


class Contender:
    """A process that has built a network and runs a job whenever it is told to."""

    def __init__(self, kind: str, options: argparse.Namespace) -> None:
        self._images = options.batch_size * options.steps
        arguments = [kind, options.image_size, options.batch_size, options.steps, options.precision]
        self._process = subprocess.Popen(
            [sys.executable, HERE / "contender.py", *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __enter__(self) -> "Contender":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate("")

    def rate(self, job: str) -> float:
        """Return images a second of one turn at "train", "predict" or "fit"."""
        self._process.stdin.write(job + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a contender ended early: {self._process.args}")
        return self._images / json.loads(line)


def extraction(options: argparse.Namespace, files: int = 1438) -> Pairs:
    """Time pandas and Data_Extractor.py on the same label files, 12 to 54 nuclei each."""
    random = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        labels = Path(folder) / "contours"
        labels.mkdir()
        for number in range(files):
            groups = random.choice(["tumor", "lymphocyte", "fibroblast"], random.integers(12, 55))
            rows = [f'{i},{i},{g},80,212,134,252,0,"80,134,134,80,80","212,212,252,252,212",2160,'
                    for i, g in enumerate(groups)]  # fmt: skip
            header = ",anchor_id,group,xmin,ymin,xmax,ymax,has_algorithmic_boundary,coords_x,"
            text = "\n".join([header + "coords_y,bbox_area,color", *rows, ""])
            (labels / f"TCGA-ZZ-A{number:04d}.csv").write_text(text)
        out = [Path(folder) / name for name in ("pandas.json", "ours.json")]
        theirs = [sys.executable, "-c", PANDAS, labels, out[0]]
        script = CODE / "Data_Extractor.py"
        ours = [sys.executable, script, "--dataset", folder, "--output", out[1]]

        def our_seconds() -> float:
            out[1].unlink(missing_ok=True)
            return _seconds(ours)

        pairs = Pairs(options.pairs, lambda: _seconds(theirs), our_seconds)
        if json.loads(out[0].read_bytes()) != json.loads(out[1].read_bytes()):
            raise RuntimeError("the two sides do not count the same")
    return pairs


def memory(few: int = 500, many: int = 2000) -> Pairs:
    """Compare the peak memory of a run over many fields and over few."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "PsAreTruth_E"
        sample = CODE / "Sample_Dataset.py"
        _seconds([sys.executable, sample, "--count", many, "--size", 64, "--output", data])

        def peak(limit: int) -> float:
            output = Path(folder) / f"results{limit}"
            script = PROJECT / "LR_0_0001" / "Res50.py"
            return _peak([sys.executable, script, "--dataset", data, "--weights", "none",
                          "--image-size", 96, "--epochs", 1, "--limit", limit,
                          "--output", output])  # fmt: skip

        return Pairs(1, lambda: peak(many), lambda: peak(few))


def _seconds(command: list) -> float:
    start = time.perf_counter()
    subprocess.run(list(map(str, command)), check=True, capture_output=True)
    return time.perf_counter() - start


def _peak(command: list) -> float:
    """Return a command's peak resident memory in MiB (Linux counts it in KiB)."""
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"failed: {command}")
    return usage.ru_maxrss / 1024
