"""Recurrent networks, packed sequences and their errors in torch.nn -> test/fixtures/recurrent.json.

A case is made with seed 0: the module, then inputs by randn. `outputs` are the output and the last states, `grads` the
gradients of all parameters for a gradient of 1, 2, 3, ... on the flattened outputs.
"""

import json
import sys
import warnings
from pathlib import Path

import torch
from torch import nn
from torch.nn.utils.rnn import (
    PackedSequence, pack_padded_sequence, pack_sequence, pad_packed_sequence, pad_sequence, unpad_sequence,
)

if int(torch.__version__.split(".")[0]) < 2:
    print("recurrent.json stays as it is: PyTorch 1 has other messages")
    sys.exit()

torch.set_num_threads(1)
warnings.simplefilter("ignore")


def numbers(value):
    if isinstance(value, torch.Tensor):
        return numbers(value.tolist())
    if isinstance(value, PackedSequence):
        return numbers(value.data)
    if isinstance(value, (list, tuple)):
        return [numbers(v) for v in value]
    return float(f"{value:.7g}") if isinstance(value, float) else value


def tensors(value):
    if isinstance(value, PackedSequence):
        return [value.data]
    return [t for v in value for t in tensors(v)] if isinstance(value, (list, tuple)) else [value]


def case(kind, args, kwargs, shape, states=(), lengths=None):
    torch.manual_seed(0)
    module = getattr(nn, kind)(*args, **kwargs)
    x = torch.randn(shape)
    hx = [torch.randn(s) for s in states]
    given = x if lengths is None else pack_padded_sequence(x, lengths, enforce_sorted=False)
    outputs = module(given, *([] if not hx else [hx[0]] if len(hx) == 1 else [tuple(hx)]))
    flat = torch.cat([t.reshape(-1) for t in tensors(outputs)])
    flat.backward(torch.arange(1.0, flat.numel() + 1))
    return {
        "kind": kind, "args": args, "kwargs": kwargs, "shape": shape, "states": states, "lengths": lengths,
        "repr": repr(module), "state": {name: list(p.shape) for name, p in module.state_dict().items()},
        "outputs": numbers(tensors(outputs)),
        "grads": [numbers(p.grad.sum(-1)) for p in module.parameters()],
    }


def message(f):
    try:
        f()
    except Exception as error:
        return [type(error).__name__, str(error).split("\n")[0]]
    raise AssertionError("no error")


CASES = [
    case("RNN", [2, 3], {}, [4, 2, 2]),
    case("RNN", [2, 3, 2], {"nonlinearity": "relu", "bias": False, "bidirectional": True}, [3, 2, 2], [[4, 2, 3]]),
    case("RNN", [2, 3], {"bidirectional": True}, [4, 3, 2], [[2, 3, 3]], [2, 4, 1]),
    case("GRU", [2, 3, 2], {"batch_first": True, "bidirectional": True}, [2, 4, 2], [[4, 2, 3]]),
    case("GRU", [2, 3], {"bias": False}, [4, 2], [[1, 3]]),
    case("GRU", [2, 2], {}, [4, 3, 2], [], [4, 2, 3]),
    case("LSTM", [2, 3], {}, [4, 2, 2], [[1, 2, 3], [1, 2, 3]]),
    case("LSTM", [2, 3, 2], {"proj_size": 2, "bidirectional": True}, [3, 2, 2], [[4, 2, 2], [4, 2, 3]]),
    case("LSTM", [2, 3, 2], {"dropout": 0.5, "batch_first": True}, [2, 3, 2]),
    case("LSTM", [2, 3, 2], {"dropout": 0.5, "bidirectional": True, "bias": False}, [4, 3, 2], [], [4, 1, 3]),
    case("LSTM", [2, 3], {"bias": False, "batch_first": True}, [4, 2]),
    case("RNNCell", [2, 3], {}, [2, 2]),
    case("RNNCell", [2, 3], {"nonlinearity": "relu", "bias": False}, [2], [[3]]),
    case("LSTMCell", [2, 3], {}, [2, 2], [[2, 3], [2, 3]]),
    case("LSTMCell", [2, 3], {"bias": False}, [2]),
    case("GRUCell", [2, 3], {}, [2, 2], [[2, 3]]),
]

