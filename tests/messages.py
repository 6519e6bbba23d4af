"""Every error code, message, hint and note of the program in one list: `python -m tests.messages`.

They are found in the source, by walking its syntax tree: the arguments of `GradcalcError` and of
the exceptions whose text becomes one, of functions that pass a parameter on to one, what is
appended to notes or yielded as one. A text made at run time is listed as its template, with
`{…}` where something is filled in; words that a `{…}` may hold are listed behind it as parts.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).parents[1] / "gradcalc"
MAX_ALTERNATIVES = 64  # texts of one expression, of which any may be printed

Function = ast.FunctionDef | ast.AsyncFunctionDef
Sinks = dict[int | str, str]  # what an argument is, by its position or its keyword

CONSTRUCTORS: Mapping[str, Sinks] = {
    "GradcalcError": {0: "code", 1: "message", "hint": "hint"},
    "ShapeError": {0: "message"},
    "SingularError": {0: "message"},
    "NotANumberError": {1: "part"},
    "NotEvaluatedError": {0: "note"},
    "rule": {"outside": "hint", "infinite": "hint", "domain": "part"},
    "array_rule": {"outside": "hint"},
}


class Message(NamedTuple):
    """One text: `kind` is code, message, hint, note or part (of one of the others)."""

    path: str  # from the package on: run/point.py
    line: int  # of the call or statement that says it
    kind: str
    text: str

    @property
    def room(self) -> str:
        """The package it lies in, or the module where it lies in none."""
        return room_of(self.path)


def room_of(path: str) -> str:
    return path.split("/", maxsplit=1)[0].removesuffix(".py")


@dataclass
class Module:
    """The tree of a module, and what its names may stand for."""

    path: str
    tree: ast.Module
    strings: dict[str, list[ast.expr]] = field(default_factory=dict)  # assigned at its top

    @property
    def functions(self) -> list[Function]:
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]


def messages() -> list[Message]:
    """All texts, in the order of the modules and of their lines."""
    modules = list(_modules())
    helpers = _helpers(modules)
    found: set[Message] = set()
    for module in modules:
        for scope in [module.tree, *module.functions]:
            texts = Texts(module, scope)
            for line, kind, node in _said(scope, module, helpers):
                found.update(Message(module.path, line, *text) for text in texts.of(node, kind))
    return sorted(message for message in found if _has_words(message.text))


def _has_words(template: str) -> bool:
    """Is there a letter outside of what is filled in?"""
    depth = 0
    for sign in template:
        depth += (sign == "{") - (sign == "}")
        if depth == 0 and sign.isalpha():
            return True
    return False


def _modules() -> Iterator[Module]:
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        module = Module(path.relative_to(PACKAGE).as_posix(), tree)
        module.strings = _assigned(tree)
        yield module


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope without those of the functions inside it."""
    for child in ast.iter_child_nodes(scope):
        if not isinstance(child, Function):
            yield child
            yield from _own(child)


def _assigned(scope: ast.AST) -> dict[str, list[ast.expr]]:
    """What the names of a scope are assigned anywhere in it."""
    values: dict[str, list[ast.expr]] = {}
    for node in _own(scope):
        match node:
            case ast.Assign(targets=targets, value=value):
                pairs = [pair for target in targets for pair in _pairs(target, value)]
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                pairs = _pairs(target, value)
            case ast.AugAssign(target=target, value=value):
                pairs = _pairs(target, value)
            case _:
                continue
        for name, value in pairs:
            values.setdefault(name, []).append(value)
    return values


def _pairs(target: ast.expr, value: ast.expr) -> list[tuple[str, ast.expr]]:
    match target, value:
        case ast.Name(id=name), _:
            return [(name, value)]
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
            return [p for t, v in zip(targets, values, strict=True) for p in _pairs(t, v)]
        case ast.Tuple(elts=targets), ast.GeneratorExp(elt=each):
            return [pair for t in targets for pair in _pairs(t, each)]
    return []


# what is said where ---------------------------------------------------------------------------


class Helpers:
    """Functions that pass a parameter on to an error, by name and module."""

    def __init__(self) -> None:
        self.sinks: dict[str, dict[str, Sinks]] = {}

    def add(self, name: str, module: str, key: int | str, kind: str) -> None:
        self.sinks.setdefault(name, {}).setdefault(module, {}).setdefault(key, kind)

    @property
    def count(self) -> int:
        """Of all the parameters that are known to be passed on."""
        return sum(len(sinks) for places in self.sinks.values() for sinks in places.values())

    def of(self, call: ast.Call, module: str) -> Sinks:
        """What the arguments of a call are: of this module's function, or this room's, or any."""
        name = _called(call)
        if name in CONSTRUCTORS:
            return dict(CONSTRUCTORS[name])
        places = self.sinks.get(name, {})
        if module in places:
            return places[module]
        room = [sinks for place, sinks in places.items() if room_of(place) == room_of(module)]
        if room:  # of several classes, which one it is can't be told: what any of them says
            return {key: kind for sinks in room for key, kind in sinks.items()}
        return next(iter(places.values())) if len(places) == 1 else {}


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _arguments(call: ast.Call, sinks: Sinks) -> Iterator[tuple[str, ast.expr]]:
    for key, node in enumerate(call.args):
        if key in sinks:
            yield sinks[key], node
    for keyword in call.keywords:
        if keyword.arg in sinks:
            yield sinks[keyword.arg], keyword.value


