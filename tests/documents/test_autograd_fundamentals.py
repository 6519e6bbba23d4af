"""PyTorch's tutorial on autograd as programs: what the samples say, and what PyTorch says."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcalc import Options, evaluate, minimize
from gradcalc.answers.products import jacobian, jvp, vjp
from gradcalc.cli import run
from tests.documents.test_samples import ROOT, commands
from tests.optimize.torch_runs import LOOP

FOLDER = ROOT / "samples" / "autograd_fundamentals"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
SHOWN = [
    pytest.param(command, shown, id=command)
    for path in sorted(FOLDER.glob("*.grad"))
    for command, shown in commands(path)
]


def arrays() -> dict[str, Any]:
    """What the samples' own script makes."""
    spec = importlib.util.spec_from_file_location("make_model", FOLDER / "make_model.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: dict[str, Any] = module.arrays()
    return made


def text(name: str) -> str:
    return (FOLDER / f"{name}.grad").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the samples and the model's arrays."""
    shutil.copytree(FOLDER, tmp_path / "samples" / "autograd_fundamentals")
    np.savez(tmp_path / "model.npz", **arrays())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("command", "shown"), SHOWN)
def test_samples_print_what_they_say(
    command: str, shown: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same words, and numbers that differ by no more than rounding: sums of 1000 products
    come in the order that the processor likes."""
    program, *arguments = shlex.split(command)
    assert program == "gradcalc"
    assert run(arguments) == 0
    printed = capsys.readouterr().out
    assert re.sub(r"\s+", " ", NUMBER.sub("#", printed)) == re.sub(
        r"\s+", " ", NUMBER.sub("#", shown)
    )
    wanted, found = (list(map(float, NUMBER.findall(t))) for t in (shown, printed))
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_the_sine_walks_back_to_twice_the_cosine() -> None:
    found = evaluate(text("sine"), {"a": "linspace(0, 2*pi, 25)"})
    assert found.gradient["a"] == pytest.approx(2 * np.cos(np.linspace(0, 2 * np.pi, 25)))
    assert found.checks.symbolic is True
    steps = found.steps
    names = [steps.trace.rules[slot].name for slot in range(len(steps.trace))]
    assert names == ["input", "sin", "constant", "mul", "constant", "add", "sum"]
    assert steps.cotangents[names.index("mul")].tolist() == [1] * 25
    assert steps.cotangents[names.index("sin")].tolist() == [2] * 25


def test_the_model_has_its_weights() -> None:
    given = arrays()
    assert sum(given[name].size for name in ("W1", "b1", "W2", "b2")) == 101_110
    found = evaluate(text("model"), given, wrt=("W1", "b1", "W2", "b2"))
    assert found.checks.modes is True
    assert found.checks.symbolic is True
    assert found.checks.method == "extended"
    hidden = np.maximum(given["X"] @ given["W1"] + given["b1"], 0)
    off = 2 * (hidden @ given["W2"] + given["b2"] - given["Y"])
    assert found.gradient["b2"] == pytest.approx(off.sum(0))
    assert found.gradient["W2"] == pytest.approx(hidden.T @ off)


def test_with_pytorch() -> None:
    """Every number of every sample, where PyTorch is installed."""
    torch = pytest.importorskip("torch")

    def tensor(value: Any) -> Any:
        return torch.tensor(value, dtype=torch.float64, requires_grad=True)

    a = tensor(np.linspace(0, 2 * np.pi, 25))
    (2 * torch.sin(a) + 1).sum().backward()
    sine = evaluate(text("sine"), {"a": "linspace(0, 2*pi, 25)"})
    assert sine.gradient["a"] == pytest.approx(a.grad.numpy(), abs=1e-14)

    given = arrays()
    weights = {name: tensor(given[name]) for name in ("W1", "b1", "W2", "b2")}
    inputs, wanted = torch.tensor(given["X"]), torch.tensor(given["Y"])

    def loss(w: dict[str, Any]) -> Any:
        hidden = torch.relu(inputs @ w["W1"] + w["b1"])
        return ((hidden @ w["W2"] + w["b2"] - wanted) ** 2).sum()

    before = loss(weights)
    before.backward()
    model = evaluate(text("model"), given, wrt=tuple(weights), options=Options(check="off"))
    assert model.value == pytest.approx(before.item(), rel=1e-13)
    for name, weight in weights.items():
        assert model.gradient[name] == pytest.approx(weight.grad.numpy(), rel=1e-9, abs=1e-12)
    stepped = {name: (w - 0.0005 * w.grad).detach() for name, w in weights.items()}
    after, once = loss(stepped).item(), weights["b2"].grad.norm().item()
    norm = weights["W1"].grad.norm().item()
    for _ in range(4):
        loss(weights).backward()
    five = weights["b2"].grad.norm().item()
    rated = {**given, "rate": 0.0005}
    training = evaluate(text("training"), rated, wrt=("rate",), options=Options(check="off"))
    assert training.value == pytest.approx([before.item(), after, norm, five / once], rel=1e-12)

    x = tensor(3.0)
    (x**2 + x.detach() * x).backward()
    assert evaluate(text("detach"), {"x": 3}).gradient["x"] == x.grad.item()

    v = tensor([1.0, 2.0, 3.0])
    changed = v.clone()
    changed[1] = 10 * v[0]
    (v**2 * changed).sum().backward()
    assert evaluate(text("in_place"), {"v": [1, 2, 3]}).gradient["v"].tolist() == v.grad.tolist()

    def exp_adder(x: Any, y: Any) -> Any:
        return 2 * torch.exp(x) + 3 * y

    at = {"x": [0.5, 1.0, 2.0], "y": [1.0, 2.0, 3.0]}
    pair = tuple(torch.tensor(value, dtype=torch.float64) for value in at.values())
    functional = torch.autograd.functional
    ours = jacobian(text("exp_adder"), at).gradient
    for mine, theirs in zip(ours.values(), functional.jacobian(exp_adder, pair), strict=True):
        assert mine == pytest.approx(theirs.numpy(), rel=1e-14)
    seed = [0.0, 1.0, 0.0]
    mine = list(vjp(text("exp_adder"), at, seed).gradient.values())
    theirs = functional.vjp(exp_adder, pair, torch.tensor(seed, dtype=torch.float64))[1]
    assert mine == [pytest.approx(part.numpy(), rel=1e-14) for part in theirs]
    along = {"x": [0.0, 0.0, 0.0], "y": [1.0, 0.0, 0.0]}
    directions = tuple(torch.tensor(value, dtype=torch.float64) for value in along.values())
    theirs = functional.jvp(exp_adder, pair, directions)[1]
    assert jvp(text("exp_adder"), at, along).gradient["along"].tolist() == theirs.tolist()


def test_the_training_loop_has_the_losses_of_pytorch() -> None:
    """Every step's; the last ones are made of differences of numbers 10^4 times as large."""
    recorded = json.loads(LOOP.read_text(encoding="utf-8"))
    found = minimize(
        text("training_loop"),
        arrays(),
        wrt=("W1", "b1", "W2", "b2"),
        method="gradient-descent",
        lr=0.001,
        steps=200,
        tolerance=0.01,
    )
    losses = [one.value for one in found.path]
    assert len(losses) == len(recorded) == 48
    assert losses == pytest.approx(recorded, rel=1e-10)
    assert losses == sorted(losses, reverse=True)
