"""gradcalc: value and gradient of a formula or a small program, proven, digits counted.

>>> from gradcalc import evaluate
>>> evaluate("sin(x)*y", {"x": 1, "y": 2}).gradient
{'x': 1.0806046117362795, 'y': 0.8414709848078965}
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradcalc.answers.evaluate import evaluate
    from gradcalc.answers.request import Options
    from gradcalc.answers.result import Result
    from gradcalc.errors import Exit, GradcalcError, Span
    from gradcalc.kernels.kernel import Kernel, compile

__version__ = "0.1.0"
__all__ = [
    "Exit",
    "GradcalcError",
    "Kernel",
    "Options",
    "Result",
    "Span",
    "__version__",
    "compile",
    "evaluate",
]


def __getattr__(name: str) -> Any:
    """Import late, so that `gradcalc --help` starts at once."""
    from importlib import import_module

    homes = {
        "Exit": "errors",
        "GradcalcError": "errors",
        "Kernel": "kernels.kernel",
        "Options": "answers.request",
        "Result": "answers.result",
        "Span": "errors",
        "compile": "kernels.kernel",
        "evaluate": "answers.evaluate",
    }
    if name not in homes:
        raise AttributeError(f"module 'gradcalc' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"gradcalc.{homes[name]}"), name)
    return value
