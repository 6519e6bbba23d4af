"""A stream of requests under any locale: each good line is answered, in order."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys

import pytest

LOCALES = {
    "utf-8": {},
    "ascii": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "strict": {"PYTHONIOENCODING": "utf-8:strict"},
}
GARBAGE = (
    b"\xff\xfe",
    b"not json",
    b'{"id": 1, "id": 2, "expr": "x", "at": {"x": 1}}',
    b'{"expr": "x", "at": {"x": 1, "x": 2}}',
    b'{"expr": 3}',
    b'{"expr": "x +", "at": {"x": 1}}',
    b'{"expr": "x", "at": {"x": 1e999}}',
    b"[" * 100_000,
    b'{"expr": "x", "at": {"x": 1}, "\xc3": 1}',
)
NAMES = ("a", "é", "Ω≈", "𝛼", "\ud800", 7, None, [1, "ü"])


def stream(count: int) -> tuple[bytes, list[object]]:
    """Requests, one in twenty of them garbage, and what each answer has to be called."""
    rng = random.Random(20)
    lines: list[bytes] = []
    names: list[object] = []
    for k in range(count):
        if rng.random() < 0.05:
            lines.append(rng.choice(GARBAGE))
            names.append("garbage")
        else:
            name = rng.choice(NAMES)
            request = {"id": name, "expr": f"x^2 + {k}*y", "at": {"x": k, "y": 2}}
            lines.append(
                json.dumps(request, ensure_ascii=rng.random() < 0.5).encode(
                    "utf-8", "surrogatepass"
                )
                if name != "\ud800"
                else json.dumps(request).encode()
            )
            names.append(name)
    return b"\n".join(lines) + b"\n", names


@pytest.mark.parametrize("locale", LOCALES)
def test_good_lines_are_answered(locale: str) -> None:
    requests, names = stream(400)
    done = subprocess.run(
        [sys.executable, "-m", "gradcalc", "eval", "--jsonl", "--no-check"],
        input=requests,
        capture_output=True,
        check=False,
        env={**os.environ, **LOCALES[locale]},
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(names)
    for k, (answer, name) in enumerate(zip(answers, names, strict=True)):
        if name == "garbage":
            assert "error" in answer
        else:
            assert (answer["id"], answer["value"]) == (name, k * k + 2 * k)
            assert answer["gradient"] == {"x": 2 * k, "y": k}


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
