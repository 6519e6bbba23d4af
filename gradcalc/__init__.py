"""gradcalc: value and gradient of a formula or a small program, proven, digits counted.

>>> import gradcalc
>>> gradcalc.evaluate("sin(x)*y", {"x": 1, "y": 2}).gradient
{'x': 1.0806046117362795, 'y': 0.8414709848078965}

`evaluate`, `jacobian`, `hessian`, `jvp`, `vjp` and `hvp` answer with a `Result`, `diff` and
`explain` with formulas, `check` and `hunt` with verdicts, `propagate` with uncertainties;
`compile` and `map` work on whole columns, `fit` on data; `minimize` goes down, `solve` finds roots;
`bound`, `global_minimum` and `stationary_points` answer over a whole box.
What can't be answered is a `GradcalcError`. All is imported when it is first used.
"""

from typing import TYPE_CHECKING, Any

from gradcalc.version import __version__

if TYPE_CHECKING:
    from gradcalc.answers.evaluate import evaluate
    from gradcalc.answers.products import hessian, hvp, jacobian, jvp, vjp
    from gradcalc.answers.request import Options
    from gradcalc.answers.result import Derivative, Result
    from gradcalc.api.boxes import bound, global_minimum, solve, stationary_points
    from gradcalc.api.catalogue import functions
    from gradcalc.api.descent import minimize
    from gradcalc.api.tables import fit, map
    from gradcalc.api.uncertain import propagate
    from gradcalc.api.verdicts import check, hunt
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
    "global_minimum",
    "hessian",
    "hunt",
    "hvp",
    "jacobian",
    "jvp",
    "map",
    "minimize",
    "propagate",
    "solve",
    "stationary_points",
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
    "bound": "api.boxes",
    "check": "api.verdicts",
    "compile": "kernels.kernel",
    "diff": "formulas.diff",
    "evaluate": "answers.evaluate",
    "explain": "formulas.explain",
    "fit": "api.tables",
    "functions": "api.catalogue",
    "global_minimum": "api.boxes",
    "hessian": "answers.products",
    "hunt": "api.verdicts",
    "hvp": "answers.products",
    "jacobian": "answers.products",
    "jvp": "answers.products",
    "map": "api.tables",
    "minimize": "api.descent",
    "propagate": "api.uncertain",
    "solve": "api.boxes",
    "stationary_points": "api.boxes",
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
