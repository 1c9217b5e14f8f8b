"""Writes examples/data/diabetes.csv from scikit-learn's copy of the diabetes set of Efron and others.

    python scripts/reference/diabetes_csv.py

The measurements as they were taken, not scaled; each number is the shortest decimal that reads back as the same double.
"""
from pathlib import Path

from sklearn.datasets import load_diabetes

target = Path(__file__).parents[2] / "examples" / "data" / "diabetes.csv"
data = load_diabetes(scaled=False)
lines = [",".join([*data.feature_names, "progression"])]
for row, progression in zip(data.data, data.target):
    values = [repr(float(v)).removesuffix(".0") for v in (*row, progression)]
    assert [float(v) for v in values] == [*row, progression]
    lines.append(",".join(values))

target.write_text("\n".join(lines) + "\n")
print(f"{target}: {len(lines) - 1} rows")
