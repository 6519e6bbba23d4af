"""Where in a box is a formula in trouble? The simplest point of each kind of trouble.

In come a program's text and a box, a lower and an upper bound of each input; out comes a `Hunt`:
its findings, and how many points were looked at. The steps and their modules:

    candidates, roots       propose points to look at
    examiner, faults        evaluate a point: which trouble does it show, at what operation?
    axis, crossings         the same where no decimal number hits the root: what do both sides say?
    finding, simplicity     keep the simplest point of each kind of trouble
    shrinking               make it simpler for as long as it shows the same

Read `hunt.py` first: it puts them together, within the time limit.
"""
