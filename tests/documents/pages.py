"""The pages that show commands: README.md and the READMEs of the samples.

Each block that begins with `$ ` is run in a shell in the project's folder. The tests compare what
it prints with the page; `python -m tests.documents.pages` writes it into the page, for the day
when an output changes on purpose.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "samples").rglob("README.md")))
COMMAND = re.compile(r"(?<=```console\n)\$ (.*)\n((?:.*\n)*?)(?=```)")
PYTHON = re.compile(r"```pycon\n(.*?)```", re.DOTALL)


class Block(NamedTuple):
    """A command of a page with the output that the page shows."""

    page: str
    command: str
    output: str


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks() -> list[Block]:
    """Every command of every page."""
    return [
        Block(str(page.relative_to(ROOT)), command, output)
        for page in PAGES
        for command, output in COMMAND.findall(text(page))
    ]


def shell(command: str) -> subprocess.CompletedProcess[str]:
    """Run a command line with this interpreter's gradcalc first on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = re.sub(r"(?<![\w./-])gradcalc (?=[\"a-z-])", "python -m gradcalc ", command)
    return subprocess.run(
        command,
        shell=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path},
        check=False,
        timeout=60,
        cwd=ROOT,
    )


def rewrite(page: Path) -> None:
    """Write into a page what its commands print today."""
    before = text(page)
    after = COMMAND.sub(lambda block: f"$ {block[1]}\n{shell(block[1]).stdout}", before)
    if after != before:
        page.write_text(after, encoding="utf-8")
        print(f"rewrote {page.relative_to(ROOT)}")


if __name__ == "__main__":
    for each in PAGES:
        rewrite(each)
