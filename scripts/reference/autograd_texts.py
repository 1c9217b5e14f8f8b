"""Records what autograd answers, and how it complains, into test/fixtures/autograd_texts.json.

test/autograd/texts.test.ts holds the same programs under the same names. A tensor is recorded as its numbers, an operation
of the graph as its name, an error as its type and text.
"""

import json
import os
import sys
import warnings

import torch

if int(torch.__version__.split(".")[0]) < 2:
    print("autograd_texts.json stays as it is: PyTorch 1 words some messages otherwise")
    sys.exit()
warnings.simplefilter("ignore")

import autograd_programs.graph  # noqa: E402
import autograd_programs.functions  # noqa: E402
from autograd_programs import PROGRAMS  # noqa: E402


def shown(value):
    if isinstance(value, torch.Tensor):
        return shown(value.detach().clone().tolist())
    if isinstance(value, (list, tuple)):
        return [shown(v) for v in value]
    if hasattr(value, "next_functions"):
        return value.name().replace("torch::autograd::", "")
    if isinstance(value, float):
        return round(value, 6)
    return value


def outcome(run):
    try:
        return {"returns": shown(run())}
    except Exception as error:
        text = str(error).split("\n\nTip:")[0].split("\nException raised from")[0]
        return {"raises": f"{type(error).__name__}: {text}"}


record = {name: outcome(run) for name, run in PROGRAMS.items()}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../test/fixtures/autograd_texts.json")
with open(path, "w") as file:
    file.write("{\n" + ",\n".join(f" {json.dumps(k)}: {json.dumps(v)}" for k, v in record.items()) + "\n}\n")
print(f"{len(record)} programs")
