"""Programs of arrays: a model's loss and gradient, Jacobians, Hessians, the cost over NumPy."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from gradcalc.language import parse
from gradcalc.modes.arrays import pullback, pushforward
from gradcalc.modes.jacobian import by_columns, by_rows
from gradcalc.rules.array_systems import machine_arrays
from gradcalc.rules.systems import machine_numbers
from gradcalc.run.forms import reserved
from gradcalc.run.recorder import record
from gradcalc.trace.trace import Trace
from tests.bench.figure import Figure, in_turns

TORCH = importlib.util.find_spec("torch") is not None
AUTOGRAD = importlib.util.find_spec("autograd") is not None
MODEL = "h = relu(X @ W1 + b1); p = h @ W2 + b2; sum((p - Y)^2)"
WEIGHTS = ("W1", "b1", "W2", "b2")
ROSENBROCK = "sum(100*(x[1:] - x[:-1]^2)^2 + (1 - x[:-1])^2)"
FIELD = "tanh(A @ x)*x + sin(x)"
FORMULA = "sum(exp(-x^2)*sin(3*x) + sqrt(1 + x^2)*log(2 + cos(x)))"


def recorded(source: str, at: Mapping[str, Any], wrt: tuple[str, ...]) -> Trace:
    """The trace of a program whose text has been parsed before."""
    return record(_parsed(source), machine_numbers(), at, wrt)


def _parsed(source: str) -> Any:
    if source not in PARSED:
        PARSED[source] = parse(source, functions=reserved())
    return PARSED[source]


PARSED: dict[str, Any] = {}


def gradient(source: str, at: Mapping[str, Any], wrt: tuple[str, ...]) -> Trace:
    """Record and sweep back."""
    trace = recorded(source, at, wrt)
    wanted = {trace.inputs[name] for name in wrt}
    pullback(trace, trace.values, machine_arrays(), {trace.result: 1.0}, wanted=wanted)
    return trace


def weights() -> dict[str, Any]:
    """A model of 1000 -> 100 -> 10 and a batch of 16."""
    random = np.random.default_rng(0)
    shapes = {
        "X": (16, 1000),
        "W1": (1000, 100),
        "b1": (100,),
        "W2": (100, 10),
        "b2": (10,),
        "Y": (16, 10),
    }
    return {name: random.normal(size=shape) / 10 for name, shape in shapes.items()}


def model() -> Iterator[Figure]:
    """Loss and gradient of a two-layer model."""
    at = weights()
    if TORCH:
        import torch

        given = {name: torch.tensor(value) for name, value in at.items()}
        for name in WEIGHTS:
            given[name].requires_grad_(True)

        def peer() -> None:
            for name in WEIGHTS:
                given[name].grad = None
            hidden = torch.relu(given["X"] @ given["W1"] + given["b1"])
            loss = ((hidden @ given["W2"] + given["b2"] - given["Y"]) ** 2).sum()
            loss.backward()

        ours, theirs = in_turns(lambda: gradient(MODEL, at, WEIGHTS), peer, rounds=300)
        yield Figure("two-layer model, loss and gradient / PyTorch", ours / theirs, 1.5)
    trace = gradient(MODEL, at, WEIGHTS)
    arrays = [v for v in trace.values if isinstance(v, np.ndarray)]
    owned = {id(v if v.base is None else v.base): v if v.base is None else v.base for v in arrays}
    held = sum(v.nbytes for v in owned.values() if isinstance(v, np.ndarray))
    yield Figure(
        "two-layer model, memory of the trace / its arrays", held / sum(v.nbytes for v in arrays), 2
    )


def shapes() -> Iterator[Figure]:
    """Jacobians and Hessians of 200 variables."""
    random = np.random.default_rng(0)
    matrix, x = random.normal(size=(200, 200)), random.normal(size=200)
    trace = recorded(FIELD, {"A": matrix, "x": x}, ("x",))
    numbers, one = machine_arrays(), np.eye(200)[0]

    def rows() -> None:
        recorded(FIELD, {"A": matrix, "x": x}, ("x",))
        by_rows(trace, trace.values, ("x",), numbers)

    def sweep() -> None:
        pullback(trace, trace.values, numbers, {trace.result: one})

    whole, single = in_turns(rows, sweep, rounds=50)
    yield Figure("Jacobian 200x200 / 200 reverse sweeps", whole / single / 200, 0.2)
    second = recorded(f"grad({ROSENBROCK}, x)", {"x": x}, ("x",))

    def hessian() -> None:
        made = recorded(f"grad({ROSENBROCK}, x)", {"x": x}, ("x",))
        by_columns(made, made.values, ("x",), numbers)

    def push() -> None:
        pushforward(second, second.values, numbers, {second.inputs["x"]: one})

    curved, single = in_turns(hessian, push, rounds=50)
    yield Figure("Hessian of Rosenbrock, 200 variables / 200 sweeps", curved / single / 200, 0.2)
    if TORCH:
        yield from _beside_torch(matrix, x, rows, hessian)
    if AUTOGRAD:
        yield from _beside_autograd(matrix, x, rows, hessian)


def _beside_torch(matrix: Any, x: Any, rows: Any, hessian: Any) -> Iterator[Figure]:
    import torch
    from torch.func import hessian as torch_hessian
    from torch.func import jacrev

    a, v = torch.tensor(matrix), torch.tensor(x)

    def rosenbrock(x: Any) -> Any:
        return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()

    ours, theirs = in_turns(rows, lambda: jacrev(lambda x: torch.tanh(a @ x) * x + torch.sin(x))(v))
    yield Figure("Jacobian 200x200 / PyTorch eager's jacrev", ours / theirs, 1.0)
    ours, theirs = in_turns(hessian, lambda: torch_hessian(rosenbrock)(v))
    yield Figure("Hessian of Rosenbrock / PyTorch eager's hessian", ours / theirs, 1.0)


def _beside_autograd(matrix: Any, x: Any, rows: Any, hessian: Any) -> Iterator[Figure]:
    import autograd
    import autograd.numpy as anp

    def rosenbrock(x: Any) -> Any:
        return anp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    jacobian = autograd.jacobian(lambda x: anp.tanh(matrix @ x) * x + anp.sin(x))
    ours, theirs = in_turns(rows, lambda: jacobian(x))
    yield Figure("Jacobian 200x200 / autograd", ours / theirs, 1.0)
    ours, theirs = in_turns(hessian, lambda: autograd.hessian(rosenbrock)(x), rounds=5)
    yield Figure("Hessian of Rosenbrock / autograd", ours / theirs, 1.0)


def overhead() -> Iterator[Figure]:
    """An array program beside plain NumPy, and the gradient beside the value."""
    x = np.random.default_rng(0).normal(size=200_000)

    def plain() -> Any:
        """The same steps by hand, each kept, as the trace keeps them."""
        steps = [x**2]
        steps += [-steps[0]]
        steps += [np.exp(steps[1]), 3 * x]
        steps += [np.sin(steps[3])]
        steps += [steps[2] * steps[4], x**2]
        steps += [1 + steps[6]]
        steps += [np.sqrt(steps[7]), np.cos(x)]
        steps += [2 + steps[9]]
        steps += [np.log(steps[10])]
        steps += [steps[8] * steps[11]]
        steps += [steps[5] + steps[12]]
        return np.sum(steps[13]), steps

    ours, theirs = in_turns(lambda: recorded(FORMULA, {"x": x}, ("x",)), plain, rounds=30)
    yield Figure("array program, recorded value / NumPy, its steps kept", ours / theirs, 1.3)
    both, value = in_turns(lambda: gradient(FORMULA, {"x": x}, ("x",)), plain, rounds=30)
    yield Figure("array program, value and gradient / value", both / value, 4)
    at = weights()

    def loss() -> Any:
        hidden = np.maximum(at["X"] @ at["W1"] + at["b1"], 0)
        return np.sum((hidden @ at["W2"] + at["b2"] - at["Y"]) ** 2)

    both, value = in_turns(lambda: gradient(MODEL, at, WEIGHTS), loss, rounds=300)
    yield Figure("101,110 weights, value and gradient / value", both / value, 4)


GROUPS = (model, shapes, overhead)
