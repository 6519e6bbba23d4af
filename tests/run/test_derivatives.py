"""Derivatives inside a program: by a variable, through all that was computed from it."""

import random

import numpy as np
import pytest
import sympy

from gradcalc import compile, evaluate

X, S = sympy.symbols("x s")
STEPS = 5  # assignments of a generated program
Formula = tuple[str, sympy.Expr]


def formula(rng: random.Random, texts: list[str]) -> Formula:
    """A formula of some variables: as text, and as sympy has it."""
    a, b = rng.choice(texts), rng.choice(texts)
    text = rng.choice(["{a}*{b}", "{a} + 2*{b}", "sin({a})*{b}", "{a}", "{a}^2 - {b}", "2^{a}"])
    text = text.format(a=a, b=b)
    return text, sympy.sympify(text.replace("^", "**"))


def chain(rng: random.Random, start: str) -> tuple[str, list[str], list[Formula]]:
    """A program of assignments, `v0 = start; v1 = …`, its names, and what each is computed as."""
    names, formulas = ["v0"], [(start, sympy.sympify(start))]
    for k in range(1, STEPS):
        formulas.append(formula(rng, names))
        names.append(f"v{k}")
    text = "; ".join(f"{name} = {f[0]}" for name, f in zip(names, formulas, strict=True))
    return text, names, formulas


def total(names: list[str], formulas: list[Formula], by: int) -> tuple[sympy.Expr, sympy.Expr]:
    """The last variable as a function of s, the value of variable `by`, and of x; and s in x."""
    in_x: dict[str, sympy.Expr] = {}
    in_s: dict[str, sympy.Expr] = {}
    for k, (name, (_, expr)) in enumerate(zip(names, formulas, strict=True)):
        in_x[name] = expr.subs(in_x)
        in_s[name] = S if k == by else expr.subs(in_s)
    return in_s[names[-1]], in_x[names[by]]


@pytest.mark.parametrize("seed", range(40))
def test_through_all_that_was_computed_from_the_variable(seed: int) -> None:
    rng = random.Random(seed)
    text, names, formulas = chain(rng, rng.choice(["x", "x/2", "1/2"]))
    by = rng.randrange(len(names))
    last, s = total(names, formulas, by)
    order = rng.choice([1, 1, 2])
    source = f"D({names[-1]}, {names[by]})"
    for _ in range(order - 1):
        source = f"D({source}, {names[by]})"
    wanted = last.diff(S, order).subs(S, s)
    found = evaluate(f"{text}; {source} + 0*x", {"x": 0.7})
    assert found.value == pytest.approx(float(wanted.subs(X, 0.7)), rel=1e-12, abs=1e-12)
    slope = float(wanted.diff(X).subs(X, 0.7))
    assert found.gradient["x"] == pytest.approx(slope, rel=1e-11, abs=1e-11)


@pytest.mark.parametrize("seed", range(20))
def test_partial_derivatives_are_those_of_a_function_by_its_parameters(seed: int) -> None:
    """However its arguments hang together: parameters are variables of their own."""
    rng = random.Random(seed)
    body, expr = formula(rng, ["a", "b"])
    inner, value = rng.choice([("x", X), ("x^2", X**2), ("2*x", 2 * X)])
    found = evaluate(f"p(a, b) = D({body}, a); y = {inner}; p(x, y)", {"x": 1.3})
    wanted = expr.diff("a").subs({"a": X, "b": value}, simultaneous=True)
    assert found.value == pytest.approx(float(wanted.subs(X, 1.3)), rel=1e-13, abs=1e-13)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("y = x; D(x*y, x)", 6),
        ("y = x; D(x*y, y)", 3),
        ("y = x; z = y^2; w = x^2; D(z + w, y)", 6),
        ("y = x^2; x = x + 1; D(y, x)", 0),
        ("f(t) = t; y = f(x); D(x*y, y)", 3),
        ("f(t) = D(t*x, t); f(x)", 3),
        ("y = x^2; D(detach(y)*x, x)", 9),
        ("k = 2; y = 3^k; D(y, k)/log(3)", 9),
        ("E = x^4; F = -D(E, x); F", -108),
        ("for t in [x, 2*x] { y = t^2; z = D(y, t) }; z", 12),
    ],
)
def test_what_a_name_is_bound_to_is_the_variable(source: str, value: float) -> None:
    assert evaluate(source, {"x": 3}).value == pytest.approx(value, rel=1e-15)


def test_of_arrays_computed_before() -> None:
    at = {"v": [1, 2, 3]}
    shared = "w = v*sum(v); E = w @ w; "
    assert (
        evaluate(f"{shared} sum(grad(E, v))", at).value
        == evaluate("f(v) = { w = v*sum(v); w @ w }; sum(grad(f(v), v))", at).value
    )
    hessian = evaluate("E = prod(v); hess(E, v)", at).value
    assert np.array_equal(hessian, [[0, 3, 2], [3, 0, 1], [2, 1, 0]])
    assert np.array_equal(evaluate("w = v^2; jac(w, v)", at).value, np.diag([2, 4, 6]))
    changed = evaluate("u = v; u[0] = 5*v[1]; E = sum(u^2); grad(E, u)", at).value
    assert np.array_equal(changed, [20, 4, 6])


