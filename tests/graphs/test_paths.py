"""Paths against all of them listed by brute force, and their sum against the derivative."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

import pytest

from gradcalc import Options, evaluate
from gradcalc.errors import Exit, GradcalcError
from gradcalc.graphs.account import accounts
from gradcalc.graphs.local import Edges, Local, local_derivatives
from gradcalc.graphs.paths import count, heaviest, products, total_weight
from gradcalc.graphs.told import tell_paths

OFF = Options(check="off")


def random_edges(seed: int) -> Edges:
    """A graph of up to 12 steps, with edges of all signs, some twice, some 0."""
    draw = random.Random(seed)
    edges: Edges = {0: []}
    for step in range(1, draw.randint(2, 12)):
        edges[step] = [
            Local(draw.randrange(step), which, draw.choice([0.0, -2.0, 0.5, 1.0, 3.0, -0.25]))
            for which in range(draw.randint(0, 3))
        ]
    return edges


def listed(edges: Edges, source: int, step: int) -> Iterator[tuple[tuple[int, ...], float]]:
    """All paths by following each edge back."""
    if step == source:
        yield (source,), 1.0
        return
    for edge in edges[step]:
        for steps, product in listed(edges, source, edge.argument):
            yield (*steps, step), product * edge.partial


@pytest.mark.parametrize("seed", range(60))
def test_all_is_as_in_the_list_of_all_paths(seed: int) -> None:
    edges = random_edges(seed)
    for source in (0, len(edges) // 2):
        end = len(edges) - 1
        every = list(listed(edges, source, end))
        assert count(edges, source, end) == len(every)
        assert sorted(products(edges, source, end)) == sorted(product for _, product in every)
        sizes = sorted((abs(product) for _, product in every), reverse=True)
        best = heaviest(edges, source, end, 5)
        assert [abs(path.product) for path in best] == pytest.approx(sizes[:5])
        for path in best:
            assert (path.slots, path.product) in every
        weight = total_weight(edges, source, end)
        assert math.exp(weight) == pytest.approx(sum(sizes))


@pytest.mark.parametrize("rounds", [1, 20, 1000])
def test_counts_are_exact(rounds: int) -> None:
    """Each round y = sin(y)*y doubles the paths."""
    source = f"y = x; for i in 0..{rounds} {{ y = sin(y)*y + 1 }}; y"
    trace = evaluate(source, {"x": "1.3"}, options=OFF).steps.trace
    edges = local_derivatives(trace)
    assert count(edges, trace.inputs["x"], trace.result) == 2**rounds


def test_products_that_leave_float64_keep_their_order_and_sign() -> None:
    """Of 400 factors each 1000 or -999, all 1000 weigh most, though no float64 holds them."""
    edges: Edges = {0: []}
    for step in range(1, 401):
        edges[step] = [Local(step - 1, 0, 1000.0), Local(step - 1, 1, -999.0)]
    first, second, *_ = heaviest(edges, 0, 400, 5)
    assert set(first.factors) == {1000.0}
    assert first.logarithm == pytest.approx(400 * math.log(1000), rel=1e-14)
    assert (first.sign, second.sign) == (1, -1)
    assert (first.product, second.product) == (math.inf, -math.inf)
    assert total_weight(edges, 0, 400) == pytest.approx(400 * math.log(1999), rel=1e-14)


@pytest.mark.parametrize(
    ("formula", "at"),
    [
        ("sin(x)*y + exp(x*y)", {"x": 1, "y": 2}),
        ("x*x*x - 3*x*y", {"x": "0.7", "y": -2}),
        ("a = x*y; b = sin(a); c = a + b*x; b/c*log(c)", {"x": "1.2", "y": "0.7"}),
        ("y = x; for i in 0..12 { y = cos(y)*y + z }; y", {"x": "0.4", "z": "0.3"}),
        ("max(x, y)*min(x, y) + abs(x - y)", {"x": 3, "y": "-0.5"}),
        ("sum(v @ A @ v)", {"v": [1, -2], "A": [[1, 2], [3, 0.5]]}),
    ],
)
def test_the_sum_over_all_paths_is_the_derivative(formula: str, at: dict[str, object]) -> None:
    told = tell_paths(formula, at, None, OFF)
    proven = evaluate(formula, at)
    flat = {
        name: float(number)
        for row in proven.derivatives
        for name, number in _elements(row.by[0], row.gradient)
    }
    assert {one.name for one in told.accounts.inputs} == {n for n, d in flat.items() if d}
    for one in told.accounts.inputs:
        assert one.total == pytest.approx(flat[one.name], rel=1e-12)


def _elements(name: str, gradient: object) -> Iterator[tuple[str, float]]:
    import numpy as np

    array = np.asarray(gradient)
    for index in np.ndindex(array.shape):
        yield (f"{name}[{', '.join(map(str, index))}]" if index else name), array[index]


def test_where_local_derivatives_are_zero_no_path_is_heavier() -> None:
    told = tell_paths("(x - 1/2)^2*x", {"x": "0.5"}, None, OFF)
    (one,) = told.accounts.inputs
    assert (one.count, one.share, one.total) == (2, None, 0.0)


def test_inputs_without_a_path_are_named() -> None:
    steps = evaluate("max(x, y)", {"x": 1, "y": 2}, options=OFF).steps
    found = accounts(steps, named=False)
    assert [one.name for one in found.inputs] == ["y"]
    assert "from x" in found.notes[0]
    with pytest.raises(GradcalcError, match="does not depend on x") as caught:
        tell_paths("max(x, y)", {"x": 1, "y": 2}, ("x",), OFF)
    assert caught.value.code == "no-path"


def test_an_infinite_local_derivative_is_an_error_with_its_place() -> None:
    with pytest.raises(GradcalcError, match="not finite") as caught:
        tell_paths("x*sqrt(x)", {"x": 0}, None, OFF)
    assert caught.value.exit is Exit.NO_ANSWER
    assert caught.value.span is not None
