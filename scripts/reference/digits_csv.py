"""Writes examples/data/digits.csv from scikit-learn's copy of the test set of handwritten digits of the UCI repository.

    python scripts/reference/digits_csv.py

A row is the digit and its 64 pixels, row by row, each from 0 (white) to 16.
"""
from pathlib import Path

from sklearn.datasets import load_digits

target = Path(__file__).parents[2] / "examples" / "data" / "digits.csv"
data = load_digits()
header = ["digit", *(f"pixel_{row}_{column}" for row in range(8) for column in range(8))]
lines = [",".join(header)]
lines += [",".join(str(int(v)) for v in [label, *pixels]) for label, pixels in zip(data.target, data.data)]
target.write_text("\n".join(lines) + "\n")
print(f"{target.name}: {len(lines) - 1} rows")
