"""Records scikit-learn's splits, scalers, encoders and error texts, and pandas' table heads.

    python scripts/reference/preprocessing.py      writes test/fixtures/preprocessing.json

NaN is written as null. The error texts are those of scikit-learn 1.9.
"""
import json
import math
import sys
import warnings
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import sklearn
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, StandardScaler

if tuple(map(int, sklearn.__version__.split(".")[:2])) < (1, 9):
    print("preprocessing.json stays as it is: older scikit-learn words some errors otherwise")
    sys.exit()

warnings.simplefilter("ignore")
root = Path(__file__).parents[2]
seeds = [0, 1, 2, 42]
nan = math.nan


def plain(x):
    """NumPy's values as JSON's."""
    if isinstance(x, np.ndarray) or isinstance(x, (list, tuple)):
        return [plain(v) for v in x]
    if isinstance(x, np.generic):
        return plain(x.item())
    return None if isinstance(x, float) and math.isnan(x) else x


def split(n, **options):
    train, test = train_test_split(list(range(n)), **options)
    return {"n": n, "options": plain_options(options), "train": plain(train), "test": plain(test)}


def plain_options(options):
    return {name: plain(value) for name, value in options.items()}


def splits():
    for seed in seeds:
        for n, sizes in [
            (2, {}), (3, {}), (5, {"test_size": 0.33}), (10, {}), (10, {"test_size": 3}), (10, {"train_size": 0.55}),
            (17, {"test_size": 0.2, "train_size": 0.5}), (64, {"test_size": 5, "train_size": 0.3}),
            (65, {"test_size": 0.1}), (100, {"train_size": 33}), (10, {"test_size": 0.7000000000000001}),
        ]:
            yield split(n, random_state=seed, **sizes)
    yield split(10, shuffle=False)
    yield split(10, shuffle=False, test_size=2, train_size=0.5)
    yield split(40, random_state=2**32 - 1)


def stratified_splits():
    letters = list("bbbaabcbbaabccbbab" * 3)
    for seed in seeds:
        for y, sizes in [
            ([0, 1] * 5, {}), ([0, 1] * 5, {"test_size": 3, "train_size": 4}), (letters, {"test_size": 0.2}),
            (letters, {"test_size": 0.5, "train_size": 0.11}), ([2.5, -1.0, 2.5, -1.0, 10.0, 10.0, 9.0, 9.0], {"test_size": 4}),
            ([i % 7 for i in range(100)], {"test_size": 0.15}), ([True, False, False] * 4, {"test_size": 5}),
        ]:
            yield split(len(y), random_state=seed, stratify=y, **sizes)


def scaler(batches, **options):
    fitted = StandardScaler(**options)
    for batch in batches:
        fitted.partial_fit(batch)
    z = fitted.transform(batches[0])
    return {
        "options": options, "batches": plain(batches), "mean": plain(fitted.mean_), "var": plain(fitted.var_),
        "scale": plain(fitted.scale_), "seen": plain(fitted.n_samples_seen_), "transformed": plain(z),
        "inverse": plain(fitted.inverse_transform(z)),
    }


def scalers():
    random = np.random.RandomState(0)
    small = random.normal(3, 2, (7, 3)).tolist()
    yield scaler([[[0, 0], [0, 0], [1, 1], [1, 1]]])
    for options in [{}, {"with_mean": False}, {"with_std": False}, {"with_mean": False, "with_std": False}]:
        yield scaler([small], **options)
    yield scaler([[[1.5, 0.1, 1e8, 0], [1.5, 0.1, 1e8, 1e-12], [1.5, 0.1, 1e8 + 1e-7, 0]]])
    yield scaler([[[0.1 + 0.2], [0.3], [0.3], [0.3], [0.1 + 0.2]]])
    yield scaler([[[0, 1e-200, -4, 7], [0, -1e-200, -4, 7.000000000000001], [0, 0, -4, 7]]])
    yield scaler([[[1.0, 5.0]]])
    yield scaler([[[1.0, nan, 2.0], [nan, nan, 4.0], [4.0, nan, 9.0], [5.5, nan, 1.0]]])
    yield scaler([small[:4], small[4:6], small[6:]])
    yield scaler([[[1.0, nan], [2.0, 5.0]], [[3.5, 1.0], [nan, 2.0]]])
    for n in [7, 8, 9, 127, 128, 129, 300]:  # one column: NumPy sums it pairwise
        yield scaler([random.normal(100, 1, (n, 1)).round(6).tolist()])
    yield scaler([[[v if i % 5 else nan] for i, v in enumerate(random.normal(1, 1, 150).round(6).tolist())]])


