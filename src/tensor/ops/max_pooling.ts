import { NotImplementedError, RuntimeError } from "../../python/errors.js";
import { addPlaces, putPlaces, takePlaces } from "../kernels/planes.js";
import { namedResults } from "../named.js";
import { op } from "../op.js";
import { chosen, largest } from "../pooled.js";
import { adaptivePool, type PoolSettings, slidingPool } from "../pooling.js";
import { adaptiveSizes, checkPool, checkRank, poolSettings } from "../pooling_checks.js";
import { numelOf, type Shape, showShape } from "../shape.js";
import { Tensor } from "../tensor.js";

// Places: indices number the elements of a plane, the last dimensions of a tensor

/** The elements at the given places of each plane; a plane of `self` has `dims` dimensions. */
export const _take_places = op("_take_places(Tensor self, Tensor indices, int dims) -> Tensor")({
  forward: (self, indices, dims) => {
    const out = Tensor.empty(indices.shape, self.dtype);
    const size = numelOf(self.shape.slice(-dims));
    const count = numelOf(indices.shape.slice(-dims));
    takePlaces(out.storage.data, self.contiguous().operand(), indices.contiguous().operand(), size, count);
    return out;
  },
  derivatives: {
    self: [
      "self_shape indices",
      (g, { self_shape, indices, dims }) => _add_places(g, indices, self_shape.slice(-dims)),
    ],
  },
  samples: [
    {
      self: [2, 3],
      indices: {
        int: [
          [0, 2],
          [1, 1],
        ],
      },
      dims: 1,
    },
  ],
  example: ["torch._take_places(torch.tensor([[5, 6, 7]]), torch.tensor([[2, 0]]), 1)", "tensor([[7, 5]])"],
});

/** Adds the elements of each plane up at the given places of a plane of zeros of the given size. */
export const _add_places = op("_add_places(Tensor self, Tensor indices, int[] size) -> Tensor")({
  forward: (self, indices, size) => placed(addPlaces, self, indices, [size].flat()),
  derivatives: { self: ["indices", (g, { indices, size }) => _take_places(g, indices, [size].flat().length)] },
  samples: [
    {
      self: [2, 2],
      indices: {
        int: [
          [0, 2],
          [1, 1],
        ],
      },
      size: [3],
    },
  ],
  example: ["torch._add_places(torch.tensor([[5, 6]]), torch.tensor([[1, 1]]), [3])", "tensor([[ 0, 11,  0]])"],
});

/** Puts the elements of each plane at the given places of a plane of zeros; of several at one place the last stays. */
export const _put_places = op("_put_places(Tensor self, Tensor indices, int[] size) -> Tensor")({
  forward: (self, indices, size) => placed(putPlaces, self, indices, [size].flat()),
  derivatives: { self: ["indices", (g, { indices, size }) => _take_places(g, indices, [size].flat().length)] },
  nodeName: (_self, _indices, size) => `MaxUnpool${[size].flat().length}DBackward0`,
  samples: [
    {
      self: [2, 2],
      indices: {
        int: [
          [0, 2],
          [1, 0],
        ],
      },
      size: [3],
    },
  ],
  example: ["torch._put_places(torch.tensor([[5, 6]]), torch.tensor([[2, 0]]), [3])", "tensor([[6, 0, 5]])"],
});

function placed(kernel: typeof addPlaces, self: Tensor, indices: Tensor, size: Shape): Tensor {
  const lead = self.shape.slice(0, -size.length);
  const out = Tensor.empty([...lead, ...size], self.dtype);
  const count = numelOf(self.shape.slice(-size.length));
  const [x, at] = [self.contiguous().operand(), indices.contiguous().operand()];
  kernel(out.operand(), x, at, self.numel(), numelOf(size), count);
  return out;
}

