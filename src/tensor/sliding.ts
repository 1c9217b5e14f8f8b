import { registerType } from "../python/signature.js";
import { numelOf, perDim, type Shape } from "./shape.js";

declare module "../python/signature-types.js" {
  interface Vocabulary {
    Sliding: Sliding;
  }
}

/** One size for all spatial dimensions, or one for each. */
type Sizes = number | Shape;

/** How a kernel slides; each setting is one number for all dimensions or one for each. */
interface Steps {
  readonly stride?: Sizes;
  readonly padding?: Sizes;
  readonly dilation?: Sizes;
  readonly groups?: number;
  /** The number of windows where it is fewer than fit. */
  readonly counts?: Shape;
}

/** The fields of one entry of {@link Sliding.runs}. */
export const RUN = 4;

/** The numbers of channels of a convolution. */
export interface Channels {
  /** Of the images, in a group. */
  readonly inner: number;
  /** Of the windows, in a group. */
  readonly outer: number;
}

/**
 * How the windows of a convolution lie on an image of one to three dimensions. Window `w` sees with the tap `k` of its
 * kernel, along each dimension, the pixel `w * stride - padding + k * dilation`, or 0 beyond the edge.
 */
export class Sliding {
  readonly stride: Shape;
  readonly padding: Shape;
  readonly dilation: Shape;
  readonly groups: number;
  /** The number of windows along each dimension. */
  readonly counts: Shape;
  /** The numbers of kernel elements, of pixels, and of windows. */
  readonly taps: number;
  readonly pixels: number;
  readonly windows: number;
  private found: Int32Array | null = null;
  private full: boolean | null = null;

  constructor(
    readonly image: Shape,
    readonly kernel: Shape,
    { stride = 1, padding = 0, dilation = 1, groups = 1, counts }: Steps = {},
  ) {
    this.stride = perDim(stride, image.length);
    this.padding = perDim(padding, image.length);
    this.dilation = perDim(dilation, image.length);
    this.groups = groups;
    this.counts =
      counts ??
      image.map(
        (size, d) =>
          Math.floor((size + 2 * this.padding[d] - this.dilation[d] * (kernel[d] - 1) - 1) / this.stride[d]) + 1,
      );
    this.taps = numelOf(kernel);
    this.pixels = numelOf(image);
    this.windows = numelOf(this.counts);
  }

  /** The distance of pixels that neighbouring windows of a run see. */
  get step(): number {
    return this.stride[this.stride.length - 1];
  }

  /**
   * All pairs of window and tap that fall on a pixel, in runs of neighbouring windows: the tap, the first pixel, the
   * first window and the length of each; pixels are {@link step} apart.
   */
  get runs(): Int32Array {
    this.found ??= this.findRuns();
    return this.found;
  }

  /** Does every tap of every window fall on a pixel? */
  get isFull(): boolean {
    if (this.full === null) {
      const { runs } = this;
      let pairs = 0;
      for (let r = 3; r < runs.length; r += RUN) pairs += runs[r];
      this.full = pairs === this.taps * this.windows;
    }
    return this.full;
  }

  /** Is there one window for each pixel, which sees it alone? */
  get isPointwise(): boolean {
    if (this.taps !== 1 || this.windows !== this.pixels) return false;
    return this.runs.length === RUN && this.runs[3] === this.pixels;
  }

  private findRuns(): Int32Array {
    const runs: number[] = [];
    const last = this.image.length - 1;
    const { step } = this;
    // walks the dimensions; `tap`, `pixel` and `window` number what the outer ones have chosen
    const walk = (d: number, tap: number, pixel: number, window: number): void => {
      const [size, count, stride] = [this.image[d], this.counts[d], this.stride[d]];
      for (let k = 0; k < this.kernel[d]; k++) {
        const start = k * this.dilation[d] - this.padding[d];
        const from = Math.max(0, Math.ceil(-start / stride));
        const to = Math.min(count, Math.floor((size - 1 - start) / stride) + 1);
        const at = tap * this.kernel[d] + k;
        if (d === last) add(at, pixel * size + start + from * stride, window * count + from, to - from);
        else for (let w = from; w < to; w++) walk(d + 1, at, pixel * size + start + w * stride, window * count + w);
      }
    };
    const add = (tap: number, pixel: number, window: number, length: number): void => {
      if (length <= 0) return;
      const r = runs.length - RUN;
      const joins =
        r >= 0 && runs[r] === tap && runs[r + 2] + runs[r + 3] === window && runs[r + 1] + runs[r + 3] * step === pixel;
      if (joins) runs[r + 3] += length;
      else runs.push(tap, pixel, window, length);
    };
    walk(0, 0, 0, 0);
    return Int32Array.from(runs);
  }
}

registerType("Sliding", (v) => v instanceof Sliding);
