"""gradcalc: value and gradient of a formula or a small program, proven, digits counted.

>>> import gradcalc
>>> gradcalc.evaluate("sin(x)*y", {"x": 1, "y": 2}).gradient
{'x': 1.0806046117362795, 'y': 0.8414709848078965}

`evaluate`, `jacobian`, `hessian`, `jvp`, `vjp` and `hvp` answer with a `Result`, `diff` and
`explain` with formulas, `check` and `hunt` with verdicts, `propagate` with uncertainties;
`compile` and `map` work on whole columns, `fit` on data; `minimize` goes down, `solve` finds roots;
`bound` has ranges over a box.
What can't be answered is a `GradcalcError`. All is imported when it is first used.
"""

from typing import TYPE_CHECKING, Any

from gradcalc.version import __version__

if TYPE_CHECKING:
    from gradcalc.answers.evaluate import evaluate
    from gradcalc.answers.products import hessian, hvp, jacobian, jvp, vjp
    from gradcalc.answers.request import Options
    from gradcalc.answers.result import Derivative, Result
    from gradcalc.api import bound, check, fit, functions, hunt, map, minimize, propagate, solve
    from gradcalc.errors import Exit, GradcalcError, Span
    from gradcalc.formulas.diff import diff
    from gradcalc.formulas.explain import explain
    from gradcalc.kernels.kernel import Kernel, compile
    from gradcalc.run.limits import Limits

__all__ = [
    "Derivative",
    "Exit",
    "GradcalcError",
    "Kernel",
    "Limits",
    "Options",
    "Result",
    "Span",
    "__version__",
    "bound",
    "check",
    "compile",
    "diff",
    "evaluate",
    "explain",
    "fit",
    "functions",
    "hessian",
    "hunt",
    "hvp",
    "jacobian",
    "jvp",
    "map",
    "minimize",
    "propagate",
    "solve",
    "vjp",
]

_HOMES = {
    "Derivative": "answers.result",
    "Exit": "errors",
    "GradcalcError": "errors",
    "Kernel": "kernels.kernel",
    "Limits": "run.limits",
    "Options": "answers.request",
    "Result": "answers.result",
    "Span": "errors",
    "bound": "api",
    "check": "api",
    "compile": "kernels.kernel",
    "diff": "formulas.diff",
    "evaluate": "answers.evaluate",
    "explain": "formulas.explain",
    "fit": "api",
    "functions": "api",
    "global_minimum": "api",
    "hessian": "answers.products",
    "hunt": "api",
    "hvp": "answers.products",
    "jacobian": "answers.products",
    "jvp": "answers.products",
    "map": "api",
    "minimize": "api",
    "propagate": "api",
    "solve": "api",
    "stationary_points": "api",
    "vjp": "answers.products",
}


def __getattr__(name: str) -> Any:
    """Import late, so that `gradcalc --help` starts at once."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'gradcalc' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"gradcalc.{_HOMES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
