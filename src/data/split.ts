import { NotImplementedError, ValueError } from "../python/errors.js";
import { pythonRepr } from "../python/repr.js";
import { isKeywords, Signature } from "../python/signature.js";
import { Tensor } from "../tensor/index.js";
import { type Label, sortedUnique } from "./labels.js";
import { RandomState } from "./random_state.js";
import { countRows, type Rows, type Taken, takeRows } from "./rows.js";

/** The keyword arguments of {@link train_test_split}. */
export interface SplitOptions {
  /** Share of the rows in (0, 1), rounded up, or their number (an integer). Default: what `train_size` leaves, or 0.25. */
  test_size?: number | null;
  /** Share of the rows in (0, 1), rounded down, or their number (an integer). Default: what `test_size` leaves. */
  train_size?: number | null;
  /** Seed in [0, 2^32 - 1], or a generator to draw from; `null` (the default) splits differently each time. */
  random_state?: number | RandomState | null;
  /** Shuffle before splitting? Default `true`; otherwise the training rows come first. */
  shuffle?: boolean;
  /** One label a row: both parts get the classes in the proportions of the whole. Default `null`. */
  stratify?: ArrayLike<Label> | Tensor | null;
}

/** `[a_train, a_test, b_train, b_test, ...]`, each of the kind of its array. */
export type Splitting<A extends readonly Rows[]> = number extends A["length"]
  ? Taken<A[number]>[]
  : A extends readonly [infer Head, ...infer Tail extends readonly Rows[]]
    ? [train: Taken<Head>, test: Taken<Head>, ...Splitting<Tail>]
    : [];

const options = new Signature(
  "train_test_split(*, any test_size=None, any train_size=None, any random_state=None, bool shuffle=True, any stratify=None)",
);

/**
 * Splits arrays of equal length into random train and test parts, row by row as scikit-learn does for the same
 * `random_state`.
 *
 * @param args arrays of n rows each (matrices are arrays of rows; typed arrays stay typed, tensors tensors), then {@link SplitOptions}
 * @returns the flat list `[a_train, a_test, b_train, b_test, ...]`
 * @throws ValueError for arrays of different lengths, an empty part, sizes that do not fit
 * @throws TypeError for what is no array, and for unknown options
 * @example
 * const X = [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]];
 * const y = [0, 1, 2, 3, 4];
 * const [X_train, X_test, y_train, y_test] = train_test_split(X, y, { test_size: 0.33, random_state: 42 });
 * y_train; // [2, 0, 3]
 * y_test; // [1, 4]
 */
export function train_test_split<A extends readonly Rows[]>(...arrays: A): Splitting<A>;
export function train_test_split<A extends readonly Rows[]>(
  ...args: [...arrays: A, options: SplitOptions]
): Splitting<A>;
export function train_test_split(...args: unknown[]): unknown[] {
  const given = args.length > 0 && isKeywords(args[args.length - 1]) ? args.slice(-1) : [];
  const arrays = args.slice(0, args.length - given.length) as Rows[];
  const bound = options.bind(given);
  const [test_size, train_size] = [sizeNamed("test_size", bound[0]), sizeNamed("train_size", bound[1])];
  const random_state = checkRandomState(bound[2]);
  const [shuffle, stratify] = [bound[3], bound[4] as ArrayLike<Label> | Tensor | null];

  if (arrays.length === 0) throw new ValueError("At least one array required as input");
  const n = commonLength(arrays);
  const [nTrain, nTest] = partSizes(n, test_size, train_size);

  let parts: Parts;
  if (!shuffle) {
    if (stratify !== null) throw new ValueError("Stratified train/test split is not implemented for shuffle=False");
    const rows = Array.from({ length: nTrain + nTest }, (_, i) => i);
    parts = { train: rows.slice(0, nTrain), test: rows.slice(nTrain) };
  } else if (stratify === null) {
    const permutation = random_state.permutation(n);
    parts = { test: permutation.slice(0, nTest), train: permutation.slice(nTest, nTest + nTrain) };
  } else {
    commonLength([arrays[0], stratify]);
    parts = stratified(stratify, nTrain, nTest, random_state);
  }
  return arrays.flatMap((a) => [takeRows(a, parts.train), takeRows(a, parts.test)]);
}

/** Row indices of the two parts. */
interface Parts {
  train: number[];
  test: number[];
}

function commonLength(arrays: readonly Rows[]): number {
  const lengths = arrays.map(countRows);
  if (new Set(lengths).size > 1) {
    throw new ValueError(`Found input variables with inconsistent numbers of samples: [${lengths.join(", ")}]`);
  }
  return lengths[0];
}

function sizeNamed(name: string, value: unknown): number | null {
  if (value === null) return null;
  if (typeof value === "number" && value > 0 && (value < 1 || Number.isInteger(value))) return value;
  throw new ValueError(
    `The '${name}' parameter of train_test_split must be a float in the range (0.0, 1.0), an int in the range [1, inf) or None. Got ${pythonRepr(value)} instead.`,
    `Give a share of the rows, such as { ${name}: 0.2 }, or a number of rows, such as { ${name}: 100 }.`,
  );
}

