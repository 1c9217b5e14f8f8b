import { NotImplementedError, RuntimeError } from "../../python/errors.js";
import { bool } from "../dtype.js";
import { Geometry } from "../geometry.js";
import { op } from "../op.js";
import { Resampling, Taps } from "../resampling.js";
import { showShape } from "../shape.js";
import { Tensor } from "../tensor.js";
import { _resample } from "./resampling.js";

/**
 * The tensor in a frame of `value`. `pad` tells how much to add [before, after] the last dimension, then the one before
 * it, and so on; negative amounts cut off.
 */
export const constant_pad_nd = op("constant_pad_nd(Tensor self, int[] pad, Scalar value=0) -> Tensor")({
  forward: (self, pad, value) => {
    const amounts = amountsByDim(self, [pad].flat());
    const shape = self.shape.map((size, d) => size + amounts[d][0] + amounts[d][1]);
    if (amounts.some(([before, after], d) => self.shape[d] < cut(before) + cut(after))) {
      throw new RuntimeError(
        "narrow(): length must be non-negative.",
        `Negative amounts cut off; pad ${showShape([pad].flat())} cuts more than there is of ${showShape(self.shape)}.`,
      );
    }
    const out = Tensor.empty(shape, self.dtype);
    if (!Object.is(Number(value), 0)) out.fill_(value);
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
function amountsByDim(self: Tensor, pad: readonly number[]): Amounts[] {
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

/** Which of `n` elements stands at place i, which may lie outside. */
const MODES = {
  reflect: { node: "ReflectionPad", place: (i: number, n: number) => (i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i) },
  replicate: { node: "ReplicationPad", place: (i: number, n: number) => Math.min(Math.max(i, 0), n - 1) },
  circular: { node: "CircularPad", place: (i: number, n: number) => (i + n) % n },
};

type Amounts = readonly [before: number, after: number];

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
      const dims = list.length / 2;
      if (dims < 1 || dims > 3 || (input.ndim !== dims + 1 && input.ndim !== dims + 2)) {
        throw new NotImplementedError(
          `Padding size ${list.length} is not supported for ${input.ndim}D input tensor.`,
          "A batch of channels stands before the padded dimensions; mode 'constant' knows no such rule.",
        );
      }
      checkReach(mode, input, amounts, dims);
      const { node, place } = MODES[mode as keyof typeof MODES];
      const lines = amounts.slice(-dims).map(([before, after], i) => {
        const size = input.shape[input.ndim - dims + i];
        if (before === 0 && after === 0) return null;
        // a circle is closed after the cut
        const [skip, left] = mode === "circular" ? [cut(before), size - cut(before) - cut(after)] : [0, size];
        return Taps.copy(size, size + before + after, (k) => skip + place(k - before - skip, left));
      });
      return _resample(input, new Resampling(`${node}${dims}DBackward0`, lines));
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

/** How many elements a negative amount takes away. */
const cut = (amount: number): number => Math.max(-amount, 0);

/** Throws, in PyTorch's words, for amounts that a mode cannot fill, or that leave nothing. */
function checkReach(mode: string, input: Tensor, amounts: readonly Amounts[], dims: number): void {
  const first = input.ndim - dims;
  const names = ["D", "H", "W"].slice(-dims);
  if (mode !== "circular") {
    if (input.dtype === bool) {
      const kind = mode === "reflect" ? "reflection" : "replication";
      throw new NotImplementedError(`"${kind}_pad${dims}d" not implemented for 'Bool'`);
    }
    if (input.shape.some((n, d) => n === 0 && (d > 0 || first === 1))) {
      throw new RuntimeError(
        `Expected ${dims + 1}D or ${dims + 2}D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ${showShape(input.shape)}`,
      );
    }
  }
  for (let d = input.ndim - 1; d >= first; d--) {
    const n = input.shape[d];
    const [before, after] = amounts[d];
    if (mode === "reflect" && Math.max(before, after) >= n) {
      throw new RuntimeError(
        `Argument #${4 + 2 * (input.ndim - 1 - d)}: Padding size should be less than the corresponding input dimension, but got: padding (${before}, ${after}) at dimension ${d} of input ${showShape(input.shape)}`,
      );
    }
    if (mode === "circular" && Math.max(before, after) > n) {
      throw new RuntimeError("Padding value causes wrapping around more than once.");
    }
    if (n + before + after >= 0) continue;
    if (mode === "circular") throw new RuntimeError("Negative padding value is resulting in an empty dimension");
    throw new RuntimeError(
      `input (${names[d - first]}: ${n}) is too small. Calculated output ${names[d - first]}: ${n + before + after}`,
    );
  }
}