def article():
    data = load_breast_cancer()
    rows = list(range(len(data.data)))
    X_train, X_test, y_train, y_test, train, test = train_test_split(
        data.data, 1 - data.target, rows, test_size=0.2, random_state=2)
    fitted = StandardScaler().fit(X_train)
    Z_train, Z_test = fitted.transform(X_train), fitted.transform(X_test)
    return {
        "train": train, "test": test, "y_test": plain(y_test), "mean": plain(fitted.mean_), "var": plain(fitted.var_),
        "scale": plain(fitted.scale_), "Z_train": plain(Z_train[:3]), "Z_test": plain(Z_test[:3]),
        "sums": plain(data.data.sum(axis=0)),
    }


def encoders():
    for y in [["paris", "paris", "tokyo", "amsterdam"], [1, 2, 2, 6], [10, 9, -1, 9], [2.5, -0.5, 10.0], [True, False],
              ["M", "B", "B"], ["é", "z", "Z", "a", "ab", ""], ["\uff5e", "\U0001f600", "a"], [1.0, nan, -2.0, nan], []]:
        encoder = LabelEncoder()
        yield {"y": plain(y), "encoded": plain(encoder.fit_transform(y)), "classes": plain(encoder.classes_)}


def errors():
    rows, inf = list(range(10)), math.inf
    fitted, encoder = StandardScaler().fit([[1.0, 2.0]]), LabelEncoder().fit(["a", "b"])
    numbers = LabelEncoder().fit(np.array(["a", "b"], dtype=object))
    calls = {
        "no arrays": lambda: train_test_split(),
        "lengths": lambda: train_test_split(rows, rows, [1, 2], [3]),
        "None": lambda: train_test_split(None),
        "one row": lambda: train_test_split([1]),
        "no rows": lambda: train_test_split([]),
        "test_size=0": lambda: train_test_split(rows, test_size=0),
        "test_size=1.5": lambda: train_test_split(rows, test_size=1.5),
        "test_size='a'": lambda: train_test_split(rows, test_size="a"),
        "test_size=nan": lambda: train_test_split(rows, test_size=nan),
        "train_size=-0.1": lambda: train_test_split(rows, train_size=-0.1),
        "test_size=10": lambda: train_test_split(rows, test_size=10),
        "train_size=11": lambda: train_test_split(rows, train_size=11),
        "floats over 1": lambda: train_test_split(rows, test_size=0.6, train_size=0.6),
        "ints over n": lambda: train_test_split(rows, test_size=6, train_size=6),
        "train empty": lambda: train_test_split(rows, train_size=0.05),
        "random_state=-1": lambda: train_test_split(rows, random_state=-1),
        "random_state=2**32": lambda: train_test_split(rows, random_state=2**32),
        "random_state=1.5": lambda: train_test_split(rows, random_state=1.5),
        "stratify, no shuffle": lambda: train_test_split(rows, shuffle=False, stratify=rows),
        "stratify, lengths": lambda: train_test_split(rows, stratify=[0] * 5),
        "stratify, rare": lambda: train_test_split(rows, stratify=["b"] * 8 + ["c", "a"]),
        "stratify, small test": lambda: train_test_split(rows, stratify=[0, 1, 2, 3, 4] * 2, test_size=2),
        "stratify, small train": lambda: train_test_split(rows, stratify=[0, 1, 2, 3, 4] * 2, train_size=2),
        "stratify, NaN": lambda: train_test_split(rows, stratify=[0.0] * 9 + [nan]),
        "seed": lambda: np.random.RandomState(-1),
        "scaler, not fitted": lambda: StandardScaler().transform([[1.0]]),
        "scaler, no mean_": lambda: StandardScaler().mean_,
        "scaler, features": lambda: fitted.transform([[1.0, 2.0, 3.0]]),
        "scaler, partial_fit features": lambda: fitted.partial_fit([[1.0]]),
        "scaler, infinity": lambda: StandardScaler().fit([[1.0, inf]]),
        "scaler, text": lambda: StandardScaler().fit([["a", 1.0]]),
        "scaler, ragged": lambda: StandardScaler().fit([[1.0, 2.0], [3.0]]),
        "scaler, 1D": lambda: StandardScaler().fit([1.0, 2.0]),
        "scaler, scalar": lambda: StandardScaler().fit(5),
        "scaler, 3D": lambda: StandardScaler().fit([[[1.0]]]),
        "scaler, no rows": lambda: StandardScaler().fit([]),
        "scaler, no columns": lambda: StandardScaler().fit([[], []]),
        "scaler, unknown option": lambda: StandardScaler(with_median=True),
        "encoder, not fitted": lambda: LabelEncoder().transform(["a"]),
        "encoder, no classes_": lambda: LabelEncoder().classes_,
        "encoder, 2D": lambda: LabelEncoder().fit([["a", "b"], ["c", "d"]]),
        "encoder, mixed": lambda: LabelEncoder().fit(np.array(["a", 1], dtype=object)),
        "encoder, number out of range": lambda: encoder.inverse_transform([2, 5, 0, -1]),
    }
    for name, call in calls.items():
        try:
            call()
        except Exception as error:
            yield name, str(error).split("\n")[0]


