"""What other languages call things, and what is written for it here. Words only: no meaning.

`FUNCTIONS` gives a call with so many arguments as a formula in them; further spellings of one
entry stand beside it. A name that is written in capitals elsewhere (`SIN`, `Sqrt`) needs no entry.
"""

from __future__ import annotations

from collections.abc import Mapping

from gradcalc.language.foreign.distributions import CALLS

_CHOSEN = "factorial(a)/(factorial(b)*factorial(a - b))"  # b of a things

# The calls, and the formula for each: the arguments are a, b, c and d.
_CALLS: tuple[tuple[str, str], ...] = (
    ("pow(a, b) power(a, b) float_power(a, b) powf(a, b) Power[a, b] powi(a, b)", "a^b"),
    ("square(a) sqr(a) abs2(a)", "a^2"),
    ("cube(a)", "a^3"),
    ("reciprocal(a) inverse(a)", "1/a"),
    ("rsqrt(a)", "1/sqrt(a)"),
    ("sqrtf(a) sqroot(a) squareroot(a) wurzel(a) racine(a) raiz(a) radic(a)", "sqrt(a)"),
    ("root(a, b) nthroot(a, b) Surd(a, b) surd(a, b)", "a^(1/b)"),
    ("curt(a) cbrtf(a) CubeRoot(a)", "cbrt(a)"),
    ("tg(a) tang(a) tanf(a) tangent(a)", "tan(a)"),
    ("ctg(a) cotg(a) cotan(a) cotang(a)", "cot(a)"),
    ("sen(a) seno(a) sinf(a) dsin(a) sinus(a) sine(a)", "sin(a)"),
    ("cosf(a) dcos(a) cosinus(a) coseno(a) cosine(a)", "cos(a)"),
    ("cosec(a)", "csc(a)"),
    ("sekans(a)", "sec(a)"),
    ("arctg(a) atg(a) atanf(a)", "atan(a)"),
    ("arcsen(a) asen(a) asinf(a)", "asin(a)"),
    ("acosf(a)", "acos(a)"),
    ("arcctg(a) arccot(a) acot(a) arccotan(a)", "atan(1/a)"),
    ("arcsec(a) asec(a)", "acos(1/a)"),
    ("arccsc(a) acsc(a) arccosec(a)", "asin(1/a)"),
    ("sh(a) shin(a)", "sinh(a)"),
    ("ch(a)", "cosh(a)"),
    ("th(a) tgh(a) tanhf(a)", "tanh(a)"),
    ("cth(a) ctgh(a) cotanh(a)", "coth(a)"),
    ("cosech(a)", "csch(a)"),
    ("arsinh(a) arcsh(a) arsh(a)", "asinh(a)"),
    ("arcosh(a) arcch(a) arch(a)", "acosh(a)"),
    ("artanh(a) arth(a) arcth(a)", "atanh(a)"),
    ("atan(a, b) arctan2(a, b) atan2f(a, b)", "atan2(a, b)"),
    ("ArcTan(a, b)", "atan2(b, a)"),
    ("log_e(a) loge(a) logarithm(a) lognat(a) logf(a) dlog(a) nlog(a)", "log(a)"),
    ("lg(a) log_10(a) dlog10(a) log10f(a)", "log10(a)"),
    ("lb(a) ld(a) log_2(a) log2f(a)", "log2(a)"),
    ("Log(a, b) logn(b, a)", "log(b, a)"),
    ("expf(a) dexp(a)", "exp(a)"),
    ("pow2(a)", "2^a"),
    ("exp10(a)", "10^a"),
    ("fabs(a) fabsf(a) absolute(a) dabs(a) Abs(a) mag(a) betrag(a)", "abs(a)"),
    ("sgn(a) signum(a) Signum(a)", "sign(a)"),
    ("mod(a, b) remainder(a, b) modulo(a, b) Mod(a, b) floormod(a, b)", "a % b"),
    ("quotient(a, b) floor_divide(a, b) div(a, b) idiv(a, b)", "floor(a/b)"),
    ("rem(a, b)", "fmod(a, b)"),
    ("ceiling(a) ceilf(a) roundup(a)", "ceil(a)"),
    ("int(a) fix(a) integer(a) IntegerPart(a)", "trunc(a)"),
    ("floorf(a) entier(a) intPart(a)", "floor(a)"),
    ("float(a) double(a) real(a) N(a) tensor(a) array(a) Array(a) asarray(a) constant(a)", "a"),
    ("matrix(a) Rational(a) Float(a) Integer(a) as_tensor(a) Matrix(a) sympify(a)", "a"),
    ("Rational(a, b) frac(a, b) fraction(a, b) divide(a, b) true_divide(a, b)", "a/b"),
    ("multiply(a, b) mul(a, b) times(a, b)", "a*b"),
    ("add(a, b) plus(a, b)", "a + b"),
    ("subtract(a, b) sub(a, b) minus(a, b)", "a - b"),
    ("negative(a) neg(a)", "-a"),
    ("fmax(a, b) maximum(a, b) fmaxf(a, b)", "max(a, b)"),
    ("fmin(a, b) minimum(a, b) fminf(a, b)", "min(a, b)"),
    ("amax(a) reduce_max(a)", "max(a)"),
    ("amin(a) reduce_min(a)", "min(a)"),
    ("clamp(a, b, c) clip_by_value(a, b, c) constrain(a, b, c)", "clip(a, b, c)"),
    ("if(a, b, c) ifelse(a, b, c) iif(a, b, c) cond(a, b, c) ternary(a, b, c)", "b if a else c"),
    ("select(a, b, c) piecewise(a, b, c)", "b if a else c"),
    ("if(a, b)", "b if a else 0"),
    ("and(a, b) logical_and(a, b)", "a and b"),
    ("or(a, b) logical_or(a, b)", "a or b"),
    ("not(a) logical_not(a)", "not a"),
    ("diff(a, b) derivative(a, b) deriv(a, b) Derivative(a, b) ddx(a, b) derive(a, b)", "D(a, b)"),
    ("diff(a, b, 2) derivative(a, b, 2) Derivative(a, b, 2)", "D(D(a, b), b)"),
    ("diff(a, b, 1)", "D(a, b)"),
    ("gradient(a, b)", "grad(a, b)"),
    ("jacobian(a, b)", "jac(a, b)"),
    ("hessian(a, b)", "hess(a, b)"),
    ("reduce_sum(a) Total(a) sumall(a) nansum(a) add_reduce(a)", "sum(a)"),
    ("reduce_prod(a) product(a)", "prod(a)"),
    ("reduce_mean(a) average(a) avg(a) nanmean(a)", "mean(a)"),
    ("reduce_logsumexp(a)", "logsumexp(a)"),
    ("matmul(a, b) mm(a, b) mv(a, b) bmm(a, b) mmult(a, b)", "a @ b"),
    ("tensordot(a, b) inner(a, b) vdot(a, b) DotProduct(a, b)", "a @ b"),
    ("transpose(a) t(a)", "a.T"),
    ("sumsq(a) sum_of_squares(a)", "sum(a^2)"),
    ("sqrtpi(a)", "sqrt(pi*a)"),
    ("magnitude(a) vnorm(a)", "norm(a)"),
    ("c(a, b)", "[a, b]"),
    ("c(a, b, c)", "[a, b, c]"),
    ("c(a, b, c, d)", "[a, b, c, d]"),
    ("hstack(a)", "concat(a)"),
    ("length(a) numel(a)", "len(a)"),
    ("stdev(a)", "std(a)"),
    ("cuberoot(a) curoot(a)", "cbrt(a)"),
    ("nroot(a, b)", "root(b, a)"),
    ("print(a) disp(a) display(a) simplify(a) expand(a) eval(a)", "a"),
    ("identity(a) IdentityMatrix(a)", "eye(a)"),
    ("matrix_exp(a) MatrixExp(a)", "expm(a)"),
    ("svdvals(a) SingularValueList(a)", "svd(a)"),
    ("lfactorial(a)", "lgamma(a + 1)"),
    ("tgamma(a)", "gamma(a)"),
    ("fact(a) Factorial(a)", "factorial(a)"),
    ("binomial(a, b) binom(a, b) comb(a, b) nCr(a, b) C(a, b) Binomial(a, b)", _CHOSEN),
    ("nchoosek(a, b) choose(a, b) combinations(a, b) COMBIN(a, b)", _CHOSEN),
    ("perm(a, b) nPr(a, b) permutations(a, b)", "factorial(a)/factorial(a - b)"),
    ("round(a, b) Round(a, b)", "round(a*10^b)/10^b"),
    ("gammaln(a) loggamma(a) lngamma(a) LogGamma(a)", "lgamma(a)"),
    ("betaln(a, b)", "lbeta(a, b)"),
    ("psi(a)", "digamma(a)"),
    ("psi(a, b)", "polygamma(a, b)"),
    ("sind(a)", "sin(deg(a))"),
    ("cosd(a)", "cos(deg(a))"),
    ("tand(a)", "tan(deg(a))"),
    ("asind(a)", "asin(a)*180/pi"),
    ("acosd(a)", "acos(a)*180/pi"),
    ("atand(a)", "atan(a)*180/pi"),
    ("Γ(a)", "gamma(a)"),
    ("ζ(a)", "zeta(a)"),
    ("ψ(a) psi(a)", "digamma(a)"),
    ("expit(a) logistic(a) sigma(a) σ(a)", "sigmoid(a)"),
    ("qlogis(a)", "logit(a)"),
    ("swish(a)", "silu(a)"),
    ("logsigmoid(a)", "log_sigmoid(a)"),
    ("step(a) theta(a) UnitStep(a) HeavisideTheta(a) unitstep(a)", "heaviside(a)"),
    ("haversin(a)", "sin(a/2)^2"),
    ("degrees(a) rad2deg(a)", "rad(a)"),
    ("radians(a) deg2rad(a)", "deg(a)"),
    ("dist(a, b)", "hypot(a, b)"),
    ("fmodf(a, b)", "fmod(a, b)"),
    ("log_sum_exp(a)", "logsumexp(a)"),
    ("detach(a) stop_gradient(a) StopGradient(a)", "detach(a)"),
    ("pi()", "pi"),
    ("heaviside(a, b) Heaviside(a, b)", "1 if a > 0 else b if a == 0 else 0"),
    ("Heaviside(a)", "heaviside(a)"),
    ("Clip(a, b)", "clip(a, (b)[0], (b)[1])"),
    ("Tr(a)", "trace(a)"),
    ("LogisticSigmoid(a)", "sigmoid(a)"),
    ("Ramp(a)", "relu(a)"),
    ("mse_loss(a, b)", "mse(a, b)"),
    ("lchoose(a, b)", "lgamma(a + 1) - lgamma(b + 1) - lgamma(a - b + 1)"),
    ("crossprod(a)", "sum(a^2)"),
    ("rdivide(a, b)", "a/b"),
    ("realsqrt(a)", "sqrt(a)"),
    ("mul_add(a, b, c) fma(a, b, c)", "a*b + c"),
    ("float64(a) float32(a) Constant(a) S(a)", "a"),
    ("inverse_sin(a) arcsine(a)", "asin(a)"),
    ("inverse_cos(a) arccosine(a)", "acos(a)"),
    ("inverse_tan(a) arctangent(a)", "atan(a)"),
    ("senh(a)", "sinh(a)"),
    ("raíz(a)", "sqrt(a)"),
    ("wenn(a, b, c) si(a, b, c) se(a, b, c)", "b if a else c"),
    ("potenz(a, b) puissance(a, b) potencia(a, b)", "a^b"),
    ("ganzzahl(a) ent(a) entero(a)", "floor(a)"),
    # What a module's function means that a function of ours with its name does not.
    ("np.sinc(a) numpy.sinc(a) jnp.sinc(a) torch.sinc(a) jax.sinc(a)", "sinc(pi*a)"),
    (
        "np.std(a) numpy.std(a) jnp.std(a) jax.std(a) tf.reduce_std(a)",
        "sqrt(mean((a - mean(a))^2))",
    ),
    ("np.var(a) numpy.var(a) jnp.var(a) jax.var(a) tf.reduce_variance(a)", "mean((a - mean(a))^2)"),
    ("jax.gelu(a)", "a/2*(1 + tanh(sqrt(2/pi)*(a + 0.044715*a^3)))"),
    ("math.remainder(a, b) std.remainder(a, b)", "a - b*round(a/b)"),
    ("Math.round(a)", "floor(a + 1/2)"),
    # What a cell of a table means by a name, behind `=`.
    ("=ATAN2(a, b)", "atan2(b, a)"),
    ("=LOG(a)", "log10(a)"),
    ("=INT(a)", "floor(a)"),
    ("=QUOTIENT(a, b)", "trunc(a/b)"),
    ("=ROUND(a, b)", "sign(a)*floor(abs(a)*10^b + 1/2)/10^b"),
)


