import { resample } from "../kernels/resample.js";
import { op } from "../op.js";
import { Resampling, Taps } from "../resampling.js";
import { Tensor } from "../tensor.js";

/** The matrices of a {@link Resampling} applied along the last dimensions: what padding, interpolation and averages share. */
export const _resample = op("_resample(Tensor self, Resampling resampling) -> Tensor")({
  forward: (self, resampling) => {
    const out = Tensor.unset(resampling.shapeFor(self.shape), self.dtype);
    if (resampling.lines.every((taps) => taps === null)) out.write(self);
    else if (out.numel() > 0) resample(out.operand(), self.contiguous().operand(), self.shape, resampling.lines);
    return out;
  },
  derivatives: { self: (g, { resampling }) => _resample(g, resampling.transposed) },
  nodeName: (_, resampling) => resampling.name,
  samples: [
    {
      self: [2, 3],
      resampling: new Resampling("Mean", [
        Taps.of(3, 2, (i) => [
          [i, 0.5],
          [i + 1, 0.5],
        ]),
      ]),
    },
    {
      self: [2, 2, 3],
      resampling: new Resampling("Two", [
        Taps.copy(2, 4, (i) => i >> 1),
        Taps.of(3, 1, () => [
          [0, 2],
          [2, -1],
        ]),
      ]),
    },
    { self: [2, 3, 2], resampling: new Resampling("Outer", [Taps.copy(3, 4, (i) => i % 3), null]) },
  ],
  example: ["nn.functional.avg_pool1d(torch.tensor([[1, 3, 5, 9]]).float(), 2)", "tensor([[2., 7.]])"],
});