def heads():
    frame = pd.read_csv(root / "examples" / "data" / "breast-cancer.csv")
    mixed = pd.DataFrame({"id": [1, -200, 30, 4, 5, 6], "x": [1.5, 2.25, -3.125, 4.0, 5.0, 1e-3],
                          "name": ["a", "bcd", "é", "e", "f", "g"], "gap": [nan, 2.0, 3.0, nan, 0.1234567, 6.0],
                          "s": ["left", "right", "", "up", "down", "in"], "none": [nan] * 6})
    wide = pd.DataFrame({f"column_{i}": [i, 10**i] for i in range(12)})
    random = np.random.RandomState(0)
    ragged = [pd.DataFrame({"x" * width + str(i): [i, -i] for i, width in enumerate(random.randint(1, 30, 14))})
              for _ in range(8)]
    ragged += [pd.DataFrame({"x" * 40: [1], "y" * 40: [2], "z" * 40: [3]}), pd.DataFrame({"x" * 40: [1], "y" * 40: [2]})]
    pd.set_option("display.max_columns", 0, "display.width", 80)
    for name, table in [("article", frame), ("mixed", mixed), ("wide", wide), ("narrow", frame.iloc[:, :5]),
                        *((f"ragged {i}", table) for i, table in enumerate(ragged))]:
        csv = None if name in ("article", "narrow") else table.to_csv(index=False)
        yield {"name": name, "csv": csv, "head": repr((pd.read_csv(StringIO(csv)) if csv else table).head())}


record = {
    "permutations": [
        {"seed": seed, "n": n, "permutation": plain(np.random.RandomState(seed).permutation(n))}
        for seed in seeds + [2**32 - 1] for n in (0, 1, 2, 10, 33)
    ],
    "splits": list(splits()),
    "stratified": list(stratified_splits()),
    "scalers": list(scalers()),
    "article": article(),
    "encoders": list(encoders()),
    "errors": dict(errors()),
    "heads": list(heads()),
}
target = root / "test" / "fixtures" / "preprocessing.json"
text = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
target.write_text(text + "\n", encoding="utf-8")
print(f"{target}: {len(text)} characters")
