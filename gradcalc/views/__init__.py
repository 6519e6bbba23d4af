"""Views: what commands print and write, each from an answer that is complete.

In comes a `Result`, or the outcome of a claim, a suite, a hunt or a table; out comes text on a
rich console, JSON's own types, or a file. A view computes nothing that is not in the answer, and
`console.py` is the only place that makes consoles.

Read `tables.py` first: a result of single numbers on a terminal, made of the parts of `layout.py`,
with the words of `verdicts.py` and the names of `names.py`; `arrays.py`, `elements.py`, `grids.py`
and `full.py` do the same for arrays, `steps.py` for the trace. `json.py`, `flat.py` (CSV, Markdown,
LaTeX) and `saved.py` are the other formats; `errors.py` draws an error under its line. The others
belong to one command each. A new view is one file.
"""
