"""Initial weights, printed modules, state dicts and errors of torch.nn -> test/fixtures/modules.json."""

import json
import sys
from pathlib import Path

import torch
from torch import nn

if int(torch.__version__.split(".")[0]) < 2:
    print("modules.json stays as it is: trunc_normal_ draws otherwise in PyTorch 1")
    sys.exit()


def initial_weights():
    cases = []
    for seed, args in [(0, (3, 2)), (1, (5, 4)), (2**32 + 5, (2, 3, False)), (-7, (17, 1))]:
        torch.manual_seed(seed)
        layer = nn.Linear(*args)
        bias = None if layer.bias is None else layer.bias.tolist()
        cases.append({"seed": seed, "args": args, "weight": layer.weight.tolist(), "bias": bias})
    return cases


INITS = [
    ("uniform_", [-1.0, 2.0]), ("normal_", [1.0, 0.5]), ("trunc_normal_", []), ("trunc_normal_", [0.5, 2.0, -1.0, 1.0]),
    ("constant_", [3.0]), ("ones_", []), ("zeros_", []), ("eye_", []), ("xavier_uniform_", []),
    ("xavier_uniform_", [2.0]), ("xavier_normal_", []), ("kaiming_uniform_", []),
    ("kaiming_uniform_", [0.5, "fan_out"]), ("kaiming_normal_", [0, "fan_in", "relu"]), ("sparse_", [0.3]),
]


def inits():
    cases = []
    for name, args in INITS:
        torch.manual_seed(11)
        t = torch.empty(5, 4)
        getattr(nn.init, name)(t, *args)
        cases.append({"name": name, "args": args, "values": t.tolist()})
    gains = [("linear", None), ("tanh", None), ("relu", None), ("leaky_relu", 0.3), ("leaky_relu", None), ("selu", None)]
    return {"draws": cases, "gains": [[n, p, nn.init.calculate_gain(n, p)] for n, p in gains]}


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
        self.scale = nn.Parameter(torch.ones(1))
        self.register_buffer("mean", torch.zeros(4))
        self.register_buffer("scratch", torch.zeros(2), persistent=False)
        self.out = nn.Linear(4, 1, bias=False)

    def extra_repr(self):
        return "width=4"


def message(f):
    try:
        f()
    except Exception as error:
        return [type(error).__name__, str(error)]
    raise AssertionError("no error")


def net():
    model = Net()
    good = model.state_dict()
    missing = {k: v for k, v in good.items() if k != "scale"}
    surplus = {**good, "extra": torch.ones(1)}
    wrong = {**missing, "extra": torch.ones(1), "out.weight": torch.ones(2, 4), "mean": torch.ones(3)}
    report = model.load_state_dict({**missing, "extra": torch.ones(1)}, strict=False)
    return {
        "repr": repr(model),
        "keys": list(good),
        "parameters": [n for n, _ in model.named_parameters()],
        "buffers": [n for n, _ in model.named_buffers()],
        "modules": [n for n, _ in model.named_modules()],
        "children": [n for n, _ in model.named_children()],
        "errors": {
            "missing": message(lambda: model.load_state_dict(missing)),
            "surplus": message(lambda: model.load_state_dict(surplus)),
            "wrong": message(lambda: model.load_state_dict(wrong)),
            "no forward": message(lambda: Net()(torch.ones(1, 3))),
            "get_submodule": message(lambda: model.get_submodule("hidden.7")),
            "get_parameter": message(lambda: model.get_parameter("hidden")),
            "register_buffer": message(lambda: model.register_buffer("forward", torch.ones(1))),
            "dot": message(lambda: model.register_parameter("a.b", None)),
            "features": message(lambda: nn.Linear(3, 2)(torch.ones(1, 4))),
            "bce range": message(lambda: nn.BCELoss()(torch.tensor([1.5]), torch.tensor([1.0]))),
            "bce size": message(lambda: nn.BCELoss()(torch.ones(2, 1), torch.ones(2))),
            "reduction": message(lambda: nn.MSELoss(reduction="avg")(torch.ones(1), torch.ones(1))),
        },
        "report": str(report),
        "all matched": str(model.load_state_dict(good)),
    }


def printed():
    modules = [
        nn.Linear(3, 2), nn.Linear(3, 2, bias=False), nn.ReLU(), nn.ReLU(inplace=True), nn.Sigmoid(), nn.Tanh(),
        nn.LeakyReLU(0.2), nn.GELU(), nn.Softmax(dim=1), nn.LogSoftmax(), nn.Flatten(), nn.Identity(5, a=1),
        nn.BCELoss(), nn.MSELoss(), nn.CrossEntropyLoss(), nn.Sequential(),
        nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Sequential(nn.Linear(64, 1), nn.Sigmoid())),
    ]
    torch.manual_seed(0)
    return {"modules": [repr(m) for m in modules], "parameter": repr(nn.Parameter(torch.arange(4.0).view(2, 2)))}


out = {"linear": initial_weights(), "init": inits(), "net": net(), "printed": printed()}
path = Path(__file__).parents[2] / "test" / "fixtures" / "modules.json"
path.write_text(json.dumps(out, indent=1) + "\n")
print(f"{path.name}: {len(out['linear'])} layers, {len(out['init']['draws'])} initialisations, {len(out['net']['errors'])} errors")
