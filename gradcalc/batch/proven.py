"""What `eval` and `hessian` say of a row, in a kernel's columns."""

from __future__ import annotations

from collections.abc import Mapping

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.products import hessian
from gradcalc.answers.request import Options
from gradcalc.answers.result import Input, Result
from gradcalc.kernels.kernel import Kernel
from gradcalc.run.point import Given


def proven(
    kernel: Kernel, at: Mapping[str, Given], options: Options | None = None
) -> tuple[Result, dict[str, Input]]:
    """The result at a row's point, and its derivatives by column.

    GradcalcError where it has none.
    """
    if not kernel.hessian:
        found = evaluate(kernel.source, at, wrt=kernel.wrt, options=options)
        return found, {f"d_{one.name}": one for one in found.inputs}
    found = hessian(kernel.source, at, wrt=kernel.wrt, options=options)
    pairs = {f"d2_{'_'.join(one.name.split(', '))}": one for one in found.inputs}
    columns = {f"d_{one.name}": one for one in found.first} | pairs
    return found, {name: one for name, one in columns.items() if name in kernel.columns}
