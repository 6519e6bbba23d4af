"""`map` and `fit`: a formula for every row of a table, and its parameters from data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from gradcalc.api.arguments import Bounds, bounds_of, refuse_unknown
from gradcalc.errors import blaming
from gradcalc.run.point import Given

if TYPE_CHECKING:
    from gradcalc.batch.columns import Columns
    from gradcalc.batch.options import OnError
    from gradcalc.fitting.answer import Fit
    from gradcalc.fitting.losses import Loss

Tables = Any  # a dict of columns, a structured array, the path of a file; several in a list


class FitSettings(TypedDict, total=False):
    """What a fit may be told by keyword; see `fit`."""

    parameters: Sequence[str]
    fix: Mapping[str, Given] | None
    bounds: Bounds | None
    sigma: str
    absolute_sigma: bool
    typed: bool
    skip_missing: bool
    tie: Mapping[str, str] | None
    share: Sequence[str] | None
    loss: Loss
    level: float
    profile_ci: bool
    versus: str
    plot: bool
    seed: int


def map(
    source: str,
    table: Mapping[str, Any] | PathLike[str] | str | Any,
    at: Mapping[str, Given] | None = None,
    *,
    wrt: Sequence[str] | None = None,
    hessian: bool = False,
    propagate: bool = False,
    keep: Sequence[str] | None = (),
    on_error: OnError = "keep",
    check_rows: int = 100,
    seed: int = 0,
) -> Columns:
    """Value and gradient for every row of a table: `value`, `d_x`, and with `hessian` `d2_x_y`.

    The table is a dict of columns (1-D, of one length), a structured array of NumPy, or the path of
    a file. `at` are inputs that are the same in all rows; `keep` names columns to answer too, None
    for all. With `propagate` columns u_x are the standard uncertainties of columns x, and `u` is
    that of the value. `check_rows` rows, drawn by `seed`, are proven: `summary.checked` says what
    came of it.
    GradcalcError where a column is missing or holds no numbers.

    >>> columns = map("x^2*y", {"x": [1, 2, 3], "y": [1.0, 0.5, 0.0]})
    >>> columns
    Columns(value, d_x, d_y; rows: 3)
    >>> columns["d_x"].tolist(), columns.summary.checked.digits
    ([2.0, 2.0, 0.0], 16)
    """
    from gradcalc.batch.columns import map_columns
    from gradcalc.batch.options import MapOptions
    from gradcalc.kernels.kernel import cores

    kept = None if keep is None else tuple(keep)
    request = MapOptions(at or {}, kept, on_error, check_rows, seed, threads=cores())
    return map_columns(source, table, request, wrt=wrt, hessian=hessian, propagate=propagate)


def fit(
    source: str,
    data: Tables,
    target: str,
    start: Mapping[str, Given] | None = None,
    **settings: Unpack[FitSettings],
) -> Fit:
    """The parameters of a formula by least squares: those of its inputs that are not columns.

    The table is a dict of columns, a structured array of NumPy, or the path of a file; `target` and
    `sigma` are columns or formulas of columns. `parameters` names those that are called as a
    constant is: tau. `tie` has parameters that are formulas of others. Of several tables in a list
    all parameters are common, or those of `share`. `profile_ci`, `versus` and `plot` add intervals
    by profile likelihood, a comparison with another formula, and curves. Without `start` a search,
    drawn by `seed`, finds starting values. GradcalcError where a text can't be read or the table
    lacks something.

    >>> times, counts = [0, 1, 2, 3, 4, 5], [3.52, 1.31, 0.73, 0.55, 0.53, 0.49]
    >>> found = fit("a*exp(-b*t) + c", {"t": times, "y": counts}, "y")
    >>> [(one.name, round(one.value, 4), one.digits) for one in found.parameters]
    [('a', 3.0205, 16), ('b', 1.3089, 16), ('c', 0.4989, 16)]
    """
    from contextlib import ExitStack
    from os import fspath

    from gradcalc.fitting.fit import fit as fitted
    from gradcalc.fitting.options import FitOptions
    from gradcalc.tables import Reader, open_table
    from gradcalc.tables.memory import MemoryReader

    refuse_unknown("fit", settings, FitSettings)
    share = settings.get("share")
    options = FitOptions(
        parameters=tuple(settings.get("parameters", ())),
        start=start or {},
        held=settings.get("fix") or {},
        bounds=bounds_of(settings.get("bounds")).bounds,
        sigma=settings.get("sigma", ""),
        absolute=settings.get("absolute_sigma", False),
        typed=settings.get("typed", False),
        skip=settings.get("skip_missing", False),
        tied=settings.get("tie") or {},
        shared=None if share is None else tuple(share),
        loss=settings.get("loss", "squares"),
        level=settings.get("level", 0.95),
        profile=settings.get("profile_ci", False),
        versus=settings.get("versus", ""),
        plot=settings.get("plot", False),
        seed=settings.get("seed", 0),
    )
    with blaming(source), ExitStack() as stack:
        readers: list[Reader] = [
            stack.enter_context(
                open_table(fspath(one)) if isinstance(one, str | PathLike) else MemoryReader(one)
            )
            for one in (data if isinstance(data, list | tuple) else [data])
        ]
        return fitted(source, readers, target, options)
