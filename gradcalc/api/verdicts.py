"""`check` and `hunt`: do claimed derivatives hold, and where is a formula in trouble?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from gradcalc.answers.request import Options
from gradcalc.api.arguments import Bounds, box_of
from gradcalc.errors import blaming
from gradcalc.run.point import Given

if TYPE_CHECKING:
    from gradcalc.claims.verdict import Verdict
    from gradcalc.search.hunt import Hunt


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
        box, at = box_of(over), at or {}
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
            box_of(over),
            held=at,
            points=points,
            seed=seed,
            min_digits=min_digits,
            timeout=timeout,
            prove=prove,
            jobs=cores() if prove else 1,
        )
