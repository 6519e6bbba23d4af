"""Formulas about formulas: derivatives written down, shortened, compared, set for paper.

A program comes in; out go trees of the language. `inline` reads a program without turns as one
formula, `recorded` reads the formula off a run. `laws` are the rules of differentiation, applied
one by one by `derive`; `tidy` collects what they leave, `sympy_forms` asks sympy for other forms,
and nothing is answered that `equality` did not find to have the values that automatic
differentiation gives. `layout` sets a tree as boxes, which `latex` and `mathml` write down.

Read `laws` first, then `diff`.
"""
