"""Layers and losses as a user makes and runs them -> test/fixtures/layers.json.

A case is {name, args, kwargs, inputs, repr, state, train, eval}: under seed 0 the module is made, the inputs are drawn (a
shape means randn; a list [shape, high] randint), and the module is called twice in training mode and once in evaluation
mode; of each output some elements are kept. An error is {name, args, kwargs, inputs, error}.
"""

import json
import sys
from pathlib import Path

import torch
from torch import nn

if int(torch.__version__.split(".")[0]) < 2:
    print("layers.json stays as it is: PyTorch 1 prints some layers otherwise")
    sys.exit()

torch.set_num_threads(1)


def drawn(spec):
    if isinstance(spec, dict):
        return torch.tensor(spec["values"])
    shape, high = (spec[0], spec[1]) if spec and isinstance(spec[0], list) else (spec, None)
    return torch.randn(shape) if high is None else torch.randint(high, shape)


def some(output):
    """Up to eight elements of an output, or of each of several."""
    if isinstance(output, (tuple, list)):
        return [some(o) for o in output]
    flat = output.detach().reshape(-1)
    return [round(v, 7) for v in flat[:: max(1, flat.numel() // 8)][:8].tolist()]


def run(name, args, inputs, kwargs={}, python_kwargs=None):
    case = {"name": name, "args": args, "kwargs": kwargs, "inputs": inputs}
    torch.manual_seed(0)
    try:
        module = getattr(nn, name)(*args, **(python_kwargs or kwargs))
        tensors = [drawn(spec) for spec in inputs]
        case["train"] = [some(module(*tensors)) for _ in range(2)]
        module.eval()
        case["eval"] = some(module(*tensors))
    except Exception as error:
        return {**case, "error": f"{type(error).__name__}: {error}".split("\n")[0]}
    case["repr"] = repr(module)
    case["state"] = {key: some(value) for key, value in module.state_dict().items()}
    return case


CASES = [
    *[run(name, [], [[2, 3]]) for name in """ReLU ReLU6 LeakyReLU ELU CELU SELU GELU SiLU Mish Softplus Softsign Tanh
        Tanhshrink Hardtanh Hardsigmoid Hardswish Hardshrink Softshrink LogSigmoid Sigmoid RReLU PReLU Dropout AlphaDropout
        FeatureAlphaDropout Dropout1d""".split()],
    run("ReLU", [True], [[3]]),
    run("ELU", [0.5, True], [[3]]),
    run("LeakyReLU", [0.25], [[3]], {"inplace": True}),
    run("RReLU", [0.25, 0.5], [[2, 4]]),
    run("PReLU", [3, 0.5], [[2, 3, 2]]),
    run("Hardtanh", [-0.5, 0.75], [[4]]),
    run("Hardtanh", [1.0, 0.0], [[4]]),
    run("Threshold", [0.25, 20], [[4]]),
    run("GELU", [], [[4]], {"approximate": "tanh"}),
    run("Softplus", [2.0, 1.5], [[4]]),
    run("GLU", [0], [[4, 2]]),
    run("Softmax", [1], [[2, 3]]),
    run("Softmin", [1], [[2, 3]]),
    run("LogSoftmax", [], [[2, 3]], {"dim": 0}),
    run("Softmax2d", [], [[2, 3, 2, 2]]),
    run("Softmax2d", [], [[2, 3]]),
    run("Dropout", [0.25], [[4, 5]]),
    run("Dropout", [1.5], [[4]]),
    run("Dropout2d", [0.25], [[2, 3, 2, 2]]),
    run("Dropout3d", [0.25, True], [[2, 3, 2, 1, 2]]),
    run("Dropout1d", [], [[2]]),
    run("BatchNorm1d", [3], [[4, 3]]),
    run("BatchNorm1d", [3], [[4, 3, 2]], {"eps": 0.01, "momentum": None}),
    run("BatchNorm1d", [3, 1e-5, 0.5, False], [[4, 3]]),
    run("BatchNorm1d", [3], [[1, 3]]),
    run("BatchNorm1d", [3], [[4, 3, 2, 2]]),
    run("BatchNorm2d", [2], [[3, 2, 2, 2]], {"track_running_stats": False}),
    run("BatchNorm2d", [2], [[3, 2]]),
    run("BatchNorm2d", [2], [[3, 2, 2, 2]], {"bias": False}),
    run("BatchNorm3d", [2], [[3, 2, 2, 1, 2]]),
    run("InstanceNorm1d", [3], [[2, 3, 4]], {"affine": True, "track_running_stats": True}),
    run("InstanceNorm1d", [3], [[3, 4]]),
    run("InstanceNorm1d", [2], [[2, 3, 4]], {"affine": True}),
    run("InstanceNorm2d", [3], [[2, 3, 2, 2]]),
    run("InstanceNorm3d", [3], [[2, 3, 2, 2, 2]]),
    run("InstanceNorm3d", [3], [[2, 3]]),
    run("LazyBatchNorm1d", [], [[4, 3]]),
    run("LazyBatchNorm2d", [0.01], [[4, 3, 2, 2]], {"affine": False}),
    run("LazyBatchNorm3d", [], [[2, 3, 2, 2, 2]], {"bias": False}),
    run("LazyInstanceNorm1d", [], [[4, 3, 5]]),
    run("LazyInstanceNorm2d", [], [[4, 3, 2, 2]], {"track_running_stats": False}),
    run("LazyInstanceNorm3d", [], [[2, 3, 2, 2, 2]]),
    run("LayerNorm", [4], [[2, 3, 4]]),
    run("LayerNorm", [[3, 4]], [[2, 3, 4]], {"bias": False}),
    run("LayerNorm", [4, 0.01, False], [[2, 4]]),
    run("LayerNorm", [3], [[2, 4]]),
    run("RMSNorm", [4], [[2, 3, 4]]),
    run("RMSNorm", [[3, 4], 0.01, False], [[2, 3, 4]]),
    run("GroupNorm", [2, 4], [[2, 4, 3]]),
    run("GroupNorm", [2, 4], [[2, 4, 2, 2]], {"affine": False}),
    run("GroupNorm", [3, 4], [[2, 4]]),
    run("LocalResponseNorm", [2], [[2, 3, 2, 2]]),
    run("CrossMapLRN2d", [3], [[2, 6, 2, 2]], {"alpha": 0.5}),
    run("Embedding", [5, 3], [[[2, 2], 5]]),
    run("Embedding", [5, 3, -1], [[[2, 2], 5]], {"max_norm": 1.0, "norm_type": 1.0}),
    run("Embedding", [5, 3, 5], [[[2, 2], 5]]),
    run("EmbeddingBag", [5, 3], [[[2, 2], 5]]),
    run("EmbeddingBag", [5, 3], [[[4], 5], {"values": [0, 3]}], {"mode": "max", "padding_idx": 2}),
    run("EmbeddingBag", [5, 3], [[[4], 5]], {"mode": "sum"}),
    run("CosineSimilarity", [], [[2, 3], [2, 3]]),
    run("PairwiseDistance", [1.0], [[2, 3], [2, 3]], {"keepdim": True}),
    run("AdaptiveLogSoftmaxWithLoss", [8, 20, [5, 10]], [[4, 8], [[4], 20]], {"div_value": 2.0, "head_bias": True}),
    run("AdaptiveLogSoftmaxWithLoss", [8, 20, [10, 5]], [[4, 8], [[4], 20]]),
    run("AdaptiveLogSoftmaxWithLoss", [8, 20, [5]], [[4, 8], {"values": [0, 20, 1, 1]}], {"div_value": 2.0}),
    run("LinearCrossEntropyLoss", [3, 4], [[2, 3], [[2], 4]], {"bias": True}),
    run("LinearCrossEntropyLoss", [3, 4], [[2, 3], [[2, 2], 4]], {"out_features": [2]}, {"out_features": (2,)}),
    run("CTCLoss", [], [[6, 2, 4], [[2, 3], 4], {"values": [6, 5]}, {"values": [3, 2]}]),
    run("CTCLoss", [3], [[6, 4], {"values": [1, 1, 2]}, {"values": [6]}, {"values": [3]}], {"reduction": "none"}),
    run("CTCLoss", [], [[6, 2, 4], [[2, 3], 4], {"values": [7, 5]}, {"values": [3, 2]}]),
    run("CTCLoss", [], [[2, 1, 4], {"values": [[1, 1, 2]]}, {"values": [2]}, {"values": [3]}], {"zero_infinity": True}),
    run("HuberLoss", [], [[2, 3], [2, 3]], {"delta": 0.5}),
    run("SmoothL1Loss", [], [[2, 3], [2, 3]], {"reduction": "sum", "beta": 0.25}),
    run("KLDivLoss", [], [[2, 3], [2, 3]], {"reduction": "batchmean", "log_target": True}),
    run("PoissonNLLLoss", [], [[2, 3], [[2, 3], 5]], {"full": True}),
    run("GaussianNLLLoss", [], [[2, 3], [2, 3], {"values": [0.5, 2.0]}]),
    run("MultiMarginLoss", [2], [[2, 3], [[2], 3]]),
    run("MultiMarginLoss", [3], [[2, 3], [[2], 3]]),
    run("MultiLabelMarginLoss", [], [[2, 3], {"values": [[0, 2, -1], [1, -1, 0]]}]),
    run("MultiLabelSoftMarginLoss", [], [[2, 3], [[2, 3], 2]]),
    run("TripletMarginLoss", [], [[2, 3], [2, 3], [2, 3]], {"swap": True}),
    run("TripletMarginLoss", [0], [[2, 3], [2, 3], [2, 3]]),
    run("TripletMarginWithDistanceLoss", [], [[2, 3], [2, 3], [2, 3]], {"margin": 2.0}),
    run("CosineEmbeddingLoss", [0.5], [[2, 3], [2, 3], {"values": [1, -1]}]),
    run("HingeEmbeddingLoss", [], [[4], {"values": [1, -1, 1, -1]}], {"margin": 0.5}),
    run("MarginRankingLoss", [0.5], [[3], [3], {"values": [1, -1, 1]}]),
    run("SoftMarginLoss", [], [[3], {"values": [1, -1, 1]}], {"reduction": "none"}),
    run("MSELoss", [], [[3], [3]], {"reduction": "avg"}),
]

if __name__ == "__main__":
    out = Path(__file__).resolve().parents[2] / "test" / "fixtures" / "layers.json"
    lines = [json.dumps(case, separators=(",", ":")) for case in CASES]
    out.write_text("[\n" + ",\n".join(lines) + "\n]\n")