def _helpers(modules: list[Module]) -> Helpers:
    """Found until there are no more: a helper may call another."""
    helpers = Helpers()
    before = -1
    while helpers.count != before:
        before = helpers.count
        for module in modules:
            for function in module.functions:
                _learn(function, module.path, helpers)
    return helpers


def _learn(function: Function, path: str, helpers: Helpers) -> None:
    parameters = [a.arg for a in function.args.posonlyargs + function.args.args]
    offset = 1 if parameters[:1] == ["self"] else 0
    keywords = [a.arg for a in function.args.kwonlyargs]
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        for kind, argument in list(_arguments(node, helpers.of(node, path))):
            for part in ast.walk(argument):
                if not isinstance(part, ast.Name):
                    continue
                same = kind if part is argument else "part"
                if part.id in parameters:
                    helpers.add(function.name, path, parameters.index(part.id) - offset, same)
                if part.id in parameters + keywords:
                    helpers.add(function.name, path, part.id, same)


def _said(scope: ast.AST, module: Module, helpers: Helpers) -> Iterator[tuple[int, str, ast.expr]]:
    """The line, the kind and the expression of each text in a scope."""
    yields_notes = _returns(scope) == "Iterator[str]"
    for node in _own(scope):
        match node:
            case ast.Call(func=ast.Attribute(value=holder, attr="append"), args=[note]):
                if ast.unparse(holder).endswith("notes"):
                    yield node.lineno, "note", note
            case ast.Call():
                for kind, argument in _arguments(node, helpers.of(node, module.path)):
                    yield node.lineno, kind, argument
            case ast.Assign(targets=[ast.Attribute(attr="hint" | "message" as kind)], value=value):
                yield node.lineno, kind, value
            case ast.Yield(value=ast.expr() as note) if yields_notes:
                yield node.lineno, "note", note


def _returns(scope: ast.AST) -> str:
    """The type that a function is annotated to return."""
    annotation = scope.returns if isinstance(scope, Function) else None
    return ast.unparse(annotation) if annotation else ""


# texts ----------------------------------------------------------------------------------------


class Texts:
    """The texts that an expression of a scope may have for a value."""

    def __init__(self, module: Module, scope: ast.AST) -> None:
        self.module = module
        self.local = {} if scope is module.tree else _assigned(scope)
        self.following: set[str] = set()  # names that are being looked up: a name may hold itself

    def of(self, node: ast.expr, kind: str) -> Iterator[tuple[str, str]]:
        """The kind and text of each template and of each part of one."""
        for text in self.templates(node):
            yield kind, text
        for text in self.parts(node):
            yield "part", text

    def templates(self, node: ast.expr) -> list[str]:
        match node:
            case ast.Constant(value=str() as text):
                return [text]
            case ast.Constant():
                return []
            case ast.JoinedStr(values=values):
                return ["".join(_piece(value) for value in values)]
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                pairs = [a + b for a in self.templates(left) for b in self.templates(right)]
                return pairs[:MAX_ALTERNATIVES]
            case ast.IfExp(body=body, orelse=other):
                return self.templates(body) + self.templates(other)
            case ast.BoolOp(values=values):
                return [text for value in values for text in self.templates(value)]
            case ast.Name(id=name):
                return self._looked_up(name) or [f"{{{name}}}"]
        return self._entries(node) or [f"{{{ast.unparse(node)}}}"]

    def _looked_up(self, name: str) -> list[str]:
        if name in self.following:
            return []
        self.following.add(name)
        values = self.local.get(name) or self.module.strings.get(name, [])
        found = [text for value in values for text in self.templates(value)]
        self.following.discard(name)
        return found

    def _entries(self, node: ast.expr) -> list[str]:
        """The values of a table of texts at the module's top: TABLE[…] or TABLE.get(…)."""
        match node:
            case ast.Subscript(value=ast.Name(id=name)):
                pass
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="get")):
                pass
            case _:
                return []
        tables = [t for t in self.module.strings.get(name, []) if isinstance(t, ast.Dict)]
        return [text for t in tables for value in t.values for text in self.templates(value)]

    def parts(self, node: ast.expr) -> Iterator[str]:
        """Words that are filled in: alternatives, names with texts, functions that answer one."""
        for holder in ast.walk(node):
            if not isinstance(holder, ast.FormattedValue | ast.Call | ast.Name):
                continue
            inner = holder.value if isinstance(holder, ast.FormattedValue) else holder
            yield from self.templates(inner)
            yield from self._answered(inner)

    def _answered(self, node: ast.expr) -> Iterable[str]:
        """What a function of the same module answers, where that is a text."""
        name = _called(node) if isinstance(node, ast.Call) else ""
        if not name or name in self.following:
            return
        for function in self.module.functions:
            if function.name == name and "str" in _returns(function):
                texts = Texts(self.module, function)
                texts.following = self.following | {name}
                for answer in _own(function):
                    if isinstance(answer, ast.Return) and answer.value is not None:
                        yield from (text for _, text in texts.of(answer.value, "part"))


def _piece(value: ast.expr) -> str:
    match value:
        case ast.Constant(value=str() as text):
            return text
        case ast.FormattedValue(value=inner):
            return f"{{{ast.unparse(inner)}}}"
    return "{…}"


def main() -> None:
    """Print the list, a paragraph for each place of the source."""
    place = None
    for message in messages():
        if (message.path, message.line) != place:
            place = message.path, message.line
            print(f"\n{message.path}:{message.line}")
        print(f"  {message.kind:<8}{message.text!r}")


if __name__ == "__main__":
    main()
