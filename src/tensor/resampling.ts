import { registerType } from "../python/signature.js";
import type { Shape } from "./shape.js";

declare module "../python/signature-types.js" {
  interface Vocabulary {
    Resampling: Resampling;
  }
}

/** A sparse matrix with a row for each new element of a line: which old elements it is the weighted sum of. */
export class Taps {
  constructor(
    /** How many elements there were. */
    readonly size: number,
    /** Where the terms of each new element begin, and where the last ones end. */
    readonly starts: Int32Array,
    readonly places: Int32Array,
    readonly weights: Float64Array,
  ) {}

  /** From the terms of each of `count` elements: pairs of an old place and its weight. */
  static of(
    size: number,
    count: number,
    terms: (i: number) => readonly (readonly [place: number, weight: number])[],
  ): Taps {
    const all = Array.from({ length: count }, (_, i) => terms(i));
    const starts = new Int32Array(count + 1);
    all.forEach((list, i) => {
      starts[i + 1] = starts[i] + list.length;
    });
    const flat = all.flat();
    return new Taps(
      size,
      starts,
      Int32Array.from(flat, ([at]) => at),
      Float64Array.from(flat, ([, w]) => w),
    );
  }

  /** Each of `count` elements copied from one place. */
  static copy(size: number, count: number, place: (i: number) => number): Taps {
    return Taps.of(size, count, (i) => [[place(i), 1]]);
  }

  /** How many new elements there are. */
  get count(): number {
    return this.starts.length - 1;
  }

  /** The transposed matrix, from new elements to old ones. */
  transposed(): Taps {
    const terms = Array.from({ length: this.size }, (): [number, number][] => []);
    for (let i = 0; i < this.count; i++) {
      for (let t = this.starts[i]; t < this.starts[i + 1]; t++) terms[this.places[t]].push([i, this.weights[t]]);
    }
    return Taps.of(this.count, this.size, (i) => terms[i]);
  }
}

/**
 * A linear map of images that treats each dimension for itself: padding, interpolation, average pooling. `lines` has the
 * {@link Taps} of each of the last dimensions, `null` where nothing changes.
 */
export class Resampling {
  private other: Resampling | null = null;

  constructor(
    /** Of the recorded operation: `AvgPool2DBackward0`. */
    readonly name: string,
    readonly lines: readonly (Taps | null)[],
  ) {}

  /** The map of gradients: its matrices are the transposed ones. */
  get transposed(): Resampling {
    if (this.other === null) {
      this.other = new Resampling(
        this.name.replace(/0$/, "Backward0"),
        this.lines.map((taps) => taps?.transposed() ?? null),
      );
      this.other.other = this;
    }
    return this.other;
  }

  /** The shape of the result. */
  shapeFor(shape: Shape): Shape {
    const first = shape.length - this.lines.length;
    return shape.map((size, d) => this.lines[d - first]?.count ?? size);
  }
}

registerType("Resampling", (v) => v instanceof Resampling);
