"""Instructions as people write them: `v0 * v1`, `sum(v2, axis=0)`, `v0[1:3, :]`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcalc.language import to_text
from gradcalc.language.syntax import Expr, Name, Number, Unary
from gradcalc.numbers.shapes import Shape, shape_of, shown
from gradcalc.trace.formula import applied
from gradcalc.trace.trace import CONSTANT, INPUT, Trace
from gradcalc.views.numbers import shortest

MAX_LISTED = 6  # items of a vector or a call that are written, of the many there are
MAX_WRITTEN_CHARACTERS = 24  # characters of an array that is written for itself


def operation(trace: Trace, slot: int) -> str:
    """A step as people write it: `v0 * v1`, `sin(v2)`, `x`."""
    row, arguments = trace.rules[slot], trace.arguments[slot]
    if row is INPUT:
        return next(name for name, place in trace.inputs.items() if place == slot)
    if row is CONSTANT:
        exact = trace.constants[slot]
        return exact if isinstance(exact, str) else constant(trace.values[slot])
    names = [f"v{argument}" for argument in arguments]
    if row.array is not None:
        shapes = [shape_of(trace.values[a]) for a in arguments]
        return _array(row.name, names, shapes, trace.statics.get(slot, ()))
    if row.operator and row.arity == 2:
        return f" {row.operator} ".join(names).replace(" ^ ", "^")
    if row.operator:
        return f"{row.operator}{names[0]}"
    return f"{row.name}({', '.join(names)})"


def step_text(trace: Trace, slot: int) -> str:
    """A step of single numbers as a formula, its constants written out: `2*v0`, `sin(v2)`, `x`."""
    if trace.rules[slot] in (INPUT, CONSTANT):
        return operation(trace, slot)
    return to_text(applied(trace.rules[slot], [argument(trace, a) for a in trace.arguments[slot]]))


def argument(trace: Trace, slot: int) -> Expr:
    """A step as the argument of another: its name, v3, or the number that it is."""
    exact = trace.constants.get(slot)
    if exact is None or isinstance(exact, str):
        return Name(exact or f"v{slot}")
    number = Number(shortest(abs(trace.values[slot])), abs(exact))
    return Unary("-", number) if exact < 0 else number


def constant(value: Any) -> str:
    """A number, or an array: whole where it is small, else its shape."""
    if not shape_of(value):
        return shortest(value)
    if value.size <= MAX_LISTED:
        from gradcalc.views.grids import grid

        text = grid(value).line().plain
        if len(text) <= MAX_WRITTEN_CHARACTERS:
            return text
    return f"numbers {shown(value.shape)}"


def _array(name: str, names: list[str], shapes: list[Shape], statics: tuple[Any, ...]) -> str:
    write = ARRAY_OPERATIONS.get(name)
    return f"{name}({_listed(names)})" if write is None else write(names, shapes, *statics)


def _listed(names: list[str]) -> str:
    if len(names) > MAX_LISTED:
        names = [*names[: MAX_LISTED - 2], "…", names[-1]]
    return ", ".join(names)


# rows of arrays ---------------------------------------------------------------------------

Write = Callable[..., str]


def _part(key: tuple[Any, ...], shape: Shape) -> str:
    """An index as it is written: `[1:3, :]`."""
    return f"[{', '.join(_range(part, size) for part, size in zip(key, shape, strict=True))}]"


def _range(part: Any, size: int) -> str:
    if isinstance(part, int):
        return str(part)
    start, stop, step = part
    if step < 0:
        first = "" if start == size - 1 else str(start)
        return f"{first}:{'' if stop < 0 else stop}:{step}"
    first = "" if start == 0 else str(start)
    last = "" if stop >= size else str(stop)
    return f"{first}:{last}" + (f":{step}" if step != 1 else "")


def _chosen(places: tuple[int, ...], axis: int, shape: Shape) -> str:
    """An index by places along an axis: `[0, 2], :`."""
    parts = [":"] * len(shape)
    parts[axis] = f"[{_listed(list(map(str, places)))}]"
    return ", ".join(parts)


def _along(name: str) -> Write:
    """A reduction: its axes are named unless they are all there are."""

    def write(names: list[str], shapes: list[Shape], axes: Any, *_: Any) -> str:
        reduced = axes if isinstance(axes, tuple) else (axes,)
        rank = len(shapes[0])
        if len(reduced) == rank:
            return f"{name}({names[0]})"
        listed = ", ".join(str(axis % rank) for axis in reduced)
        return f"{name}({names[0]}, axis={listed})"

    return write


def _concat(names: list[str], shapes: list[Shape], axis: int) -> str:
    rank = len(shapes[0])
    return f"concat({_listed(names)}{f', axis={axis % rank}' if rank > 1 else ''})"


def _reshape(names: list[str], shapes: list[Shape], old: Shape, new: Shape) -> str:
    if not old and new == (1,):
        return f"[{names[0]}]"
    return (
        f"reshape({names[0]}, {shown(new)})" if new else f"{names[0]}{_part((0,) * len(old), old)}"
    )


ARRAY_OPERATIONS: dict[str, Write] = {
    "index": lambda v, s, key: f"{v[0]}{_part(key, s[0])}",
    "place": lambda v, s, shape, key: f"zeros({_sizes(shape)}){_part(key, shape)} = {v[0]}",
    "put": lambda v, s, key: f"{v[0]}{_part(key, s[0])} = {v[1]}",
    "erase": lambda v, s, key: f"{v[0]}{_part(key, s[0])} = 0",
    "take": lambda v, s, places, axis: f"{v[0]}[{_chosen(places, axis, s[0])}]",
    "scatter": lambda v, s, size, places, axis: f"zeros({size})[{list(places)}] += {v[0]}",
    "gather": lambda v, s: f"{v[0]}[{v[1]}]",
    "iota": lambda v, s, count: f"arange({count})",
    "reshape": _reshape,
    "swap": lambda v, s: f"{v[0]}.T" if len(s[0]) == 2 else f"swapaxes({v[0]}, -1, -2)",
    "permute": lambda v, s, axes: (
        f"permute({_listed([v[0], *(str(axis % len(axes)) for axis in axes)])})"
    ),
    "flip": _along("flip"),
    "broadcast": lambda v, s, old, new: f"broadcast({v[0]}, {shown(new)})",
    "collapse": lambda v, s, old, new: f"collapse({v[0]}, {shown(old) or 'number'})",
    "spread": lambda v, s, shape, axes: f"broadcast({v[0]}, {shown(shape)})",
    "stack": lambda v, s, rank: f"[{_listed(v)}]",
    "concat": _concat,
    "sum": _along("sum"),
    "cumsum": _along("cumsum"),
    "maximum": _along("max"),
    "minimum": _along("min"),
    "norm2": _along("norm"),
    "select": lambda v, s: f"where({v[0]}, {v[1]}, {v[2]})",
    "masked": lambda v, s: f"where({v[1]}, {v[0]}, 0)",
    "compare": lambda v, s, op: f"{v[0]} {op} {v[1]}",
    "matmul": lambda v, s, rx, ry: f"{v[0]} @ {v[1]}",
    "outer": lambda v, s, rx, ry: f"outer({v[0]}, {v[1]})" if rx and ry else f"{v[0]} * {v[1]}",
}


def _sizes(shape: Shape) -> str:
    return ", ".join(map(str, shape))
