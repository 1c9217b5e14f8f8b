"""Attention and transformers of torch.nn, their errors and warnings -> test/fixtures/transformers.json.

A case is made with seed 0: the module, then its arguments. An argument is {"randn": shape}, {"bool": values}, {"causal": n}
for the mask of generate_square_subsequent_mask, {"same": i} for the positional argument i itself, or a plain value. `outputs`
are the tensors it returns; `grads` are the gradients of all parameters, summed over all dimensions but the first, for a
gradient of 1, 2, 3, ... on the flattened outputs; there are none in evaluation.
"""

import json
import sys
import warnings
from pathlib import Path

import torch
from torch import nn

if int(torch.__version__.split(".")[0]) < 2:
    print("transformers.json stays as it is: PyTorch 1 has other messages")
    sys.exit()

torch.set_num_threads(1)


def numbers(t):
    return [float(f"{x:.7g}") for x in t.detach().flatten().tolist()]


def made(spec, given):
    if not isinstance(spec, dict):
        return spec
    if "randn" in spec:
        return torch.randn(spec["randn"])
    if "bool" in spec:
        return torch.tensor(spec["bool"])
    if "causal" in spec:
        return nn.Transformer.generate_square_subsequent_mask(spec["causal"])
    return given[spec["same"]]


def build(kind, args, kwargs):
    if kind in ("TransformerEncoder", "TransformerDecoder"):
        layer, *rest = args
        return getattr(nn, kind)(getattr(nn, kind + "Layer")(**layer), *rest, **kwargs)
    return getattr(nn, kind)(*args, **kwargs)


def case(kind, args, kwargs, call, named=None, train=True):
    named = named or {}
    torch.manual_seed(0)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        module = build(kind, args, kwargs).train(train)
        given = []
        for spec in call:
            given.append(made(spec, given))
        keywords = {name: made(spec, given) for name, spec in named.items()}
        with torch.set_grad_enabled(train):
            result = module(*given, **keywords)
    outputs = [t for t in (result if isinstance(result, tuple) else [result]) if t is not None]
    entry = {
        "kind": kind, "args": args, "kwargs": kwargs, "call": call, "named": named, "train": train,
        # nested tensors are a means that cannot be seen here
        "warnings": [f"{w.category.__name__}: {w.message}" for w in told if "prototype" not in str(w.message)],
        "repr": repr(module), "keys": list(module.state_dict()),
        "shapes": [list(t.shape) for t in outputs], "outputs": [numbers(t) for t in outputs],
    }
    if train:
        flat = torch.cat([t.reshape(-1) for t in outputs])
        flat.backward(torch.arange(1.0, flat.numel() + 1))
        # the gradients of keys' biases vanish, but for rounding
        entry["grads"] = [numbers(p.grad.reshape(p.shape[0], -1).sum(1)) for p in module.parameters()]
    return entry


def r(*shape):
    return {"randn": list(shape)}


SELF = [r(3, 2, 4), {"same": 0}, {"same": 0}]
LAST = {"bool": [[False, False, True], [False, True, True]]}
CAUSAL = {"bool": [[False, True, True], [False, False, True], [False, False, False]]}
LAYER = {"d_model": 4, "nhead": 2, "dim_feedforward": 6}
MHA = "MultiheadAttention"

