"""`functions`: what the language has."""

from __future__ import annotations

from typing import Any


def functions(name: str | None = None) -> list[dict[str, Any]]:
    """The functions of the language, or one of them: what `gradcalc functions --json` prints.

    >>> (tanh,) = functions("tanh")
    >>> tanh["signature"], tanh["derivatives"]
    ('tanh(x)', {'x': 'sech(x)*sech(x)'})
    """
    from gradcalc.views.catalogue import describe, everything

    return everything() if name is None else describe(name)
