"""What PyTorch and JAX answer where a derivative is in doubt: cases, and how they were measured.

A case is a formula of gradcalc's language and a point. With the frameworks installed,

    python -m tests.answers.frameworks

runs each formula in both, in float64, and writes their gradients to framework_answers.json.
"""

from __future__ import annotations

import importlib.util
import json
import math
import re
from functools import reduce
from pathlib import Path
from typing import Any

ANSWERS = Path(__file__).with_name("framework_answers.json")
FRAMEWORKS = ("torch", "jax")

# Steps with a kink, a jump, a tie or an infinite slope at 0, and what they are composed with.
STEPS = (
    "abs(x)", "sign(x)", "heaviside(x)", "floor(x)", "ceil(x)", "round(x + 0.5)", "trunc(x + 1)",
    "relu(x)",
    "max(x, 0)", "min(x, 0)", "max(0, x)", "max(x, 1)", "max(x, 0, -x)", "min(x, 2*x, 3*x)",
    "clip(x, -1, 1)", "leaky_relu(x)", "leaky_relu(x, 0)", "elu(x)", "elu(x, 2)", "x % 2",
    "fmod(x + 2, 2)", "hypot(x, 2*x)", "hypot(x, 1)", "sqrt(x)", "x^0.5", "x^1.5", "x^1", "x^2",
    "x^3", "x*abs(x)", "abs(x)^1.1", "abs(x)^0.5", "abs(x)^3", "0*x", "x", "-x", "exp(x)",
    "max([x, 0])", "min([x, x, 1])", "norm([x, 2*x])", "norm([x, 1, x], 1)", "norm([x, x], inf)",
    "norm([x, 2*x], 3)", "norm([x, 1], 1/2)", "norm([x, 1], 3/2)", "std([x, x^2, 0])",
    "var([x, 2*x, 0])", "median([x, 0, 2*x])", "median([x, 1, 2])", "quantile([x, 1, 2], 1/4)",
    "sort([x, 1])[1]", "prod([x, 0, 3])", "prod([x, x])", "cumprod([2, x, 3])[2]",
    "logsumexp([x, x, 0])", "xlogy(x, x + 1)",
)  # fmt: skip
INNER = ("x^2", "sqrt(x)", "abs(x)", "relu(x)", "0*x", "floor(x)")

