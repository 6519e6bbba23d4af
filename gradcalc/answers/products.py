"""The other shapes of a derivative, each as the gradient of another program made from the user's.

With f for the program, t for a direction and u for a seed,

    jvp      is the derivative of f(x + h*t) by h at h = 0,
    vjp      is the gradient of sum(u*f(x)),
    hvp      is the gradient of D(f(x + h*t), h),
    hessian  is the Jacobian of grad(f(x), x),

and the n-th derivative is the derivative of the trace of the one before. So each is swept, checked
and probed as any gradient is, and there is one way in which gradcalc proves things.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from gradcalc.answers.evaluate import evaluated
from gradcalc.answers.higher import HigherHessian
from gradcalc.answers.request import Names, Options, Run, read
from gradcalc.answers.result import Derivative, Result
from gradcalc.answers.status import worst
from gradcalc.errors import GradcalcError, blaming, listed
from gradcalc.language import canonical
from gradcalc.language.suggest import nearest
from gradcalc.language.syntax import (
    Assign,
    Binary,
    Call,
    Evaluate,
    Expr,
    Function,
    Name,
    Number,
    Program,
    Statement,
    Vector,
)
from gradcalc.numbers.big import in_turn
from gradcalc.numbers.shapes import shape_of, shown
from gradcalc.run.exact import recorded
from gradcalc.run.point import Given, Point, point

# Names that no text can hold.
STEP, SEED, WHOLE = "(step)", "(seed)", "(program)"


@in_turn
def jacobian(
    source: str,
    at: Mapping[str, Given],
    *,
    wrt: Names | None = None,
    options: Options | None = None,
) -> Result:
    """J[i, j] = ∂f_i/∂x_j for each input: as `evaluate`, with shape value + input.

    >>> jacobian("[x*y, x + y]", {"x": 2, "y": 3}).gradient["x"].tolist()
    [3.0, 1.0]
    """
    with blaming(source):
        return replace(evaluated(read_run(source, at, wrt, options)), kind="jacobian")


@in_turn
def vjp(
    source: str,
    at: Mapping[str, Given],
    seed: Given = 1,
    *,
    wrt: Names | None = None,
    options: Options | None = None,
) -> Result:
    """The vector-Jacobian product u·J by reverse mode; `seed` u has the shape of the value.

    >>> vjp("[x*y, x + y]", {"x": 2, "y": 3}, [1, 2]).gradient
    {'x': 5.0, 'y': 4.0}
    """
    with blaming(source):
        run = read_run(source, at, wrt, options)
        seeds = point({SEED: seed}, typed=run.options.typed, limits=run.options.limits)
        _fit("the seed", seeds.machine()[SEED], "the value", run.trace.values[run.trace.result])
        body = (*_as_function(run), Evaluate(_summed(Name(SEED), Call(WHOLE, ())), _span(run)))
        result = evaluated(_again(run, body, seeds, run.wrt))
        return _answer(replace(result, kind="vjp"), run)


@in_turn
def jvp(
    source: str,
    at: Mapping[str, Given],
    along: Mapping[str, Given],
    *,
    options: Options | None = None,
) -> Result:
    """The Jacobian-vector product J·t by forward mode; inputs without a direction are held.

    >>> jvp("x*y", {"x": 2, "y": 3}, {"x": 1}).gradient
    {'along': 3.0}
    """
    with blaming(source):
        run = read_run(source, at, None, options)
        body = (*_stepped(run, along), *run.program.body)
        result = evaluated(_again(run, body, _directions(run, along), (STEP,)))
        rows = tuple(replace(row, by=()) for row in result.derivatives)
        return _answer(replace(result, kind="jvp", derivatives=rows), run)


@in_turn
def hvp(
    source: str,
    at: Mapping[str, Given],
    along: Mapping[str, Given],
    *,
    wrt: Names | None = None,
    options: Options | None = None,
) -> Result:
    """The product of the Hessian of a number with a direction; its value is the slope t·∇f.

    >>> hvp("x^3*y", {"x": 2, "y": 3}, {"x": 1}).gradient
    {'x': 36.0, 'y': 12.0}
    """
    with blaming(source):
        run = read_run(source, at, wrt, options)
        require_number(run, "hvp")
        names = tuple(run.point.traces)
        function = Function(WHOLE, names, run.program.body, _span(run))
        arguments = [_moved(name, Name(name)) if name in along else Name(name) for name in names]
        slope = Call("D", (Call(WHOLE, tuple(arguments), _span(run)), Name(STEP)), _span(run))
        held = Assign(Name(STEP), "=", _zero(), _span(run))
        body = (function, held, Evaluate(slope, _span(run)))
        result = evaluated(_again(run, body, _directions(run, along, step=False), run.wrt))
        return _answer(replace(result, kind="hvp"), run)


@in_turn
def hessian(
    source: str,
    at: Mapping[str, Given],
    *,
    wrt: Names | None = None,
    options: Options | None = None,
) -> Result:
    """All second derivatives of a number: a `Derivative` by each pair of inputs.

    Forward over reverse: the gradient is recorded by reverse mode, its Jacobian taken by columns.
    Each is of shape x + y. The result's value is the number, its gradient in `first`.

    >>> hessian("x^3*y", {"x": 2, "y": 3}).gradient
    {'x, x': 36.0, 'x, y': 12.0, 'y, x': 12.0, 'y, y': 0.0}
    """
    with blaming(source):
        run = read_run(source, at, wrt, options)
        require_number(run, "hessian")
        pairs: dict[tuple[str, ...], Derivative] = {}
        second = []
        higher = HigherHessian(run)
        for group in _groups(run):
            one = evaluated(
                _again(run, _gradients(run, group), Point({}), run.wrt), higher.rows(group)
            )
            second.append(one)
            pairs |= _pairs(one, group, stacked=not _is_array(run, group[0]))
        first = evaluated(run)
        everything = (first, *second)
        return replace(
            first,
            kind="hessian",
            derivatives=tuple(pairs[a, b] for a in run.wrt for b in run.wrt),
            first=first.derivatives,
            checks=second[0].checks if second else first.checks,
            status=worst(one.status for one in everything),
            notes=tuple(dict.fromkeys(note for one in everything for note in one.notes)),
            error=next((one.error for one in everything if one.error), None),
            exit=max(one.exit for one in everything),
        )


def _groups(run: Run) -> list[tuple[str, ...]]:
    """The inputs whose gradients one program stacks: all numbers together, each array alone."""
    numbers = tuple(name for name in run.wrt if not _is_array(run, name))
    arrays: list[tuple[str, ...]] = [(name,) for name in run.wrt if _is_array(run, name)]
    return [numbers, *arrays] if numbers else arrays


def _is_array(run: Run, name: str) -> bool:
    return bool(shape_of(run.point.machine()[name]))


def _pairs(
    jacobian: Result, group: tuple[str, ...], *, stacked: bool
) -> dict[tuple[str, ...], Derivative]:
    """The second derivatives by each pair of inputs, from the Jacobian of a group's gradients."""
    return {
        (name, *row.by): _part(row, (name, *row.by), k, stacked)
        for row in jacobian.derivatives
        for k, name in enumerate(group)
    }


