"""Records what ten everyday scripts print, warn of and complain about into test/fixtures/everyday.json.

Each script of the folder `everyday` runs statement by statement, an error of one being noted before the next. With each
statement stands its JavaScript.
"""

import ast
import json
import os
import re
import sys
import warnings

import torch
from translation import statement

if int(torch.__version__.split(".")[0]) < 2:
    print("everyday.json stays as it is: PyTorch 1 words some messages otherwise")
    sys.exit()

HERE = os.path.dirname(os.path.abspath(__file__))


def run(path):
    """A list of [JavaScript, lines], one for each statement."""
    lines = []

    def shown(value):
        if type(value) is tuple or type(value) is list:
            return f"({', '.join(map(shown, value))})"
        if isinstance(value, torch.Size):
            return shown(tuple(value))
        return str(value)

    def note(*values):
        lines.append(" ".join(map(shown, values)))

    env = {"torch": torch, "F": torch.nn.functional, "nn": torch.nn, "inf": float("inf"), "nan": float("nan"), "print": note}
    done = []
    with open(path) as file:
        tree = ast.parse(file.read())
    for node in tree.body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        lines.clear()
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            try:
                exec(compile(ast.Module([node], []), path, "exec"), env)
            except Exception as error:
                lines.append(f"{type(error).__name__.lstrip('_')}: {error}".split("\n")[0])
        warned = [f"{w.category.__name__}: {re.sub(r' [(]Triggered internally at .*', '', str(w.message))}" for w in told]
        done.append([statement(node), "\n".join([*warned, *lines])])
    return done


if __name__ == "__main__":
    torch.set_num_threads(1)
    folder = os.path.join(HERE, "everyday")
    recorded = {name.removesuffix(".py"): run(os.path.join(folder, name)) for name in sorted(os.listdir(folder)) if name.endswith(".py")}
    with open(os.path.join(HERE, "..", "..", "test", "fixtures", "everyday.json"), "w") as file:
        json.dump({"torch": torch.__version__, "scripts": recorded}, file, indent=1, ensure_ascii=False)
        file.write("\n")
