import { ValueError } from "../../python/errors.js";
import { pythonRepr } from "../../python/repr.js";
import { type DType, empty } from "../../tensor/index.js";
import { perDim, type Shape } from "../../tensor/shape.js";
import { kaiming_uniform_, uniform_ } from "../init.js";
import { Module } from "../module.js";
import { Parameter } from "../parameter.js";

/** The settings of a convolution as its constructor takes them: each one number, or one for each dimension. */
export interface Settings {
  readonly in_channels: number;
  readonly out_channels: number;
  readonly kernel_size: number | Shape;
  readonly stride: number | Shape;
  readonly padding: number | Shape | string;
  readonly dilation: number | Shape;
  readonly transposed: boolean;
  readonly output_padding: number | Shape;
  readonly groups: number;
  readonly bias: boolean;
  readonly padding_mode: string;
  readonly dtype: DType | null;
}

const PADDINGS = ["same", "valid"];
const PADDING_MODES = ["zeros", "reflect", "replicate", "circular"];
const set = (names: readonly string[]): string => `{${names.map((name) => pythonRepr(name)).join(", ")}}`;

/**
 * What convolutions of one to three dimensions share: a weight [out_channels, in_channels / groups, ...kernel_size], or
 * [in_channels, out_channels / groups, ...kernel_size] where it is transposed, and a bias [out_channels], both uniform on
 * [-b, b) with `b = 1 / sqrt(weight elements of one output)`.
 */
export abstract class ConvNd extends Module {
  in_channels: number;
  out_channels: number;
  readonly kernel_size: Shape;
  readonly stride: Shape;
  readonly padding: Shape | string;
  readonly dilation: Shape;
  readonly transposed: boolean;
  readonly output_padding: Shape;
  readonly groups: number;
  readonly padding_mode: string;
  declare weight: Parameter;
  declare bias: Parameter | null;

  constructor(dims: number, settings: Settings) {
    super();
    check(dims, settings);
    const { in_channels, out_channels, padding, groups, dtype } = settings;
    this.in_channels = in_channels;
    this.out_channels = out_channels;
    this.kernel_size = perDim(settings.kernel_size, dims);
    this.stride = perDim(settings.stride, dims);
    this.padding = typeof padding === "string" ? padding : perDim(padding, dims);
    this.dilation = perDim(settings.dilation, dims);
    this.transposed = settings.transposed;
    this.output_padding = perDim(settings.output_padding, dims);
    this.groups = groups;
    this.padding_mode = settings.padding_mode;
    this.register_parameter("weight", new Parameter(empty(this.weightShape(), { dtype })));
    this.register_parameter("bias", settings.bias ? new Parameter(empty(out_channels, { dtype })) : null);
    this.reset_parameters();
  }

  /** @internal The sizes of the weight. */
  weightShape(): number[] {
    const { in_channels, out_channels, groups, kernel_size } = this;
    const channels = this.transposed ? [in_channels, out_channels / groups] : [out_channels, in_channels / groups];
    return [...channels, ...kernel_size];
  }

  /** Draws weight and bias anew. */
  reset_parameters(): void {
    // with a = sqrt(5) the bound is 1 / sqrt(fan_in)
    kaiming_uniform_(this.weight, Math.sqrt(5));
    if (!this.bias) return;
    const fan_in = this.weight.shape.slice(1).reduce((a, b) => a * b, 1);
    const bound = fan_in > 0 ? 1 / Math.sqrt(fan_in) : 0;
    uniform_(this.bias, -bound, bound);
  }

  override extra_repr(): string {
    const tuple = (sizes: Shape) => pythonRepr([...sizes], { tuple: true });
    const { padding, groups, padding_mode } = this;
    const unlike = (sizes: Shape, usual: number) => sizes.some((n) => n !== usual);
    const parts = [
      `${this.in_channels}, ${this.out_channels}, kernel_size=${tuple(this.kernel_size)}, stride=${tuple(this.stride)}`,
    ];
    if (typeof padding === "string") parts.push(`padding=${padding}`);
    else if (unlike(padding, 0)) parts.push(`padding=${tuple(padding)}`);
    if (unlike(this.dilation, 1)) parts.push(`dilation=${tuple(this.dilation)}`);
    if (unlike(this.output_padding, 0)) parts.push(`output_padding=${tuple(this.output_padding)}`);
    if (groups !== 1) parts.push(`groups=${groups}`);
    if (this.bias === null) parts.push("bias=False");
    if (padding_mode !== "zeros") parts.push(`padding_mode=${padding_mode}`);
    return parts.join(", ");
  }
}

/** Throws, in PyTorch's words, if the settings contradict each other. */
function check(dims: number, { in_channels, out_channels, padding, stride, groups, padding_mode }: Settings): void {
  if (groups <= 0) throw new ValueError("groups must be a positive integer");
  if (in_channels % groups !== 0) throw new ValueError("in_channels must be divisible by groups");
  if (out_channels % groups !== 0) throw new ValueError("out_channels must be divisible by groups");
  if (typeof padding === "string") {
    if (!PADDINGS.includes(padding)) {
      throw new ValueError(`Invalid padding string ${pythonRepr(padding)}, should be one of ${set(PADDINGS)}`);
    }
    if (padding === "same" && perDim(stride, dims).some((n) => n !== 1)) {
      throw new ValueError("padding='same' is not supported for strided convolutions");
    }
  }
  if (!PADDING_MODES.includes(padding_mode)) {
    throw new ValueError(`padding_mode must be one of ${set(PADDING_MODES)}, but got padding_mode='${padding_mode}'`);
  }
}
