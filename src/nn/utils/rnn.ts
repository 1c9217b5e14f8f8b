/** `torch.nn.utils.rnn`: sequences of different lengths in one tensor, padded or packed. */
import { RuntimeError, ValueError } from "../../python/errors.js";
import { define, pythonTypeOf, registerType } from "../../python/signature.js";
import {
  arange,
  type DType,
  float32,
  float64,
  int32,
  int64,
  Tensor,
  tensor,
  torchFunctions,
  uint8,
  zeros_like,
} from "../../tensor/index.js";
import { pad } from "../functional.js";

const { cat, stack } = torchFunctions;

declare module "../../python/signature-types.js" {
  interface Vocabulary {
    PackedSequence: PackedSequence;
  }
}

/**
 * A batch of sequences without padding: of all sequences the first element, then of all that are long enough the
 * second, and so on. Every recurrent network takes one as its input. They are made by {@link pack_padded_sequence} and
 * {@link pack_sequence}.
 */
export class PackedSequence implements Iterable<Tensor | null> {
  readonly unsorted_indices: Tensor | null;

  /**
   * @param data the elements, one time step after another
   * @param batch_sizes how many sequences have each time step, int64
   * @param sorted_indices at which place of the batch the sequences were, from the longest to the shortest; `null` if
   *   they were in this order
   * @param unsorted_indices the inverse permutation
   */
  constructor(
    readonly data: Tensor,
    readonly batch_sizes: Tensor,
    readonly sorted_indices: Tensor | null = null,
    unsorted_indices: Tensor | null = null,
  ) {
    this.unsorted_indices = unsorted_indices ?? invert_permutation(sorted_indices);
  }

  /** The same sequences with `data` converted. */
  to(dtype: DType): PackedSequence {
    const data = this.data.to(dtype);
    if (data === this.data) return this;
    return new PackedSequence(data, this.batch_sizes, this.sorted_indices, this.unsorted_indices);
  }

  float(): PackedSequence {
    return this.to(float32);
  }

  double(): PackedSequence {
    return this.to(float64);
  }

  long(): PackedSequence {
    return this.to(int64);
  }

  int(): PackedSequence {
    return this.to(int32);
  }

  byte(): PackedSequence {
    return this.to(uint8);
  }

  /** This sequence: every tensor lives on the CPU. */
  cpu(): PackedSequence {
    return this;
  }

  /** The four fields, as a Python tuple gives them. */
  *[Symbol.iterator](): IterableIterator<Tensor | null> {
    yield* [this.data, this.batch_sizes, this.sorted_indices, this.unsorted_indices];
  }