def _entries() -> Mapping[tuple[str, int], tuple[str, tuple[str, ...]]]:
    entries: dict[tuple[str, int], tuple[str, tuple[str, ...]]] = {}
    for spellings, formula in (*_CALLS, *CALLS):
        for spelling in spellings.replace("[", "(").replace("]", ")").split(") "):
            name, _, inside = spelling.rstrip(")").partition("(")
            parameters = tuple(inside.split(", ")) if inside else ()
            entries.setdefault((name, len(parameters)), (formula, parameters))
    return entries


# By name and number of arguments: the formula, and the parameters in the order of the call.
FUNCTIONS = _entries()
SPELLINGS = frozenset(name for name, _ in FUNCTIONS)

# Functions of all their arguments here, or of one vector of them.
OF_A_VECTOR: Mapping[str, str] = {
    "c": "{}",
    "sumsq": "sum({}^2)",
    **dict.fromkeys(("sum", "summe", "somme", "soma", "suma"), "sum({})"),
    **dict.fromkeys(("average", "mittelwert", "moyenne", "promedio", "media"), "mean({})"),
    **dict.fromkeys(("product", "produkt", "produit", "producto"), "prod({})"),
    "median": "median({})",
    "stdev": "std({})",
    "var": "var({})",
}

# What there is not, and what to do instead.
_NO_INTEGRALS = "there are no integrals here, only derivatives: D(f, x); sum up values in a loop"
_NO_LIMITS = "there are no limits here: give the variable a value close to the place with --at"
_NO_RANDOM = "there are no random numbers here: give them as inputs with --at"
_NO_MATRICES = "functions of matrices are expm and matpow; sqrtm and logm can be computed in a loop"
ABSENT: Mapping[str, str] = {
    **dict.fromkeys(("int", "integrate", "integral", "Integral", "Integrate"), _NO_INTEGRALS),
    **dict.fromkeys(("quad", "antiderivative", "primitive"), _NO_INTEGRALS),
    **dict.fromkeys(("lim", "limit", "Limit"), _NO_LIMITS),
    **dict.fromkeys(("rand", "randn", "random", "randint", "uniform"), _NO_RANDOM),
    "einsum": "write a @ b for a product over one axis, outer(a, b), trace(A), sum(A, axis=0)",
    "kron": "of two vectors it is flatten(outer(a, b))",
    **dict.fromkeys(("cosm", "sinm", "tanm", "signm", "funm"), _NO_MATRICES),
    "np.piecewise": "a choice is written a if c else b",
    **dict.fromkeys(("rnorm", "runif", "RAND", "RandomReal", "Rnd"), _NO_RANDOM),
}

