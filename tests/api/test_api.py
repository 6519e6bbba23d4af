"""The public API: what a Python program, a notebook and a type checker see of gradcalc."""

from __future__ import annotations

import doctest
import pickle
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradcalc
from gradcalc import GradcalcError
from gradcalc.errors import drawn
from gradcalc.notebook import table

FUNCTIONS = [name for name in gradcalc.__all__ if name.islower() and name[0] != "_"]
MODULES = ("gradcalc", *sorted({getattr(gradcalc, name).__module__ for name in FUNCTIONS}))
VECTOR = np.array([1.0, 2.0])
ANSWERS: dict[str, Any] = {
    "numbers": lambda: gradcalc.evaluate("sin(x)*y", {"x": 1, "y": "1/3"}),
    "arrays": lambda: gradcalc.evaluate("A @ v", {"A": [[1, 2], [3, 4]], "v": VECTOR}),
    "large": lambda: gradcalc.evaluate("sum(v^2)", {"v": np.linspace(0, 1, 400)}),
    "kink": lambda: gradcalc.evaluate("abs(x)", {"x": 0}),
    "pole": lambda: gradcalc.evaluate("sqrt(x)", {"x": 0}),
    "branch": lambda: gradcalc.evaluate("x if x > 0 else -x", {"x": 2}),
    "jacobian": lambda: gradcalc.jacobian("[x, x^2]", {"x": 3}),
    "hessian": lambda: gradcalc.hessian("v @ v * x", {"v": VECTOR, "x": 2}),
    "jvp": lambda: gradcalc.jvp("v^2", {"v": VECTOR}, {"v": [1, 0]}),
    "vjp": lambda: gradcalc.vjp("v^2", {"v": VECTOR}, [1, 2]),
    "hvp": lambda: gradcalc.hvp("sum(v^3)", {"v": VECTOR}, {"v": [1, 0]}),
    "check": lambda: gradcalc.check("x^2", "3*x"),
    "hunt": lambda: gradcalc.hunt("log(x)", {"x": (-1, 1)}, points=5),
    "diff": lambda: gradcalc.diff("x^2*y"),
    "explain": lambda: gradcalc.explain("sin(x)/x"),
    "map": lambda: gradcalc.map("x^2", {"x": [1.0, 2.0]}),
    "propagate": lambda: gradcalc.propagate("x^2", {"x": "1±0.1"}, draws=1000),
    "compile": lambda: gradcalc.compile("x^2*y"),
}
EACH_ANSWER = pytest.mark.parametrize("name", ANSWERS)
WITH_HTML = [name for name in ANSWERS if name not in ("diff", "compile")]


# what is there ----------------------------------------------------------------------------


def test_the_functions_are_there() -> None:
    wanted = "evaluate jacobian hessian jvp vjp hvp check hunt map propagate functions compile diff"
    wanted += " explain fit minimize solve bound global_minimum stationary_points"
    assert set(wanted.split()) == set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_public_and_documented(name: str) -> None:
    assert name in gradcalc.__all__
    assert name in dir(gradcalc)
    function = getattr(gradcalc, name)
    assert callable(function)
    assert ">>>" in function.__doc__


