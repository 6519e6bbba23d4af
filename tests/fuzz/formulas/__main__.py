"""`python -m tests.fuzz.formulas`: random formulas by the thousand."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from tests.fuzz.formulas.judgement import judged


def main() -> int:
    """Formulas number `--first` to `--first` + `--count`."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.formulas")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--ways", choices=("flint", "mpmath", "both", "turns"), default="both")
    parser.add_argument("--full", type=int, default=10, help="sympy is asked for one in so many")
    arguments = parser.parse_args()
    start, counts = time.monotonic(), Counter[str]()
    ways = {"flint": (True,), "mpmath": (False,), "both": (True, False)}
    for k in range(arguments.first, arguments.first + arguments.count):
        check = "full" if arguments.full and k % arguments.full == 0 else "fast"
        turn = ("flint", "mpmath")[k // 2 % 2] if arguments.ways == "turns" else arguments.ways
        for flint in ways[turn]:
            before = time.process_time()
            outcome, complaints, made = judged(f"{arguments.seed} {k}", flint=flint, check=check)
            counts[outcome] += 1
            took = time.process_time() - before
            if took > 2:
                complaints.append(f"(took {took:.1f} s)")
            for line in complaints:
                way = "flint" if flint else "mpmath"
                print(f"{k} {way} {made.source!r} at {made.at!r}: {line}", flush=True)
            if outcome == "unclear":
                break
        if (k + 1) % 1000 == 0:
            print(
                f"{k + 1}: {time.monotonic() - start:.0f} s {dict(counts)}",
                file=sys.stderr,
                flush=True,
            )
    print(f"{time.monotonic() - start:.0f} s", dict(counts.most_common()))
    return int(counts["wrong"] > 0)


if __name__ == "__main__":
    sys.exit(main())
