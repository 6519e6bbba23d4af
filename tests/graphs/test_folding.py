"""Folds: nothing is lost, loops are found with their rounds, inner loops first."""

from __future__ import annotations

import random

import pytest

from gradcalc import Options, evaluate
from gradcalc.errors import GradcalcError
from gradcalc.graphs.folding import Item, Line, Repeat, folded, lines
from gradcalc.graphs.graph import graph


def unfolded(items: list[Item]) -> list[int]:
    found: list[int] = []
    for item in items:
        found += [item] if isinstance(item, int) else list(item.slots())
    return found


@pytest.mark.parametrize("seed", range(200))
def test_nothing_is_lost_or_moved(seed: int) -> None:
    draw = random.Random(seed)
    kinds = [draw.choice("abcd"[: draw.randint(1, 4)]) for _ in range(draw.randint(0, 60))]
    items = folded(range(len(kinds)), kinds)
    assert unfolded(items) == list(range(len(kinds)))
    for item in items:
        if isinstance(item, Repeat):
            assert len(item.rounds) >= 3
            assert all(one.slots or one.rounds != (0, 0) for one in lines(item))


def shape(item: Item) -> object:
    """A repeat as its number of rounds, and the shapes in its first round."""
    return item if isinstance(item, int) else (len(item.rounds), *map(shape, item.rounds[0]))


def random_loops(draw: random.Random, depth: int) -> tuple[list[str], object]:
    """Kinds of a loop whose rounds hold steps of their own and, maybe, a loop; and its shape."""
    names = [f"{depth}{letter}" for letter in "abc"[: draw.randint(1, 3)]]
    rounds = draw.randint(3, 6)
    inner, inner_shape = random_loops(draw, depth + 1) if depth < 3 else ([], None)
    body = [names[0], *inner, *names[1:]]
    parts = [1, *([inner_shape] if inner else []), *[1] * (len(names) - 1)]
    return body * rounds, (rounds, *parts)


@pytest.mark.parametrize("seed", range(40))
def test_nested_loops_are_folded_as_they_are_nested(seed: int) -> None:
    kinds, wanted = random_loops(random.Random(seed), 0)
    (found,) = folded(range(len(kinds)), kinds)

    def alike(found: object, wanted: object) -> bool:
        if isinstance(found, int) or isinstance(wanted, int):
            return isinstance(found, int) and isinstance(wanted, int)
        assert isinstance(found, tuple)
        assert isinstance(wanted, tuple)
        same = found[0] == wanted[0] and len(found) == len(wanted)
        return same and all(map(alike, found[1:], wanted[1:]))

    assert alike(shape(found), wanted)


@pytest.mark.parametrize(
    ("program", "at", "rounds"),
    [
        ("y = x; for i in 0..200 { y = y + sin(i*y) }; y", "0.1", [200]),
        (
            "y = x; while y > 1 { if y > 8 { y = y/2 } else { y = sqrt(y) - 0.1*y } }; y",
            1000,
            [7, 3],
        ),
        ("f(t) = t*exp(-t); s = 0; for i in 0..5 { s = s + f(x*i)*f(s) }; s", "0.3", [5]),
    ],
)
def test_programs_fold_by_their_loops(program: str, at: object, rounds: list[int]) -> None:
    trace = evaluate(program, {"x": at}, options=Options(check="off")).steps.trace
    found = graph(trace, most=50)
    assert rounds == [len(n.item.rounds) for n in found.nodes if isinstance(n.item, Repeat)]
    for k, node in enumerate(found.nodes):
        owned = set(node.slots())
        wanted = {a for slot in owned for a in trace.arguments[slot]} - owned
        assert all(edge.source < k for edge in node.edges)
        covered = {slot for edge in node.edges for slot in found.nodes[edge.source].slots()}
        assert wanted <= covered


def test_inner_loops_of_different_lengths_fold_into_the_outer_one() -> None:
    kinds = [k for rounds in (3, 5, 4) for k in ("start", *["inner"] * rounds)]
    (repeat,) = folded(range(len(kinds)), kinds)
    assert isinstance(repeat, Repeat)
    start, inner, steps = lines(repeat)
    assert (start.slots, inner) == ((0, 4, 10), Line(0, rounds=(3, 5)))
    assert (steps.depth, len(steps.slots)) == (1, 12)


def test_a_million_steps_are_folded() -> None:
    kinds = list("abcd") * 250_000
    (repeat,) = folded(range(len(kinds)), kinds)
    assert isinstance(repeat, Repeat)
    assert len(repeat.rounds) == 250_000


def test_a_graph_that_is_too_large_names_the_option() -> None:
    trace = evaluate("y = x; for i in 0..50 { y = sin(y) }; y", {"x": 1}).steps.trace
    with pytest.raises(GradcalcError, match="more than --max 10"):
        graph(trace, fold=False, most=10)
    assert len(graph(trace, most=10).nodes) == 2
