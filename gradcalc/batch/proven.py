"""What `eval` and `hessian` say of a row, in a kernel's columns."""

from __future__ import annotations

from collections.abc import Mapping

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.products import hessian
from gradcalc.answers.request import Options
from gradcalc.answers.result import Derivative, Result
from gradcalc.kernels.kernel import Kernel
from gradcalc.run.point import Given


def prove_row(
    kernel: Kernel, at: Mapping[str, Given], options: Options | None = None
) -> tuple[Result, dict[str, Derivative]]:
    """The result at a row's point `at`, and its derivatives by the column of the kernel.

    GradcalcError where the row has no value.
    """
    if not kernel.hessian:
        result = evaluate(kernel.source, at, wrt=kernel.wrt, options=options)
        return result, {f"d_{row.by[0]}": row for row in result.derivatives}
    result = hessian(kernel.source, at, wrt=kernel.wrt, options=options)
    columns = {f"d_{row.by[0]}": row for row in result.first}
    columns |= {f"d2_{'_'.join(row.by)}": row for row in result.derivatives}
    return result, {name: row for name, row in columns.items() if name in kernel.columns}
