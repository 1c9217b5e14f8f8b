"""Modules of convolution, pooling, padding, folding and upsampling -> test/fixtures/image_modules.json.

A case is {name, args, kwargs, shapes} with the `repr`, the names and shapes of the `state`, and the `output` for normal
inputs of these shapes, drawn after the module under seed 0; or with the `error` of making or calling it.
"""

import json
import sys
import warnings
from pathlib import Path

import torch
from torch import nn

if int(torch.__version__.split(".")[0]) < 2:
    print("image_modules.json stays as it is: PyTorch 1 words some errors otherwise")
    sys.exit()

torch.set_num_threads(1)
warnings.simplefilter("ignore")

IMAGE, LINE, VOLUME = (1, 2, 4, 5), (1, 2, 5), (1, 1, 2, 3, 3)
CASES = [
    ("Conv1d", [2, 3, 3], {"stride": 2, "padding": 1, "padding_mode": "reflect"}, [LINE]),
    ("Conv1d", [4, 2, 2], {"groups": 2, "bias": False}, [(2, 4, 4)]),
    ("Conv2d", [2, 3, 3], {}, [IMAGE]),
    ("Conv2d", [2, 4, (3, 2)], {"padding": "same", "dilation": (1, 2), "padding_mode": "circular"}, [IMAGE]),
    ("Conv2d", [2, 4, 3], {"padding": (1, 0), "groups": 2, "padding_mode": "replicate"}, [IMAGE]),
    ("Conv2d", [2, 1, 3], {"padding": "valid"}, [IMAGE]),
    ("Conv3d", [1, 2, 2], {"stride": (1, 2, 1)}, [VOLUME]),
    ("ConvTranspose1d", [2, 2, 3], {"stride": 2, "output_padding": 1}, [LINE]),
    ("ConvTranspose2d", [2, 4, 3], {"stride": 2, "padding": 1, "groups": 2, "dilation": 2}, [(1, 2, 2, 3)]),
    ("ConvTranspose3d", [1, 1, 2], {"bias": False}, [(1, 2, 1, 2)]),
    ("LazyConv1d", [3, 2], {}, [LINE]),
    ("LazyConv2d", [3, 2], {"padding": 1, "bias": False}, [IMAGE]),
    ("LazyConv3d", [1, 2], {}, [VOLUME]),
    ("LazyConvTranspose1d", [2, 2], {}, [LINE]),
    ("LazyConvTranspose2d", [1, 2], {"stride": 2}, [(1, 2, 2, 2)]),
    ("LazyConvTranspose3d", [1, 1], {}, [VOLUME]),
    ("MaxPool1d", [2], {}, [LINE]),
    ("MaxPool2d", [(2, 3)], {"stride": 1, "padding": 1, "ceil_mode": True}, [IMAGE]),
    ("MaxPool3d", [2], {"dilation": (1, 1, 2)}, [VOLUME]),
    ("AvgPool1d", [2], {"ceil_mode": True}, [LINE]),
    ("AvgPool2d", [2], {"padding": 1, "count_include_pad": False}, [IMAGE]),
    ("AvgPool3d", [(1, 2, 2)], {"divisor_override": 3}, [VOLUME]),
    ("LPPool1d", [1, 2], {}, [LINE]),
    ("LPPool2d", [2, (2, 1)], {"stride": 1}, [IMAGE]),
    ("LPPool3d", [2, 2], {}, [VOLUME]),
    ("AdaptiveAvgPool1d", [2], {}, [LINE]),
    ("AdaptiveAvgPool2d", [(None, 2)], {}, [IMAGE]),
    ("AdaptiveAvgPool3d", [1], {}, [VOLUME]),
    ("AdaptiveMaxPool1d", [2], {}, [LINE]),
    ("AdaptiveMaxPool2d", [(2, 3)], {}, [IMAGE]),
    ("AdaptiveMaxPool3d", [(1, 2, None)], {}, [VOLUME]),
    ("FractionalMaxPool2d", [2], {"output_size": (2, 3)}, [IMAGE]),
    ("FractionalMaxPool3d", [(1, 2, 2)], {"output_ratio": 0.4}, [(1, 1, 3, 5, 5)]),
    ("Fold", [(3, 3), 2], {"stride": 1}, [(1, 4, 4)]),
    ("Unfold", [2], {"dilation": (1, 2), "padding": 1, "stride": 2}, [IMAGE]),
    ("PixelShuffle", [2], {}, [(1, 4, 2, 1)]),
    ("PixelUnshuffle", [2], {}, [(1, 1, 2, 4)]),
    ("ChannelShuffle", [2], {}, [(1, 4, 2)]),
    ("ConstantPad1d", [(1, 2), 3.5], {}, [LINE]),
    ("ConstantPad2d", [1, -1], {}, [IMAGE]),
    ("ConstantPad3d", [(1, 0, 0, 1, 0, 0), 2], {}, [VOLUME]),
    ("ZeroPad1d", [1], {}, [LINE]),
    ("ZeroPad2d", [(1, -1, 0, 2)], {}, [IMAGE]),
    ("ZeroPad3d", [1], {}, [(1, 1, 1, 1)]),
    ("ReflectionPad1d", [2], {}, [LINE]),
    ("ReflectionPad2d", [(1, 1, 2, 0)], {}, [IMAGE]),
    ("ReflectionPad3d", [1], {}, [(1, 2, 2, 2)]),
    ("ReplicationPad1d", [(3, 0)], {}, [LINE]),
    ("ReplicationPad2d", [1], {}, [IMAGE]),
    ("ReplicationPad3d", [(0, 1, 0, 1, 0, 1)], {}, [(1, 2, 2, 2)]),
    ("CircularPad1d", [2], {}, [LINE]),
    ("CircularPad2d", [(1, 2, 0, 1)], {}, [IMAGE]),
    ("CircularPad3d", [1], {}, [(1, 2, 2, 2)]),
    ("Upsample", [], {"scale_factor": 2, "mode": "bilinear"}, [(1, 1, 2, 3)]),
    ("Upsample", [(3, 2)], {"mode": "bicubic", "align_corners": True}, [IMAGE]),
    ("Upsample", [], {"size": 3}, [LINE]),
    ("Upsample", [], {"scale_factor": (1.5, 2.0)}, [(1, 1, 2, 3)]),
    ("UpsamplingNearest2d", [], {"scale_factor": 2}, [(1, 1, 2, 2)]),
    ("UpsamplingBilinear2d", [(3, 3)], {}, [(1, 1, 2, 2)]),
    # mistakes
    ("Conv2d", [2, 3, 3], {"groups": 0}, []),
    ("Conv2d", [3, 4, 3], {"groups": 2}, []),
    ("Conv2d", [4, 3, 3], {"groups": 2}, []),
    ("Conv2d", [2, 3, 3], {"padding": "same", "stride": 2}, []),
    ("Conv2d", [2, 3, 3], {}, [(1, 3, 5, 5)]),
    ("Conv2d", [2, 3, 3], {}, [(3, 3)]),
    ("ConvTranspose2d", [2, 3, 3], {"padding_mode": "reflect"}, []),
    ("LazyConv2d", [2, 3], {"groups": 2}, [(1, 3, 4, 4)]),
    ("LazyConv2d", [2, 3], {}, [(4, 4)]),
    ("CircularPad2d", [1], {}, [(2, 2)]),
    ("FractionalMaxPool2d", [2], {}, []),
    ("FractionalMaxPool2d", [2], {"output_size": 2, "output_ratio": 0.5}, []),
    ("FractionalMaxPool2d", [2], {"output_ratio": (0.5, 1.5)}, []),
    ("FractionalMaxPool3d", [(0, 1, 1)], {"output_size": 2}, []),
]


def rounded(values):
    return [rounded(v) for v in values] if isinstance(values, list) else float(f"{values:.7g}")


def record(name, args, kwargs, shapes):
    case = {"name": name, "args": args, "kwargs": kwargs, "shapes": shapes}
    torch.manual_seed(0)
    try:
        module = getattr(nn, name)(*args, **kwargs)
        case["repr"] = repr(module)
        inputs = [torch.randn(shape) for shape in shapes]
        if inputs:
            case["output"] = rounded(module(*inputs).tolist())
            case["state"] = {key: list(t.shape) for key, t in module.state_dict().items()}
    except (ValueError, RuntimeError) as error:
        case["error"] = [type(error).__name__, str(error).split("\n")[0]]
    return case


out = [json.dumps(record(*case), separators=(",", ":")) for case in CASES]
path = Path(__file__).parents[2] / "test" / "fixtures" / "image_modules.json"
path.write_text("[\n" + ",\n".join(out) + "\n]\n")
print(f"{path.name}: {len(CASES)} cases")
