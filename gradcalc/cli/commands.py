"""The commands of the command line: a line of help, examples, and the module of each.

The table is all that `gradcalc --help` needs: no command's module is imported for it. The tests run
every example, in a folder with the files that they name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Command(NamedTuple):
    """A command, run by `function` of `gradcalc.cli.<module>`, listed in help under its purpose."""

    module: str
    purpose: str
    summary: str
    examples: tuple[str, ...]
    function: str = "command"


AT_A_POINT = "Derivatives at a point"
FORMULAS = "Derivatives as formulas"
TABLES = "Tables"
PROBLEMS = "Minima and roots"
CHECKS = "Checks and searches"
REFERENCE = "Reference"

DEFAULT = "eval"  # the command of a line that names none

FIRST_EXAMPLES = (
    'gradcalc "sin(x)*y" --at x=1,y=2',
    'gradcalc check "x^2*y" --claim x="2*x*y"',
    'gradcalc hunt "log(x)/y" --over x=-1:1,y=-1:1',
)

COMMANDS: Mapping[str, Command] = {
    "eval": Command(
        "evaluate",
        AT_A_POINT,
        "Value and gradient, checked. The word eval may be left out.",
        (
            'gradcalc eval "sin(x)*y" --at x=1,y=2',
            'gradcalc eval "y = x; while y > 1 { y = y/2 }; y" x=12 -q',
            'gradcalc eval "(1 - cos(x))/x^2" --at x=1e-9 --digits 30',
        ),
    ),
    "jacobian": Command(
        "products",
        AT_A_POINT,
        "Derivatives of a vector: J[i, j] = ∂f_i/∂x_j, for each input.",
        (
            'gradcalc jacobian "[x*y, x + y]" --at x=1,y=2',
            'gradcalc jacobian "A @ v" --at "A=[[1,2],[3,4]],v=[1,-1]" -x v',
            'gradcalc jacobian "[r*cos(t), r*sin(t)]" --at r=2,t=pi/3 --json',
        ),
        "jacobian",
    ),
    "hessian": Command(
        "products",
        AT_A_POINT,
        "All second derivatives of a scalar.",
        (
            'gradcalc hessian "x^3*y" --at x=2,y=3',
            'gradcalc hessian "v @ v * w" --at "v=[1,2],w=3" -x v',
            'gradcalc hessian "x^3*y" --at x=2,y=3 --format csv',
        ),
        "hessian",
    ),
    "jvp": Command(
        "products",
        AT_A_POINT,
        "The Jacobian times a direction (--along).",
        (
            'gradcalc jvp "[x*y, x + y]" --at x=1,y=2 --along x=1,y=-1',
            'gradcalc jvp "sin(x)*y" --at x=1,y=2 --along x=1',
            'gradcalc jvp "v^2" --at "v=[1,2]" --along "v=[3,4]" -q',
        ),
        "jvp",
    ),
    "vjp": Command(
        "products",
        AT_A_POINT,
        "Weights (--seed) times the Jacobian.",
        (
            'gradcalc vjp "[x*y, x + y]" --at x=1,y=2 --seed [3,4]',
            'gradcalc vjp "sin(x)*y" --at x=1,y=2',
            'gradcalc vjp "A @ v" --at "A=[[1,2],[3,4]],v=[1,-1]" --seed [1,0] -x v -q',
        ),
        "vjp",
    ),
    "hvp": Command(
        "products",
        AT_A_POINT,
        "The Hessian times a direction (--along).",
        (
            'gradcalc hvp "x^3*y" --at x=2,y=3 --along x=1,y=1',
            'gradcalc hvp "sum(v^3)" --at "v=[1,2]" --along "v=[1,0]"',
            'gradcalc hvp "x^3*y" --at x=2,y=3 --along x=1 -q',
        ),
        "hvp",
    ),
    "propagate": Command(
        "propagate",
        AT_A_POINT,
        "The uncertainty of a result: first and second order, Monte Carlo.",
        (
            'gradcalc propagate "V/I" --at "V=5.00±0.02,I=2.00±0.05"',
            'gradcalc propagate "V/I" --at "V=5.00(2),I=uniform(1.9, 2.1)" --json',
            'gradcalc propagate "[V/I, V*I]" --at "V=5.00+-0.4%,I=2.00+-0.05" --corr V,I=0.3',
        ),
    ),
    "diff": Command(
        "diff",
        FORMULAS,
        "The derivative as a formula.",
        (
            'gradcalc diff "x^2*sin(3x)"',
            'gradcalc diff "x^3*y^2" --wrt x,x,y -q',
            'gradcalc diff "exp(-x^2/2)" --format latex',
        ),
    ),
    "explain": Command(
        "explain",
        FORMULAS,
        "How the derivative comes about, rule by rule.",
        (
            'gradcalc explain "x^2*sin(3x)"',
            'gradcalc explain "sin(3x)" --claim "3*cos(3x)"',
            'gradcalc explain "x*sin(x)" --at x=2 --paths',
        ),
    ),
    "plot": Command(
        "plot",
        FORMULAS,
        "Function and derivatives as a picture; breaks found and named.",
        (
            'gradcalc plot "1/x + floor(x)" --over x=-3:3',
            'gradcalc plot "sin(a*x)/x" --over x=-9:9 --with a=1,2 -o plot.svg',
            'gradcalc plot "sqrt(abs(x))*x" --over x=-2:2 --at x=1 --order 2 --json',
        ),
    ),
    "graph": Command(
        "graph",
        FORMULAS,
        "The computation graph, with values and derivatives.",
        (
            'gradcalc graph "sin(x)*y + exp(x*y)" --at x=1,y=2',
            'gradcalc graph "sin(x)*y" --at x=1,y=2 -o graph.svg',
            'gradcalc graph "y = x; for i in 0..9 { y = y + sin(y) }; y" --at x=1',
        ),
    ),
    "map": Command(
        "map",
        TABLES,
        "Value and gradient for every row of a table: CSV, Parquet, …",
        (
            'gradcalc map "sin(x)*y" points.csv',
            'gradcalc map "x^k" points.csv --at k=3 -x x --keep id -o out.jsonl',
            'cat points.csv | gradcalc map "x*y" --from csv --to jsonl -q',
        ),
    ),
    "fit": Command(
        "fit",
        TABLES,
        "Fit the parameters of a formula to data: least squares, digits counted.",
        (
            'gradcalc fit "a*exp(-b*t) + c" decay.csv --target y',
            'gradcalc fit "a*exp(-b*t) + c" decay.csv --target y --start a=1,b=0.1,c=0 --json',
            'gradcalc fit "a - b*t" decay.csv --target "log(y)" --bounds b=0:',
        ),
    ),
    "minimize": Command(
        "minimize",
        PROBLEMS,
        "A minimum from a start, or the global one in a box, proven.",
        (
            'gradcalc minimize "(1-x)^2 + 100*(y-x^2)^2" --at x=-1.2,y=1',
            'gradcalc minimize "x*sin(x) + y^2" --over x=-9:9,y=-1:2 --global',
            'gradcalc minimize "x^2 + y^2" --at x=1,y=2 --subject-to "x + y >= 1"',
        ),
    ),
    "solve": Command(
        "solve",
        PROBLEMS,
        "All roots of equations in a box, proven to be all.",
        (
            'gradcalc solve "x*sin(x) = cos(x)" --over x=-50:50',
            'gradcalc solve "x^2 + y^2 = 1; y = x^3" --over x=-2:2,y=-2:2 --where "y > 0"',
            'gradcalc solve "x = cos(x)" --at x=1 --digits 50',
        ),
    ),
    "bound": Command(
        "bound",
        PROBLEMS,
        "The ranges of a formula and its derivatives over a box, proven.",
        (
            'gradcalc bound "x*sin(y)" --over x=0:1,y=-1:2',
            'gradcalc bound "exp(x) + a*x^2" --over x=-1:1 --at a=3 --tol 1e-9',
            'gradcalc bound "abs(x) + max(x, y)" --over x=-1:1,y=-1:1 --json',
        ),
    ),
    "check": Command(
        "check",
        CHECKS,
        "Check claimed gradients, a table of results, or a suite.",
        (
            'gradcalc check "x^2*y" --claim x="2*x*y"',
            'gradcalc check "x^2" --claim "2*x" --over x=-5:5 --prove',
            "gradcalc check suite.toml --junit report.xml",
        ),
    ),
    "hunt": Command(
        "hunt",
        CHECKS,
        "Search a box for points where a formula is in trouble.",
        (
            'gradcalc hunt "log(x)/y" --over x=-1:1,y=-1:1',
            'gradcalc hunt "sqrt(x^2 + 1)" --over x=-9:9 --prove',
            'gradcalc hunt "exp(x) - 1" --over x=-1e-9:1e-9 --json',
        ),
    ),
    "functions": Command(
        "functions",
        REFERENCE,
        "List the functions of the language with their derivatives.",
        ("gradcalc functions", "gradcalc functions tanh", "gradcalc functions tanh --json"),
    ),
    "help": Command(
        "help",
        REFERENCE,
        "Explain a topic: language, digits, kinks, formats, limits, …",
        ("gradcalc help", "gradcalc help language", "gradcalc help exit statuses"),
    ),
    "completion": Command(
        "shell_completion",
        REFERENCE,
        "Print a script for the TAB key, in bash, zsh or fish.",
        (
            "source <(gradcalc completion bash)",
            "gradcalc completion zsh > ~/.zfunc/_gradcalc",
            "gradcalc completion fish > ~/.config/fish/completions/gradcalc.fish",
        ),
    ),
}