# making programs --------------------------------------------------------------------------


def read_run(
    source: str, at: Mapping[str, Given], wrt: Names | None, options: Options | None
) -> Run:
    """The run of the user's own program; GradcalcError as `read`."""
    return read(source, at, wrt, options or Options())


def _span(run: Run) -> Any:
    """The whole text: the place of all that is made from it."""
    return run.program.body[0].span.to(run.program.body[-1].span)


def _again(run: Run, body: tuple[Statement, ...], more: Point, wrt: tuple[str, ...]) -> Run:
    """The run of another program, at the same point and what it reads besides."""
    where = Point({**run.point.traces, **more.traces})
    program = Program(body)
    recording = recorded(program, where, wrt, typed=run.options.typed, limits=run.options.limits)
    other = run._replace(program=program, point=where, wrt=wrt, trace=recording.trace)
    if recording.left is None:
        return other._replace(exact=False)
    return other if run.exact else other.standing_in(recording.left)


def _answer(result: Result, run: Run) -> Result:
    """The answer of another program, with the text and the point of the user's own."""
    return replace(result, canonical=canonical(run.program), at=run.point.machine())


def _as_function(run: Run) -> tuple[Statement, ...]:
    return (Function(WHOLE, (), run.program.body, _span(run)),)


def _zero() -> Expr:
    return Number("0", Fraction(0))


