"""How uncertain is a result whose inputs are uncertain? Three answers, side by side.

In come a program's text and inputs as a laboratory writes them (`5.00±0.02`, `uniform(4.9, 5.1)`);
out comes a `Propagation`: for each output the first order, the terms of order u^4, Monte Carlo, the
verdict on them, and the budget of contributions. Read `propagate.py` first.

    distributions, notation   what an input may be, with its exact moments
    covariance, inputs        correlations, and columns of readings taken together
    outputs, moments          each output as a trace, and its variance as a trace again
    sampling, coverage        Monte Carlo; coverage factors and the verdict
    remarks                   what to know before believing the numbers: kinks that draws reach

Sources: JCGM 100:2008, the GUM; JCGM 101, its supplement on Monte Carlo; JCGM 102, on several
outputs.
"""
