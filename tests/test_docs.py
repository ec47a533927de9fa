"""README.md and docs/: links lead somewhere, commands and options are the scripts' own."""

import importlib
import re
import shlex
import subprocess
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_type_hints

import pytest
from common.config.network_options import NetworkOptions
from helpers.scripts import CODE, PROJECT

PAGES = [
    PROJECT / "README.md",
    PROJECT / "CONTRIBUTING.md",
    *sorted((PROJECT / "docs").glob("*.md")),
]
PASSING_ON = {"Run_All", "Cross_Validate"}  # take options of the network scripts as well


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text()
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    for target in targets:
        if target.startswith("http"):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        if anchor:
            heads = re.findall(r"^#+ (.+)$", there.read_text(), re.MULTILINE)
            assert anchor in [
                re.sub(r"[^\w -]", "", head).lower().replace(" ", "-") for head in heads
            ]


def test_every_page_and_figure_is_linked() -> None:
    text = "".join(page.read_text() for page in PAGES)
    for path in (PROJECT / "docs").iterdir():
        assert f"({path.name})" in text or f"docs/{path.name})" in text, path.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_are_those_of_the_scripts(page: Path) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    commands = [line for line in lines if re.search(r"python \S+\.py", line)]
    for line in commands:
        words = shlex.split(line, comments=True)
        at = next(at for at, word in enumerate(words) if word.endswith(".py"))
        script = PROJECT / words[at]
        assert script.is_file(), line
        if not script.is_relative_to(PROJECT / "tests"):
            given = {word.partition("=")[0] for word in words[at:] if word.startswith("--")}
            assert given <= options_of_script(script), line


def test_scripts_for_contributors_start() -> None:
    text = (PROJECT / "CONTRIBUTING.md").read_text()
    scripts = set(re.findall(r"python (tests/\S+\.py)", text))
    assert scripts >= {"tests/kills.py", "tests/pictures.py", "tests/benchmarks/run.py"}
    for script in scripts:
        command = [sys.executable, PROJECT / script, "--help"]
        subprocess.run(command, check=True, cwd=PROJECT, capture_output=True)


def test_options_in_texts_exist() -> None:
    everything = set().union(*(options_of_script(path) for path in CODE.glob("*.py")))
    everything |= {
        "--help",
        "--quiet",
        "--no-cache",
        "--host",
        "--nthreads",
        "--pairs",
        "--cluster",
    }
    for page in PAGES:
        given = set(re.findall(r"`(--[a-z][a-z-]+)", page.read_text()))
        assert given <= everything, (page.name, given - everything)


def options_of_script(script: Path) -> set[str]:
    """Return the options of a script in Code/, or of a launcher."""
    text = script.read_text()
    match = re.search(r"= (?:plan_export\()?parse(?:_known)?\((\w+),", text)
    if match is None:
        return options_of(NetworkOptions)
    module = importlib.import_module(script.stem)
    passed_on = options_of(NetworkOptions) if script.stem in PASSING_ON else set()
    return options_of(getattr(module, match[1])) | passed_on


def options_of(kind: type) -> set[str]:
    """Return the options of a script's dataclass, those of its groups among them."""
    hints = get_type_hints(kind)
    found = set()
    for part in fields(kind):
        inner = hints[part.name]
        name = f"--{part.name.replace('_', '-')}"
        found |= options_of(inner) if is_dataclass(inner) else {name}
    return found
