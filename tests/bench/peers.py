"""gradcalc's kernels and their peers: each computes value and gradient of every row, in float64.

`python -m tests.bench.peers NAME FORMULA ROWS THREADS` prints the seconds a call takes, the median
of many. A peer has a process of its own that may use as many processors as it is given threads.
What goes in is in the peer's own form beforehand; what comes out is new memory, as a caller needs.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from tests.bench.byhand import BY_HAND, by_hand
from tests.bench.formulas import Formula
from tests.bench.in_c import in_c
from tests.bench.in_c import is_installed as has_compiler

Data = Mapping[str, Any]
Call = Callable[[], Any]


def words(library: Any, **others: Any) -> SimpleNamespace:
    """A library's names for the functions that formulas are made of."""
    names = ("sin", "cos", "exp", "log", "sqrt", "where")
    found = {name: getattr(library, name) for name in names if hasattr(library, name)}
    return SimpleNamespace(**{**found, **others})


def columns(formula: Formula, data: Data) -> list[np.ndarray]:
    """Every input as a column, parameters repeated without memory of their own."""
    rows = len(data[next(iter(formula.columns))])
    return [np.broadcast_to(data[name], rows) for name in formula.inputs]


def gradcalc(formula: Formula, data: Data, threads: int) -> Call:
    from gradcalc import compile

    kernel = compile(formula.source, formula.wrt, threads=threads)

    def call() -> Any:
        answer = kernel(data)
        return [answer[name] for name in formula.outputs]

    return call


def numpy(formula: Formula, data: Data, threads: int) -> Call:
    run = by_hand(formula, threads)
    return lambda: list(run(data).values())