def test_all_is_what_there_is() -> None:
    for name in gradcalc.__all__:
        assert getattr(gradcalc, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'gradient'"):
        gradcalc.gradient  # noqa: B018


def test_names_stay_functions_whatever_is_imported() -> None:
    program = """
import gradcalc.cli
import sys, gradcalc
gradcalc.cli.run(["hunt", "x", "--over", "x=0:1", "--timeout", "1"])
gradcalc.cli.run(["check", "x", "--claim", "1"])
gradcalc.cli.run(["map", "x", "/dev/null"])
assert all(callable(getattr(gradcalc, name)) for name in gradcalc.__all__ if name.islower()
           and name != "__version__")
"""
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


def test_importing_is_cheap() -> None:
    program = (
        "import sys, gradcalc; dir(gradcalc); "
        "print({'numpy', 'sympy', 'mpmath', 'rich', 'typer', 'gradcalc.errors'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout == "set()\n"


@pytest.mark.parametrize("module", MODULES)
def test_examples_in_docstrings(module: str) -> None:
    result = doctest.testmod(import_module(module))
    assert result.failed == 0
    assert result.attempted > 0


def test_a_program_that_uses_it_is_typed(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        """
import gradcalc
from gradcalc import GradcalcError, Options, Result

result: Result = gradcalc.evaluate("x^2", {"x": 1}, wrt=["x"], options=Options(check="fast"))
slope: float = result.gradient["x"]
holds: bool = gradcalc.check("x^2", {"x": "2*x"}, {"x": 3}).holds
kinds: list[str] = [found.kind for found in gradcalc.hunt("1/x", {"x": (-1, 1)}).findings]
formula: str = gradcalc.diff("x^2").formulas["x"]
steps: list[str] = [step.rule for one in gradcalc.explain("x^2").derivations
                    for step in one.derivation.steps]
rows: int = gradcalc.map("x^2", {"x": [1.0]}).summary.rows
try:
    gradcalc.hessian("x^2", {"x": 1})
except GradcalcError as error:
    hint: str | None = error.hint
names: tuple[str, ...] = gradcalc.compile("e^2", names=["e"]).inputs
""",
        encoding="utf-8",
    )
    root = str(Path(gradcalc.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", str(program)],
        cwd=root,  # where the cache is that spares reading gradcalc itself again
        capture_output=True,
        text=True,
        check=False,
    )
    wrong = [line for line in done.stdout.splitlines() if "program.py:" in line]
    assert wrong == []
    assert done.returncode == 0, done.stdout + done.stderr


# how answers look -------------------------------------------------------------------------


@EACH_ANSWER
def test_answers_have_a_short_repr(name: str) -> None:
    shown = repr(ANSWERS[name]())
    assert len(shown) < 300
    assert shown.count("\n") <= 1
    assert " object at " not in shown


@EACH_ANSWER
def test_answers_are_pickled(name: str) -> None:
    answer = ANSWERS[name]()
    again = pickle.loads(pickle.dumps(answer))
    assert repr(again) == repr(answer)
    for attribute in ("notes", "status", "exit", "checks", "findings", "claims", "derivations"):
        if hasattr(answer, attribute):
            assert repr(getattr(again, attribute)) == repr(getattr(answer, attribute))
    if hasattr(answer, "steps"):
        assert again.steps.trace.rules == answer.steps.trace.rules  # the very rows of the table


class Page(HTMLParser):
    """The tags of a page, which must be closed in order, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        assert not [name for name, _ in attrs if name.startswith("on")]
        self.open.append(tag)
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("name", WITH_HTML)
def test_answers_have_a_table_for_notebooks(name: str) -> None:
    html = ANSWERS[name]()._repr_html_()
    page = Page(html)
    assert "table" in page.tags
    assert not page.tags & {"script", "iframe", "img", "link"}
    assert len(html) < 20_000
    # The page's own colours, whether it is light or dark.
    assert not re.search(r"#[0-9a-f]{3,6}\b|rgb|\bwhite\b|\bblack\b", html)


def test_a_table_holds_what_the_answer_says() -> None:
    text = Page(ANSWERS["numbers"]()._repr_html_()).text
    for part in ("sin(x)*y", "0.28049032826929", "0.8414709848078965", "d/dx", "16", "smooth"):
        assert part in text


HOSTILE = " #<script>alert(1)</script>&amp;"


def test_whatever_is_shown_is_escaped() -> None:
    for answer in (
        gradcalc.check(f"x^2{HOSTILE}", f"x{HOSTILE}"),
        gradcalc.hunt(f"1/x{HOSTILE}", "x=-1:1", points=1),
        table(HOSTILE, [HOSTILE], [["\x1b[31m", HOSTILE]], HOSTILE),
    ):
        html = answer if isinstance(answer, str) else answer._repr_html_()
        assert "script" not in Page(html).tags
        assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;" in html
        assert "\x1b" not in html


def test_formulas_are_mathematics_in_notebooks() -> None:
    latex = gradcalc.diff("x^3*y^2", wrt=["x,x,y"])._repr_latex_()
    assert latex.startswith("$$\\begin{aligned}")
    assert latex.endswith("\\end{aligned}$$")
    assert r"\frac{\partial^{3} f}{\partial x^{2} \partial y} &= 12 x y" in latex


# errors -----------------------------------------------------------------------------------

FAULTS: dict[str, Any] = {
    "evaluate": lambda text: gradcalc.evaluate(text, {"x": -1}),
    "jacobian": lambda text: gradcalc.jacobian(text, {"x": -1}),
    "hessian": lambda text: gradcalc.hessian(text, {"x": -1}),
    "jvp": lambda text: gradcalc.jvp(text, {"x": -1}, {"x": 1}),
    "vjp": lambda text: gradcalc.vjp(text, {"x": -1}),
    "hvp": lambda text: gradcalc.hvp(text, {"x": -1}, {"x": 1}),
    "compile": gradcalc.compile,
    "map": lambda text: gradcalc.map(text, {"x": [1.0]}),
    "propagate": lambda text: gradcalc.propagate(text, {"x": "1±0.1"}),
    "check": lambda text: gradcalc.check(text, "1"),
    "hunt": lambda text: gradcalc.hunt(text, "x=-1:1"),
    "diff": gradcalc.diff,
    "explain": gradcalc.explain,
}


@pytest.mark.parametrize("name", FAULTS)
def test_errors_end_a_traceback_with_caret_and_hint(name: str) -> None:
    with pytest.raises(GradcalcError) as caught:
        FAULTS[name]("x + sinn(x)")
    error = caught.value
    assert str(error) == drawn(error)
    assert str(error).splitlines() == [
        "error[unknown-name]: unknown function 'sinn'",
        "  │ x + sinn(x)",
        "  │     ^^^^ did you mean sin?",
    ]


def test_errors_outside_the_domain_have_their_place() -> None:
    for name in ("evaluate", "jacobian", "hessian", "jvp", "vjp", "hvp"):
        with pytest.raises(GradcalcError) as caught:
            FAULTS[name]("x + log(x)")
        assert "│     ^^^^^^" in str(caught.value)


def test_errors_are_pickled() -> None:
    with pytest.raises(GradcalcError) as caught:
        gradcalc.evaluate("x + sinn(x)", {"x": np.ones(3)})
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    assert (again.code, again.span, again.hint, again.exit) == (
        caught.value.code,
        caught.value.span,
        caught.value.hint,
        caught.value.exit,
    )


# arguments --------------------------------------------------------------------------------


def test_inputs_to_differentiate_by_are_named_in_any_way() -> None:
    at = {"rate": 2, "x": 3}
    for wrt in ("rate", ["rate"], ("rate",)):
        assert gradcalc.evaluate("rate*x", at, wrt=wrt).gradient == {"rate": 3.0}
        assert gradcalc.jacobian("rate*x", at, wrt=wrt).gradient == {"rate": 3.0}
        assert [one.derivation.x for one in gradcalc.explain("rate*x", wrt=wrt).derivations] == [
            "rate"
        ]
    assert gradcalc.evaluate("rate*x", at, wrt="x, rate").gradient == {"x": 2.0, "rate": 3.0}
    assert gradcalc.diff("rate*x", wrt=["rate", ("x",)]).formulas == {"rate": "x", "x": "rate"}


def test_claims_are_told_in_any_way() -> None:
    for claims in ({"x": "2*x*y"}, "x=2*x*y", ["2*x*y"]):
        assert gradcalc.check("x^2*y", claims).holds
        assert gradcalc.check("x^2*y", claims, {"x": 1, "y": "1/3"}).points == 1
        assert gradcalc.check("x^2*y", claims, {"y": 2}, over={"x": (0, 1)}, points=7).points == 7
    assert not gradcalc.check("x^2", "2*x + 1e-3").holds
    assert gradcalc.check("x^2", "2*x + 1e-3", atol=0.01).holds


# map --------------------------------------------------------------------------------------

X, Y = np.linspace(0.5, 2, 9), np.linspace(-1, 1, 9)


def tables(tmp_path: Path) -> list[Any]:
    """The same table in every way it can be handed over."""
    structured = np.zeros(len(X), dtype=[("x", float), ("y", float)])
    structured["x"], structured["y"] = X, Y
    path = tmp_path / "table.csv"
    rows = zip(X.tolist(), Y.tolist(), strict=True)
    path.write_text("x,y\n" + "".join(f"{x!r},{y!r}\n" for x, y in rows), encoding="utf-8")
    return [{"x": X, "y": Y}, {"x": X.tolist(), "y": Y.tolist()}, structured, path, str(path)]


def test_map_takes_tables_of_all_kinds(tmp_path: Path) -> None:
    for data in tables(tmp_path):
        columns = gradcalc.map("x^k*y", data, {"k": 3}, wrt=["x", "y"], hessian=True)
        assert list(columns) == ["value", "d_x", "d_y", "d2_x_x", "d2_x_y", "d2_y_y"]
        np.testing.assert_allclose(columns["value"], X**3 * Y, rtol=1e-15)
        np.testing.assert_allclose(columns["d_x"], 3 * X**2 * Y, rtol=1e-15)
        np.testing.assert_allclose(columns["d2_x_y"], 3 * X**2, rtol=1e-15)
        assert columns.summary.checked is not None
        assert columns.summary.checked.wrong == ()


def test_map_keeps_drops_and_fails() -> None:
    table = {"name": ["a", "b", "c"], "x": [1, -1, 4]}
    columns = gradcalc.map("log(x)", table, keep=["name"], on_error="drop")
    assert columns["name"].tolist() == ["a", "c"]
    assert columns["d_x"].tolist() == [1.0, 0.25]
    assert list(gradcalc.map("log(x)", table, keep=None)) == ["name", "x", "value", "d_x"]
    assert np.isnan(gradcalc.map("log(x)", table)["value"]).tolist() == [False, True, False]
    with pytest.raises(GradcalcError, match=r"the table, row 2: log\(-1\)"):
        gradcalc.map("log(x)", table, on_error="fail")


def test_map_is_the_same_in_blocks() -> None:
    from gradcalc.tables.memory import MemoryReader

    reader = MemoryReader({"x": X, "y": Y}, block=4)
    parts = [block.decode() for block in reader.blocks()]
    assert [part.rows for part in parts] == [4, 4, 1]
    assert [part.first for part in parts] == [1, 5, 9]
    np.testing.assert_array_equal(np.concatenate([part.numbers("x") for part in parts]), X)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"x": [1, 2], "y": [1]}, "columns must have one length, not x 2, y 1"),
        ({"x": [[1, 2]], "y": [1]}, "column x must be a vector"),
        ({"x": [1.0]}, "no column named y"),
        (np.ones((2, 2)), "a table can't be a ndarray"),
        ({"x": ["a"], "y": [1]}, "the table, row 1: column x holds 'a', which is not a number"),
    ],
)
def test_tables_that_do_not_fit(table: Any, message: str) -> None:
    with pytest.raises(GradcalcError, match=re.escape(message)):
        gradcalc.map("x*y", table)


@pytest.mark.parametrize("names", [["phi", "e", "tau"], {"phi", "e", "tau"}, ("tau", "phi", "e")])
def test_compile_is_told_its_inputs(names: Any) -> None:
    kernel = gradcalc.compile("phi*e^2 + tau*pi", names=names)
    assert kernel.inputs == ("phi", "e", "tau")
    columns = kernel(phi=X, e=2.0, tau=Y)
    np.testing.assert_allclose(columns["value"], X * 4 + Y * np.pi, rtol=1e-15)
    np.testing.assert_allclose(columns["d_e"], 4 * X, rtol=1e-15)
