import { NotImplementedError, RuntimeError } from "../../python/errors.js";
import { int64 } from "../dtype.js";
import { Geometry } from "../geometry.js";
import { op } from "../op.js";
import { showShape } from "../shape.js";
import { Tensor } from "../tensor.js";

/**
 * The tensor in a frame of `value`. `pad` tells how much to add [before, after] the last dimension, then the one before
 * it, and so on; negative amounts cut off.
 */
export const constant_pad_nd = op("constant_pad_nd(Tensor self, int[] pad, Scalar value=0) -> Tensor")({
  forward: (self, pad, value) => {
    const amounts = amountsByDim(self, [pad].flat());
    const shape = self.shape.map((size, d) => size + amounts[d][0] + amounts[d][1]);
    const cut = (n: number) => Math.max(-n, 0);
    if (amounts.some(([before, after], d) => self.shape[d] < cut(before) + cut(after))) {
      throw new RuntimeError(
        "narrow(): length must be non-negative.",
        `Negative amounts cut off; pad ${showShape([pad].flat())} cuts more than there is of ${showShape(self.shape)}.`,
      );
    }
    const out = Tensor.empty(shape, self.dtype).fill_(value);
    // the part that remains, as it lies in both
    let from = Geometry.of(self);
    let to = Geometry.of(out);
    for (const [d, [before, after]] of amounts.entries()) {
      from = from.slice(d, cut(before), self.shape[d] - cut(after), 1);
      to = to.slice(d, cut(-before), shape[d] - cut(-after), 1);
    }
    out.aliased(to.shape, to.strides, to.offset).write(self.aliased(from.shape, from.strides, from.offset));
    return out;
  },
  derivatives: { self: (g, { pad }) => g.constant_pad_nd([pad].flat().map((n) => -n)) },
  samples: [
    { self: [3], pad: [1, 2], value: 7 },
    { self: [2, 3], pad: [1, -1, 0, 2] },
    { self: [2, 2, 2], pad: [-1, 0] },
  ],
  example: ["torch.constant_pad_nd(torch.tensor([1, 2]), [1, 2], 7)", "tensor([7, 1, 2, 7, 7])"],
});

/** The amounts [before, after] of each dimension; `pad` begins with the last one. */
function amountsByDim(self: Tensor, pad: readonly number[]): (readonly [before: number, after: number])[] {
  if (pad.length % 2 !== 0) throw new RuntimeError("Padding length must be divisible by 2");
  if (pad.length > 2 * self.ndim) {
    throw new RuntimeError(
      `Padding length should be less than or equal to two times the input dimension but got padding length ${pad.length} and input of dimension ${self.ndim}`,
    );
  }
  return self.shape.map((_, d) => {
    const k = 2 * (self.ndim - 1 - d);
    return [pad[k] ?? 0, pad[k + 1] ?? 0];
  });
}

/** Which of `n` elements stands at place i, which may lie outside, and how far outside. */
const MODES = {
  replicate: (i: number, n: number) => Math.min(Math.max(i, 0), n - 1),
  reflect: (i: number, n: number) => (i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i),
  circular: (i: number, n: number) => (i < 0 ? i + n : i >= n ? i - n : i),
};

/**
 * The tensor with more elements at its ends: `"constant"` (of `value`), `"reflect"` (mirrored at the end elements, which
 * are not repeated), `"replicate"` (the end elements again) or `"circular"` (those of the other end). `pad` is that of
 * {@link constant_pad_nd}; modes other than constant pad the last one, two or three dimensions of a batch or a sample.
 */
export const pad = op("nn.functional::pad(Tensor input, int[] pad, str mode='constant', Scalar? value=None) -> Tensor")(
  {
    composite: (input, pad, mode, value) => {
      const list = [pad].flat();
      if (mode === "constant") return input.constant_pad_nd(list, value ?? 0);
      const amounts = amountsByDim(input, list);
      if (value !== null && value !== 0) {
        throw new RuntimeError(`Padding mode "${mode}" doesn't take in value argument`);
      }
      if (!(mode in MODES)) throw new NotImplementedError(`Unrecognised padding mode ${mode}`);
      const padded = list.length / 2;
      if (padded < 1 || padded > 3 || (input.ndim !== padded + 1 && input.ndim !== padded + 2)) {
        throw new NotImplementedError(
          `Padding size ${list.length} is not supported for ${input.ndim}D input tensor.`,
          "A batch of channels stands before the padded dimensions; mode 'constant' knows no such rule.",
        );
      }
      const place = MODES[mode as keyof typeof MODES];
      // a circle is closed after the cut
      const cut = mode === "circular";
      const start = cut ? input.constant_pad_nd(list.map((n) => Math.min(n, 0))) : input;
      return amounts.reduce((x, amount, d) => {
        const [before, after] = cut ? amount.map((n) => Math.max(n, 0)) : amount;
        if (before === 0 && after === 0) return x;
        checkReach(mode, input, list, d);
        const n = x.shape[d];
        const length = n + before + after;
        const index = Float64Array.from({ length }, (_, i) => place(i - before, n));
        return x.index_select(d, Tensor.of(index, [length], int64));
      }, start);
    },
    samples: [
      { input: [2, 3], pad: [1, 2] },
      { input: [2, 3], pad: [2, 1], mode: "reflect" },
      { input: [2, 2, 3], pad: [1, 2, 0, 1], mode: "replicate" },
      { input: [1, 2, 3], pad: [-1, 2], mode: "circular" },
    ],
    example: ['nn.functional.pad(torch.tensor([[1, 2, 3]]), [1, 2], "reflect")', "tensor([[2, 1, 2, 3, 2, 1]])"],
  },
);

function checkReach(mode: string, input: Tensor, pad: readonly number[], d: number): void {
  const n = input.shape[d];
  const k = 2 * (input.ndim - 1 - d);
  const [before, after] = [pad[k], pad[k + 1]];
  if (mode === "reflect" && Math.max(before, after) >= n) {
    throw new RuntimeError(
      `Argument #${4 + k}: Padding size should be less than the corresponding input dimension, but got: padding (${before}, ${after}) at dimension ${d} of input ${showShape(input.shape)}`,
    );
  }
  if (mode === "circular" && Math.max(before, after) > n) {
    throw new RuntimeError("Padding value causes wrapping around more than once.");
  }
  if (n + before + after < (mode === "circular" ? 0 : 1)) {
    throw new RuntimeError(`input (W: ${n}) is too small. Calculated output W: ${n + before + after}`);
  }
}
