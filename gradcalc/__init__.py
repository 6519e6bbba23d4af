"""gradcalc: value and gradient of a formula or a small program, proven, digits counted.

>>> from gradcalc import evaluate
>>> evaluate("sin(x)*y", {"x": 1, "y": 2}).gradient
{'x': 1.0806046117362795, 'y': 0.8414709848078965}
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradcalc.batch.kernel import Kernel, compile
    from gradcalc.errors import Exit, GradcalcError, Span
    from gradcalc.evaluation import Options, evaluate
    from gradcalc.result import Result

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
        "Kernel": "batch.kernel",
        "Options": "evaluation",
        "Result": "result",
        "Span": "errors",
        "compile": "batch.kernel",
        "evaluate": "evaluation",
    }
    if name not in homes:
        raise AttributeError(f"module 'gradcalc' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"gradcalc.{homes[name]}"), name)
    return value