/** The largest element of each window, and its place in the plane; it alone gets the gradient. */
export const _max_pool = op("_max_pool(Tensor self, Pooling pooling) -> (Tensor output, Tensor indices)")({
  forward: (self, pooling) => largest(self, pooling.counts, pooling.three),
  derivatives: {
    self: [
      "self_shape result",
      ([g], { self_shape, result, pooling }) =>
        g && _add_places(g, result.indices, self_shape.slice(-pooling.counts.length)),
    ],
  },
  nodeName: (_, pooling) => pooling.name,
  samples: [
    { self: [2, 2, 3], pooling: adaptivePool("Adaptive", [2, 3], [1, 2]) },
    { self: [2, 5], pooling: adaptivePool("Adaptive", [5], [3]) },
  ],
  example: ["nn.functional.max_pool1d(torch.tensor([[1, 5, 2, 4]]).float(), 2)", "tensor([[5., 4.]])"],
});

// Max pooling

type Sizes = number | Shape;

function maxPool(
  dims: number,
  input: Tensor,
  kernel_size: Sizes,
  stride: Sizes | null,
  padding: Sizes,
  dilation: Sizes,
  ceil_mode: boolean,
) {
  const name = `max_pool${dims}d`;
  const settings = poolSettings(name, dims, kernel_size, stride, padding, dilation, ceil_mode);
  const counts = checkPool(name, input, settings);
  return _max_pool(
    input,
    slidingPool(`MaxPool${dims}DWithIndicesBackward0`, input.shape.slice(-dims), counts, settings),
  );
}

/** Sequences are images of one row. */
function maxPool1d(
  input: Tensor,
  kernel_size: Sizes,
  stride: Sizes | null,
  padding: Sizes,
  dilation: Sizes,
  ceil_mode: boolean,
) {
  if (input.ndim !== 2 && input.ndim !== 3) {
    throw new RuntimeError(
      `max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but got:${showShape(input.shape)}`,
    );
  }
  const s = poolSettings("max_pool1d", 1, kernel_size, stride, padding, dilation, ceil_mode);
  checkMaxPool1d(input, s);
  const wide = (sizes: Shape, other: number): Shape => [other, ...sizes];
  const both = maxPool(
    2,
    input.unsqueeze(-2),
    wide(s.kernel, 1),
    wide(s.stride, 1),
    wide(s.padding, 0),
    wide(s.dilation, 1),
    ceil_mode,
  );
  return namedResults("max_pool1d", { output: both.output.squeeze(-2), indices: both.indices.squeeze(-2) });
}

function checkMaxPool1d(
  input: Tensor,
  { kernel: [k], stride: [s], padding: [p], dilation: [d], ceil_mode }: PoolSettings,
) {
  const positive = { kernel_size: k, stride: s };
  for (const [name, n] of Object.entries(positive)) {
    if (n <= 0) throw new RuntimeError(`max_pool1d() ${name} must be greater than zero, but got ${n}`);
  }
  if (p < 0) throw new RuntimeError(`max_pool1d() padding must be non-negative, but got ${p}`);
  if (p > k / 2) {
    throw new RuntimeError(
      `max_pool1d() padding should be at most half of kernel size, but got padding=${p} and kernel_size=${k}`,
    );
  }
  if (d <= 0) throw new RuntimeError(`max_pool1d() dilation must be greater than zero, but got ${d}`);
  const length = input.shape[input.ndim - 1];
  const count = Math.floor((length + 2 * p - d * (k - 1) - 1 + (ceil_mode ? s - 1 : 0)) / s) + 1;
  if (count <= 0) throw new RuntimeError(`max_pool1d() Invalid computed output size: ${count}`);
  if (!input.dtype.is_floating_point) {
    throw new NotImplementedError(`"max_pool1d_impl" not implemented for '${input.dtype.scalarName}'`);
  }
}

