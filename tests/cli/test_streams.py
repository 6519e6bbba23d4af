"""A stream of requests under any locale: each good line is answered, in order."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from gradcalc.cli import lines
from tests.counted import Name
from tests.fuzz.requests import LOCALES, faults


@pytest.mark.parametrize("locale", LOCALES)
def test_good_lines_are_answered(locale: str) -> None:
    """A slice of `tests/fuzz/requests`."""
    assert not list(faults(400, 20, locale))


def test_one_that_takes_long_keeps_nobody_waiting() -> None:
    long = {"id": 1, "expr": "for i in 0..900000 { x = sin(x) }; x", "at": {"x": 1}}
    short = {"id": 2, "expr": "x", "at": {"x": 1}}
    done = subprocess.run(
        [sys.executable, "-m", "gradcalc", "eval", "--jsonl", "--no-check", "--timeout", "0.6"],
        input=f"{json.dumps(long)}\n{json.dumps(short)}\n",
        capture_output=True,
        text=True,
        check=False,
    )
    first, second = map(json.loads, done.stdout.splitlines())
    assert first["error"]["code"] == "timeout"
    assert (second["id"], second["value"]) == (2, 1)


def test_a_key_that_comes_twice_is_found_in_one_pass() -> None:
    pairs = [(Name(f"k{k}"), 1) for k in range(2_000)]
    Name.compared = 0
    with pytest.raises(ValueError, match="'k1999' comes twice"):
        lines._without_repeats([*pairs, (Name("k1999"), 2)])
    assert Name.compared < 20 * len(pairs)
