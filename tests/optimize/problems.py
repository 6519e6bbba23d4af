"""Test functions of Moré, Garbow and Hillstrom (ACM Transactions on Mathematical Software 7 (1981)
17), as programs; each with the standard start and its least sum of squares where that is known.
"""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """A sum of squares as a text of the language, its start, and values it may end at."""

    name: str
    text: str
    start: dict[str, str]
    minima: tuple[float, ...]


def _vector(text: str, *numbers: str) -> dict[str, str]:
    return dict(zip(text.split(), numbers, strict=True))


BARD = "[0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39]"
GAUSS = (
    "[0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989, "
    "0.3521, 0.2420, 0.1295, 0.0540, 0.0175, 0.0044, 0.0009]"
)
MEYER = (
    "[34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, "
    "8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872]"
)
KOWALIK_Y = (
    "[0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246]"
)
KOWALIK_U = "[4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625]"
OSBORNE = (
    "[0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818, 0.784, 0.751, 0.718, "
    "0.685, 0.658, 0.628, 0.603, 0.580, 0.558, 0.538, 0.522, 0.506, 0.490, 0.478, 0.467, "
    "0.457, 0.448, 0.438, 0.431, 0.424, 0.420, 0.414, 0.411, 0.406]"
)

PROBLEMS = (
    Problem("rosenbrock", "(10*(y - x^2))^2 + (1 - x)^2", _vector("x y", "-1.2", "1"), (0.0,)),
    Problem(
        "freudenstein-roth",
        "(-13 + x + ((5 - y)*y - 2)*y)^2 + (-29 + x + ((y + 1)*y - 14)*y)^2",
        _vector("x y", "0.5", "-2"),
        (0.0, 48.98425),
    ),
    Problem(
        "powell-badly-scaled",
        "(1e4*x*y - 1)^2 + (exp(-x) + exp(-y) - 1.0001)^2",
        _vector("x y", "0", "1"),
        (0.0,),
    ),
    Problem(
        "brown-badly-scaled",
        "(x - 1e6)^2 + (y - 2e-6)^2 + (x*y - 2)^2",
        _vector("x y", "1", "1"),
        (0.0,),
    ),
    Problem(
        "beale",
        "(1.5 - x*(1 - y))^2 + (2.25 - x*(1 - y^2))^2 + (2.625 - x*(1 - y^3))^2",
        _vector("x y", "1", "1"),
        (0.0,),
    ),
    Problem(
        "jennrich-sampson",
        "s = 0; for i in 1..11 { s = s + (2 + 2*i - (exp(i*x) + exp(i*y)))^2 }; s",
        _vector("x y", "0.3", "0.4"),
        (124.362182,),
    ),
    Problem(
        "helical-valley",
        "t = atan2(y, x)/(2*pi); 100*(z - 10*t)^2 + 100*(sqrt(x^2 + y^2) - 1)^2 + z^2",
        _vector("x y z", "-1", "1e-3", "0"),  # beside the cut, where the original start lies
        (0.0,),
    ),
    Problem(
        "bard",
        f"d = {BARD}; s = 0; for i in 1..16 {{ v = 16 - i; "
        "s = s + (d[i - 1] - (x + i/(v*y + min(i, v)*z)))^2 }; s",
        _vector("x y z", "1", "1", "1"),
        (8.214877e-3, 17.42869),
    ),
    Problem(
        "gaussian",
        f"d = {GAUSS}; s = 0; for i in 1..16 {{ t = (8 - i)/2; "
        "s = s + (x*exp(-y*(t - z)^2/2) - d[i - 1])^2 }; s",
        _vector("x y z", "0.4", "1", "0"),
        (1.127933e-8,),
    ),
    Problem(
        "meyer",
        f"d = {MEYER}; s = 0; for i in 1..17 {{ t = 45 + 5*i; "
        "s = s + (x*exp(y/(t + z)) - d[i - 1])^2 }; s",
        _vector("x y z", "0.02", "4000", "250"),
        (87.94586,),
    ),
    Problem(
        "gulf",
        "s = 0; for i in 1..11 { t = i/100; w = 25 + (-50*log(t))^(2/3); "
        "s = s + (exp(-abs(w - y)^z/x) - t)^2 }; s",
        _vector("x y z", "5", "2.5", "0.15"),
        (0.0,),
    ),
    Problem(
        "box-three",
        "s = 0; for i in 1..11 { t = i/10; "
        "s = s + (exp(-t*x) - exp(-t*y) - z*(exp(-t) - exp(-10*t)))^2 }; s",
        _vector("x y z", "0", "10", "20"),
        (0.0,),
    ),
    Problem(
        "powell-singular",
        "(x + 10*y)^2 + 5*(z - w)^2 + (y - 2*z)^4 + 10*(x - w)^4",
        _vector("x y z w", "3", "-1", "0", "1"),
        (0.0,),
    ),
    Problem(
        "wood",
        "100*(y - x^2)^2 + (1 - x)^2 + 90*(w - z^2)^2 + (1 - z)^2 + 10*(y + w - 2)^2"
        " + (y - w)^2/10",
        _vector("x y z w", "-3", "-1", "-3", "-1"),
        (0.0,),
    ),
    Problem(
        "kowalik-osborne",
        f"d = {KOWALIK_Y}; u = {KOWALIK_U}; s = 0; for i in 0..11 {{ "
        "s = s + (d[i] - x*(u[i]^2 + u[i]*y)/(u[i]^2 + u[i]*z + w))^2 }; s",
        _vector("x y z w", "0.25", "0.39", "0.415", "0.39"),
        (3.075056e-4, 1.027345e-3),
    ),
    Problem(
        "brown-dennis",
        "s = 0; for i in 1..21 { t = i/5; "
        "s = s + ((x + t*y - exp(t))^2 + (z + w*sin(t) - cos(t))^2)^2 }; s",
        _vector("x y z w", "25", "5", "-5", "-1"),
        (85822.2,),
    ),
    Problem(
        "osborne-1",
        f"d = {OSBORNE}; s = 0; for i in 0..33 {{ t = 10*i; "
        "s = s + (d[i] - (a + b*exp(-t*p) + c*exp(-t*q)))^2 }; s",
        _vector("a b c p q", "0.5", "1.5", "-1", "0.01", "0.02"),
        (5.464895e-5,),
    ),
    Problem(
        "biggs-exp6",
        "s = 0; for i in 1..14 { t = i/10; r = exp(-t) - 5*exp(-10*t) + 3*exp(-4*t); "
        "s = s + (c*exp(-t*a) - d*exp(-t*b) + f*exp(-t*g) - r)^2 }; s",
        _vector("a b c d g f", "1", "2", "1", "1", "1", "1"),
        (0.0, 5.65565e-3),
    ),
    Problem(
        "watson-6",
        "s = v[0]^2 + (v[1] - v[0]^2 - 1)^2; for i in 1..30 { t = i/29; p = 0; q = 0; "
        "for j in 0..6 { q = q + v[j]*t^j }; for j in 1..6 { p = p + j*v[j]*t^(j - 1) }; "
        "s = s + (p - q^2 - 1)^2 }; s",
        _vector("v", "[0, 0, 0, 0, 0, 0]"),
        (2.287670e-3,),
    ),
    Problem(
        "penalty-1",
        "1e-5*sum((v - 1)^2) + (sum(v^2) - 1/4)^2",
        _vector("v", "[1, 2, 3, 4]"),
        (2.249977e-5,),
    ),
    Problem(
        "variably-dimensioned",
        "k = linspace(1, 6, 6); m = sum(k*(v - 1)); sum((v - 1)^2) + m^2 + m^4",
        _vector("v", "[5/6, 4/6, 3/6, 2/6, 1/6, 0]"),
        (0.0,),
    ),
    Problem(
        "trigonometric",
        "n = 5; c = sum(cos(v)); s = 0; for i in 0..5 { "
        "s = s + (n - c + (i + 1)*(1 - cos(v[i])) - sin(v[i]))^2 }; s",
        _vector("v", "[0.2, 0.2, 0.2, 0.2, 0.2]"),
        (0.0, 2.79506e-5),
    ),
    Problem(
        "brown-almost-linear",
        "s = (prod(v) - 1)^2; for i in 0..4 { s = s + (v[i] + sum(v) - 6)^2 }; s",
        _vector("v", "[0.5, 0.5, 0.5, 0.5, 0.5]"),
        (0.0, 1.0),
    ),
    Problem(
        "discrete-boundary",
        "h = 1/7; s = 0; for i in 0..6 { t = (i + 1)*h; "
        "l = v[i - 1] if i > 0 else 0; r = v[i + 1] if i < 5 else 0; "
        "s = s + (2*v[i] - l - r + h^2*(v[i] + t + 1)^3/2)^2 }; s",
        _vector("v", "[-6/49, -10/49, -12/49, -12/49, -10/49, -6/49]"),
        (0.0,),
    ),
    Problem(
        "broyden-tridiagonal",
        "s = 0; for i in 0..6 { l = v[i - 1] if i > 0 else 0; r = v[i + 1] if i < 5 else 0; "
        "s = s + ((3 - 2*v[i])*v[i] - l - 2*r + 1)^2 }; s",
        _vector("v", "[-1, -1, -1, -1, -1, -1]"),
        (0.0,),
    ),
    Problem(
        "linear-full-rank",
        "m = 2*sum(v)/8; s = 0; for i in 0..5 { s = s + (v[i] - m - 1)^2 }; s + 3*(m + 1)^2",
        _vector("v", "[1, 1, 1, 1, 1]"),
        (3.0,),
    ),
    Problem(
        "linear-rank-1",
        "m = sum(linspace(1, 5, 5)*v); s = 0; for i in 1..9 { s = s + (i*m - 1)^2 }; s",
        _vector("v", "[1, 1, 1, 1, 1]"),
        (8 * 7 / (2 * (2 * 8 + 1)),),
    ),
    Problem(
        "chebyquad-4",
        "s = 0; n = 4; for k in 1..5 { a = 0; for j in 0..4 { t = 2*v[j] - 1; p = 1; q = t; "
        "for m in 1..k { r = 2*t*q - p; p = q; q = r }; a = a + q }; "
        "i = 0 if k % 2 == 1 else -1/(k^2 - 1); s = s + (a/n - i)^2 }; s",
        _vector("v", "[0.2, 0.4, 0.6, 0.8]"),
        (0.0,),
    ),
)
