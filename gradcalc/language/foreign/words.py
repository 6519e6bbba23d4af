"""Words of other languages that are no calls: constants, modules, declarations, keywords."""

from __future__ import annotations

from collections.abc import Mapping

CONSTANTS = frozenset({"pi", "e", "tau", "phi", "inf"})  # of ours
EULER = "0.5772156649015328606065120900824"  # Euler's constant, which has no name here

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
    "%gamma": EULER,
    "EulerGamma": EULER,
    "ℯ": "e",
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
        "f64",
        "f32",
        "consts",
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
        "functools",
        "operator",
        "ForwardDiff",
        "Zygote",
        "func",
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
