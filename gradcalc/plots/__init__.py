"""A function of one input and its derivatives as curves that know where they break.

In come a program's text and an interval of one input (of two, for contours); out comes a `Plot`:
the breaks, each with its kind, its place in the text and the limits on both sides, and the curves
as pieces, between which nothing may be joined. Nothing here knows of a terminal or a file.

    paths         the ways through the program that points of the interval take
    candidates    where on the interval they have roots, or touch 0
    classify      what a candidate is: by germs where it can be written, else by both sides
    sampling      points of the curve between its breaks, and what of it is in view
    plot          all of it together; read it first
    fields        two inputs: a grid of values and gradients
    seams         the lines and points of their plane at which the function breaks
    judging       what such a line or point is
"""
