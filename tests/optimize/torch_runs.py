"""Runs of PyTorch, recorded: `python -m tests.optimize.torch_runs` where it is installed.

Each case is a formula, a start, an optimizer; what is recorded is the loss before each step and
the parameters at the end, in float64.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

FILE = Path(__file__).with_name("torch_runs.json")
LOOP = FILE.with_name("torch_two_layers.json")
LOOP_STEPS = 48
TABLE = {"t": [0.0, 1.0, 2.0, 3.0, 4.0], "y": [1.0, 2.5, 3.5, 6.0, 6.5]}
POINTS = [[0.5, -1.0], [1.5, 2.0], [-0.5, 0.25]]
TARGETS = [1.0, -0.5, 0.75]
LAYERS = {"A": [[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]], "b": [0.0, 0.1, -0.1], "c": [0.7, -0.8, 0.9]}


class Case(NamedTuple):
    """A formula of the language and the same in PyTorch."""

    formula: str
    start: dict[str, Any]
    held: dict[str, Any]
    table: dict[str, list[float]]
    torch: Callable[..., Any]


CASES = {
    "valley": Case(
        "(1-x)^2 + 100*(y-x^2)^2",
        {"x": -1.2, "y": 1.0},
        {},
        {},
        lambda torch, p: (1 - p["x"]) ** 2 + 100 * (p["y"] - p["x"] ** 2) ** 2,
    ),
    "waves": Case(
        "sin(x)*exp(-y) + x^2 + y^2",
        {"x": 2.0, "y": -1.0},
        {},
        {},
        lambda torch, p: torch.sin(p["x"]) * torch.exp(-p["y"]) + p["x"] ** 2 + p["y"] ** 2,
    ),
    "line": Case(
        "(a*t + b - y)^2",
        {"a": 0.0, "b": 0.0},
        {},
        TABLE,
        lambda torch, p, t, y: ((p["a"] * t + p["b"] - y) ** 2).mean(),
    ),
    "layers": Case(
        "mean((tanh(X @ A.T + b) @ c - z)^2)",
        LAYERS,
        {"X": POINTS, "z": TARGETS},
        {},
        lambda torch, p: (
            (
                torch.tanh(torch.tensor(POINTS).double() @ p["A"].T + p["b"]) @ p["c"]
                - torch.tensor(TARGETS).double()
            )
            ** 2
        ).mean(),
    ),
}
RATES = {"gradient-descent": 1e-3, "momentum": 1e-3, "adam": 1e-2}
RUNS = [
    (name, method, size)
    for name, case in CASES.items()
    for method in RATES
    for size in ((0, 2) if case.table else (0,))
]
STEPS = 60


def run(name: str, method: str, size: int) -> dict[str, Any]:
    """The losses before each step, and the parameters after the last one, by PyTorch."""
    import torch

    case = CASES[name]
    parameters = {
        n: torch.tensor(v, dtype=torch.float64, requires_grad=True) for n, v in case.start.items()
    }
    rate = RATES[method]
    optimizer = {
        "gradient-descent": lambda ps: torch.optim.SGD(ps, lr=rate),
        "momentum": lambda ps: torch.optim.SGD(ps, lr=rate, momentum=0.9),
        "adam": lambda ps: torch.optim.Adam(ps, lr=rate),
    }[method](list(parameters.values()))
    columns = [torch.tensor(column, dtype=torch.float64) for column in case.table.values()]
    rows = len(columns[0]) if columns else 0
    losses = []
    for step in range(STEPS):
        losses.append(case.torch(torch, parameters, *columns).item())
        batch = slice(None)
        if size:
            start = step % -(-rows // size) * size
            batch = slice(start, start + size)
        optimizer.zero_grad()
        case.torch(torch, parameters, *(column[batch] for column in columns)).backward()
        optimizer.step()
    end = {n: p.detach().tolist() for n, p in parameters.items()}
    return {"case": name, "method": method, "batch_size": size, "losses": losses, "end": end}


def two_layers() -> list[float]:
    """The losses of the tutorial's two-layer model, by its training loop in PyTorch."""
    import torch

    from tests.documents.test_autograd_fundamentals import arrays

    numbers = {name: torch.tensor(value) for name, value in arrays().items()}
    model = torch.nn.Sequential(
        torch.nn.Linear(1000, 100, dtype=torch.float64),
        torch.nn.ReLU(),
        torch.nn.Linear(100, 10, dtype=torch.float64),
    )
    with torch.no_grad():
        for layer, k in ((model[0], 1), (model[2], 2)):
            layer.weight.copy_(numbers[f"W{k}"].T)
            layer.bias.copy_(numbers[f"b{k}"])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
    losses = []
    for _ in range(LOOP_STEPS):
        loss = (model(numbers["X"]) - numbers["Y"]).pow(2).sum()
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return losses


if __name__ == "__main__":
    LOOP.write_text(json.dumps(two_layers(), indent=1) + "\n", encoding="utf-8")
    FILE.write_text(json.dumps([run(*one) for one in RUNS], indent=1) + "\n", encoding="utf-8")