/** {@link max_pool1d} with the places of the largest elements in their sequences. */
export const max_pool1d_with_indices = op(
  "nn.functional::max_pool1d_with_indices(Tensor input, int[] kernel_size, int[]? stride=None, int[] padding=0, int[] dilation=1, bool ceil_mode=False, bool return_indices=False) -> (Tensor output, Tensor indices)",
)({
  composite: (input, kernel_size, stride, padding, dilation, ceil_mode) =>
    maxPool1d(input, kernel_size, stride, padding, dilation, ceil_mode),
  samples: [{ input: [2, 5], kernel_size: 3, stride: 2, padding: 1 }],
  example: [
    "nn.functional.max_pool1d_with_indices(torch.tensor([[1, 5, 2, 4]]).float(), 2).indices",
    "tensor([[1, 3]])",
  ],
});

/** {@link max_pool2d} with the places of the largest elements in their images. */
export const max_pool2d_with_indices = op(
  "nn.functional::max_pool2d_with_indices(Tensor input, int[] kernel_size, int[]? stride=None, int[] padding=0, int[] dilation=1, bool ceil_mode=False, bool return_indices=False) -> (Tensor output, Tensor indices)",
)({
  composite: (input, kernel_size, stride, padding, dilation, ceil_mode) =>
    maxPool(2, input, kernel_size, stride, padding, dilation, ceil_mode),
  samples: [{ input: [1, 2, 4, 3], kernel_size: [2, 3], stride: 2, padding: 1, ceil_mode: true }],
  example: [
    "nn.functional.max_pool2d_with_indices(torch.tensor([[[1, 5, 2, 4]]]), [1, 2]).indices",
    "tensor([[[1, 3]]])",
  ],
});

/** {@link max_pool3d} with the places of the largest elements in their volumes. */
export const max_pool3d_with_indices = op(
  "nn.functional::max_pool3d_with_indices(Tensor input, int[] kernel_size, int[]? stride=None, int[] padding=0, int[] dilation=1, bool ceil_mode=False, bool return_indices=False) -> (Tensor output, Tensor indices)",
)({
  composite: (input, kernel_size, stride, padding, dilation, ceil_mode) =>
    maxPool(3, input, kernel_size, stride, padding, dilation, ceil_mode),
  samples: [{ input: [1, 3, 2, 4], kernel_size: [2, 1, 2], stride: 1, dilation: [1, 1, 2] }],
  example: [
    "nn.functional.max_pool3d_with_indices(torch.tensor([[[[1, 5, 2, 4]]]]), [1, 1, 2]).indices",
    "tensor([[[[1, 3]]]])",
  ],
});

/**
 * The largest element of each window: [N, C, L] or [C, L] to [N, C, L_out] or [C, L_out] with
 * `L_out = floor((L + 2 padding - dilation (kernel_size - 1) - 1) / stride) + 1`; `stride` is `kernel_size` by default.
 * `ceil_mode` rounds up; with `return_indices` the result is `[output, indices]`.
 */
export const max_pool1d = op(
  "nn.functional::max_pool1d(Tensor input, int[] kernel_size, int[]? stride=None, int[] padding=0, int[] dilation=1, bool ceil_mode=False, bool return_indices=False) -> Tensor",
)({
  composite: (input, kernel_size, stride, padding, dilation, ceil_mode, return_indices) =>
    chosen(maxPool1d(input, kernel_size, stride, padding, dilation, ceil_mode), return_indices),
  samples: [{ input: [2, 5], kernel_size: 2 }],
  example: ["nn.functional.max_pool1d(torch.tensor([[1, 5, 2, 4]]).float(), 2)", "tensor([[5., 4.]])"],
});

/** The largest element of each window of images [N, C, H, W] or [C, H, W]; arguments as of {@link max_pool1d}. */
export const max_pool2d = op(
  "nn.functional::max_pool2d(Tensor input, int[] kernel_size, int[]? stride=None, int[] padding=0, int[] dilation=1, bool ceil_mode=False, bool return_indices=False) -> Tensor",
)({
  composite: (input, kernel_size, stride, padding, dilation, ceil_mode, return_indices) =>
    chosen(maxPool(2, input, kernel_size, stride, padding, dilation, ceil_mode), return_indices),
  samples: [{ input: [1, 2, 4, 4], kernel_size: 2 }],
  example: ["nn.functional.max_pool2d(torch.tensor([[[1, 5], [2, 4]]]), 2)", "tensor([[[5]]])"],
});

