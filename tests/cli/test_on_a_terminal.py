"""Commands on a terminal: something moves while they work, and ^C ends them with nothing torn."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

DEADLINE_SECONDS = 120  # after which waiting has failed
START = (  # a process whose terminal this is, so that ^C is for it
    "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
    "from gradcalc.__main__ import main; main()"
)
ELAPSED = re.compile(rb"\d:\d\d:\d\d")
SLOW = "z = x; for i in 0..900000 { z = sin(z) + x }; z"
SUITE = (
    '[[case]]\nname = "quick"\nexpr = "x^2"\nat = "x=3"\nclaim = "2*x"\n'
    f'[[case]]\nname = "slow"\nexpr = "{SLOW}"\nat = "x=1"\ntimeout = 300\n'
)
COMMANDS = {
    "map": ["map", "x*y", "endless.csv", "-o", "out.parquet"],
    "fit": ["fit", "a*x", "endless.csv", "--target", "y"],
    "hunt": ["hunt", "x*sin(y)", "--over", "x=-5:5,y=1:5", "--points", "1000000", "--timeout=999"],
    "check": ["check", "suite.toml", "--jobs", "1"],
    "minimize": ["minimize", "--global", SLOW, "--over", "x=0:3", "--timeout", "999"],
}


def drawn_until(terminal: int, pattern: re.Pattern[bytes] | None, drawn: bytes = b"") -> bytes:
    """What is drawn until the pattern is there at two times, or the end where there is none."""
    until = time.monotonic() + DEADLINE_SECONDS
    while pattern is None or len(set(pattern.findall(drawn))) < 2:
        assert time.monotonic() < until, drawn[-300:]
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            drawn += os.read(terminal, 1 << 16)
        except OSError:  # as Linux ends the reading of a terminal that nobody writes to
            assert pattern is None, drawn[-300:]
            return drawn
    return drawn


@pytest.mark.parametrize("name", COMMANDS)
def test_the_time_goes_on_until_an_interrupt(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "endless.csv")
    (tmp_path / "suite.toml").write_text(SUITE)
    files = sorted(os.listdir(tmp_path))
    terminal, other_end = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", START, *COMMANDS[name]],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "TERM": "xterm"},
        stdin=other_end,
        stdout=subprocess.PIPE if name == "map" else other_end,
        stderr=other_end,
        start_new_session=True,
    ) as process:
        feed = os.open(tmp_path / "endless.csv", os.O_RDWR)
        os.write(feed, b"x,y\n1,2\n")
        os.close(other_end)
        drawn = drawn_until(terminal, ELAPSED)
        assert process.poll() is None
        os.write(terminal, b"\x03")
        drawn = drawn_until(terminal, None, drawn)
        assert process.wait(DEADLINE_SECONDS) == 130
    os.close(feed)
    os.close(terminal)
    assert b"Traceback" not in drawn
    erased = drawn.rpartition(b"\x1b[2K")[2]  # then the cursor is where the bar was
    assert not ELAPSED.search(erased)
    assert drawn.count(b"\x1b[?25l") == drawn.count(b"\x1b[?25h")
    assert sorted(os.listdir(tmp_path)) == files
