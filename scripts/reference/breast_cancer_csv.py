"""Writes examples/data/breast-cancer.csv from scikit-learn's copy of the Wisconsin Diagnostic Breast Cancer set.

    python scripts/reference/breast_cancer_csv.py

Each number is the shortest decimal that reads back as the same double; the columns are named as in the article's file.
"""
from pathlib import Path

from sklearn.datasets import load_breast_cancer

target = Path(__file__).parents[2] / "examples" / "data" / "breast-cancer.csv"
features = ["radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points",
            "symmetry", "fractal_dimension"]
header = ["diagnosis"] + [f"{feature}_{kind}" for kind in ("mean", "se", "worst") for feature in features]

data = load_breast_cancer()
lines = [",".join(header)]
for label, row in zip(data.target, data.data):
    values = [repr(float(v)).removesuffix(".0") for v in row]
    assert [float(v) for v in values] == list(row)
    lines.append(",".join(["MB"[label], *values]))  # scikit-learn: 0 is malignant, 1 benign

target.write_text("\n".join(lines) + "\n")
print(f"{target}: {len(lines) - 1} rows")
