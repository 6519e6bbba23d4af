"""Write the arrays of the two-layer model: a seeded batch and seeded weights, 1000 -> 100 -> 10."""

import sys

import numpy as np


def arrays() -> dict[str, np.ndarray]:
    """X (16 x 1000) and Y (16 x 10), and the weights and biases of both layers."""
    random = np.random.default_rng(2024)
    return {
        "X": random.normal(size=(16, 1000)),
        "W1": random.normal(size=(1000, 100)) / np.sqrt(1000),
        "b1": random.normal(size=100) / 10,
        "W2": random.normal(size=(100, 10)) / 10,
        "b2": random.normal(size=10) / 10,
        "Y": random.normal(size=(16, 10)),
    }


if __name__ == "__main__":
    np.savez(sys.argv[1] if len(sys.argv) > 1 else "model.npz", **arrays())
