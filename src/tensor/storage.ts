import { observer } from "../autograd/observer.js";
import { type DType, float32, type TypedArray } from "./dtype.js";
import { copyRun } from "./kernels/runs.js";
import { heap } from "./kernels/wasm/instance.js";

/** How often a piece of memory was written in place; shared by a tensor and its views. */
export class Version {
  value = 0;
  /** The operation that wrote last. */
  writer = "";
}

/**
 * The memory behind tensors: `length` elements of an array from `start` on. Views of one tensor share one storage, so
 * `===` tells whether memory is shared. It counts the writes to it, unless a tensor brings a count of its own.
 *
 * What is used for long may move into the memory of the WebAssembly kernels, see `kernels/stage.ts`.
 */
export class Storage extends Version {
  /** @internal The byte where it lies in the kernels' memory, 0 if it does not. */
  address = 0;
  /** @internal How often it was copied there. */
  copies = 0;
  /** @internal In how many places of a backward pass it is, if only the pass knows it, else -1; see `temporaries.ts`. */
  holds = -1;
  private elements: TypedArray | null = null;

  constructor(
    private array: TypedArray,
    /** @internal Where in {@link block} the first element lies. */
    public start = 0,
    readonly length: number = array.length,
    /** @internal May it move? Not if somebody else has the array. */
    public mayMove = false,
  ) {
    super();
  }

  /** Memory for `length` elements: zeros, unless the caller says that it will write them all. */
  static allocate(dtype: DType, length: number, zeroed = true): Storage {
    if (observer !== null) observer.allocated(length * dtype.itemsize);
    if (dtype === float32) {
      const temporary = source === null ? null : source(length);
      if (temporary !== null) {
        if (zeroed) temporary.data.fill(0);
        return temporary;
      }
      if (length <= CARVED) return carve(length);
    }
    if (length >= PAGED) keepFreedMemory();
    return new Storage(new dtype.array(length), 0, length, dtype === float32);
  }

  /** @internal Memory of its own with the `n` elements of `from` from element `at` on. */
  static copyOf(from: Storage, at: number, n: number, dtype: DType): Storage {
    const first = from.start + at;
    if (n < PAGED || source !== null) {
      const storage = Storage.allocate(dtype, n, false);
      storage.copy(from.block, first, n, 0);
      return storage;
    }
    // an array of the elements of another is not filled with zeros first
    if (observer !== null) observer.allocated(n * dtype.itemsize);
    keepFreedMemory();
    return new Storage(new dtype.array(from.block.subarray(first, first + n)), 0, n, dtype === float32);
  }

  /** @internal The `length` floats at `address` of the kernels' memory. */
  static at(address: number, length: number): Storage {
    const storage = new Storage(none, 0, length);
    storage.settle(address);
    return storage;
  }

  /** @internal The array that the elements lie in. */
  get block(): TypedArray {
    return this.address === 0 ? this.array : heap();
  }

  /** The elements as an array of their own, which begins at the first. */
  get data(): TypedArray {
    const { start, length } = this;
    if (this.address === 0) {
      if (length === this.array.length) return this.array;
      this.elements ??= this.array.subarray(start, start + length);
    } else if (this.elements === null || this.elements.buffer !== heap().buffer) {
      this.elements = heap().subarray(start, start + length);
    }
    return this.elements;
  }

  /** @internal Copies `n` elements of an array, from element `at` on, to place `to`. */
  copy(array: TypedArray, at: number, n: number, to: number): void {
    copyRun(this.block, this.start + to, array, at, n);
  }

  /** @internal From here on the elements, which have been copied, are those at `address` of the kernels' memory. */
  settle(address: number): void {
    this.address = address;
    this.start = address >> 2;
    this.array = none;
    this.elements = null;
  }

  /** Bytes in all. */
  nbytes(): number {
    return this.length * this.array.BYTES_PER_ELEMENT;
  }

  /** Bytes in all. */
  size(): number {
    return this.nbytes();
  }

  /** A number that no other storage has: where the memory would lie if all memory were one. 0 if it is empty. */
  data_ptr(): number {
    if (this.nbytes() === 0) return 0;
    let pointer = pointers.get(this);
    if (pointer === undefined) {
      pointer = nextPointer;
      pointers.set(this, pointer);
      nextPointer += Math.ceil(this.nbytes() / ALIGNMENT) * ALIGNMENT;
    }
    return pointer;
  }
}

let keepsFreedMemory = false;
/** So many elements, 128 KiB and more, get pages of their own. */
const PAGED = 32768;

/**
 * Has the C library keep the memory of collected arrays for the next ones. Until it has freed a large block, glibc gives
 * memory back to the system at once, and the first touch of a new page takes longer than most kernels: a tenth to a
 * quarter of a training step. See `M_MMAP_THRESHOLD` in mallopt(3), which grows to at most 32 MiB. The array is never
 * touched, so it takes no room.
 */
function keepFreedMemory(): void {
  if (!keepsFreedMemory) new ArrayBuffer(31 * 2 ** 20);
  keepsFreedMemory = true;
}

/** PyTorch aligns memory to as many bytes. */
const ALIGNMENT = 64;
let nextPointer = ALIGNMENT;
const pointers = new WeakMap<Storage, number>();

const none = new Float32Array(0);

/** Where float32 memory comes from while a formula runs; `null` from it, or for it: from here. */
type Source = (length: number) => Storage | null;
let source: Source | null = null;

/** @internal Sets where float32 memory comes from. */
export function setSource(from: Source | null): void {
  source = from;
}

/*
 * An array of its own costs more than what small tensors are used for, so float32 ones are carved from larger arrays. A
 * tensor that lives keeps its whole array alive, hence three sizes of arrays: it costs at most some 16 KB for a small
 * tensor, 64 KB for one of up to 16 KB.
 */
const CARVED = 4096;

/** An array and how much of it is taken. */
interface Slab {
  readonly upTo: number;
  readonly size: number;
  array: Float32Array;
  used: number;
}

const slab = (upTo: number, size: number): Slab => ({ upTo, size, array: new Float32Array(0), used: size });
const tiny = slab(32, 1024);
const small = slab(512, 4096);
const middling = slab(CARVED, 4 * CARVED);

function carve(length: number): Storage {
  const from = length <= tiny.upTo ? tiny : length <= small.upTo ? small : middling;
  if (from.used + length > from.size) {
    from.array = new Float32Array(from.size);
    from.used = 0;
  }
  const start = from.used;
  from.used = start + ((length + 3) & ~3);
  return new Storage(from.array, start, length, true);
}
