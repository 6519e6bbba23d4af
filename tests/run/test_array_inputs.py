"""Arrays from the command line and from files, and what is said of those that won't do."""

from __future__ import annotations

import io
import json
import pickle
import time
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcalc import Exit, GradcalcError, evaluate
from gradcalc.cli import run
from gradcalc.cli.point import read_at
from gradcalc.run.limits import Limits
from gradcalc.run.point import point

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


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1\n2\n\n3\n", [1, 2, 3]),
        ("1,2,3\n", [1, 2, 3]),
        ("\n\na,b\n1,2\n3,4\n", [[1, 2], [3, 4]]),
        ("\ufeff1,2\n3,4\n", [[1, 2], [3, 4]]),
        ("# a, b and c\n1,2\n3,4\n", [[1, 2], [3, 4]]),
        ('"a","b"\r\n"1e-3", -.5\r\n3,4\r\n', [[1e-3, -0.5], [3, 4]]),
        ("w\n5\n", [5]),
    ],
)
def test_tables(text: str, value: list[object], tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_bytes(text.encode())
    assert read_at([f"d=@{path}"])["d"].tolist() == value


def test_gradients_by_arrays_from_files(folder: Path) -> None:
    """Of vᵀWv, by both: (W + Wᵀ)v and vvᵀ."""
    found = evaluate("v @ W @ v * x", read_at(["@two.npz"]))
    v = np.array([1.0, 2.0])
    assert found.gradient["v"].tolist() == (3.5 * (MATRIX + MATRIX.T) @ v).tolist()
    assert found.gradient["W"].tolist() == (3.5 * np.outer(v, v)).tolist()
    assert found.gradient["x"] == v @ MATRIX @ v


def test_what_has_no_axes_is_a_number(folder: Path) -> None:
    np.save("x.npy", np.array(3))
    Path("x.json").write_text("3", encoding="utf-8")
    for given in (
        read_at(["x=@x.npy"]),
        read_at(["x=@x.json"]),
        {"x": np.float64(3)},
        {"x": np.array(3)},
    ):
        found = evaluate("x^2", given)
        assert (found.value, found.gradient["x"]) == (9, 6)


def test_json_as_windows_writes_it(folder: Path) -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        Path("v.json").write_text("[1, 2.5]", encoding=encoding)
        assert read_at(["v=@v.json"]) == {"v": [1, 2.5]}


def test_names_in_files_are_read_as_in_the_text(folder: Path) -> None:
    Path("p.json").write_text('{"x₁": [1, 2], "y": "pi/2"}', encoding="utf-8")
    np.savez("p.npz", **{"x₁": np.array([1, 2])})
    assert evaluate("sum(x₁)*y", read_at(["@p.json"])).value == pytest.approx(1.5 * np.pi)
    assert evaluate("sum(x₁)", read_at(["@p.npz"])).value == 3


def test_integers_past_64_bits() -> None:
    assert point({"v": [2**70, -1]}).machine()["v"].tolist() == [2.0**70, -1]


def test_a_million_elements_take_no_time() -> None:
    """No loop of Python goes over the elements of an array that is handed over."""
    array = np.ones(1_000_000)
    begun = time.process_time()
    point({"v": array})
    assert time.process_time() - begun < 0.2
    array[765_432] = np.nan
    with pytest.raises(GradcalcError, match=r"v\[765432\], nan"):
        point({"v": array})


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


def requests_answer(
    line: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Any:
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


BAD = [
    ("[1,2]+[1,2,3]", "", "shape", "the shapes (2) and (3) do not match for +"),
    ("A@v", "A=[[1,2],[3,4]],v=[1,2,3]", "shape", "the shapes 2x2 and (3) do not match for @"),
    ("[[1,2],[3]]", "", "shape", "the first is a vector of 2, this is a vector of 1"),
    ("v[5]", "v=[1,2]", "index", "index 5 is out of range: the size is 2"),
    ("v[-3]", "v=[1,2]", "index", "index -3 is out of range"),
    ("v[0.5]", "v=[1,2]", "not-an-integer", "index must be an integer, not 0.5"),
    ("v[0,1]", "v=[1,2]", "index", "a vector takes 1 index, not 2"),
    ("x[0]", "x=1", "index", "a number can't be indexed"),
    ("v[1:1]", "v=[1,2]", "index", "the slice 1:1 of 2 elements selects nothing"),
    ("[]", "", "empty", "at least one element"),
    ("inv(A)", "A=[[1,2],[2,4]]", "singular", "its condition number is "),
    ("solve(A, [1,2])", "A=[[0,0],[0,0]]", "singular", "its condition number is infinite"),
    ("cholesky(A)", "A=[[1,2],[2,1]]", "singular", "not positive definite: its least eigenvalue"),
    ("cholesky(A)", "A=[[1,2],[0,1]]", "asymmetric", "not symmetric"),
    ("logdet(A)", "A=[[0,1],[1,0]]", "domain", "whose determinant is positive"),
    ("sum(linspace(0,1,1e9))", "", "too-large", "1,000,000,000 elements"),
    ("sum(zeros(100000,100000))", "", "too-large", "--max-elements"),
    ("sum(x)", "x=linspace(0,1,1e9)", "too-large", "in the value of x"),
    ("sum(v)", "v=[1,nan]", "not-finite", "the value of v, nan, is not a finite"),
    ("sum(v)", "v=[1,0*inf]", "not-finite", "the value of v[1], nan, is not a finite"),
    ("sum(v)", "v=[1,abc]", "unknown-name", "in the value of v: 'abc' has no value"),
    ("sum(v)", "v=[]", "empty", "in the value of v: a vector needs at least one element"),
    ("sum(A)", "A=[[1,2],[3]]", "shape", "in the value of A: the elements differ in shape"),
    ("v[w]", "v=[1,2],w=[0.5,1]", "not-an-integer", "index must be an integer, not 0.5"),
    ("v[2:]", "v=[1,2]", "index", "the slice 2: of 2 elements selects nothing"),
    ("v[9]=1; v", "v=[1,2]", "index", "index 9 is out of range"),
    ("sum(A,axis=0.5)", "A=[[1,2],[3,4]]", "not-an-integer", "axis must be an integer, not 0.5"),
    ("linspace(0,1,0)", "", "shape", "a count of at least 1, not 0"),
    ("cross_entropy([1,2,3],0.5)", "", "shape", "a class must be an integer from 0 to 2, not 0.5"),
    ("solve(A, [1,2])", "A=[[1,2],[2,4]]", "singular", "its condition number is "),
    ("sum(A,axis=5)", "A=[[1,2],[3,4]]", "shape", "a 2x2 matrix has no axis 5"),
    ("reshape(v,3,2)", "v=[1,2]", "shape", "can't be reshaped to 3x2"),
    ("conv1d(v,[1,2,3])", "v=[1,2]", "shape", "more than the signal's 2"),
    ("sum(v,axis=x)", "v=[1,2],x=0.5", "not-an-integer", "axis must be an integer, not 0.5"),
    ("if v > 0 { 1 } else { 2 }", "v=[1,2]", "not-a-condition", "compares arrays"),
    ("while v > 0 { v = v - 1 }; v", "v=[1,2]", "not-a-condition", "compares arrays"),
    ("for t in x { t }; x", "x=3", "not-a-vector", "a for loop can't run over a number"),
    ("cross([1,2],[3,4])", "", "shape", "cross expects vectors of 3, got a vector of 2"),
    ("cross_entropy([1,2,3],7)", "", "shape", "from 0 to 2, not 7"),
    ("v[0]=[1,2]; v", "v=[1,2]", "shape", "does not fit into a number"),
    ("hess(v,v)", "v=[1,2]", "shape", "the expression in hess must be a number, not a vector of 2"),
    ("D(sum(v),v)", "v=[1,2]", "shape", "the variable of D must be a number, not a vector of 2"),
    ("D(x^2,3)", "x=1", "not-a-variable", "the second argument of D must be a variable"),
    ("sin(v, v)", "v=[1,2]", "arity", "sin takes 1 argument, not 2"),
    ("sin(v, axis=0)", "v=[1,2]", "keyword", "works element by element and has no axis"),
    ("log(v)", "v=[1,-2]", "domain", "log(-2) (element [1]) has no real value"),
    ("v^0.5", "v=[4,-1]", "domain", "(-1)^0.5 (element [1])"),
    ("norm(A,3)", "A=[[1,2],[3,4]]", "shape", "fro, 1, 2 or inf"),
    ("eye(2.5)", "", "not-an-integer", "size must be an integer, not 2.5"),
    ("det([1,2])", "", "shape", "det expects a matrix, got a vector of 2"),
    ("inv([[1,2,3],[4,5,6]])", "", "shape", "expects a square matrix, got a 2x3 matrix"),
    ("stack([1,2],[3])", "", "shape", "can't be stacked"),
    ("concat([[1,2]],[[1,2,3]])", "", "shape", "can't be joined"),
    ("[[[[[[[[[1]]]]]]]]]", "", "shape", "can't have more than 8 axes, and this would have 9"),
    ("reshape(v,1,1,1,1,1,1,1,1,2)", "v=[1,2]", "shape", "can't be reshaped"),
    ("B[0,0,0,0]", "B=[[[1]]]", "index", "an array of 3 axes takes at most 3 indices, not 4"),
    ("B.T", "B=[[[1]]]", "shape", "the transpose of 3 axes can be read in two ways"),
    ("permute(B,0,1,1)", "B=[[[1]]]", "shape", "each axis of an array of shape 1x1x1 once"),
    ("permute(B,0,1)", "B=[[[1]]]", "shape", "each axis of an array of shape 1x1x1 once"),
    ("B@ones(2,1)", "B=[[[1]]]", "shape", "1 columns against 2 rows"),
    ("B@C", "B=[[[1]],[[2]]], C=[[[1]],[[2]],[[3]]]", "shape", "axes before the last two"),
    ("norm(B,1)", "B=[[[1]]]", "shape", "norm of order 1 expects a vector or a matrix"),
]


@pytest.mark.parametrize(
    ("source", "at", "code", "words"), BAD, ids=[f"{b[0]} {b[1]}" for b in BAD]
)
def test_one_message_with_the_place(
    source: str, at: str, code: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run(["eval", source, *(["--at", at] if at else [])])
    out, message = capsys.readouterr()
    assert status == (
        Exit.NO_ANSWER if code in ("singular", "asymmetric", "domain") else Exit.REQUEST
    )
    assert not out
    assert words in message
    lines = message.splitlines()
    assert lines[0].startswith(f"error[{code}]: ")
    assert len(lines) == 3
    assert lines[2].lstrip(" │").startswith("^")


@pytest.fixture
def bad(folder: Path) -> Path:
    """A folder of files that won't do."""
    objects = np.array([1, "a", None], dtype=object)
    np.save("objects.npy", objects, allow_pickle=True)
    np.savez("objects.npz", a=objects)
    np.savez("none.npz")
    np.save("words.npy", np.array(["a", "b"]))
    np.save("complex.npy", MATRIX + 1j)
    np.save("bool.npy", MATRIX > 2)
    np.save("cube.npy", np.zeros((1,) * 9))
    np.save("empty.npy", np.zeros((0, 3)))
    np.save("nan.npy", np.array([[1.0, np.nan]]))
    Path("pickle.npy").write_bytes(pickle.dumps(["no", "numbers"]))
    Path("cut.npy").write_bytes(Path("W.npy").read_bytes()[:-8])
    Path("version.npy").write_bytes(b"\x93NUMPY\x09\x00" + bytes(100))
    damaged = bytearray(Path("one.npz").read_bytes())
    damaged[damaged.find(MATRIX.tobytes())] ^= 255
    Path("damaged.npz").write_bytes(damaged)
    headed("minus.npy", (-1,))
    for name, text in TEXTS.items():
        Path(name).write_text(text, encoding="utf-8")
    Path("latin.csv").write_bytes(b"\xe9,b\n1,2\n")
    return folder


def headed(name: str, shape: tuple[int, ...]) -> None:
    """A file whose header says more than is in it."""
    with open(name, "wb") as file:
        header = {"descr": "<f8", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)  # type: ignore[no-untyped-call]


TEXTS = {
    "not.npz": "no archive",
    "ragged.csv": "1,2\n3\n",
    "under.csv": "a,b\n1,2,3\n",
    "words.csv": "a,b\n1,2\n3,x\n",
    "slip.csv": "1,2,O.5\n3,4,5\n",
    "empty.csv": "a,b\n",
    "semicolons.csv": "1;2\n3;4\n",
    "long.csv": "1" * 200_000,
    "quote.csv": '"1,2\n3,4\n',
    "nan.csv": "1,2\n3,nan\n",
    "words.json": '["a"]',
    "true.json": "[true, 1]",
    "null.json": "null",
    "empty.json": "[]",
    "ragged.json": "[[1, 2], [3]]",
    "mixed.json": "[1, [2]]",
    "cube.json": "[" * 9 + "1" + "]" * 9,
    "deep.json": "[" * 900 + "1" + "]" * 900,
    "deeper.json": "[" * 90_000 + "1" + "]" * 90_000,
    "cut.json": "[1, 2",
    "nan.json": "[[1, 2], [3, NaN]]",
    "large.json": f"[1, 1{'0' * 400}]",
    "larger.json": f"1{'0' * 400}",
    "twice.json": '{"W": 1, "W": 2}',
    "within.json": '{"W": {"a": 1}}',
    "words-within.json": '{"W": [1, "pi"]}',
}
FILES = [
    ("v=@nothere.npy", Exit.FILE, "nothere.npy"),
    ("v=@objects.npy", Exit.FILE, "contains Python objects, which are never loaded"),
    ("v=@objects.npz", Exit.FILE, "array a, contains Python objects, which are never loaded"),
    ("v=@pickle.npy", Exit.FILE, "is not an .npy file"),
    ("v=@words.npy", Exit.FILE, "contains <U1, not numbers"),
    ("v=@complex.npy", Exit.FILE, "contains complex128, not numbers"),
    ("v=@bool.npy", Exit.FILE, "contains bool, not numbers"),
    ("v=@cube.npy", Exit.REQUEST, "cube.npy has 9 axes"),
    ("v=@empty.npy", Exit.REQUEST, "v has no elements: its shape is 0x3"),
    ("v=@nan.npy", Exit.REQUEST, "the value of v[0, 1], nan"),
    ("v=@cut.npy", Exit.FILE, "truncated"),
    ("v=@version.npy", Exit.FILE, "damaged"),
    ("v=@minus.npy", Exit.FILE, "damaged"),
    ("v=@not.npz", Exit.FILE, "is not an .npz file"),
    ("v=@damaged.npz", Exit.FILE, "damaged"),
    ("v=@two.npz", Exit.FILE, "several arrays (W, v, x)"),
    ("v=@none.npz", Exit.FILE, "contains no arrays"),
    ("v=@ragged.csv", Exit.FILE, "line 2 has 1 number, not 2"),
    ("v=@under.csv", Exit.FILE, "line 2 has 3 numbers, not 2"),
    ("v=@words.csv", Exit.FILE, "line 3: 'x' is not a number"),
    ("v=@slip.csv", Exit.FILE, "line 1: 'O.5' is not a number"),
    ("v=@empty.csv", Exit.FILE, "contains no numbers"),
    ("v=@semicolons.csv", Exit.FILE, "separate the numbers of a line by commas"),
    ("v=@long.csv", Exit.FILE, "line 1: field larger"),
    ("v=@quote.csv", Exit.FILE, "unexpected end"),
    ("v=@latin.csv", Exit.FILE, "is not UTF-8 text"),
    ("v=@nan.csv", Exit.REQUEST, "the value of v[1, 1], nan"),
    ("v=@words.json", Exit.REQUEST, "words.json must be a number or a list of numbers"),
    ("v=@true.json", Exit.REQUEST, "must be a number or a list of numbers"),
    ("v=@null.json", Exit.REQUEST, "must be a number or a list of numbers"),
    ("v=@empty.json", Exit.REQUEST, "v has no elements"),
    ("v=@ragged.json", Exit.REQUEST, "row 0 is (2), row 1 is (1)"),
    ("v=@mixed.json", Exit.REQUEST, "row 0 is a number, row 1 is (1)"),
    ("v=@cube.json", Exit.REQUEST, "has 9 axes"),
    ("v=@deep.json", Exit.REQUEST, "has 900 axes"),
    ("v=@deeper.json", Exit.FILE, "nested too deeply"),
    ("v=@cut.json", Exit.FILE, "is not JSON"),
    ("v=@nan.json", Exit.REQUEST, "the value of v[1, 1], nan"),
    ("v=@large.json", Exit.REQUEST, "the value of v[1], about 1e400"),
    ("v=@larger.json", Exit.REQUEST, "the value of v, about 1e400"),
    ("v=@point.json", Exit.FILE, "write --at @point.json"),
    ("v=@v.txt", Exit.FILE, "unsupported file type"),
    ("v=@", Exit.REQUEST, "no file name after @"),
    ("@", Exit.REQUEST, "no file name after @"),
    ("@W.npy", Exit.FILE, "write --at W=@W.npy"),
    ("@W.csv", Exit.FILE, "write --at W=@W.csv"),
    ("@W.json", Exit.REQUEST, "W.json must be a JSON object"),
    ("@twice.json", Exit.REQUEST, "has W twice"),
    ("@within.json", Exit.REQUEST, "W must be a number or a list of numbers"),
    ("@words-within.json", Exit.REQUEST, "W must be a number or a list of numbers"),
    ("@objects.npz", Exit.FILE, "array a, contains Python objects, which are never loaded"),
]


@pytest.mark.parametrize(("at", "status", "words"), FILES, ids=[file[0] for file in FILES])
def test_what_is_no_array_file(
    at: str, status: Exit, words: str, bad: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["eval", "sum(v)", "--at", at]) == status
    out, message = capsys.readouterr()
    assert not out
    assert words in message
    assert message.startswith("error[")
    assert len(message.splitlines()) <= 2


@pytest.mark.skipif(np.finfo(np.longdouble).max <= np.finfo(float).max, reason="no wider floats")
def test_a_number_past_float64_is_refused(folder: Path) -> None:
    np.save("wide.npy", np.array([np.longdouble("1e4000")]))
    with pytest.raises(GradcalcError, match="that float64 can't hold"):
        read_at(["v=@wide.npy"])


def test_nothing_large_is_loaded(folder: Path) -> None:
    """Headers, and the beginning of a text, are enough to refuse it."""
    headed("huge.npy", (10**9,))
    with zipfile.ZipFile("huge.npz", "w") as archive:
        archive.write("huge.npy", "v.npy")
    Path("many.csv").write_text("1,2,3\n" * 4, encoding="utf-8")
    Path("many.json").write_text(json.dumps(list(range(11))), encoding="utf-8")
    for name in ("huge.npy", "huge.npz", "many.csv", "many.json"):
        with pytest.raises(GradcalcError) as caught:
            read_at([f"v=@{name}"], elements=10)
        assert caught.value.code == "too-large"
        assert "--max-elements" in str(caught.value.hint)
    for name in ("huge.npy", "huge.npz"):  # where it may be as large it is still not there
        with pytest.raises(GradcalcError, match="truncated"):
            read_at([f"v=@{name}"], elements=10**10)


def test_a_header_does_not_grow_past_its_bound(folder: Path) -> None:
    """Its length is told by the file: 64 MB of it, packed into 64 KB, are not unpacked."""
    with zipfile.ZipFile("header.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "v.npy", b"\x93NUMPY\x02\x00" + (1 << 26).to_bytes(4, "little") + b" " * (1 << 26)
        )
    tracemalloc.start()
    with pytest.raises(GradcalcError, match="damaged"):
        read_at(["v=@header.npz"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 22


def test_as_many_elements_as_may_be(folder: Path) -> None:
    np.save("v.npy", np.arange(10.0))
    Path("v.csv").write_text("1,2,3,4,5\n" * 2, encoding="utf-8")
    Path("v.json").write_text(json.dumps(list(range(10))), encoding="utf-8")
    for name in ("v.npy", "v.csv", "v.json"):
        assert np.size(read_at([f"v=@{name}"], elements=10)["v"]) == 10
    assert run(["eval", "sum(v)", "--at", "v=@v.npy", "--max-elements", "9", "-q"]) == Exit.REQUEST


def test_typed_arrays_have_limits() -> None:
    assert point({"v": "zeros(10)"}, limits=Limits(elements=10)).machine()["v"].shape == (10,)
    with pytest.raises(GradcalcError, match="the limit is 10"):
        point({"v": "zeros(11)"}, limits=Limits(elements=10))


def test_the_limit_has_an_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", "sum(zeros(11))", "--max-elements", "10"]) == Exit.REQUEST
    assert "the limit is 10" in capsys.readouterr().err
    assert run(["eval", "sum(zeros(10))", "--max-elements", "10", "-q"]) == 0
