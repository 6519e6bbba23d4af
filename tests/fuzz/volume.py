"""Random and mutated texts in volume, where a coverage-guided fuzzer would look for depth.

`python -m tests.fuzz.volume --texts 1000000 --programs 20000 --mutated 3000 --seed 2026` parses so
many texts, and evaluates so many programs with every check, and so many after accidents. It
prints what broke, and exits with 1 if anything did:
an exception that is no GradcalcError, a text that takes longer than its time, derivations that
disagree.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random
from types import FrameType

from gradcalc import Exit, GradcalcError, Options, evaluate
from gradcalc.language import parse
from gradcalc.run.forms import reserved
from gradcalc.run.limits import Limits

CORPUS = Path(__file__).parent / "corpus"
POINTS = (
    {"x": "0.7", "y": "-1.3", "v": "[1, -2, 0.5]"},
    {"x": "0", "y": "1", "v": "[0, 0, 1]"},
    {"x": "-2.5", "y": "1e-3", "v": "[3, 3, -1]"},
)
LEAVES = (
    "x",
    "y",
    "x",
    "y",
    "2",
    "0.1",
    "pi",
    "-1",
    "3",
    "1e-3",
    "sum(v)",
    "v[0]",
    "norm(v)",
    "v @ v",
)
CALLS = (
    "sin",
    "cos",
    "exp",
    "log",
    "sqrt",
    "abs",
    "tanh",
    "atan",
    "relu",
    "floor",
    "erf",
    "cbrt",
    "sigmoid",
    "log1p",
    "expm1",
    "asinh",
    "softplus",
    "sign",
)
PAIRS = ("max", "min", "hypot", "atan2", "logaddexp", "xlogy")
PIECES = (
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ";",
    "\n",
    "=",
    "==",
    "<",
    "^",
    "**",
    "!",
    "@",
    ".T",
    "if",
    "else",
    "while",
    "for i in 0..3",
    "and",
    "not",
    "D(",
    "x",
    "2",
    ".5",
    "1e9",
    "0x1p3",
    "√",
    "²",
    "π",
    "−",
    "#",
    "|",
    "\x00",
    "é",
    "v[0]",
    "f(t) = ",
    "sin ",
    "%",
    "..",
    ":",
    "\\frac{",
    "\\sin ",
    "\\sqrt[",
    "\\left(",
    "\\begin{pmatrix}",
    "&",
    "$",
    "^{",
    "_{",
    "½",
    "⌊",
    "°",
    "ˣ",
    "∛",
)
LIMITS = Limits(steps=200, trace=20_000, calls=20)
PATIENCE = 20  # seconds of a processor for one text


def expression(random: Random, depth: int) -> str:
    """A random expression of numbers."""
    if depth == 0:
        return random.choice(LEAVES)
    one, other = (expression(random, random.randrange(depth)) for _ in range(2))
    return random.choice(
        (
            f"{random.choice(CALLS)}({one})",
            f"({one} {random.choice('+-*/')} {other})",
            f"({one} {random.choice('+-*/')} {other})",
            f"({one})^{random.choice(('2', '3', '-1', '0.5'))}",
            f"{random.choice(PAIRS)}({one}, {other})",
            f"({one} if {other} {random.choice(('<', '>=', '=='))} {one} else {other})",
        )
    )


def program(random: Random) -> str:
    """A random program: an expression, or statements before one."""
    a, b, c = (expression(random, random.randrange(4)) for _ in range(3))
    return random.choice(
        (
            a,
            a,
            a,
            f"z = {a}; for i in 0..3 {{ x = 0.5*x + i; z += {b} }}; z * {c}",
            f"f(t) = {a} + t*{b}; u = f({c}); if u > y {{ u }} else {{ f(u) }}",
            f"n = 0; z = {a}; while z > 1 and n < 4 {{ z = z/2; n += 1 }}; z + {b}",
            f"v[1] = {a}; w = v*{b}; for t in w {{ y += t }}; y*{c}",
            f"D({a}*x, x) + {b}",
        )
    )


def mutated(random: Random, text: str, other: str) -> str:
    """A text after a few accidents; some of it may come from another."""
    for _ in range(random.randrange(1, 4)):
        start = random.randrange(len(text) + 1)
        end = min(len(text), start + random.randrange(6))
        new = random.choice(
            (
                "",
                text[start:end] * 2,
                random.choice(PIECES),
                chr(random.randrange(0x20, 0x2FF)),
                other[random.randrange(len(other) + 1) :][: random.randrange(20)],
            )
        )
        text = text[:start] + new + text[end:]
    return text


def texts(random: Random, count: int) -> Iterator[str]:
    """Random noise, and accidents of programs and of the corpus."""
    kept = [path.read_text("utf-8", "replace") for path in sorted(CORPUS.iterdir())]
    for _ in range(count):
        if random.random() < 0.2:
            yield "".join(random.choices(PIECES, k=random.randrange(1, 25)))
        else:
            sources = [
                random.choice(kept) if random.random() < 0.3 else program(random) for _ in "ab"
            ]
            yield mutated(random, *sources)


def parsed(text: str) -> None:
    """Parse; a text may be refused."""
    parse(text, functions=reserved())


def proven(text: str, random: Random) -> None:
    """Evaluate with every check: all derivations agree."""
    at = {name: value for name, value in random.choice(POINTS).items() if name in text}
    found = evaluate(text, at, options=Options(limits=LIMITS))
    if found.checks.modes is False or found.checks.symbolic is False:
        raise AssertionError(f"the derivations disagree at {at}")


def broken(what: str, given: Iterable[str], one: Callable[[str], None]) -> int:
    """Give each text to `one`; print and count what breaks."""
    start, worst, total, refused, found = time.monotonic(), 0.0, 0, 0, 0
    for text in given:
        began = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, PATIENCE)
        try:
            one(text)
        except GradcalcError as error:
            refused += 1
            if error.exit is Exit.BUG:
                found += 1
                print(f"BROKEN {text!r}: {error}")
        except Exception as error:
            found += 1
            print(f"BROKEN {text!r}: {type(error).__name__}: {error}")
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        total += 1
        worst = max(worst, time.process_time() - began)
    print(
        f"{total:,} {what}, {refused:,} refused with a message, {found} broken; "
        f"{time.monotonic() - start:.0f} s, the slowest {worst:.2f} s"
    )
    return found


def _late(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"not done in {PATIENCE} s")


def main() -> int:
    """All, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.volume")
    parser.add_argument("--texts", type=int, default=1_000_000)
    parser.add_argument("--programs", type=int, default=20_000)
    parser.add_argument("--mutated", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=2026)
    asked = parser.parse_args()
    signal.signal(signal.SIGPROF, _late)
    random = Random(asked.seed)
    found = broken("texts parsed", texts(random, asked.texts), parsed)
    programs = (program(random) for _ in range(asked.programs))
    found += broken("programs evaluated", programs, lambda text: proven(text, random))
    accidents = (mutated(random, program(random), program(random)) for _ in range(asked.mutated))
    found += broken("mutated programs", accidents, lambda text: proven(text, random))
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