z = torch.zeros
# the calls are written in test/nn/recurrent.test.ts as well, under the same names
ERRORS = {
    "projection": lambda: nn.GRU(3, 4, proj_size=2),
    "nonlinearity": lambda: nn.RNN(3, 4, nonlinearity="sin"),
    "cell nonlinearity": lambda: nn.RNNCell(3, 4, nonlinearity="sin")(z(2, 3)),
    "input size": lambda: nn.LSTM(0, 4),
    "hidden size": lambda: nn.LSTM(3, -1),
    "layers": lambda: nn.LSTM(3, 4, 0),
    "dropout": lambda: nn.LSTM(3, 4, dropout=1.5),
    "negative projection": lambda: nn.LSTM(3, 4, proj_size=-1),
    "large projection": lambda: nn.LSTM(3, 4, proj_size=4),
    "float size": lambda: nn.GRU(3.5, 4),
    "bias": lambda: nn.RNN(3, 4, bias=1),
    "batch_first": lambda: nn.LSTM(3, 4, batch_first="yes"),
    "missing": lambda: nn.GRU(3),
    "unknown": lambda: nn.LSTM(3, 4, wide=True),
    "mode": lambda: nn.RNNBase("TRANSFORMER", 3, 4),
    "dtype": lambda: nn.GRU(3, 4)(z(5, 2, 3, dtype=torch.float64)),
    "4-d": lambda: nn.LSTM(3, 4)(z(5, 2, 3, 1)),
    "1-d": lambda: nn.RNN(3, 4)(z(3)),
    "features": lambda: nn.GRU(3, 4)(z(5, 2, 4)),
    "no steps": lambda: nn.GRU(3, 4)(z(0, 2, 3)),
    "unbatched state": lambda: nn.GRU(3, 4)(z(5, 2, 3), z(1, 4)),
    "batched state": lambda: nn.LSTM(3, 4)(z(5, 3), (z(1, 1, 4), z(1, 1, 4))),
    "state size": lambda: nn.RNN(3, 4)(z(5, 2, 3), z(1, 3, 4)),
    "cell state size": lambda: nn.LSTM(3, 4)(z(5, 2, 3), (z(1, 2, 4), z(1, 2, 3))),
    "packed features": lambda: nn.RNN(3, 4)(pack_sequence([z(2, 4)])),
    "packed dimensions": lambda: nn.RNN(3, 4)(pack_sequence([z(2)])),
    "cell features": lambda: nn.LSTMCell(3, 4)(z(2, 5)),
    "cell hidden": lambda: nn.GRUCell(3, 4)(z(2, 3), z(2, 5)),
    "cell batch": lambda: nn.LSTMCell(3, 4)(z(2, 3), (z(2, 4), z(3, 4))),
    "cell input": lambda: nn.RNNCell(3, 4)(z(1, 1, 3)),
    "cell states": lambda: nn.LSTMCell(3, 4)(z(2, 3), (z(2, 4), z(1, 2, 4))),
    "pack empty": lambda: pack_padded_sequence(z(0, 2), [1, 1]),
    "pack lengths": lambda: pack_padded_sequence(z(3, 2), [3]),
    "pack unsorted": lambda: pack_padded_sequence(z(3, 2), [1, 3]),
    "pack zero": lambda: pack_padded_sequence(z(3, 2), [3, 0]),
    "total_length": lambda: pad_packed_sequence(pack_sequence([z(3)]), total_length=2),
    "no sequences": lambda: pad_sequence([]),
    "side": lambda: pad_sequence([z(1), z(2)], padding_side="top"),
    "lengths": lambda: unpad_sequence(z(3, 2), torch.tensor([1])),
}


def utils():
    a, b, c = torch.tensor([1, 2]), torch.tensor([3]), torch.tensor([4, 5, 6])
    packed = pack_sequence([a, b, c], enforce_sorted=False)
    wide = pad_packed_sequence(packed, batch_first=True, padding_value=-1, total_length=4)
    return {
        "packed": repr(packed), "sorted": repr(pack_sequence([c, a, b])), "double": repr(packed.to(torch.float64)),
        "padded": numbers(pad_packed_sequence(packed)), "wide": numbers(wide),
        "pad": numbers(pad_sequence([a, b, c])),
        "left": numbers(pad_sequence([a, b, c], batch_first=True, padding_value=9, padding_side="left")),
    }


out = {"cases": CASES, "errors": {name: message(f) for name, f in ERRORS.items()}, "utils": utils()}
path = Path(__file__).parents[2] / "test" / "fixtures" / "recurrent.json"
path.write_text(json.dumps(out, separators=(",", ":")).replace('{"kind"', '\n{"kind"') + "\n")
print(f"{path.name}: {len(CASES)} networks, {len(ERRORS)} errors")
