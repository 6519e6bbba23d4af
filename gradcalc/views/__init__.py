"""Views: what commands print and write, each from an answer that is complete.

In comes a `Result`, or the outcome of a claim, a suite, a hunt or a table; out comes text on a
rich console, JSON's own types, or a file. A view computes nothing that is not in the answer, and
`console.py` is the only place that makes consoles.

Read `tables.py` first: a result of single numbers on a terminal, with the words of `verdicts.py`,
the columns of `ways.py` and the names of `names.py`; `arrays.py`, `elements.py`, `grids.py` and
`full.py` do the same for arrays, `steps.py` for the trace. All of them are made of the lines of
`layout.py` and of `sheets.py`, which alone decides what a table looks like, when it becomes a list,
and how it is read aloud; `wrapping.py` breaks lines, never numbers. `json.py`, `flat.py` (CSV,
Markdown, LaTeX) and `saved.py` are the other formats; `errors.py` draws an error under its line.
The others belong to one command each. A new view is one file.
"""