# Names of constants elsewhere.
NAMES: Mapping[str, str] = {
    "Pi": "pi",
    "PI": "pi",
    "M_PI": "pi",
    "%pi": "pi",
    "E": "e",
    "M_E": "e",
    "%e": "e",
    "%phi": "phi",
    "GoldenRatio": "phi",
    "Tau": "tau",
    "TAU": "tau",
    "Infinity": "inf",
    "oo": "inf",
    "M_PI_2": "(pi/2)",
    "M_PI_4": "(pi/4)",
    "M_LN2": "log(2)",
    "LN2": "log(2)",
    "LN10": "log(10)",
    "M_SQRT2": "sqrt(2)",
    "SQRT2": "sqrt(2)",
    "True": "(1 > 0)",
}

# What stands before a point, or before ::, where functions live in modules.
MODULES = frozenset(
    [
        "np",
        "numpy",
        "math",
        "Math",
        "cmath",
        "torch",
        "jnp",
        "jax",
        "tf",
        "sp",
        "sympy",
        "scipy",
        "special",
        "stats",
        "sc",
        "sps",
        "ss",
        "st",
        "F",
        "nn",
        "mp",
        "mpmath",
        "sm",
        "std",
        "onp",
        "xp",
        "cp",
        "cupy",
        "K",
        "keras",
        "functional",
        "linalg",
        "numpy_",
        "lax",
        "pl",
        "Base",
        "bn",
        "autograd",
        "anp",
    ]
)

# Words that begin a declaration elsewhere: what follows them is the statement.
DECLARATIONS = frozenset(
    [
        "return",
        "let",
        "const",
        "var",
        "val",
        "double",
        "float",
        "int",
        "real",
        "auto",
        "local",
        "my",
        "static",
        "final",
    ]
)

# Words that are no values.
KEYWORDS = frozenset(["if", "else", "then", "and", "or", "not", "for", "in", "while"])