def _summed(x: Expr, y: Expr) -> Expr:
    return Call("sum", (Binary("*", x, y),))


def _moved(name: str, x: Expr) -> Expr:
    """x + h*t"""
    return Binary("+", x, Binary("*", Name(STEP), Name(_direction(name))))


def _direction(name: str) -> str:
    return f"along {name}"


def _stepped(run: Run, along: Mapping[str, Given]) -> tuple[Statement, ...]:
    return tuple(Assign(Name(name), "=", _moved(name, Name(name)), _span(run)) for name in along)


def _directions(run: Run, along: Mapping[str, Given], *, step: bool = True) -> Point:
    """The directions as inputs; GradcalcError where a name or a shape doesn't fit."""
    values = run.point.machine()
    for name in along:
        if name not in values:
            known = nearest(name, sorted(values))
            hint = f"did you mean {known}?" if known else f"its inputs: {listed(values) or 'none'}"
            raise GradcalcError("unknown-input", f"'{name}' is not an input of the text", hint=hint)
    if not along:
        raise GradcalcError("usage", "the direction is missing", hint="write --along x=1,y=2")
    named = {_direction(n): v for n, v in along.items()}
    directions = point(named, typed=run.options.typed, limits=run.options.limits)
    numbers = directions.machine()
    for name in along:
        _fit(f"the direction {name}", numbers[_direction(name)], "the input", values[name])
    origin = point({STEP: 0}) if step else Point({})
    return Point({**origin.traces, **directions.traces})


def _fit(what: str, array: Any, of: str, like: Any) -> None:
    """GradcalcError unless both have the same shape."""
    shapes = [shape_of(x) for x in (array, like)]
    if shapes[0] != shapes[1]:
        this, that = (f"of shape {shown(s)}" if s else "a number" for s in shapes)
        raise GradcalcError(
            "shape", f"{what} is {this}, but {of} is {that}", hint="the shapes must match"
        )


def require_number(run: Run, what: str) -> None:
    """GradcalcError, which names `what` was wanted, unless the run's value is a number."""
    shape = shape_of(run.trace.values[run.trace.result])
    if shape:
        raise GradcalcError(
            "shape",
            f"{what} needs a program whose value is a number, not an array of shape {shown(shape)}",
            hint="choose an element, or sum them",
        )


def _gradients(run: Run, group: tuple[str, ...]) -> tuple[Statement, ...]:
    """The gradient by some inputs, as a vector of numbers or as the array it is."""
    names, span = tuple(run.point.traces), _span(run)
    call = Call(WHOLE, tuple(Name(name) for name in names), span)
    parts = tuple(Call("grad", (call, Name(name)), span) for name in group)
    value = parts[0] if _is_array(run, group[0]) else Vector(parts, span)
    return Function(WHOLE, names, run.program.body, span), Evaluate(value, span)


def _part(row: Derivative, by: tuple[str, ...], which: int, stacked: bool) -> Derivative:
    """The second derivatives by one pair of inputs.

    `row` is the derivative of a group's gradient, whose item `which` is wanted if it is `stacked`.
    """
    if not stacked:
        return replace(row, by=by)
    size = len(row.gradient)

    def pick(rows: Any) -> Any:
        if rows is None:
            return None
        chosen = rows[which]
        return chosen.item() if getattr(chosen, "ndim", None) == 0 else chosen

    per = len(row.parts) // size
    parts = row.parts[which * per : (which + 1) * per]
    return replace(
        row,
        by=by,
        gradient=pick(row.gradient),
        forward=pick(row.forward),
        reverse=pick(row.reverse),
        symbolic=pick(row.symbolic),
        reference=pick(row.reference),
        digits=pick(row.digits),
        ulps=pick(row.ulps),
        parts=parts,
        status=worst(part.status for part in parts) if parts else row.status,
        left=parts[0].left if per == 1 and parts else None,
        right=parts[0].right if per == 1 and parts else None,
    )