def jax(formula: Formula, data: Data, threads: int) -> Call:
    """One jitted function; of a loop, `vmap` of the program and its forward mode."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    given = [jnp.asarray(data[name]) for name in formula.inputs]
    wrt = tuple(formula.inputs.index(name) for name in formula.wrt)
    rows = len(data[next(iter(formula.columns))])

    def loop(condition: Any, step: Any, start: float) -> Any:
        return jax.lax.while_loop(condition, step, jnp.asarray(start))

    m = words(jnp, normal_cdf=jax.scipy.special.ndtr, loop=loop)

    def by_rows(*at: Any) -> Any:
        at = tuple(jnp.broadcast_to(each, rows) for each in at)

        def of(*chosen: Any) -> Any:
            whole = list(at)
            for k, each in zip(wrt, chosen, strict=True):
                whole[k] = each
            return formula.shared(m, *whole)

        value, back = jax.vjp(of, *(at[k] for k in wrt))
        return value, *back(jnp.ones_like(value))

    def by_row(*at: Any) -> Any:
        def twice(*at: Any) -> Any:
            value = formula.shared(m, *at)
            return value, value

        gradient, value = jax.jacfwd(twice, argnums=wrt, has_aux=True)(*at)
        return value, *gradient

    run = jax.jit(jax.vmap(by_row) if formula.kind == "loop" else by_rows)
    return lambda: jax.block_until_ready(run(*given))


def torch(formula: Formula, data: Data, threads: int) -> Call:
    import torch

    torch.set_num_threads(threads)
    m = words(torch, normal_cdf=torch.special.ndtr)
    rows = len(data[next(iter(formula.columns))])
    given = {
        name: torch.as_tensor(data[name], dtype=torch.float64).expand(rows)
        for name in formula.inputs
    }
    for name in formula.wrt:
        given[name].requires_grad_(True)
    chosen, one = [given[name] for name in formula.wrt], torch.ones(rows, dtype=torch.float64)

    def call() -> Any:
        value = formula.shared(m, *given.values())
        return value.detach(), *torch.autograd.grad(value, chosen, one)

    return call


def autograd(formula: Formula, data: Data, threads: int) -> Call:
    """HIPS autograd; it runs on one thread."""
    import autograd.numpy as anp
    from autograd import make_vjp

    special = SimpleNamespace(cdf=None)
    if importlib.util.find_spec("scipy"):
        from autograd.scipy.stats import norm as special
    m = words(anp, normal_cdf=special.cdf)
    given = columns(formula, data)
    wrt = tuple(formula.inputs.index(name) for name in formula.wrt)
    record = make_vjp(lambda *at: formula.shared(m, *at), wrt)

    def call() -> Any:
        back, value = record(*given)
        return value, *back(np.ones_like(value))

    return call


def casadi(formula: Formula, data: Data, threads: int) -> Call:
    """A function of one row, its common steps shared, mapped over all rows."""
    import casadi as ca

    def normal_cdf(x: Any) -> Any:
        return 0.5 * (1 + ca.erf(x * 0.5**0.5))

    m = words(ca, where=ca.if_else, normal_cdf=normal_cdf)
    symbols = {name: ca.SX.sym(name) for name in formula.inputs}
    value = formula.shared(m, *symbols.values())
    gradient = ca.gradient(value, ca.vertcat(*(symbols[name] for name in formula.wrt)))
    outputs = [value, *ca.vertsplit(gradient)]
    row = ca.Function("row", list(symbols.values()), outputs, {"cse": True})
    given = [np.ascontiguousarray(each) for each in columns(formula, data)]
    rows = len(given[0])
    whole = row.map(rows, "thread", threads) if threads > 1 else row.map(rows)
    buffer, evaluate = whole.buffer()

    def call() -> Any:
        for k, each in enumerate(given):
            buffer.set_arg(k, memoryview(each))
        answer = [np.empty(rows) for _ in outputs]
        for k, each in enumerate(answer):
            buffer.set_res(k, memoryview(each))
        evaluate()
        return answer

    return call


def numexpr(formula: Formula, data: Data, threads: int) -> Call:
    """The gradient by hand, an evaluation for each output and each step that outputs share."""
    import numexpr

    numexpr.set_num_threads(threads)
    rows = len(data[next(iter(formula.columns))])
    spare = {n: np.empty(rows) for n, _ in formula.texts if n not in formula.outputs}

    def call() -> Any:
        known = {**data, **spare, **{name: np.empty(rows) for name in formula.outputs}}
        for name, text in formula.texts:
            numexpr.evaluate(text, local_dict=known, global_dict={}, out=known[name])
        return [known[name] for name in formula.outputs]

    return call


def c(formula: Formula, data: Data, threads: int) -> Call:
    run = in_c(formula, data, threads)
    return lambda: run(None)


def gradcalc_into(formula: Formula, data: Data, threads: int) -> Call:
    """Into arrays that are there."""
    from gradcalc import compile

    kernel = compile(formula.source, formula.wrt, threads=threads)
    rows = len(data[next(iter(formula.columns))])
    out = {name: np.empty(rows) for name in formula.outputs}
    return lambda: list(kernel(data, out=out).values())


def c_into(formula: Formula, data: Data, threads: int) -> Call:
    """Into arrays that are there."""
    run = in_c(formula, data, threads)
    rows = len(data[next(iter(formula.columns))])
    out = [np.empty(rows) for _ in formula.outputs]
    return lambda: run(out)


PEERS: dict[str, Callable[[Formula, Data, int], Call]] = {
    "gradcalc": gradcalc,
    "C": c,
    "JAX": jax,
    "PyTorch": torch,
    "autograd": autograd,
    "CasADi": casadi,
    "numexpr": numexpr,
    "NumPy by hand": numpy,
}
# Not on the page: they answer another question.
INTO = {"gradcalc, out": gradcalc_into, "C, out": c_into}
PACKAGES = {
    "NumPy by hand": "numpy",
    "gradcalc, out": "gradcalc",
    "C": "ctypes",
    "C, out": "ctypes",
}


def package(peer: str) -> str:
    """What to import for it."""
    return PACKAGES.get(peer, peer.replace("PyTorch", "torch").lower())


def is_installed(peer: str) -> bool:
    """Can it take part?"""
    if package(peer) == "ctypes":
        return has_compiler()
    return importlib.util.find_spec(package(peer)) is not None


def left_out(peer: str, formula: Formula) -> str:
    """Why a peer does not take part, empty if it does."""
    if not is_installed(peer):
        return "not installed"
    if peer == "NumPy by hand" and formula.name not in BY_HAND:
        return "not written by hand"
    if peer in ("numexpr", "C", "C, out") and not formula.texts:
        return "its gradient is not written as texts"
    if formula.kind == "loop" and peer not in ("gradcalc", "JAX", "NumPy by hand"):
        return "no loop that every row leaves when it is done"
    return ""


def confine(threads: int) -> None:
    """Use as many processors as threads, where the system can be told so."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def compare(answer: Any, formula: Formula, data: Data) -> str:
    """How an answer differs from gradcalc's, empty where it does not."""
    from gradcalc import compile

    truth = compile(formula.source, formula.wrt)(data)
    for name, column in zip(formula.outputs, answer, strict=True):
        ours = truth[name]
        off = np.abs(np.asarray(column) - ours) / np.maximum(1, np.abs(ours))
        if not off.max() <= 1e-9:
            return f"{name} differs by {off.max():.3g} at row {off.argmax()}"
    return ""


if __name__ == "__main__":
    from tests.bench.worker import main

    main()
