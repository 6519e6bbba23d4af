"""What Python programs call besides `evaluate` and `compile`, with arguments as Python has them.

Each function answers what the command of its name answers, and raises GradcalcError where that
prints an error. Values after `at` may be numbers (the float64 they are), texts as after --at (which
are exact), nested lists and NumPy arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict, Unpack

from gradcalc.answers.request import Options
from gradcalc.errors import GradcalcError, blaming
from gradcalc.run.point import Given

if TYPE_CHECKING:
    from gradcalc.batch.columns import Columns
    from gradcalc.batch.options import OnError
    from gradcalc.boxes.extents import Extents
    from gradcalc.boxes.minimum import GlobalMinimum, StationaryPoints
    from gradcalc.boxes.solution import Solution
    from gradcalc.claims.boxes import Box
    from gradcalc.claims.verdict import Verdict
    from gradcalc.fitting.answer import Fit
    from gradcalc.fitting.robust import Loss
    from gradcalc.optimize.minimum import Minimum
    from gradcalc.search.hunt import Hunt
    from gradcalc.uncertainty.propagation import Propagation

Tables = Any  # a dict of columns, a structured array, the path of a file; several in a list
Bounds: TypeAlias = str | Mapping[str, tuple[float, float]]  # "x=-2:2,y=0:pi", or {"x": (-2, 2)}


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


class DescentSettings(TypedDict, total=False):
    """How `minimize` goes down, by keyword."""

    maximize: bool
    steps: int | None
    tolerance: float
    lr: float
    batch_size: int
    starts: int
    seed: int


def check(
    source: str,
    claims: str | Sequence[str] | Mapping[str, str],
    at: Mapping[str, Given] | None = None,
    *,
    over: Bounds | None = None,
    points: int = 100,
    seed: int = 0,
    rtol: float | None = None,
    atol: float = 0.0,
    ulp: float | None = None,
    prove: bool = False,
    timeout: float | None = None,
    options: Options | None = None,
) -> Verdict:
    """Do claimed derivatives hold? Formulas by input, or texts as after --claim.

    They are compared at the point `at`, or at `points` points drawn from `over`: from -2 to 2 for
    each input, unless told. With `prove`, what holds there is proven all over the box `over`, in
    `timeout` seconds for each claim. GradcalcError where a text can't be read, or no point can be
    compared.

    >>> verdict = check("x^2*y", {"x": "2*x*y", "y": "x"})
    >>> verdict.holds
    False
    >>> [(claim.by, claim.holds, claim.formula) for claim in verdict.claims]
    [('x', True, None), ('y', False, 'x^2')]
    >>> (claim,) = check("x^2", "2*x", over="x=-9:9", prove=True).claims
    >>> claim.everywhere.cover.proven
    True
    """
    from gradcalc.claims.check import check as judged
    from gradcalc.claims.everywhere import proven, refuse_without_box
    from gradcalc.claims.notation import claims_of
    from gradcalc.claims.points import points_for
    from gradcalc.claims.tolerance import Tolerance
    from gradcalc.kernels.kernel import cores

    with blaming(source):
        box, at = _box(over), at or {}
        if not isinstance(claims, Mapping):
            texts = [claims] if isinstance(claims, str) else claims
            claims = claims_of(source, texts, {*at, *box.bounds})
        if prove:
            refuse_without_box(claims, box)
        places, _ = points_for(source, at, box, count=points, seed=seed)
        tolerance = Tolerance(rtol, atol, ulp)
        verdict = judged(source, claims, places, tolerance=tolerance, options=options)
        if not prove:
            return verdict
        return proven(verdict, box, at, tolerance, timeout=timeout, jobs=cores())


def hunt(
    source: str,
    over: Bounds,
    at: Mapping[str, Given] | None = None,
    *,
    points: int = 200,
    seed: int = 0,
    min_digits: int = 8,
    timeout: float = 10.0,
    prove: bool = False,
) -> Hunt:
    """The simplest point of each kind of trouble in a box; `at` has what is not in the box.

    With `prove`, `proof` says how much of a box without trouble is proven to be free of it.

    >>> [(trouble.kind, dict(trouble.at)) for trouble in hunt("1/(x - 1)", "x=0:2").findings]
    [('pole', {'x': '1'})]
    >>> hunt("sqrt(x^2 + 1)", "x=-9:9", prove=True).proof.proven
    True
    """
    from gradcalc.kernels.kernel import cores
    from gradcalc.search.hunt import hunt as searched

    with blaming(source):
        return searched(
            source,
            _box(over),
            held=at,
            points=points,
            seed=seed,
            min_digits=min_digits,
            timeout=timeout,
            prove=prove,
            jobs=cores() if prove else 1,
        )


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

    _refuse_unknown("fit", settings, FitSettings)
    share = settings.get("share")
    options = FitOptions(
        parameters=tuple(settings.get("parameters", ())),
        start=start or {},
        held=settings.get("fix") or {},
        bounds=_bounds(settings.get("bounds")).bounds,
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


def minimize(
    source: str,
    at: Mapping[str, Given] | None = None,
    *,
    wrt: Sequence[str] | None = None,
    bounds: Bounds | None = None,
    subject_to: Sequence[str] = (),
    columns: Mapping[str, Any] | None = None,
    method: str | None = None,
    **settings: Unpack[DescentSettings],
) -> Minimum:
    """A local minimum from the start `at`, refined, with what is proven of it.

    The inputs of `at` are varied, or those of `wrt`; one without a value starts in the middle of
    its `bounds`. With `columns`, 1-D arrays by name, the mean over their rows is minimized.
    `method` is trust-exact, bfgs, l-bfgs-b, slsqp, trust-constr, nelder-mead, gradient-descent,
    momentum or adam, chosen unless given; `lr` and `batch_size` are for the last three, which step
    as PyTorch's optimizers do. GradcalcError where there is no value at the start, or scipy is
    missing.

    >>> found = minimize("(1-x)^2 + 100*(y-x^2)^2", {"x": -1.2, "y": 1})
    >>> found.point, found.certificate
    ({'x': 1.0, 'y': 1.0}, 'minimum')
    """
    import numpy as np

    from gradcalc.optimize.minimize import METHODS, Settings
    from gradcalc.optimize.minimize import minimize as minimized
    from gradcalc.optimize.training import Training

    if method is not None and method not in METHODS:
        raise GradcalcError(
            "usage", f"no method is called {method!r}", hint=f"the methods are {', '.join(METHODS)}"
        )
    _refuse_unknown("minimize", settings, DescentSettings)
    training = Training(settings.get("lr", 1e-3), batch_size=settings.get("batch_size", 0))
    descent = Settings(
        method,
        settings.get("maximize", False),
        settings.get("steps"),
        settings.get("tolerance", 1e-8),
        training,
        settings.get("starts", 1),
        settings.get("seed", 0),
    )
    arrays = {name: np.asarray(column, dtype=float) for name, column in (columns or {}).items()}
    return minimized(
        source,
        at,
        wrt=wrt,
        bounds=_bounds(bounds).bounds,
        subject_to=subject_to,
        columns=arrays,
        settings=descent,
    )


def propagate(
    source: str,
    at: Mapping[str, Given | tuple[Given, Given]],
    *,
    corr: Mapping[tuple[str, str], Given] | None = None,
    dof: Mapping[str, float] | None = None,
    readings: Mapping[str, Sequence[float]] | None = None,
    coverage: float = 0.95,
    draws: int = 1_000_000,
    seed: int = 0,
    significant: int = 2,
    options: Options | None = None,
) -> Propagation:
    """The uncertainty of a value whose inputs are uncertain: to both orders, and by Monte Carlo.

    `at` has texts as after --at (`"5.00±0.02"`, `"uniform(4.9, 5.1)"`), pairs of an estimate and
    its standard uncertainty, and constants. `corr` are correlations by pairs of names, `dof`
    degrees of freedom, `readings` columns of inputs that were read together. `coverage` is the
    probability of the intervals; `significant` digits of the uncertainty matter to the verdicts.
    The sources of the formulas are in `gradcalc.uncertainty`. GradcalcError where a text can't be
    read, or there is no finite derivative.

    >>> found = propagate("V/I", {"V": "5.00±0.02", "I": (2, 0.05)}, draws=0)
    >>> found
    Propagation(V/I: value 2.5 ± 0.063)
    >>> found.u, [f"{part.name} {part.share:.0%}" for part in found.outputs[0].budget]
    (0.06329494450586082, ['V 2%', 'I 98%'])
    """
    from gradcalc.uncertainty.inputs import inputs_of
    from gradcalc.uncertainty.propagate import Coverage
    from gradcalc.uncertainty.propagate import propagate as propagated

    with blaming(source):
        return propagated(
            source,
            inputs_of(at, corr, dof, readings),
            coverage=Coverage(coverage, draws, seed, significant),
            options=options,
        )


def solve(
    source: str,
    over: Bounds | None = None,
    at: Mapping[str, Given] | None = None,
    *,
    where: Sequence[str] = (),
    tolerance: float = 1e-9,
    digits: int = 25,
    timeout: float | None = None,
) -> Solution:
    """All roots of equations in the box `over`, each proven, and proven to be all.

    Equations stand between semicolons, as many as the box has intervals; `at` has the values of
    other inputs, `where` conditions that roots fulfil. What is narrower than `tolerance` and can't
    be decided, a double root, is listed. Without a box, one root by Newton's method from the start
    `at`, to so many `digits`. GradcalcError where a text can't be read, or python-flint is missing.

    >>> found = solve("x^2 + y^2 = 1; y = x^3", "x=-2:2,y=-2:2")
    >>> [root.text["x"][:8] for root in found.roots], found.complete
    (['-0.82603', '0.826031'], True)
    """
    from gradcalc.boxes.search import Limits
    from gradcalc.boxes.solve import solve as solved
    from gradcalc.boxes.solve import solve_from
    from gradcalc.kernels.kernel import cores
    from gradcalc.run.point import point

    with blaming(source):
        box, values = _box(over).bounds, at or {}
        if not box and values:
            start = point(values).machine()
            return solve_from(source, start, digits=digits)
        search = Limits.of(timeout, cores())
        return solved(source, box, held=values, where=where, least_width=tolerance, search=search)


def bound(
    source: str,
    over: Bounds,
    at: Mapping[str, Given] | None = None,
    *,
    tolerance: float = 1e-6,
    timeout: float | None = None,
) -> Extents:
    """What a formula and its derivatives come to over the box `over`, enclosed and proven.

    `at` has the values of the other inputs. Each end of a range is enclosed to `tolerance` times
    the greatest magnitude in it. The answer has the ranges, whether the formula is monotone in each
    input, convex, concave, and its Lipschitz constants. After `timeout` seconds it is what is
    proven so far. GradcalcError where the text can't be read, nothing of it can be enclosed, or
    python-flint is missing.

    >>> found = bound("x^2 - y", "x=-1:2,y=0:1")
    >>> found.gradient["x"].outer, found.monotone["y"], found.convex
    ((-2.0, 4.0), 'decreasing', True)
    """
    from gradcalc.boxes.bound import bound as bounded
    from gradcalc.boxes.search import Limits
    from gradcalc.kernels.kernel import cores

    with blaming(source):
        search = Limits.of(timeout, cores())
        return bounded(source, _box(over).bounds, held=at, tolerance=tolerance, search=search)


def global_minimum(
    source: str,
    over: Bounds,
    at: Mapping[str, Given] | None = None,
    *,
    subject_to: Sequence[str] = (),
    maximize: bool = False,
    tolerance: float = 1e-6,
    timeout: float | None = None,
) -> GlobalMinimum:
    """The least value over the whole box `over`, enclosed, and boxes around all its minimisers.

    Borders and corners belong to the box; `at` has the values of other inputs, `subject_to`
    comparisons by < and > that must hold. The value is enclosed to the tolerance, relative where it
    is larger than 1. After `timeout` seconds the answer is as far as it came, and not `complete`.
    GradcalcError where a text can't be read, no value could be enclosed, or python-flint is
    missing.

    >>> found = global_minimum("x^4 - 4*x^2 + x", "x=-3:3")
    >>> low, high = found.value
    >>> low <= -5.444182 <= high, [one.unique for one in found.minimisers], found.complete
    (False, [True], True)
    """
    from gradcalc.boxes.minimize import global_minimum as minimized
    from gradcalc.boxes.search import Limits
    from gradcalc.kernels.kernel import cores

    with blaming(source):
        return minimized(
            source,
            _box(over).bounds,
            held=at,
            subject_to=subject_to,
            maximize=maximize,
            tolerance=tolerance,
            search=Limits.of(timeout, cores()),
        )


def stationary_points(
    source: str,
    over: Bounds,
    at: Mapping[str, Given] | None = None,
    *,
    subject_to: Sequence[str] = (),
    timeout: float | None = None,
) -> StationaryPoints:
    """All points of the box `over` at which the gradient is 0, each proven, with its kind.

    Kinds are minimum, maximum and saddle; where the Hessian is singular, or there is a kink, the
    box is listed as undecided. The arguments and errors are those of `global_minimum`.

    >>> found = stationary_points("x^3 - 3*x + y^2", "x=-2:3,y=-1:2")
    >>> [one.kind for one in found.points], found.complete
    (['saddle', 'minimum'], True)
    """
    from gradcalc.boxes.search import Limits
    from gradcalc.boxes.stationary_points import stationary_points as searched
    from gradcalc.kernels.kernel import cores

    with blaming(source):
        return searched(
            source,
            _box(over).bounds,
            held=at,
            subject_to=tuple(subject_to),
            search=Limits.of(timeout, cores()),
        )


def functions(name: str | None = None) -> list[dict[str, Any]]:
    """The functions of the language, or one of them: what `gradcalc functions --json` prints.

    >>> (tanh,) = functions("tanh")
    >>> tanh["signature"], tanh["derivatives"]
    ('tanh(x)', {'x': 'sech(x)*sech(x)'})
    """
    from gradcalc.views.catalogue import describe, everything

    return everything() if name is None else describe(name)


def _box(over: Bounds | None) -> Box:
    from gradcalc.claims.boxes import read_over

    return read_over([over] if over else []) if over is None or isinstance(over, str) else _of(over)


def _bounds(bounds: Bounds | None) -> Box:
    """Bounds of which an end may be left out."""
    from gradcalc.claims.boxes import read_bounds

    if bounds is None or isinstance(bounds, str):
        return read_bounds([bounds] if bounds else [])
    return _of(bounds)


def _of(over: Mapping[str, tuple[float, float]]) -> Box:
    from gradcalc.claims.boxes import Box

    return Box({name: (float(low), float(high)) for name, (low, high) in over.items()})


def _refuse_unknown(function: str, settings: Mapping[str, Any], known: type) -> None:
    """TypeError as for any keyword that a function doesn't have."""
    if unknown := settings.keys() - known.__annotations__.keys():
        raise TypeError(f"{function}() got an unexpected keyword argument {min(unknown)!r}")
