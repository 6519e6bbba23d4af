"""What Python programs call besides `evaluate` and `compile`, with arguments as Python has them.

Each function answers what the command of its name answers, and raises GradcalcError where that
prints an error. Values after `at` may be numbers (the float64 they are), texts as after --at (which
are exact), nested lists and NumPy arrays. A module has the functions that answer alike:
`verdicts`, `tables`, `descent`, `uncertain`, `boxes` and `catalogue`.
"""
