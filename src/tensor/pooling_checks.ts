import { IndexError, NotImplementedError, RuntimeError } from "../python/errors.js";
import { bool, int64 } from "./dtype.js";
import { type PoolSettings, pooledSizes } from "./pooling.js";
import { perDim, type Shape, showShape } from "./shape.js";
import type { Tensor } from "./tensor.js";

type Sizes = number | Shape;

const WORDS = ["", "one", "two", "three"];
/** How PyTorch's messages name one to three dimensions. */
export const AXES = [[], ["W"], ["H", "W"], ["T", "H", "W"]] as const;

/** One size for each of `dims` dimensions. */
export function poolSizes(op: string, name: string, sizes: Sizes, dims: number): Shape {
  const list = perDim(sizes, dims);
  if (list.length === dims) return list;
  const isStride = name === "stride";
  if (op === "max_pool1d") {
    const what = isStride ? "None, an int, list of ints, or tuple of ints" : "an int, list of ints or tuple of ints";
    throw new RuntimeError(`max_pool1d() ${name} must be ${what} of size 1 but got size ${list.length}`);
  }
  if (dims === 1) throw new RuntimeError(`${op}() argument '${name}' should contain one int (got ${list.length})`);
  const must = op === "avg_pool3d" ? "must be" : name === "dilation" ? "must be either" : "must either be";
  const omitted = isStride ? " omitted," : "";
  throw new RuntimeError(`${op}: ${name} ${must}${omitted} a single int, or a tuple of ${WORDS[dims]} ints`);
}

/** The settings of `max_pool` or `avg_pool`; without a stride windows lie side by side. */
export function poolSettings(
  op: string,
  dims: number,
  kernel_size: Sizes,
  stride: Sizes | null,
  padding: Sizes,
  dilation: Sizes,
  ceil_mode: boolean,
): PoolSettings {
  const kernel = poolSizes(op, "kernel_size", kernel_size, dims);
  const steps = stride === null || (typeof stride !== "number" && stride.length === 0) ? null : stride;
  return {
    kernel,
    stride: steps === null ? kernel : poolSizes(op, "stride", steps, dims),
    padding: poolSizes(op, "padding", padding, dims),
    dilation: poolSizes(op, "dilation", dilation, dims),
    ceil_mode,
  };
}

/** Throws, in PyTorch's words, unless `input` can be pooled; returns the number of windows along each dimension. */
export function checkPool(op: string, input: Tensor, settings: PoolSettings): number[] {
  const dims = settings.kernel.length;
  const { shape, ndim } = input;
  if (ndim !== dims + 1 && ndim !== dims + 2) {
    if (op === "avg_pool2d" && ndim < 3) throw outOfRange(ndim, -3);
    throw new RuntimeError(
      `non-empty ${dims + 1}D or ${dims + 2}D (batch mode) tensor expected for input`,
      `The input is [N, C, ...] or [C, ...], not ${showShape(shape)}.`,
    );
  }
  const counts = pooledSizes(shape.slice(-dims), settings);
  const { kernel, stride, dilation } = settings;
  const axes = AXES[dims];
  const all = (name: string, sizes: Shape) => sizes.map((n, d) => `${name}${axes[d]}: ${n}`).join(" ");
  if (kernel.some((n) => n <= 0)) {
    throw new RuntimeError(`kernel size should be greater than zero, but got ${all("k", kernel)}`);
  }
  if (stride.some((n) => n <= 0))
    throw new RuntimeError(`stride should be greater than zero, but got ${all("d", stride)}`);
  if (dilation.some((n) => n <= 0)) {
    throw new RuntimeError(`dilation should be greater than zero, but got ${all("dilation", dilation)}`);
  }
  checkInside(op, input, dims);
  const batch = ndim - dims;
  if (op === "avg_pool3d" && counts.some((n) => n < 1)) {
    const sizes = (name: string, list: Shape) => list.map((n, d) => `${name}${axes[d]}: ${n}`).join(" ");
    throw new RuntimeError(
      `input image (${sizes("", shape.slice(-dims))}) smaller than kernel size (${sizes("k", kernel)})`,
    );
  }
  if (counts.some((n) => n < 1)) {
    const [before, after] = [shape.slice(-dims), counts].map((sizes) => [shape[batch - 1], ...sizes].join("x"));
    throw new RuntimeError(
      `Given input size: (${before}). Calculated output size: (${after}). Output size is too small`,
      "The kernel is larger than the (padded) input.",
    );
  }
  const { dtype } = input;
  if (dtype === bool || (op.startsWith("avg") && !dtype.is_floating_point && dtype !== int64)) {
    throw new NotImplementedError(`"${op}" not implemented for '${dtype.scalarName}'`);
  }
  return counts;
}

