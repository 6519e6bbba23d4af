"""An uncertain input as it is written: `5.00±0.02`, `5.00+-0.4%`, `5.00(2)`, `uniform(4.9, 5.1)`.

What is typed is exact, so an input is kept as formulas of numbers: its estimate, its standard
uncertainty and its cumulants. A number after ± is the standard uncertainty; it may be a formula,
such as the half of an expanded one: `5.00±0.04/2`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.pieces import pieces
from gradcalc.language.suggest import nearest
from gradcalc.run.forms import reserved
from gradcalc.run.point import Given, point
from gradcalc.uncertainty.distributions import ALIASES, DISTRIBUTIONS, Distribution

PLUS_MINUS = re.compile(r"±|\+/-|\+-|\\pm\b")
_SIZE = r"(?:\d+\.?\d*|\.\d+)"
_NUMBER = rf"[-+−]?{_SIZE}"
_EXPONENT = r"[eE][-+−]?\d+"
_RAISED = r"(?:(?:\^|\*\*)(?:[-+−]?\d+|\([-+−]?\d+\))|[⁻⁺]?[⁰¹²³⁴-⁹]+)"
_POWER = rf"(?:{_EXPONENT}|\s*[*×·]\s*10{_RAISED})"  # of ten
CONCISE = re.compile(rf"({_NUMBER})\s*\(({_SIZE})\)({_POWER}?)\Z")
SCALED = re.compile(rf"\((.*?)\)({_POWER}?)\Z", re.DOTALL)
# 5.00+0.02-0.03, once what people set around the signs is left out: 5.00^{+0.02}_{-0.03}
AROUND_SIGNS = re.compile(r"[(^_{/;\s]+(?=[-+−])|(?<=[-+−])\s+|[)}]")
ASYMMETRIC = re.compile(
    rf"({_NUMBER})(?:{_EXPONENT})?"
    rf"(?:(\+{_SIZE})([-−]{_SIZE})|([-−]{_SIZE})(\+{_SIZE}))(?:{_EXPONENT})?\Z"
)
LEFT_OVER = re.compile(rf"({_NUMBER}\s*\({_SIZE}\))\s*\S")
CALL = re.compile(r"([A-Za-z_]\w*)\s*\((.*)\)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Quantity:
    """An input: how it is written, and its estimate, exactly.

    `uncertainty`, the standard uncertainty, is a formula of numbers or a number; None where the
    input is a constant. `third` and `fourth` are its cumulants; `dof` the degrees of freedom of
    the uncertainty, infinite unless told.
    """

    name: str
    text: str
    estimate: Given
    uncertainty: Given | None = None
    distribution: str = ""  # its name in DISTRIBUTIONS
    parameters: tuple[float, ...] = ()
    third: Given = "0"
    fourth: Given = "0"
    dof: float = math.inf

    @property
    def is_uncertain(self) -> bool:
        """Has it an uncertainty?"""
        return self.uncertainty is not None


def quantity(name: str, given: Given, dof: float = math.inf) -> Quantity:
    """Read an input: a text as above, a number, or a pair of estimate and standard uncertainty.

    GradcalcError where an uncertainty can't be read, or parameters are not allowed.
    """
    if isinstance(given, tuple):
        if len(given) != 2:
            raise GradcalcError(
                "bad-uncertainty",
                f"{name} has {len(given)} numbers, not an estimate and its uncertainty",
                hint=f"write ({given[0]}, 0.1)" if given else "write (5.0, 0.1)",
            )
        return _normal(name, f"{given[0]} ± {given[1]}", *given, dof)
    if not isinstance(given, str):
        return Quantity(name, _shown(given), given)
    text = given.strip()
    if sign := _plus_minus(text):
        before, after = text[: sign.start()].strip(), text[sign.end() :].strip()
        if not before or not after:
            raise GradcalcError(
                "bad-uncertainty",
                f"{name} has no {'uncertainty after' if before else 'estimate before'} {sign[0]}",
                Span(*sign.span()),
                hint=f"write {name}={before or '5.0'}±{after or '0.1'}",
                source=text,
            )
        _refuse_more(name, text, after)
        return _normal(name, text, before, _relative(before, after), dof)
    if (scaled := SCALED.match(text)) and (sign := _plus_minus(scaled[1])):
        before, after = scaled[1][: sign.start()], scaled[1][sign.end() :].strip()
        _refuse_more(name, text, after)
        spread = _times(_relative(before, after), scaled[2])
        return _normal(name, text, _times(before, scaled[2]), spread, dof)
    if concise := CONCISE.match(text):
        number, last, power = concise.groups()
        unit = 0 if "." in last else len(number.partition(".")[2])
        estimate, uncertainty = _times(number, power), _times(f"{last}*10^-{unit}", power)
        return _normal(name, text, estimate, uncertainty, dof)
    _refuse_misread(name, text)
    call = CALL.match(text)
    if call and (family := ALIASES.get(call[1].lower(), call[1].lower())) in DISTRIBUTIONS:
        return _of(DISTRIBUTIONS[family], name, text, call[2], dof)
    if call:
        _refuse_unknown(name, text, call[1])
    point({name: text})  # that it can be read
    return Quantity(name, text, text)


def _times(text: str, power: str) -> str:
    """A formula times a power of ten, which is written e3 or ×10^3."""
    return f"({text}){f'*1{power}' if power[:1] in ('e', 'E') else power}"


def _refuse_misread(name: str, text: str) -> None:
    """An error for a notation that would be read as a sum or a product of numbers."""
    if (uneven := ASYMMETRIC.match(AROUND_SIGNS.sub("", text))) and not text.startswith("("):
        parts = [Fraction(part.replace("−", "-")) for part in uneven.groups() if part]
        unit = len(uneven[1].partition(".")[2]) if "(" in text and text.count(".") < 2 else 0
        ends = sorted(parts[0] + part / 10**unit for part in parts[1:])
        half, *limits = (f"{float(x):.6g}" for x in ((ends[1] - ends[0]) / 2, *ends))
        plain = "" if re.search(r"[^-+−.\d\s]", text) else f"; a sum in brackets: {name}=({text})"
        raise GradcalcError(
            "bad-uncertainty",
            f"{name} has one uncertainty upwards and another downwards",
            Span(0, len(text)),
            hint=f"write the mean of both, {name}={uneven[1]}±{half}, or the limits,"
            f" {name}=uniform({', '.join(limits)}){plain}",
            source=text,
        )
    if rest := LEFT_OVER.match(text):
        raise GradcalcError(
            "bad-uncertainty",
            f"{name} has something after {rest[1]}",
            Span(rest.end() - 1, len(text)),
            hint=f"write {name}={rest[1]}, {name}={rest[1]}e3 or {name}=5.00±0.02",
            source=text,
        )


def _refuse_more(name: str, text: str, uncertainty: str) -> None:
    """An error for what goes on after an uncertainty: another one, or anything after a percent."""
    start = text.rindex(uncertainty)

    def written(other: str) -> str:
        return f"write {name}={text[:start]}{other}{text[start + len(uncertainty) :]}"

    share, sign, rest = uncertainty.partition("%")
    if other := _plus_minus(uncertainty):
        parts = [uncertainty[: other.start()].strip(), uncertainty[other.end() :].strip()]
        relative = "%" if all(part.endswith("%") for part in parts) else ""
        message, place = "two uncertainties", start + other.start()
        sizes = ", ".join(part.removesuffix(relative) for part in parts)
        hint = f"{written(f'hypot({sizes}){relative}')}, the root of the sum of their squares"
    elif sign and not share.strip():
        message, place, hint = "no number before the percent sign", start, written("2%")
    elif rest:
        message, place = "something after the percent sign", start + len(share)
        scaled = "" if text.startswith("(") else f", or {name}=({text[:start]}{share}%)e-3"
        hint = f"{written(f'{share}%')}{scaled}"
    else:
        return
    span = Span(place, len(text))
    raise GradcalcError("bad-uncertainty", f"{name} has {message}", span, hint=hint, source=text)


def _refuse_unknown(name: str, text: str, called: str) -> None:
    """An error for a distribution that is misspelt."""
    meant = nearest(called, list(DISTRIBUTIONS))
    if meant and called not in reserved():
        raise GradcalcError(
            "unknown-name",
            f"unknown distribution '{called}'",
            Span(0, len(called)),
            hint=f"did you mean {name}={DISTRIBUTIONS[meant].signature}?",
            source=text,
        )


def _plus_minus(text: str) -> re.Match[str] | None:
    """The sign outside of brackets."""
    for sign in PLUS_MINUS.finditer(text):
        before = text[: sign.start()]
        if before.count("(") == before.count(")"):
            return sign
    return None


def _relative(estimate: str, uncertainty: str) -> str:
    """The uncertainty, which may be a percentage of the estimate."""
    if not uncertainty.endswith("%"):
        return uncertainty
    return f"abs({estimate})*({uncertainty[:-1]})/100"


def _normal(name: str, text: str, estimate: Given, uncertainty: Given, dof: float) -> Quantity:
    numbers = point({name: estimate, f"the uncertainty of {name}": uncertainty}).machine()
    mean, deviation = numbers.values()
    if getattr(mean, "shape", ()) or getattr(deviation, "shape", ()):
        raise GradcalcError(
            "bad-uncertainty",
            f"{name} is an array: only numbers can have an uncertainty",
            hint=f"give each element a name of its own: {name}0=1±0.1, {name}1=2±0.1",
        )
    if deviation < 0:
        raise GradcalcError(
            "bad-uncertainty",
            f"the uncertainty of {name} is negative: {deviation:g}",
            hint=f"write {name}={estimate}±{-deviation:g}",
        )
    if math.isfinite(dof):
        parameters: tuple[float, ...] = (mean, deviation, dof)
        return Quantity(name, text, estimate, uncertainty, "t", parameters, dof=dof)
    return Quantity(name, text, estimate, uncertainty, "normal", (mean, deviation))


def _of(shape: Distribution, name: str, text: str, inside: str, dof: float) -> Quantity:
    """An input of a distribution, whose parameters stand between its brackets."""
    texts = [inside[start:end].strip() for start, end in pieces(inside)]
    if len(texts) != len(shape.parameters) or not all(texts):
        count = len([text for text in texts if text])
        raise GradcalcError(
            "bad-uncertainty",
            f"{shape.name} takes {len(shape.parameters)} parameters, not {count}",
            Span(0, len(text)),
            hint=f"write {name}={shape.signature}",
            source=text,
        )
    given = dict(zip(shape.parameters, texts, strict=True))
    numbers = tuple(point({f"{p} of {name}": t for p, t in given.items()}).machine().values())
    if not shape.valid(*numbers):
        raise GradcalcError(
            "bad-uncertainty",
            f"the distribution of {name} does not exist: {shape.demand}",
            Span(0, len(text)),
            hint=f"{name} is {shape.signature}",
            source=text,
        )
    mean, deviation, third, fourth = (
        filled(formula, given)
        for formula in (shape.mean, shape.deviation, shape.third, shape.fourth)
    )
    if shape.name == "t":
        dof = min(dof, numbers[-1])
    return Quantity(name, text, mean, deviation, shape.name, numbers, third, fourth, dof)


def filled(formula: str, values: Mapping[str, str]) -> str:
    """A formula of parameters with texts in their places."""
    return re.sub(
        r"[A-Za-z_]\w*", lambda m: f"({values[m[0]]})" if m[0] in values else m[0], formula
    )


def _shown(given: Any) -> str:
    return str(float(given)) if isinstance(given, Fraction) else str(given)