function checkRandomState(value: unknown): RandomState {
  if (value instanceof RandomState) return value;
  const isSeed = typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 32;
  if (value === null || isSeed) return new RandomState(value);
  throw new ValueError(
    `The 'random_state' parameter of train_test_split must be an int in the range [0, 4294967295], an instance of 'numpy.random.mtrand.RandomState' or None. Got ${pythonRepr(value)} instead.`,
  );
}

/** The numbers of training and test rows among n. */
function partSizes(n: number, test_size: number | null, train_size: number | null): [train: number, test: number] {
  if (test_size === null && train_size === null) test_size = 0.25;
  for (const [name, size] of Object.entries({ test_size, train_size })) {
    if (size !== null && size >= Math.max(n, 1)) {
      throw new ValueError(
        `${name}=${size} should be either positive and smaller than the number of samples ${n} or a float in the (0, 1) range`,
      );
    }
  }
  if (test_size !== null && train_size !== null && test_size < 1 && train_size < 1 && train_size + test_size > 1) {
    throw new ValueError(
      `The sum of test_size and train_size = ${train_size + test_size}, should be in the (0, 1) range. Reduce test_size and/or train_size.`,
    );
  }
  const asked = {
    test: test_size === null ? null : test_size < 1 ? Math.ceil(test_size * n) : test_size,
    train: train_size === null ? null : train_size < 1 ? Math.floor(train_size * n) : train_size,
  };
  const train = asked.train ?? n - asked.test!;
  const test = asked.test ?? n - train;
  if (train + test > n) {
    throw new ValueError(
      `The sum of train_size and test_size = ${train + test}, should be smaller than the number of samples ${n}. Reduce test_size and/or train_size.`,
    );
  }
  if (train === 0) {
    const [given_test, given_train] = [test_size ?? "None", train_size ?? "None"];
    throw new ValueError(
      `With n_samples=${n}, test_size=${given_test} and train_size=${given_train}, the resulting train set will be empty. Adjust any of the aforementioned parameters.`,
    );
  }
  return [train, test];
}

/** scikit-learn's `StratifiedShuffleSplit`: each class is shuffled and split on its own, then the parts are shuffled. */
function stratified(y: ArrayLike<Label> | Tensor, nTrain: number, nTest: number, random: RandomState): Parts {
  const labels = y instanceof Tensor ? (y.tolist() as Label[]) : Array.from(y);
  if (labels.some(Number.isNaN)) throw new ValueError("Input y contains NaN.");
  if (labels.some((label) => typeof label === "object")) {
    throw new NotImplementedError("stratify takes one label a row, not a row of labels");
  }
  const classes = sortedUnique(labels);
  const rowsOf = new Map<Label, number[]>(classes.map((label) => [label, []]));
  for (const [row, label] of labels.entries()) rowsOf.get(label)!.push(row);
  const members = [...rowsOf.values()];

  const tooFew = classes.filter((label) => rowsOf.get(label)!.length < 2);
  if (tooFew.length > 0) {
    throw new ValueError(
      `The least populated classes in y have only 1 member, which is too few. The minimum number of groups for any class cannot be less than 2. Classes with too few members are: ${pythonRepr(tooFew)}`,
    );
  }
  for (const [name, size] of Object.entries({ train_size: nTrain, test_size: nTest })) {
    if (size < classes.length) {
      throw new ValueError(
        `The ${name} = ${size} should be greater or equal to the number of classes = ${classes.length}`,
      );
    }
  }

  const counts = members.map((rows) => rows.length);
  const inTrain = apportion(counts, nTrain, random);
  const remaining = counts.map((count, i) => count - inTrain[i]);
  const inTest = apportion(remaining, nTest, random);
  const shuffled = members.map((rows) => random.permutation(rows));
  const train = shuffled.flatMap((rows, i) => rows.slice(0, inTrain[i]));
  const test = shuffled.flatMap((rows, i) => rows.slice(inTrain[i], inTrain[i] + inTest[i]));
  return { train: random.permutation(train), test: random.permutation(test) };
}

/**
 * How many of `draws` go to each class: its share rounded down; what is left goes to the largest remainders, and chance
 * decides among equal ones.
 */
function apportion(counts: readonly number[], draws: number, random: RandomState): number[] {
  const total = counts.reduce((a, b) => a + b, 0);
  const shares = counts.map((count) => (count / total) * draws);
  const numbers = shares.map(Math.floor);
  const remainders = shares.map((share, i) => share - numbers[i]);
  let left = draws - numbers.reduce((a, b) => a + b, 0);
  for (const remainder of [...new Set(remainders)].sort((a, b) => b - a)) {
    if (left === 0) break;
    const tied = remainders.flatMap((r, i) => (r === remainder ? [i] : []));
    const lucky = random.permutation(tied).slice(0, left);
    for (const i of lucky) numbers[i]++;
    left -= lucky.length;
  }
  return numbers;
}