# Others: formula and point.
CASES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("clip(x, 0, 1)", {"x": 0}),
    ("clip(x, 0, 1)", {"x": 1}),
    ("clip(x, l, h)", {"x": 0, "l": 0, "h": 1}),
    ("clip(x, l, h)", {"x": 1, "l": 0, "h": 1}),
    ("clip(x, l, h)", {"x": 1, "l": 1, "h": 1}),
    ("clip(x, l, h)", {"x": 0, "l": 1, "h": 1}),
    ("clip(x, l, h)", {"x": 2, "l": 1, "h": 1}),
    ("clip(x, l, h)", {"x": 0.5, "l": 1, "h": 0}),
    ("sqrt(clip(x, 0, 1))", {"x": -1}),
    ("sqrt(max(x, 0))", {"x": -1}),
    ("sqrt(relu(x))", {"x": -1}),
    ("x % y", {"x": 4, "y": 2}),
    ("x % y", {"x": -4, "y": 2}),
    ("fmod(x, y)", {"x": 4, "y": 2}),
    ("fmod(x, y)", {"x": -4, "y": 2}),
    ("max(x, y)", {"x": 1, "y": 1}),
    ("max(x, y, z)", {"x": 1, "y": 1, "z": 1}),
    ("min(x, min(y, z))", {"x": 1, "y": 1, "z": 1}),
    ("max(x, y, z)", {"x": 1, "y": 0, "z": 1}),
    ("max(x, y)*min(x, y)", {"x": 1, "y": 1}),
    ("hypot(x, y)", {"x": 0, "y": 0}),
    ("hypot(x, y)", {"x": 0, "y": 2}),
    ("atan2(y, x)", {"y": 0, "x": -1}),
    ("x^y", {"x": 0, "y": 0}),
    ("x^y", {"x": 0, "y": 2}),
    ("x^y", {"x": 0, "y": 1}),
    ("x^y", {"x": 0, "y": 0.5}),
    ("x^y", {"x": -1, "y": 2}),
    ("x^x", {"x": 0}),
    ("xlogy(x, y)", {"x": 0, "y": 0}),
    ("xlogy(x, y)", {"x": 0, "y": 1}),
    ("xlogy(x, x)", {"x": 0}),
    ("cbrt(x)", {"x": 0}),
    ("cbrt(x)^3", {"x": 0}),
    ("acos(x)", {"x": 1}),
    ("acosh(x)", {"x": 1}),
    ("relu(x) - relu(-x)", {"x": 0}),
    ("max(v)", {"v": [1, 2, 2, 2]}),
    ("min(v)", {"v": [3, 2, 2, 2]}),
    ("norm(v)", {"v": [0, 0]}),
    ("norm(v)^2", {"v": [0, 0]}),
    ("sum(norm(v)*v)", {"v": [0, 0]}),
    ("norm(v, 1)", {"v": [0, 1, -2]}),
    ("norm(v, inf)", {"v": [2, 1, -2]}),
    ("norm(v, inf)", {"v": [0, 0]}),
    ("norm(v, 3)", {"v": [0, 0]}),
    ("norm(v, 3)", {"v": [0, -2]}),
    ("norm(v, 1/2)", {"v": [0, -2]}),
    ("norm(v, 3/2)", {"v": [0, -2]}),
    ("norm(v)", {"v": [[0, 0], [0, 0]]}),
    ("norm(v, 1)", {"v": [[1, 0], [0, -1]]}),
    ("norm(v, inf)", {"v": [[1, 0], [0, -1]]}),
    ("std(v)", {"v": [1, 1, 1]}),
    ("std(sqrt(v))", {"v": [0, 0]}),
    ("var(v)", {"v": [1, 1, 1]}),
    ("median(v)", {"v": [1, 1, 2]}),
    ("median(v)", {"v": [2, 1, 1]}),
    ("median(v)", {"v": [1, 1, 1]}),
    ("median(v)", {"v": [1, 1, 1, 2]}),
    ("median(v)", {"v": [2, 1, 1, 0]}),
    ("quantile(v, 1/4)", {"v": [1, 1, 1, 1, 2]}),
    ("quantile(v, 0.3)", {"v": [1, 1, 1, 1, 2]}),
    ("quantile(v, 1)", {"v": [1, 2, 2]}),
    ("sort(v) @ w", {"v": [2, 1, 2, 1], "w": [1, 2, 3, 4]}),
    ("prod(v)", {"v": [0, 2, 0]}),
    ("sum(cumprod(v))", {"v": [2, 0, 3, 0]}),
    ("logsumexp(v)", {"v": [1, 1, 1]}),
    ("sum(where(v > 0, sqrt(v), 0))", {"v": [0, 4]}),
    ("sum(relu(v))", {"v": [0, 2, -1]}),
    ("sum(abs(v)*sign(v))", {"v": [0, 2, -1]}),
    ("abs(sin(x))", {"x": math.pi}),
    ("det(A)", {"A": [[1, 2], [2, 4]]}),
    ("det(A)", {"A": [[0, 0], [0, 0]]}),
    ("det(A)", {"A": [[1, 2, 3], [2, 4, 6], [1, 0, 1]]}),
    ("det(A)", {"A": [[1, 2, 3], [4, 5, 6], [7, 8, 10]]}),
    ("det(A)", {"A": [[1, 2, 0, 0], [2, 4, 0, 0], [0, 0, 0, 1], [1, 1, 1, 1]]}),
    ("det(A)", {"A": [[1, 0, 0, 0], [0, 2, 0, 0], [0, 0, 4, 0], [0, 0, 0, 0]]}),
    ("det(A)", {"A": [[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 4, 0], [0, 0, 0, 2]]}),
    ("det(A*x)", {"A": [[1, 2], [3, 4]], "x": 0}),
)  # fmt: skip


def cases() -> list[tuple[str, dict[str, Any]]]:
    """All of them: steps at 0, steps of steps, and the others."""
    twice = [re.sub(r"\bx\b", f"({inner})", step) for step in STEPS for inner in INNER]
    return [(step, {"x": 0}) for step in (*STEPS, *twice)] + list(CASES)


def installed() -> tuple[str, ...]:
    """The frameworks that are here."""
    return tuple(name for name in FRAMEWORKS if importlib.util.find_spec(name))


def answer(framework: str, source: str, at: dict[str, Any]) -> list[Any] | None:
    """The gradient by each input in reverse mode; None where the framework lacks a function."""
    code = source.replace("^", "**").replace("v > 0", "positive(v)")
    names = _torch() if framework == "torch" else _jax()

    def run(*inputs: Any) -> Any:
        return eval(code, {**names, **dict(zip(at, inputs, strict=True))})

    try:
        gradient = names["gradient"](run, list(at.values()))
    except NameError:
        return None
    return [_texts(part.tolist()) for part in gradient]


def _texts(number: Any) -> Any:
    """NaN and infinities as JSON can hold them."""
    if isinstance(number, list):
        return [_texts(one) for one in number]
    return number + 0.0 if math.isfinite(number) else str(number)