@pytest.mark.parametrize("form", ["D(y^2, x)", "grad(y, x)", "D(detach(x), x)", "hess(y, x)"])
def test_a_note_says_where_nothing_varies(form: str) -> None:
    notes = evaluate(f"{form} + x*y", {"x": 3, "y": 2}).notes
    assert f"{form} at column 1 is 0: nothing in it depends on x" in notes
    assert not any("depends" in note for note in evaluate("y = x; D(y, x)", {"x": 3}).notes)


def test_a_variable_that_is_long_alive_costs_no_more() -> None:
    """Derivatives by an input from a long loop go through what they need, not through the run."""
    source = "s = 0; for i in 0..3000 { s = s + x; g = D(x^2, x) }; g"
    assert evaluate(source, {"x": 3}).value == 6


BESIDE = ["x^2", "4*x - 4", "5*x - 6", "exp(x - 2) + 3", "4*cos(x - 2)", "y*(x - 2) + 4"]


@pytest.mark.parametrize("test", ["x == {p}", "x != {p}", "x > {p}", "{p} <= x", "2*x < 2*{p}"])
@pytest.mark.parametrize("seed", range(4))
def test_at_the_boundary_of_a_branch_the_mean_of_the_sides(test: str, seed: int) -> None:
    """Formulas that meet at 2 are chosen between there; map says the same of each row."""
    rng = random.Random(f"{test}{seed}")
    one, other = rng.sample(BESIDE, 2)
    condition = test.format(p=rng.choice(["2", "(y - 1)"]))
    source = f"f(x) = {one} if {condition} else {other}; D(f(x), x)"
    point = {"x": 2, "y": 3}
    slopes = {k: float(sympy.sympify(k.replace("^", "**")).diff("x").subs(point)) for k in BESIDE}
    at_a_point = {"==": [other], "!=": [one]}
    sides = next((s for op, s in at_a_point.items() if op in test), [one, other])
    wanted = sum(slopes[side] for side in sides) / len(sides)
    found = evaluate(source, point)
    assert found.value == wanted
    told = any("mean of the one-sided" in note for note in found.notes)
    assert told == (len({slopes[side] for side in sides}) > 1)
    rows = [1.5, 2.0, 2.5]
    for order in (rows, rows[::-1], [2.0, 2.5, 1.5]):
        columns = {"x": np.array(order), "y": np.full(3, 3.0)}
        values = compile(source).rows(columns).columns["value"]
        for x, value in zip(order, values, strict=True):
            assert value == evaluate(source, {"x": x, "y": 3}).value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("D(D(4 if x == 2 else x^2, x), x)", 2),
        ("D(D(2*y if x == 2 else x*y, y), x) + 0*y", 1),
        ("f(t) = 4 if t == 4 else t^1.5 - 4; D(f(x^2), x) - 0*y", 12),
        ("sum([D(4 if x == 2 else x^2, x), y])", 7),
    ],
)
def test_boundaries_inside_other_derivatives(source: str, value: float) -> None:
    assert evaluate(source, {"x": 2, "y": 3}).value == value


@pytest.mark.parametrize(
    "source",
    [
        "D(5 if x == 2 else x^2, x)",  # the value jumps
        "D(1 if x == 2 else expm1(x - 2)/(x - 2), x)",  # beside it there is no value at 2 itself
        "D(1 if (x - 2)^2 == 0 else x, x)",  # the slope doesn't tell
        "v = [x, 1]; grad(sum(v) if v[0] == 2 else sum(v^2), v)[0]",
    ],
)
def test_a_note_says_where_only_the_branch_taken_is_known(source: str) -> None:
    notes = evaluate(source, {"x": 2}).notes
    assert any("the branch taken at a boundary" in note for note in notes)


@pytest.mark.parametrize("text", ["x^n", "2^(n*x)", "(n + 1)^n", "x^(n^2)"])
def test_by_an_input_that_the_answer_is_not_differentiated_by(text: str) -> None:
    """The exponent varies within D, whatever --wrt asks for."""
    at = {"x": 2.0, "n": 3.0}
    free = evaluate(f"D({text}, n)", at)
    held = evaluate(f"D({text}, n)", at, wrt=("x",)) if "x" in text else None
    by_formula = evaluate(text, at)
    (slope,) = (one.gradient for one in by_formula.derivatives if one.by == ("n",))
    assert free.value == pytest.approx(slope, rel=1e-15)
    if held is not None:
        assert held.value == free.value
