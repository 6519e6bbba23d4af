"""The benchmark: `python -m tests.bench`. Ratios against peers, measured in one run."""
