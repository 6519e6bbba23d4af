"""The answer: from a text and a point to a value and a gradient, proven, with its digits counted.

In come the text of a program, a value for each of its inputs, and `Options`; out comes a `Result`,
which is frozen and which views only render. `GradcalcError` says why there is none.

Read `evaluate.py` first: it has the way of every answer. `request.py` parses and runs the program;
`numbers.py` answers runs of single numbers, `elementwise.py` and `extended.py` those with arrays.
One number is proven in three steps: `evidence.py` gathers what speaks for it, `proving.py` chooses
the answer and counts its digits, `notes.py` says what is worth knowing. `products.py` and
`orders.py` answer with Jacobians, Hessians, products and n-th derivatives, each as the gradient of
another program. `result.py` is the answer itself, `status.py` its exit status.
"""
