import type { DType, TypedArray } from "./dtype.js";

/** The memory behind tensors. Views of one tensor share one storage. */
export class Storage {
  constructor(readonly data: TypedArray) {}

  /** Zeroed memory for `length` elements. */
  static allocate(dtype: DType, length: number): Storage {
    return new Storage(new dtype.array(length));
  }

  get length(): number {
    return this.data.length;
  }
}

/** How often a piece of memory was written in place; shared by a tensor and its views. */
export class Version {
  value = 0;
}