  toString(): string {
    const { data, batch_sizes, sorted_indices, unsorted_indices } = this;
    const fields = Object.entries({ data, batch_sizes, sorted_indices, unsorted_indices });
    return `PackedSequence(${fields.map(([name, value]) => `${name}=${value ?? "None"}`).join(", ")})`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

registerType("PackedSequence", (v) => v instanceof PackedSequence);

/** The permutation that undoes another one. */
export function invert_permutation(permutation: Tensor): Tensor;
export function invert_permutation(permutation: Tensor | null): Tensor | null;
export function invert_permutation(permutation: Tensor | null): Tensor | null {
  return permutation && zeros_like(permutation).scatter_(0, permutation, arange(permutation.numel()));
}

/**
 * Packs padded sequences: input (T, B, ...), with `batch_first` (B, T, ...); `lengths` holds B lengths. Unless
 * `enforce_sorted` is `false` they must not increase.
 *
 * @example
 * const packed = pack_padded_sequence(torch.tensor([[1, 2, 0], [3, 0, 0]]), [2, 1], { batch_first: true });
 * packed.data // tensor([1, 3, 2])
 */
export const pack_padded_sequence = define(
  "pack_padded_sequence(Tensor input, Tensor|int[] lengths, bool batch_first=False, bool enforce_sorted=True) -> PackedSequence",
  (input, given, batch_first, enforce_sorted) => {
    const lengths = given instanceof Tensor ? given.to(int64) : tensor([given].flat(), { dtype: int64 });
    const dim = batch_first ? 0 : 1;
    if (enforce_sorted) return packed(input, lengths.tolist() as number[], batch_first, null);
    const { values, indices } = lengths.sort({ descending: true });
    return packed(input.index_select(dim, indices), values.tolist() as number[], batch_first, indices);
  },
);

function packed(input: Tensor, lengths: number[], batch_first: boolean, sorted: Tensor | null): PackedSequence {
  const steps = batch_first ? input.transpose(0, 1) : input;
  checkLengths(steps, lengths);
  const runs = runsOf(batchSizes(lengths));
  const parts = runs.map(({ start, count, batch }) => steps._slice(0, start, start + count)._slice(1, 0, batch));
  const data = cat(parts.map((part) => part.reshape(part.shape[0] * part.shape[1], ...part.shape.slice(2))));
  return new PackedSequence(data, tensor(batchSizes(lengths), { dtype: int64 }), sorted);
}

function checkLengths(steps: Tensor, lengths: readonly number[]): void {
  if (steps.numel() === 0) throw new RuntimeError("Cannot pack empty tensors.");
  const batch = steps.shape[1];
  if (lengths.length !== batch) {
    throw new RuntimeError(
      `Expected \`len(lengths)\` to be equal to batch_size, but got ${lengths.length} (batch_size=${batch})`,
    );
  }
  if (lengths.some((length, i) => i > 0 && length > lengths[i - 1])) {
    throw new RuntimeError(
      "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass `enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement if you do not need ONNX exportability.",
    );
  }
  if (lengths[batch - 1] <= 0) {
    throw new RuntimeError(
      "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0",
    );
  }
}

/** How many sequences have each time step. */
const batchSizes = (lengths: readonly number[]): number[] =>
  Array.from({ length: lengths[0] }, (_, t) => lengths.findLastIndex((length) => length > t) + 1);

/** Time steps that follow each other and have equally many sequences. */
function runsOf(sizes: readonly number[]): { start: number; count: number; batch: number }[] {
  const runs: { start: number; count: number; batch: number }[] = [];
  sizes.forEach((batch, start) => {
    const last = runs.at(-1);
    if (last?.batch === batch) last.count++;
    else runs.push({ start, count: 1, batch });
  });
  return runs;
}

/**
 * The inverse of {@link pack_padded_sequence}: the padded sequences (T, B, ...) in the order in which they once were,
 * and their lengths.
 *
 * @param options `total_length`: T, if it shall be more than the greatest length
 */
export const pad_packed_sequence = define(
  "pad_packed_sequence(PackedSequence sequence, bool batch_first=False, float padding_value=0.0, int? total_length=None) -> Tensor[]",
  ({ data, batch_sizes, unsorted_indices }, batch_first, padding_value, total_length) => {
    const sizes = batch_sizes.tolist() as number[];
    const steps = sizes.length;
    if (total_length !== null && total_length < steps) {
      throw new ValueError(
        `Expected total_length to be at least the length of the longest sequence in input, but got total_length=${total_length} and max sequence length being ${steps}`,
      );
    }
    const rest = data.shape.slice(1);
    const [batch] = sizes;
    let from = 0;
    const parts = runsOf(sizes).map(({ count, batch: running }) => {
      const part = data._slice(0, from, (from += count * running)).reshape(count, running, ...rest);
      return padEnd(part, 1, batch - running, padding_value);
    });
    const padded = padEnd(cat(parts), 0, (total_length ?? steps) - steps, padding_value);
    const output = batch_first ? padded.transpose(0, 1) : padded;
    const lengths = tensor(
      Array.from({ length: batch }, (_, b) => sizes.findLastIndex((running) => running > b) + 1),
      { dtype: int64 },
    );
    if (unsorted_indices === null) return [output, lengths];
    return [output.index_select(batch_first ? 0 : 1, unsorted_indices), lengths.index_select(0, unsorted_indices)];
  },
);

/** `count` more places filled with `value` at the end of dimension `dim`, or at its beginning. */
function padEnd(x: Tensor, dim: number, count: number, value: number, side: "left" | "right" = "right"): Tensor {
  if (count === 0) return x;
  const amounts = new Array<number>(2 * (x.ndim - dim)).fill(0);
  amounts[amounts.length - (side === "right" ? 1 : 2)] = count;
  return pad(x, amounts, "constant", value);
}

/**
 * Stacks sequences of the shape (length, ...) and pads them to equal lengths: (T, B, ...), with `batch_first` (B, T, ...).
 *
 * @param options `padding_side`: `"right"` (the default) or `"left"`
 */
export function pad_sequence(
  sequences: Iterable<Tensor>,
  batch_first: boolean | PadOptions = false,
  padding_value = 0,
  padding_side = "right",
): Tensor {
  if (typeof batch_first === "object") {
    const { batch_first: first = false, padding_value: value = 0, padding_side: side = "right" } = batch_first;
    return pad_sequence(sequences, first, value, side);
  }
  if (typeof sequences?.[Symbol.iterator] !== "function") {
    throw new RuntimeError(
      `pad_sequence: Expected iterable for input sequences, but got arg of type: <class '${pythonTypeOf(sequences)}'>`,
    );
  }
  const list = [...sequences];
  if (list.length === 0) throw new RuntimeError("received an empty list of sequences");
  if (padding_side !== "left" && padding_side !== "right") {
    throw new RuntimeError(`Expected padding_side to be one of left or right, but got ${padding_side}.`);
  }
  const longest = Math.max(...list.map((s) => s.size(0)));
  return stack(
    list.map((s) => padEnd(s, 0, longest - s.shape[0], padding_value, padding_side)),
    batch_first ? 0 : 1,
  );
}

/** Options of {@link pad_sequence}. */
export interface PadOptions {
  batch_first?: boolean;
  padding_value?: number;
  padding_side?: string;
}

/** The inverse of {@link pad_sequence}: the sequences without their padding. */
export const unpad_sequence = define(
  "unpad_sequence(Tensor padded_sequences, Tensor lengths, bool batch_first=False) -> Tensor[]",
  (padded, lengths, batch_first) => {
    const sequences = batch_first ? padded : padded.transpose(0, 1);
    const counts = lengths.tolist() as number[];
    if (counts.length !== sequences.shape[0]) {
      throw new ValueError(
        `zip() argument 2 is ${counts.length < sequences.shape[0] ? "shorter" : "longer"} than argument 1`,
        `There are ${sequences.shape[0]} sequences and ${counts.length} lengths.`,
      );
    }
    return counts.map((length, i) => sequences.select(0, i)._slice(0, 0, length));
  },
);

/** Packs a list of sequences of the shape (length, ...); see {@link pack_padded_sequence}. */
export const pack_sequence = define(
  "pack_sequence(Tensor[] sequences, bool enforce_sorted=True) -> PackedSequence",
  (sequences, enforce_sorted) => {
    const list = [sequences].flat();
    const lengths = list.map((s) => s.size(0));
    return pack_padded_sequence(pad_sequence(list), lengths, { enforce_sorted });
  },
);

/** The inverse of {@link pack_sequence}: the list of sequences. */
export const unpack_sequence = define(
  "unpack_sequence(PackedSequence packed_sequences) -> Tensor[]",
  (packed_sequences) => {
    const [padded, lengths] = pad_packed_sequence(packed_sequences, true);
    return unpad_sequence(padded, lengths, true);
  },
);