def _torch() -> dict[str, Any]:
    import torch

    def tensor(x: Any) -> Any:
        if isinstance(x, torch.Tensor):
            return x
        return (
            torch.stack([tensor(one) for one in x])
            if isinstance(x, list)
            else torch.tensor(float(x), dtype=torch.float64)
        )

    def extreme(fold: Any, reduced: Any) -> Any:
        def either(*given: Any) -> Any:
            numbers = [tensor(x) for x in given]
            return reduce(fold, numbers) if len(numbers) > 1 else reduced(numbers[0])

        return either

    def one(function: Any) -> Any:
        return lambda x, *more: function(tensor(x), *more)

    def median(v: Any) -> Any:
        v = tensor(v)
        return torch.median(v) if len(v) % 2 else torch.quantile(v, 0.5)

    def gradient(run: Any, at: list[Any]) -> list[Any]:
        inputs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in at]
        result = run(*inputs)
        if not result.requires_grad:
            return [torch.zeros_like(x) for x in inputs]
        parts = torch.autograd.grad(result, inputs, allow_unused=True)
        return [torch.zeros_like(x) if p is None else p for x, p in zip(inputs, parts, strict=True)]

    nn = torch.nn.functional
    plain = "abs sign floor ceil round trunc relu sqrt exp log sin acos acosh prod"
    return {
        **{name: one(getattr(torch, name)) for name in plain.split()},
        "hypot": lambda x, y: torch.hypot(tensor(x), tensor(y)),
        "atan2": torch.atan2,
        "fmod": torch.fmod,
        "xlogy": torch.xlogy,
        "max": extreme(torch.maximum, torch.max),
        "min": extreme(torch.minimum, torch.min),
        "clip": torch.clamp,
        "leaky_relu": lambda x, slope=0.01: nn.leaky_relu(x, slope),
        "elu": lambda x, alpha=1.0: nn.elu(x, alpha),
        "norm": one(torch.linalg.norm),
        "det": torch.linalg.det,
        "std": one(torch.std),
        "var": one(torch.var),
        "median": median,
        "quantile": one(torch.quantile),
        "sort": lambda v: torch.sort(tensor(v), stable=True)[0],
        "sum": one(torch.sum),
        "cumprod": lambda v: torch.cumprod(tensor(v), 0),
        "logsumexp": lambda v: torch.logsumexp(tensor(v), 0),
        "where": torch.where,
        "positive": lambda v: v > 0,
        "inf": math.inf,
        "gradient": gradient,
    }


def _jax() -> dict[str, Any]:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def array(x: Any) -> Any:
        return (
            jnp.stack([array(one) for one in x]) if isinstance(x, list) else jnp.asarray(x, float)
        )

    def extreme(fold: Any, reduced: Any) -> Any:
        return lambda *given: reduce(fold, given) if len(given) > 1 else reduced(array(given[0]))

    def one(function: Any) -> Any:
        return lambda x, *more, **options: function(array(x), *more, **options)

    def gradient(run: Any, at: list[Any]) -> list[Any]:
        inputs = [jnp.asarray(x, dtype=float) for x in at]
        parts = jax.grad(run, argnums=tuple(range(len(at))))(*inputs)
        return list(parts)

    plain = (
        "abs sign floor ceil round trunc sqrt cbrt exp log sin acos acosh prod median "
        "sort sum cumprod"
    )
    return {
        **{name: one(getattr(jnp, name)) for name in plain.split()},
        "quantile": lambda v, q: jnp.quantile(array(v), float(q)),
        "relu": jax.nn.relu,
        "heaviside": lambda x: jnp.heaviside(x, 0.5),
        "hypot": jnp.hypot,
        "atan2": jnp.arctan2,
        "fmod": jnp.fmod,
        "xlogy": jax.scipy.special.xlogy,
        "max": extreme(jnp.maximum, jnp.max),
        "min": extreme(jnp.minimum, jnp.min),
        "clip": jnp.clip,
        "leaky_relu": jax.nn.leaky_relu,
        "elu": jax.nn.elu,
        "norm": one(jnp.linalg.norm),
        "det": jnp.linalg.det,
        "std": lambda v: jnp.std(array(v), ddof=1),
        "var": lambda v: jnp.var(array(v), ddof=1),
        "logsumexp": one(jax.nn.logsumexp),
        "where": jnp.where,
        "positive": lambda v: v > 0,
        "inf": math.inf,
        "gradient": gradient,
    }


def measured() -> list[dict[str, Any]]:
    """The cases with what the frameworks answer."""
    return [
        {"source": source, "at": at, **{name: answer(name, source, at) for name in FRAMEWORKS}}
        for source, at in cases()
    ]


if __name__ == "__main__":
    rows = ",\n".join(json.dumps(row) for row in measured())
    ANSWERS.write_text(f"[\n{rows}\n]\n")
