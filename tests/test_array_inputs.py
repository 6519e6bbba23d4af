"""Arrays from the command line and from files, and what is said of those that won't do."""

from __future__ import annotations

import io
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcalc import Exit, GradcalcError, evaluate
from gradcalc.cli import run
from gradcalc.cli.point import read_at

MATRIX = np.array([[1.0, 2.0], [3.0, 4.5]])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one matrix in every kind of file."""
    monkeypatch.chdir(tmp_path)
    np.save("W.npy", MATRIX)
    np.savez("one.npz", W=MATRIX)
    np.savez("two.npz", W=MATRIX, v=np.array([1, 2]), x=np.array(3.5))
    Path("W.csv").write_text("a,b\n1,2\n3,4.5\n", encoding="utf-8")
    Path("v.csv").write_text("1\n2\n\n3\n", encoding="utf-8")
    Path("W.json").write_text("[[1, 2], [3, 4.5]]", encoding="utf-8")
    Path("point.json").write_text('{"W": [[1, 2], [3, 4.5]], "x": "1/3"}', encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", ["W.npy", "one.npz", "W.csv", "W.json"])
def test_a_matrix_from_a_file(name: str, folder: Path) -> None:
    found = evaluate("sum(W^2)", read_at([f"W=@{name}"]))
    assert found.value == (MATRIX**2).sum()
    assert found.gradient["W"].tolist() == (2 * MATRIX).tolist()


def test_many_at_once(folder: Path) -> None:
    found = evaluate("sum(W @ v)*x", read_at(["@two.npz"]))
    assert found.value == (MATRIX @ [1, 2]).sum() * 3.5
    assert evaluate("sum(W)*x", read_at(["@point.json"])).reference.startswith("3.5")
    assert evaluate("sum(v)", read_at(["v=@v.csv"])).value == 6


def test_typed_vectors_are_exact() -> None:
    found = evaluate("v[0] + v[1]", read_at(["v=[0.1, pi/7], x=linspace(0, 1, 3)"]) | {})
    assert found.reference == "0.548798950512827605494663340469"
    assert evaluate("sum(x)", read_at(["x=linspace(0, 2*pi, 25)"])).value == pytest.approx(
        78.54, 1e-3
    )


def test_integers_and_other_floats_are_taken(folder: Path) -> None:
    for dtype in ("int8", "uint64", "float32", ">f8"):
        np.save("v.npy", np.array([1, 2], dtype=dtype))
        assert evaluate("sum(v)", read_at(["v=@v.npy"])).value == 3


def requests_answer(line: dict[str, Any], monkeypatch: pytest.MonkeyPatch,
                    capsys: pytest.CaptureFixture[str]) -> Any:  # fmt: skip
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(line) + "\n"))
    run(["eval", "--jsonl"])
    return json.loads(capsys.readouterr().out)


def test_requests_hold_lists(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = {"expr": "v @ v", "at": {"v": [1, 2.5]}}
    assert requests_answer(line, monkeypatch, capsys)["gradient"] == {"v": [2, 5]}
    line = {"expr": "v @ v", "at": {"v": [1, [2]]}}
    assert requests_answer(line, monkeypatch, capsys)["error"]["code"] == "shape"


# what won't do ----------------------------------------------------------------------------


def said(source: str, at: str = "") -> GradcalcError:
    with pytest.raises(GradcalcError) as caught:
        evaluate(source, read_at([at] if at else []))
    return caught.value


BAD = [
    ("[1,2]+[1,2,3]", "", "shape", "the shapes (2) and (3) do not fit each other for +"),
    ("A@v", "A=[[1,2],[3,4]],v=[1,2,3]", "shape", "the shapes 2x2 and (3) do not fit for @"),
    ("[[1,2],[3]]", "", "shape", "the rows differ: the first is (2), this one (1)"),
    ("v[5]", "v=[1,2]", "index", "there is no element 5: there are 2"),
    ("v[-3]", "v=[1,2]", "index", "there is no element -3"),
    ("v[0.5]", "v=[1,2]", "not-an-integer", "an index is an integer, and this is 0.5"),
    ("v[0,1]", "v=[1,2]", "index", "this is a vector"),
    ("x[0]", "x=1", "index", "this is a number, and has no elements"),
    ("v[1:1]", "v=[1,2]", "index", "is empty"),
    ("[]", "", "empty", "no elements"),
    ("inv(A)", "A=[[1,2],[2,4]]", "singular", "its condition number is 2.5"),
    ("solve(A, [1,2])", "A=[[0,0],[0,0]]", "singular", "its condition number is infinite"),
    ("cholesky(A)", "A=[[1,2],[2,1]]", "singular", "not positive definite: its least eigenvalue"),
    ("cholesky(A)", "A=[[1,2],[0,1]]", "singular", "not symmetric"),
    ("logdet(A)", "A=[[0,1],[1,0]]", "domain", "whose determinant is positive"),
    ("sum(linspace(0,1,1e9))", "", "too-large", "1,000,000,000 elements"),
    ("sum(zeros(100000,100000))", "", "too-large", "--max-elements"),
    ("sum(x)", "x=linspace(0,1,1e9)", "too-large", "in the value of x"),
    ("sum(v)", "v=[1,nan]", "unknown-name", "'nan' has no value"),
    ("sum(A,axis=5)", "A=[[1,2],[3,4]]", "shape", "there is no axis 5"),
    ("reshape(v,3,2)", "v=[1,2]", "shape", "can't be arranged as 3x2"),
    ("conv1d(v,[1,2,3])", "v=[1,2]", "shape", "longer than the signal"),
    ("sum(v,axis=x)", "v=[1,2],x=0.5", "not-an-integer", "an axis is an integer"),
    ("if v > 0 { 1 } else { 2 }", "v=[1,2]", "not-a-condition", "compares arrays"),
    ("while v > 0 { v = v - 1 }; v", "v=[1,2]", "not-a-condition", "compares arrays"),
    ("for t in x { t }; x", "x=3", "not-a-vector", "no elements to walk through"),
    ("cross([1,2],[3,4])", "", "shape", "cross takes vectors of 3 elements"),
    ("cross_entropy([1,2,3],7)", "", "shape", "7 is no class"),
    ("v[0]=[1,2]; v", "v=[1,2]", "shape", "does not fit into a number"),
    ("hess(v,v)", "v=[1,2]", "shape", "what hess differentiates is a number"),
    ("D(sum(v),v)", "v=[1,2]", "shape", "the variable of D is a number"),
    ("D(x^2,3)", "x=1", "not-a-variable", "differentiates by a variable"),
    ("sin(v, v)", "v=[1,2]", "arity", "sin takes 1 argument, not 2"),
    ("sin(v, axis=0)", "v=[1,2]", "keyword", "takes no axis"),
    ("log(v)", "v=[1,-2]", "domain", "log(-2) (element [1]) has no real value"),
    ("v^0.5", "v=[4,-1]", "domain", "(-1)^0.5 (element [1])"),
    ("norm(A,2)", "A=[[1,2],[3,4]]", "shape", "fro, 1 and inf"),
    ("eye(2.5)", "", "not-an-integer", "a size is an integer"),
    ("det([1,2])", "", "shape", "det takes a matrix"),
    ("inv([[1,2,3],[4,5,6]])", "", "shape", "takes a square matrix"),
    ("stack([1,2],[3])", "", "shape", "can't be stacked"),
    ("concat([[1,2]],[[1,2,3]])", "", "shape", "can't be joined"),
    ("[[[1]]]", "", "shape", "one or two axes"),
]


@pytest.mark.parametrize(
    ("source", "at", "code", "words"), BAD, ids=[f"{b[0]} {b[1]}" for b in BAD]
)
def test_one_message_with_the_place(source: str, at: str, code: str, words: str) -> None:
    error = said(source, at)
    assert error.code == code
    assert words in f"{error.message} {error.hint}"
    assert error.span is not None
    assert error.exit is (Exit.NO_ANSWER if code in ("singular", "domain") else Exit.REQUEST)


def test_what_is_no_array_file(folder: Path) -> None:
    np.save("objects.npy", np.array([1, "a", None], dtype=object), allow_pickle=True)
    Path("evil.npy").write_bytes(pickle.dumps(["no", "numbers"]))
    np.save("words.npy", np.array(["a", "b"]))
    np.save("cube.npy", np.zeros((2, 2, 2)))
    np.save("nan.npy", np.array([[1.0, np.nan]]))
    Path("cut.npy").write_bytes(Path("W.npy").read_bytes()[:-8])
    Path("not.npz").write_text("no archive", encoding="utf-8")
    Path("ragged.csv").write_text("1,2\n3\n", encoding="utf-8")
    Path("words.csv").write_text("a,b\n1,2\n3,x\n", encoding="utf-8")
    Path("empty.csv").write_text("a,b\n", encoding="utf-8")
    Path("words.json").write_text('["a"]', encoding="utf-8")
    for name, exit, words in (
        ("nothere.npy", None, ""),
        ("objects.npy", Exit.FILE, "Python objects, which are never loaded"),
        ("evil.npy", Exit.FILE, "no .npy file"),
        ("words.npy", Exit.FILE, "not numbers"),
        ("cube.npy", Exit.REQUEST, "of shape 2x2x2"),
        ("nan.npy", Exit.REQUEST, "the value of v[0, 1], nan"),
        ("cut.npy", Exit.FILE, "cut off"),
        ("not.npz", Exit.FILE, "no .npz file"),
        ("two.npz", Exit.FILE, "several arrays (W, v, x)"),
        ("ragged.csv", Exit.FILE, "line 2 has 1 numbers, not 2"),
        ("words.csv", Exit.FILE, "line 3: 'x' is no number"),
        ("empty.csv", Exit.FILE, "holds no numbers"),
        ("words.json", Exit.REQUEST, "not a number, nor a list of numbers"),
        ("point.txt", Exit.FILE, "no file of numbers"),
    ):
        if exit is None:
            assert run(["eval", "sum(v)", "--at", f"v=@{name}"]) == Exit.FILE
            continue
        error = said("sum(v)", f"v=@{name}")
        assert error.exit is exit, name
        assert words in error.message, name


def test_a_large_file_is_not_loaded(folder: Path) -> None:
    """The header is enough to refuse it."""
    with open("huge.npy", "wb") as file:
        header = {"descr": "<f8", "fortran_order": False, "shape": (10**9,)}
        np.lib.format.write_array_header_1_0(file, header)  # type: ignore[no-untyped-call]
    error = said("sum(v)", "v=@huge.npy")
    assert error.code == "too-large"
    assert "--max-elements" in str(error.hint)


def test_the_limit_has_an_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", "sum(zeros(11))", "--max-elements", "10"]) == Exit.REQUEST
    assert "more than 10 elements" in capsys.readouterr().err
    assert run(["eval", "sum(zeros(10))", "--max-elements", "10", "-q"]) == 0
