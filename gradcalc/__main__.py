"""`python -m gradcalc`."""

from gradcalc.cli import main

main()