/** The largest element of each window of volumes [N, C, D, H, W] or [C, D, H, W]; arguments as of {@link max_pool1d}. */
export const max_pool3d = op(
  "nn.functional::max_pool3d(Tensor input, int[] kernel_size, int[]? stride=None, int[] padding=0, int[] dilation=1, bool ceil_mode=False, bool return_indices=False) -> Tensor",
)({
  composite: (input, kernel_size, stride, padding, dilation, ceil_mode, return_indices) =>
    chosen(maxPool(3, input, kernel_size, stride, padding, dilation, ceil_mode), return_indices),
  samples: [{ input: [1, 2, 2, 4], kernel_size: 2 }],
  example: ["nn.functional.max_pool3d(torch.tensor([[[[1, 5], [2, 4]]]]), [1, 2, 2])", "tensor([[[[5]]]])"],
});

// Adaptive max pooling

function adaptiveMax(
  dims: number,
  input: Tensor,
  output_size: number | readonly (number | null)[] | null,
): ReturnType<typeof largest> {
  const name = `adaptive_max_pool${dims}d`;
  if (dims === 1) checkRank(name, input, 2);
  const sizes = adaptiveSizes(name, input, output_size, dims);
  if (dims === 1) {
    const { output, indices } = adaptiveMax(2, input.unsqueeze(-2), [1, ...sizes]);
    return namedResults("max_pool", { output: output.squeeze(-2), indices: indices.squeeze(-2) });
  }
  return _max_pool(input, adaptivePool(`AdaptiveMaxPool${dims}DBackward0`, input.shape.slice(-dims), sizes));
}

/** The largest element of each of `output_size` windows of about equal size that cover [N, C, L] or [C, L]. */
export const adaptive_max_pool1d = op(
  "nn.functional::adaptive_max_pool1d(Tensor input, int[] output_size, bool return_indices=False) -> Tensor",
)({
  composite: (input, output_size, return_indices) => chosen(adaptiveMax(1, input, output_size), return_indices),
  samples: [{ input: [2, 5], output_size: 3 }],
  example: ["nn.functional.adaptive_max_pool1d(torch.tensor([[1, 5, 2, 4]]).float(), 2)", "tensor([[5., 4.]])"],
});

/** {@link adaptive_max_pool1d} of images [N, C, H, W] or [C, H, W]; `null` keeps a size. */
export const adaptive_max_pool2d = op(
  "nn.functional::adaptive_max_pool2d(Tensor input, int?[]? output_size, bool return_indices=False) -> Tensor",
)({
  composite: (input, output_size, return_indices) => chosen(adaptiveMax(2, input, output_size), return_indices),
  samples: [{ input: [1, 2, 3, 5], output_size: [null, 2] }],
  example: ["nn.functional.adaptive_max_pool2d(torch.tensor([[[1, 5.5], [2, 4]]]), 1)", "tensor([[[5.5000]]])"],
});

/** {@link adaptive_max_pool1d} of volumes [N, C, D, H, W] or [C, D, H, W]; `null` keeps a size. */
export const adaptive_max_pool3d = op(
  "nn.functional::adaptive_max_pool3d(Tensor input, int?[]? output_size, bool return_indices=False) -> Tensor",
)({
  composite: (input, output_size, return_indices) => chosen(adaptiveMax(3, input, output_size), return_indices),
  samples: [{ input: [1, 2, 3, 2], output_size: 2 }],
  example: ["nn.functional.adaptive_max_pool3d(torch.tensor([[[[1, 5.5], [2, 4]]]]), 1)", "tensor([[[[5.5000]]]])"],
});