CASES = [
    case(MHA, [4, 2], {}, SELF),
    case(MHA, [4, 2], {"dropout": 0.5}, SELF, {"average_attn_weights": False}),
    case(MHA, [4, 2], {"dropout": 0.5, "batch_first": True}, [r(2, 3, 4), r(2, 5, 4), {"same": 1}], {"need_weights": False}),
    case(MHA, [4, 2], {"bias": False, "kdim": 3, "vdim": 5}, [r(3, 2, 4), r(2, 2, 3), r(2, 2, 5)], {"attn_mask": r(3, 2)}),
    case(MHA, [4, 2], {"add_bias_kv": True, "add_zero_attn": True}, [r(3, 2, 4), r(2, 2, 4), r(2, 2, 4)],
         {"attn_mask": r(4, 3, 2), "key_padding_mask": r(2, 2)}),
    case(MHA, [4, 2], {"add_bias_kv": True}, [r(3, 2, 4), r(2, 2, 4), r(2, 2, 4)], {"need_weights": False, "attn_mask": r(3, 2)}),
    case(MHA, [4, 2], {}, [r(3, 4), {"same": 0}, {"same": 0}],
         {"key_padding_mask": {"bool": [False, False, True]}, "is_causal": True, "attn_mask": CAUSAL}),
    case(MHA, [4, 2], {}, SELF, {"need_weights": False, "is_causal": True, "attn_mask": CAUSAL}),
    case(MHA, [4, 2], {}, SELF, {"key_padding_mask": LAST, "attn_mask": {"causal": 3}}),
    case(MHA, [4, 2], {"batch_first": True}, [r(2, 3, 4), {"same": 0}, {"same": 0}], {"key_padding_mask": LAST}, False),
    case("TransformerEncoderLayer", [4, 2, 6], {}, [r(3, 2, 4)]),
    case("TransformerEncoderLayer", [4, 2, 6, 0.5, "gelu"], {"norm_first": True, "batch_first": True}, [r(2, 3, 4)],
         {"src_mask": CAUSAL, "src_key_padding_mask": LAST}),
    case("TransformerEncoderLayer", [4, 1, 6], {"bias": False, "layer_norm_eps": 0.1}, [r(3, 4)], {}, False),
    case("TransformerDecoderLayer", [4, 2, 6, 0.5], {}, [r(3, 2, 4), r(2, 2, 4)]),
    case("TransformerDecoderLayer", [4, 2, 6], {"norm_first": True, "batch_first": True}, [r(2, 3, 4), r(2, 2, 4)],
         {"tgt_mask": CAUSAL, "tgt_is_causal": True, "memory_key_padding_mask": {"bool": [[False, True], [False, False]]}}),
    case("TransformerEncoder", [{**LAYER, "batch_first": True}, 2], {}, [r(2, 3, 4)], {"src_key_padding_mask": LAST}, False),
    case("TransformerEncoder", [{**LAYER, "batch_first": True}, 1], {"enable_nested_tensor": False}, [r(2, 3, 4)],
         {"src_key_padding_mask": LAST}, False),
    case("TransformerEncoder", [LAYER, 2], {}, [r(3, 2, 4)], {"mask": {"causal": 3}}),
    case("TransformerDecoder", [LAYER, 2], {}, [r(3, 2, 4), r(2, 2, 4)], {"tgt_mask": {"causal": 3}}),
    case("Transformer", [4, 2, 1, 1, 6], {"batch_first": True}, [r(2, 3, 4), r(2, 3, 4)],
         {"src_key_padding_mask": LAST, "memory_key_padding_mask": LAST, "tgt_mask": CAUSAL}),
]


def message(f):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            f()
    except Exception as error:
        return [type(error).__name__, str(error).split("\n")[0]]
    raise AssertionError("no error")


z = torch.zeros
m = nn.MultiheadAttention(4, 2)
big = nn.Transformer(4, 2, 1, 1, 6)
# the calls are written in test/nn/transformers.test.ts as well, under the same names
ERRORS = {
    "sizes": lambda: nn.MultiheadAttention(0, 2),
    "heads": lambda: nn.MultiheadAttention(5, 2),
    "4-d": lambda: m(z(1, 1, 1, 4), z(1, 1, 4), z(1, 1, 4)),
    "key dims": lambda: m(z(3, 2, 4), z(2, 4), z(2, 4)),
    "unbatched value": lambda: m(z(3, 4), z(2, 4), z(1, 2, 4)),
    "padding dims": lambda: m(z(3, 2, 4), z(3, 2, 4), z(3, 2, 4), key_padding_mask=z(3)),
    "mask dims": lambda: m(z(3, 4), z(3, 4), z(3, 4), attn_mask=z(3)),
    "mask heads": lambda: m(z(3, 4), z(3, 4), z(3, 4), attn_mask=z(3, 3, 3)),
    "2-d mask": lambda: m(z(3, 2, 4), z(3, 2, 4), z(3, 2, 4), attn_mask=z(3, 4)),
    "3-d mask": lambda: m(z(3, 2, 4), z(3, 2, 4), z(3, 2, 4), attn_mask=z(2, 3, 3)),
    "padding batch": lambda: m(z(3, 2, 4), z(3, 2, 4), z(3, 2, 4), key_padding_mask=z(1, 3)),
    "padding length": lambda: m(z(3, 2, 4), z(3, 2, 4), z(3, 2, 4), key_padding_mask=z(2, 2)),
    "mask dtype": lambda: m(z(3, 2, 4), z(3, 2, 4), z(3, 2, 4), attn_mask=z(3, 3, dtype=torch.int64)),
    "hint alone": lambda: m(z(3, 2, 4), z(3, 2, 4), z(3, 2, 4), is_causal=True),
    "embedding": lambda: m(z(3, 2, 6), z(3, 2, 6), z(3, 2, 6)),
    "value shape": lambda: m(z(3, 2, 4), z(3, 2, 4), z(2, 2, 4)),
    "separate": lambda: nn.MultiheadAttention(4, 2, kdim=3)(z(3, 2, 4), z(3, 2, 3), z(2, 2, 4)),
    "activation": lambda: nn.TransformerEncoderLayer(4, 2, activation="swish"),
    "batch": lambda: big(z(3, 2, 4), z(3, 1, 4)),
    "features": lambda: big(z(3, 2, 4), z(3, 2, 5)),
}

out = {"cases": CASES, "errors": {name: message(f) for name, f in ERRORS.items()}}
path = Path(__file__).parents[2] / "test" / "fixtures" / "transformers.json"
path.write_text(json.dumps(out, separators=(",", ":")).replace('{"kind"', '\n{"kind"') + "\n")
print(f"{path.name}: {len(CASES)} modules, {len(ERRORS)} errors")
