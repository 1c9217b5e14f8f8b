import type { DType, TypedArray } from "./dtype.js";

/** The memory behind tensors. Views of one tensor share one storage, so `===` tells whether memory is shared. */
export class Storage {
  private address = 0;

  constructor(readonly data: TypedArray) {}

  /** Zeroed memory for `length` elements. */
  static allocate(dtype: DType, length: number): Storage {
    return new Storage(new dtype.array(length));
  }

  get length(): number {
    return this.data.length;
  }

  /** Bytes in all. */
  nbytes(): number {
    return this.data.byteLength;
  }

  /** Bytes in all. */
  size(): number {
    return this.data.byteLength;
  }

  /** A number that no other storage has: where the memory would lie if all memory were one. 0 if it is empty. */
  data_ptr(): number {
    if (this.address === 0 && this.nbytes() > 0) {
      this.address = nextAddress;
      nextAddress += Math.ceil(this.nbytes() / ALIGNMENT) * ALIGNMENT;
    }
    return this.address;
  }
}

/** PyTorch aligns memory to as many bytes. */
const ALIGNMENT = 64;
let nextAddress = ALIGNMENT;

/** How often a piece of memory was written in place; shared by a tensor and its views. */
export class Version {
  value = 0;
  /** The operation that wrote last. */
  writer = "";
}
