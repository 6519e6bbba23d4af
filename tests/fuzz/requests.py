"""Streams of requests, garbage among them, under any locale.

`python -m tests.fuzz.requests --requests 100000 --seed 2026` sends so many to
`gradcalc eval --jsonl` in each of three locales, one in twenty of them garbage. What is printed
broke: a good request that is not answered in its turn, or garbage whose answer is no error.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping

LOCALES: Mapping[str, Mapping[str, str]] = {
    "utf-8": {},
    "C": {"LC_ALL": "C"},
    "C.UTF-8": {"LC_ALL": "C.UTF-8"},
    "ascii": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "strict": {"PYTHONIOENCODING": "utf-8:strict"},
}
VOLUME_LOCALES = ("C", "C.UTF-8", "ascii")
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
IS_GARBAGE = object()  # in the place of a request's name


def stream(count: int, seed: int) -> tuple[bytes, list[object]]:
    """Requests, one in twenty of them garbage, and what each answer has to be called."""
    rng = random.Random(seed)
    lines: list[bytes] = []
    names: list[object] = []
    for k in range(count):
        if rng.random() < 0.05:
            lines.append(rng.choice(GARBAGE))
            names.append(IS_GARBAGE)
            continue
        name = rng.choice(NAMES)
        request = {"id": name, "expr": f"x^2 + {k}*y", "at": {"x": k, "y": 2}}
        lines.append(
            json.dumps(request, ensure_ascii=name == "\ud800" or rng.random() < 0.5).encode()
        )
        names.append(name)
    return b"\n".join(lines) + b"\n", names


def faults(count: int, seed: int, locale: str) -> Iterator[str]:
    """Where the answers to such a stream are not what they have to be."""
    requests, names = stream(count, seed)
    done = subprocess.run(
        [sys.executable, "-m", "gradcalc", "eval", "--jsonl", "--no-check"],
        input=requests,
        capture_output=True,
        check=False,
        env={**os.environ, **LOCALES[locale]},
    )
    answers = done.stdout.splitlines()
    if len(answers) != count:
        yield f"{locale}: {len(answers):,} answers to {count:,} requests: {done.stderr.decode()}"
    for k, (line, name) in enumerate(zip(answers, names, strict=False)):
        answer = json.loads(line)
        if name is IS_GARBAGE:
            right = "error" in answer
        else:
            expected = {"id": name, "value": k * k + 2 * k, "gradient": {"x": 2 * k, "y": k}}
            right = all(answer.get(key) == value for key, value in expected.items())
        if not right:
            yield f"{locale}, line {k + 1}: {line.decode()}"


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.requests")
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    broken = 0
    for locale in VOLUME_LOCALES:
        began = time.monotonic()
        found = list(faults(options.requests, options.seed, locale))
        print(*found[:20], sep="\n", end="\n" * bool(found))
        broken += len(found)
        seconds = time.monotonic() - began
        print(f"{options.requests:,} requests, {locale}: {len(found)} broken; {seconds:.0f} s")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
