"""torch.masked: reductions of the elements that a mask names."""

import torch

from . import T, call, f32

row = T([True, False, True], torch.bool)

CALLS = []
for name in "sum prod amax amin mean logsumexp norm var std".split():
    CALLS += [
        call(f"masked.{name}", f32(2, 3, low=0.5)),
        call(f"masked.{name}", f32(2, 3, low=0.5), mask=row),
        call(f"masked.{name}", f32(2, 3, low=0.5), dim=1, keepdim=True, mask=row),
    ]
for name in "argmax argmin median".split():
    CALLS += [call(f"masked.{name}", f32(2, 3), dim=1), call(f"masked.{name}", f32(2, 3), dim=1, mask=row)]
for name in "softmax log_softmax softmin cumsum cumprod".split():
    CALLS += [call(f"masked.{name}", f32(2, 3), 1), call(f"masked.{name}", f32(2, 3), 1, mask=row)]
CALLS += [
    call("masked.normalize", f32(2, 3), 2.0, 1, mask=row),
    call("masked.logaddexp", f32(3), f32(3)),
    call("masked.logaddexp", f32(3), f32(3), input_mask=row, other_mask=T([True, True, True], torch.bool)),
]
