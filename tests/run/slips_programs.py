"""Slips of programs: statements, comments, matrices and loops of other languages."""

from __future__ import annotations

import math
from collections.abc import Iterator
from random import Random

from tests.run.slips import SPELLINGS, Point, Slip, drawn, value


def program_slips(random: Random) -> Iterator[Slip]:
    """One of each kind."""
    for kind in (_returned, _commented, _matrices, _loops):
        yield from kind(random)


def _returned(random: Random) -> Iterator[Slip]:
    tree = drawn(random, 2)
    text, k = SPELLINGS["plain"](tree), random.randint(2, 9)

    def meaning(at: Point) -> float:
        return k * value(tree, at)

    for program in (
        f"a = {text}; return {k}*a",
        f"a = {text}\nreturn {k}*a",
        f"let a = {text}; let b = {k}; a*b",
        f"const a = {text};\nconst b = {k};\nreturn a*b;",
        f"double a = {text}; return {k}*a;",
        f"var a = {text}; var b = {k}; return b*a;",
        f"local a = {text}\nreturn {k}*a",
        f"def f(x, y): return {k}*({text})",
        f"def f(x, y):\n    return {k}*({text})",
        f"def f(x, y):\n    a = {text}\n    return {k}*a",
        f"function f(x, y) {{ return {k}*({text}); }}",
        f"fn f(x, y) {{ {k}*({text}) }}",
        f"double f(double x, double y) {{ return {k}*({text}); }}",
        f"f = lambda x, y: {k}*({text})",
        f"f := (x, y) -> {k}*({text})",
        f"const f = (x, y) => {k}*({text});",
        f"f <- function(x, y) {k}*({text})",
        f"f = @(x, y) {k}*({text});",
        f"a = {text}; print({k}*a)",
        f"print({k}*({text}))",
        f"import math; {k}*({text})",
        f"import numpy as np\n{k}*({text})",
        f"from math import *\n{k}*({text})",
        f"begin a := {text}; {k}*a end",
        f"a := {text}; {k}*a",
        f"a <- {text}; {k}*a",
        f"a : {text}; {k}*a",
    ):
        yield Slip("program", program, meaning)


def _commented(random: Random) -> Iterator[Slip]:
    tree = drawn(random, 2)
    text = SPELLINGS["plain"](tree)

    def meaning(at: Point) -> float:
        return value(tree, at)

    for program in (
        f"{text} // comment",
        f"{text} // the loss of a batch",
        f"{text}  // TODO: check",
        f"{text} /* comment */",
        f"/* comment */ {text}",
        f"(* comment *) {text}",
        f"{text} -- comment",
        f"{text} # comment",
        f"// comment\n{text}",
        f"{text} % comment",
        f'"""comment"""\n{text}',
    ):
        yield Slip("comment", program, meaning)


def _matrices(random: Random) -> Iterator[Slip]:
    a, b, c = (random.randint(2, 9) for _ in range(3))
    determinant = "det({})"
    for text in (
        f"[x, {a}; {b}, {c}]",
        f"[x {a}; {b} {c}]",
        f"[x, {a};\n{b}, {c}]",
        f"[[x, {a}]; [{b}, {c}]]",
        f"[[x {a}] [{b} {c}]]",
        f"{{{{x, {a}}}, {{{b}, {c}}}}}",
        f"matrix([[x, {a}], [{b}, {c}]])",
        f"np.array([[x, {a}], [{b}, {c}]])",
        f"((x, {a}), ({b}, {c}))",
        f"[(x, {a}), ({b}, {c})]",
    ):
        yield Slip("matrix", determinant.format(text), lambda at: at["x"] * c - a * b)

    def norm(at: Point) -> float:
        return math.hypot(at["x"], a, b)

    for text in (
        f"norm([x {a} {b}])",
        f"norm([x; {a}; {b}])",
        f"norm((x, {a}, {b}))",
        f"norm({{x, {a}, {b}}})",
        f"norm([x, {a}, {b},])",
        f"norm([x, {a}, {b}].T)",
        f"norm(c(x, {a}, {b}))",
        f"norm([x, {a}, {b}]')",
    ):
        yield Slip("matrix", text, norm)


def _loops(random: Random) -> Iterator[Slip]:
    n = random.randint(3, 6)

    def total(at: Point) -> float:
        return sum(at["x"] * i for i in range(n))

    for program in (
        f"s = 0; for i in range({n}) {{ s = s + x*i }}; s",
        f"s = 0; for (i = 0; i < {n}; i++) {{ s = s + x*i }}; s",
        f"s = 0; for (int i = 0; i < {n}; i++) {{ s += x*i; }} return s;",
        f"s = 0\nfor i in range({n}):\n    s += x*i\ns",
        f"s = 0; for i in 0:{n - 1} {{ s = s + x*i }}; s",
        f"s = 0; for i = 0 to {n - 1} {{ s = s + x*i }}; s",
        f"s = 0; i = 0; while (i < {n}) {{ s = s + x*i; i++ }}; s",
    ):
        yield Slip("loop", program, total)

    def chosen(at: Point) -> float:
        return at["x"] if at["x"] > 1 else at["y"]

    for program in (
        "if (x > 1) x else y",
        "if x > 1 then x else y",
        "if x > 1: x\nelse: y",
        "if x > 1:\n    z = x\nelse:\n    z = y\nz",
        "if (x > 1) { return x; } else { return y; }",
        "if x > 1 { z = x } elif x > 0 { z = y } else { z = y }; z",
        "if x > 1 { z = x } elseif x > 0 { z = y } else { z = y }; z",
        "x > 1 ? x : y",
        "(x > 1) ? x : y",
        "x if x > 1 else y",
        "where(x > 1, x, y)",
        "IF(x>1, x, y)",
        "=IF(x>1;x;y)",
        "if(x > 1, x, y)",
    ):
        yield Slip("choice of programs", program, chosen)
