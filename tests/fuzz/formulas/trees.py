"""Formulas as trees: as gradcalc reads them, and as the oracle evaluates them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from tests.fuzz.formulas import functions, sides
from tests.fuzz.formulas.sides import OutsideError, Side, UnclearError, mp

Tree = tuple[Any, ...]  # an operation and its arguments; ("number", text); ("x",)


INFIX = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
CONDITIONS: dict[str, Callable[[int], bool]] = {
    "<": lambda s: s < 0, "<=": lambda s: s <= 0, ">": lambda s: s > 0, ">=": lambda s: s >= 0,
    "==": lambda s: s == 0, "!=": lambda s: s != 0,
}  # fmt: skip


def text(tree: Tree) -> str:
    """A tree as gradcalc reads it."""
    match tree:
        case ("x",):
            return "x"
        case ("number", digits):
            return f"({digits})" if digits.startswith("-") or "/" in digits else digits
        case ("named", name, _):
            return str(name)
        case ("neg", a):
            return f"(-{text(a)})"
        case ("power", a, p):
            return f"({text(a)})^({p})"
        case ("if", op, a, b, then, other):
            return f"({text(then)} if {text(a)} {op} {text(b)} else {text(other)})"
        case (op, a, b) if op in INFIX:
            return f"({text(a)} {INFIX[op]} {text(b)})"
        case (op, *arguments):
            return f"{op}({', '.join(map(text, arguments))})"
    raise ValueError(tree)


Called = Callable[[str, list[Any]], Any]


def value(tree: Tree, x: Side, called: Called | None = None) -> Any:
    """What a tree comes to at x; OutsideError where it is undefined."""
    known: dict[int, Any] = {}

    def at(node: Tree) -> Any:
        if id(node) not in known:
            known[id(node)] = _applied(node, x, at, called or _called)
        return known[id(node)]

    return at(tree)


def _applied(node: Tree, x: Side, at: Callable[[Tree], Any], called: Called) -> Any:
    match node:
        case ("x",):
            return x
        case ("number", digits):
            return sides.number(Fraction(digits))
        case ("named", _, tree):
            return at(tree)
        case ("power", a, p):
            return called(f"power {p}", [at(a)])
        case ("if", op, a, b, then, other):
            return at(then if CONDITIONS[op](called("compare", [at(a), at(b)])) else other)
        case (op, *arguments):
            return called(op, [at(a) for a in arguments])
    raise ValueError(node)


def _called(op: str, a: list[Side]) -> Any:
    if op.startswith("power "):
        return sides.power(a[0], Fraction(op.removeprefix("power ")))
    match op:
        case "compare":
            return sides.sub(*a).sign
        case "add" | "sub" | "mul" | "div" | "neg":
            return getattr(sides, op)(*a)  # type: ignore[no-any-return]
        case "abs":
            return functions.absolute(a[0])
        case "max":
            return functions.larger(*a)
        case "min":
            return sides.neg(functions.larger(sides.neg(a[0]), sides.neg(a[1])))
        case "relu":
            return functions.larger(a[0], sides.number(0))
        case "sqrt":
            return sides.power(a[0], Fraction(1, 2))
        case "cbrt":
            return functions.cbrt(a[0])
        case "hypot":
            return sides.power(
                sides.add(sides.mul(a[0], a[0]), sides.mul(a[1], a[1])), Fraction(1, 2)
            )
        case "floor":
            return functions.floor(a[0])
        case "ceil":
            return sides.neg(functions.floor(sides.neg(a[0])))
        case "sign":
            return sides.number(a[0].sign)
        case "tan":
            return sides.div(functions.function("sin", a[0]), functions.function("cos", a[0]))
        case "sigmoid":
            grown = functions.function("exp", sides.neg(a[0]))
            return sides.power(sides.add(sides.number(1), grown), Fraction(-1))
        case "softplus":
            return functions.function("log1p", functions.function("exp", a[0]))
        case "log":
            return functions.log(a[0])
    return functions.function(op, a[0])


def ieee(op: str, a: list[Any]) -> Any:
    """An operation at the point itself: infinities, as mpmath numbers, go on as IEEE's do."""
    if all(isinstance(x, Side) for x in a):
        try:
            return _called(op, a)
        except OutsideError:
            signs = [x.sign for x in a]
            if op == "div" and not signs[1]:
                return mp.inf * signs[0] if signs[0] else mp.nan
            if op == "log" and not signs[0]:
                return -mp.inf
            if op.startswith("power -") and not signs[0]:
                return mp.inf
            raise
    x = [b.split()[0] if isinstance(b, Side) else b for b in a]
    if any(map(mp.isnan, x)) and op in ("compare", "max", "min", "relu", "sign", "floor", "ceil"):
        raise UnclearError("a choice by what is not a number")
    found = functions.at_infinities(op, x)
    return sides.number(found) if mp.isfinite(found) and op != "compare" else found
