import { NotImplementedError, RuntimeError } from "../python/errors.js";
import { bool } from "./dtype.js";
import { perDim, type Shape, showShape } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** The settings of a convolution, one for each dimension. */
export interface Settings {
  readonly stride: Shape;
  readonly padding: Shape;
  readonly dilation: Shape;
  readonly output_padding: Shape;
  readonly transposed: boolean;
  readonly groups: number;
}

/** A setting for each of `dims` dimensions. */
export function eachDim(name: string, sizes: number | Shape, dims: number): Shape {
  const list = perDim(sizes, dims);
  if (list.length === dims) return list;
  throw new RuntimeError(
    `expected ${name} to be a single integer value or a list of ${dims} values to match the convolution dimensions, but got ${name}=${showShape(list)}`,
  );
}

/** Throws, in PyTorch's words, unless the arguments of a convolution fit together. */
export function checkConvolution(input: Tensor, weight: Tensor, bias: Tensor | null, settings: Settings): void {
  checkSettings(settings);
  checkChannels(input, weight, bias, settings);
  checkTypes(input, weight, bias);
  const [sizes, kernel] = [input.shape.slice(2), weight.shape.slice(2)];
  if (!settings.transposed) checkSizes(sizes, kernel, settings);
  if (kernel.includes(0))
    throw new RuntimeError(`kernel size should be greater than zero, but got ${named("kernel", kernel)}`);
  const { dilation, stride, output_padding, transposed } = settings;
  if (dilation.includes(0)) {
    const got = transposed ? named("dilation", dilation).replaceAll(" dilation", ", dilation") : showShape(dilation);
    throw new RuntimeError(`dilation should be greater than zero, but got ${got}`);
  }
  if (transposed && output_padding.some((n, d) => n >= stride[d] && n >= dilation[d])) {
    throw new RuntimeError(
      `output padding must be smaller than either stride or dilation, but got ${named("output_padding", output_padding)} ${named("stride", stride)} ${named("dilation", dilation)}`,
      "Output padding only decides among the sizes that a strided convolution maps to the same one.",
    );
  }
}

/** `kernel_height: 3 kernel_width: 2`; sequences count as images of one row. */
function named(name: string, sizes: Shape): string {
  const all = sizes.length === 1 ? [name === "output_padding" ? 0 : 1, ...sizes] : sizes;
  const dims = ["depth", "height", "width"].slice(-all.length);
  return all.map((n, d) => `${name}_${dims[d]}: ${n}`).join(" ");
}

function checkSettings({ stride, padding, dilation, output_padding }: Settings): void {
  if (padding.some((n) => n < 0)) throw new RuntimeError("negative padding is not supported");
  if (output_padding.some((n) => n < 0)) throw new RuntimeError("negative output_padding is not supported");
  if (stride.some((n) => n <= 0)) throw new RuntimeError("non-positive stride is not supported");
  if (dilation.some((n) => n < 0)) throw new RuntimeError("dilation should be greater than zero");
}

function checkChannels(input: Tensor, weight: Tensor, bias: Tensor | null, { transposed, groups }: Settings): void {
  const size = showShape(weight.shape);
  const [first, second] = weight.shape;
  if (weight.ndim !== input.ndim) {
    throw new RuntimeError(
      `Expected ${weight.ndim}-dimensional input for ${weight.ndim}-dimensional weight ${size}, but got ${input.ndim}-dimensional input of size ${showShape(input.shape)} instead`,
    );
  }
  if (first < groups) {
    throw new RuntimeError(
      `Given groups=${groups}, expected weight to be at least ${groups} at dimension 0, but got weight of size ${size} instead`,
    );
  }
  if (first % groups !== 0) {
    throw new RuntimeError(
      `Given groups=${groups}, expected weight to be divisible by ${groups} at dimension 0, but got weight of size [${size}] instead`,
    );
  }
  const given = transposed ? "transposed=1" : `groups=${groups}`;
  const [taken, made] = transposed ? [first, second * groups] : [second * groups, first];
  if (input.shape[1] !== taken) {
    throw new RuntimeError(
      `Given ${given}, weight of size ${size}, expected input${showShape(input.shape)} to have ${taken} channels, but got ${input.shape[1]} channels instead`,
      "The input is [N, C, ...] or a single [C, ...]: channels stand before the spatial dimensions.",
    );
  }
  if (bias && (bias.ndim !== 1 || bias.shape[0] !== made)) {
    const start = transposed ? "Given transposed=1, weight" : "Given weight";
    throw new RuntimeError(
      `${start} of size ${size}, expected bias to be 1-dimensional with ${made} elements, but got bias of size ${showShape(bias.shape)} instead`,
    );
  }
}

function checkTypes({ dtype }: Tensor, weight: Tensor, bias: Tensor | null): void {
  const cpp = (t: { readonly name: string }) =>
    ({ float32: "float", float64: "double", int64: "long int", int32: "int" })[t.name] ?? t.name;
  if (bias && bias.dtype !== dtype) {
    throw new RuntimeError(`Input type (${cpp(dtype)}) and bias type (${cpp(bias.dtype)}) should be the same`);
  }
  if (weight.dtype !== dtype) {
    throw new RuntimeError(
      `expected scalar type ${dtype.scalarName} but found ${weight.dtype.scalarName}`,
      `Input and weight need one dtype: convert with input.to(${weight.dtype}), or the module with module.to(${dtype}).`,
    );
  }
  if (dtype === bool) throw new NotImplementedError(`"slow_conv2d_cpu" not implemented for 'Bool'`);
}

function checkSizes(sizes: Shape, kernel: Shape, { padding, dilation }: Settings): void {
  const padded = sizes.map((n, d) => n + 2 * padding[d]);
  const reach = kernel.map((n, d) => dilation[d] * (n - 1) + 1);
  if (padded.every((n, d) => n >= reach[d])) return;
  throw new RuntimeError(
    `Calculated padded input size per channel: (${padded.join(" x ")}). Kernel size: (${reach.join(" x ")}). Kernel size can't be greater than actual input size`,
  );
}