/** Throws if a dimension other than that of the batch is empty. */
function checkInside(op: string, { shape, ndim }: Tensor, dims: number): void {
  const empty = shape.findIndex((n, d) => n === 0 && !(d === 0 && ndim === dims + 2));
  if (empty < 0) return;
  if (dims < 3) {
    throw new RuntimeError(
      `Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got:${showShape(shape)}`,
    );
  }
  const name = op === "max_pool3d" ? "max_pool3d_with_indices_out_cpu_template" : op;
  throw new RuntimeError(
    `${name}(): Expected input's non-batch dimensions to have positive length, but input has a shape of ${showShape(shape)} and non-batch dimension ${empty - (ndim - dims - 1) - 1} has length zero!`,
  );
}

/** The error of a dimension counted from the end that does not exist. */
export const outOfRange = (ndim: number, dim: number): IndexError =>
  new IndexError(`Dimension out of range (expected to be in range of [${-ndim}, ${ndim - 1}], but got ${dim})`);

/** Throws, in PyTorch's words, unless `self` has `dims` or `dims + 1` dimensions. */
export function checkRank(op: string, self: Tensor, low: number): void {
  if (self.ndim === low || self.ndim === low + 1) return;
  throw new RuntimeError(
    `Expected ${low} to ${low + 1} dimensions, but got ${self.ndim}-dimensional tensor for argument #1 'self' (while checking arguments for ${op})`,
  );
}

/** The sizes asked of an adaptive pool, checked together with its input; `null` keeps a size. */
export function adaptiveSizes(
  op: string,
  input: Tensor,
  output_size: number | readonly (number | null)[] | null,
  dims: number,
): number[] {
  const list = [output_size].flat();
  const isMax = op.startsWith("adaptive_max");
  if (dims === 1 && list.length !== 1) {
    throw new RuntimeError(`${op}() argument 'output_size' should contain one int (got ${list.length})`);
  }
  const spatial = input.shape.slice(-dims);
  if (list.length !== dims && (list.length !== 1 || Array.isArray(output_size))) {
    if (isMax) throw new RuntimeError(`${op}(): internal error: output_size.size() must be ${dims}`);
    throw new RuntimeError(`${op}: output_size must be ${dims}`);
  }
  const sizes = spatial.map((size, d) => (list.length === 1 ? list[0] : list[d]) ?? size);
  if (!isMax && sizes.some((n) => n < 0)) {
    const shown =
      dims === 3 ? `${sizes[0]}, ${sizes[1]},${sizes[2]}` : dims === 1 ? `1, ${sizes[0]}` : sizes.join(", ");
    throw new RuntimeError(
      `adaptive_avg_pool${Math.max(dims, 2)}d: elements of output_size must be greater than or equal to 0 but received {${shown}}`,
    );
  }
  if (input.ndim !== dims + 1 && input.ndim !== dims + 2) {
    throw new RuntimeError(
      `${op}(): Expected ${dims + 1}D or ${dims + 2}D tensor, but got${isMax ? ":" : ""} ${showShape(input.shape)}`,
    );
  }
  const empty = spatial.indexOf(0);
  if (empty >= 0 && dims > 1) {
    throw new RuntimeError(
      `${op}(): Expected input to have non-zero size for non-batch dimensions, but input has sizes ${showShape(input.shape)} with dimension ${input.ndim - dims + empty} being empty`,
    );
  }
  if (sizes.some((n) => n < 0)) {
    const bad = sizes.find((n) => n < 0);
    const shape = [...input.shape.slice(0, -dims), ...(dims === 1 ? [1] : []), ...sizes];
    throw new RuntimeError(`Trying to create tensor with negative dimension ${bad}: ${showShape(shape)}`);
  }
  if (!input.dtype.is_floating_point) {
    const kernel = dims === 1 ? op.replace("1d", "2d") : op;
    throw new NotImplementedError(`"${kernel}" not implemented for '${input.dtype.scalarName}'`);
  }
  return sizes;
}
