import { AttributeError, NotImplementedError, ValueError } from "../python/errors.js";
import { pythonRepr } from "../python/repr.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { type Label, sortedUnique } from "./labels.js";
import { checkMatrix, columnOf, type Matrix, sumOfColumn } from "./matrix.js";
import { countRows } from "./rows.js";

export type { Label } from "./labels.js";
export type { Matrix } from "./matrix.js";

/** `transform` was called before `fit`. */
export class NotFittedError extends ValueError {
  constructor(estimator: string) {
    super(
      `This ${estimator} instance is not fitted yet. Call 'fit' with appropriate arguments before using this estimator.`,
    );
  }
}

function noAttribute(estimator: string, name: string): AttributeError {
  return new AttributeError(
    `'${estimator}' object has no attribute '${name}'`,
    "Attributes that end in an underscore exist after fit().",
  );
}

const signatures = {
  constructor: new Signature("StandardScaler(*, bool copy=True, bool with_mean=True, bool with_std=True)"),
  fit: new Signature("fit(Matrix X, any y=None, any sample_weight=None)"),
  transform: new Signature("transform(Matrix X, bool? copy=None)"),
};
type Fit = Arguments<typeof signatures.fit.text>;
type Transform = Arguments<typeof signatures.transform.text>;

/** What a scaler has learned of one column. */
interface Statistics {
  /** Rows seen, NaN left out. */
  count: number;
  mean: number;
  /** Of the population: divided by the count, not by the count less one. */
  variance: number;
}

/**
 * Standardises each column: `z = (x - mean) / std`, with the mean and the population's standard deviation of the rows
 * that `fit` saw. All arithmetic is float64, in scikit-learn's order, so the results are scikit-learn's. NaN marks a
 * missing value: `fit` leaves it out, `transform` leaves it as it is. A constant column is only centred.
 *
 * @example
 * const scaler = new StandardScaler();
 * scaler.fit_transform([[0, 0], [0, 0], [1, 1], [1, 1]]); // [[-1, -1], [-1, -1], [1, 1], [1, 1]]
 * scaler.mean_; // [0.5, 0.5]
 * scaler.transform([[2, 2]]); // [[3, 3]]
 */
export class StandardScaler {
  /** `false`: `transform` writes into rows that are plain arrays. Default `true`. */
  readonly copy: boolean;
  /** Subtract the mean? Default `true`. */
  readonly with_mean: boolean;
  /** Divide by the standard deviation? Default `true`. */
  readonly with_std: boolean;
  #columns: Statistics[] | null = null;

  constructor(...args: Arguments<typeof signatures.constructor.text>) {
    [this.copy, this.with_mean, this.with_std] = signatures.constructor.bind(args);
  }

  /** The mean of each column; `null` when neither `with_mean` nor `with_std`. */
  get mean_(): number[] | null {
    const columns = this.#fitted("mean_");
    return this.with_mean || this.with_std ? columns.map((c) => c.mean) : null;
  }

  /** The variance of each column; `null` without `with_std`. */
  get var_(): number[] | null {
    const columns = this.#fitted("var_");
    return this.with_std ? columns.map((c) => c.variance) : null;
  }

  /** What each column is divided by: `sqrt(var_)`, or 1 for a constant column; `null` without `with_std`. */
  get scale_(): number[] | null {
    const columns = this.#fitted("scale_");
    return this.with_std ? columns.map((c) => (isConstant(c) ? 1 : Math.sqrt(c.variance))) : null;
  }

  /** How many columns `fit` saw. */
  get n_features_in_(): number {
    return this.#fitted("n_features_in_").length;
  }

  /** How many rows `fit` saw; one number a column when values were missing from some. */
  get n_samples_seen_(): number | number[] {
    const counts = this.#fitted("n_samples_seen_").map((c) => c.count);
    return counts.every((count) => count === counts[0]) ? counts[0] : counts;
  }

  /**
   * Learns mean and variance of the columns of X, forgetting what was learned before.
   *
   * @param args `X`, n rows of m numbers; `y`, ignored; `sample_weight`, which must be `null`
   * @throws ValueError for ragged or empty matrices, infinities and what is no number
   */
  fit(...args: Fit): this {
    const [X, , sample_weight] = signatures.fit.bind(args);
    if (sample_weight !== null) throw new NotImplementedError("StandardScaler.fit() does not take sample_weight");
    const m = checkMatrix(X, "StandardScaler");
    const nothing: Statistics = { count: 0, mean: 0, variance: 0 };
    this.#columns = Array.from({ length: m }, (_, j) => update(nothing, columnOf(X, j), m === 1));
    return this;
  }

  /** Learns from further rows, as if `fit` had seen them together with the earlier ones. */
  partial_fit(...args: Fit): this {
    const [X, , sample_weight] = signatures.fit.bind(args);
    if (this.#columns === null || sample_weight !== null) return this.fit(...args);
    const m = this.#check(X, this.#columns.length);
    this.#columns = this.#columns.map((seen, j) => update(seen, columnOf(X, j), m === 1));
    return this;
  }

  /**
   * The rows of X standardised with what `fit` learned.
   *
   * @param args `X`, rows of as many numbers as `fit` saw; `copy`, by default the scaler's own
   * @throws NotFittedError before `fit`; ValueError for another number of columns than `fit` saw
   */
  transform(...args: Transform): number[][] {
    return this.#map(args, (x, mean, scale) => (x - mean) / scale);
  }

  /** `fit(X)`, then `transform(X)`. */
  fit_transform(...args: Fit): number[][] {
    const [X] = signatures.fit.bind(args);
    return this.fit(...args).transform(X);
  }

  /** Back from standardised rows to the original scale: `x = z * std + mean`. */
  inverse_transform(...args: Transform): number[][] {
    return this.#map(args, (z, mean, scale) => z * scale + mean);
  }

  #map(args: Transform, f: (value: number, mean: number, scale: number) => number): number[][] {
    const [X, copy] = signatures.transform.bind(args);
    if (this.#columns === null) throw new NotFittedError("StandardScaler");
    const m = this.#check(X, this.#columns.length);
    const means = this.with_mean ? this.mean_! : new Array<number>(m).fill(0);
    const scales = this.scale_ ?? new Array<number>(m).fill(1);
    return X.map((row) => {
      const out: number[] = (copy ?? this.copy) || !Array.isArray(row) ? Array.from(row) : row;
      for (let j = 0; j < m; j++) out[j] = f(out[j], means[j], scales[j]);
      return out;
    });
  }

  #check(X: Matrix, expected: number): number {
    const m = checkMatrix(X, "StandardScaler");
    if (m !== expected) {
      throw new ValueError(`X has ${m} features, but StandardScaler is expecting ${expected} features as input.`);
    }
    return m;
  }

  #fitted(attribute: string): Statistics[] {
    if (this.#columns === null) throw noAttribute("StandardScaler", attribute);
    return this.#columns;
  }
}

/**
 * The statistics of a column after further values: the sum of squares by the corrected two-pass algorithm, joined with
 * the earlier one by the update of Chan, Golub and LeVeque (The American Statistician 37, 1983).
 */
function update(seen: Statistics, x: Float64Array, lone: boolean): Statistics {
  const sumOf = (values: Float64Array) => sumOfColumn(values, lone);
  const n = x.reduce((count, v) => count + (Number.isNaN(v) ? 0 : 1), 0);
  const sum = sumOf(x);
  const deviations = x.map((v) => v - sum / n);
  // the deviations add up to 0 but for rounding, and this takes the rounding out again
  const correction = sumOf(deviations);
  let squares = sumOf(deviations.map((d) => d * d)) - (correction * correction) / n;

  const count = seen.count + n;
  const seenSum = seen.mean * seen.count;
  if (seen.count > 0) {
    const ratio = seen.count / n;
    const gap = seenSum / ratio - sum;
    squares = seen.variance * seen.count + squares + (ratio / count) * (gap * gap);
  }
  return { count, mean: (seenSum + sum) / count, variance: squares / count };
}

/** Is the variance no larger than the rounding error of the two-pass algorithm on a constant column? */
function isConstant({ count, mean, variance }: Statistics): boolean {
  const drift = count * mean * Number.EPSILON;
  return variance <= count * Number.EPSILON * variance + drift * drift;
}

/**
 * Numbers the classes of a target: 0, 1, ... in the sorted order of the labels (text by code point, numbers by value).
 *
 * @example
 * const encoder = new LabelEncoder<string>();
 * encoder.fit_transform(["M", "B", "B", "M"]); // [1, 0, 0, 1]
 * encoder.classes_; // ["B", "M"]
 * encoder.inverse_transform([1, 0]); // ["M", "B"]
 */
export class LabelEncoder<T extends Label = Label> {
  #classes: T[] | null = null;

  /** The labels in sorted order: the class of number k is `classes_[k]`. */
  get classes_(): T[] {
    if (this.#classes === null) throw noAttribute("LabelEncoder", "classes_");
    return this.#classes;
  }

  /**
   * Learns the labels that occur in `y`.
   *
   * @throws TypeError when text and numbers are mixed
   */
  fit(y: ArrayLike<T>): this {
    checkVector(y);
    this.#classes = sortedUnique(y);
    return this;
  }

  /**
   * The number of each label.
   *
   * @throws ValueError for a label that `fit` did not see; NotFittedError before `fit`
   */
  transform(y: ArrayLike<T>): number[] {
    if (this.#classes === null) throw new NotFittedError("LabelEncoder");
    checkVector(y);
    const numbers = new Map(this.#classes.map((label, k) => [label, k]));
    const unseen = sortedUnique(y).filter((label) => !numbers.has(label));
    if (unseen.length > 0) {
      const known = pythonRepr(this.#classes.slice(0, 20)) + (this.#classes.length > 20 ? " and more" : "");
      throw new ValueError(`y contains previously unseen labels: ${pythonRepr(unseen)}`, `fit() saw ${known}.`);
    }
    return Array.from(y, (label) => numbers.get(label)!);
  }

  /** `fit(y)`, then `transform(y)`. */
  fit_transform(y: ArrayLike<T>): number[] {
    return this.fit(y).transform(y);
  }

  /** From numbers back to labels. */
  inverse_transform(y: ArrayLike<number>): T[] {
    if (this.#classes === null) throw new NotFittedError("LabelEncoder");
    checkVector(y);
    const classes = this.#classes;
    const unseen = sortedUnique(y).filter((k) => !(k in classes));
    if (unseen.length > 0) {
      const width = unseen.reduce((widest, k) => Math.max(widest, String(k).length), 0);
      const printed = unseen.map((k) => String(k).padStart(width)).join(" ");
      throw new ValueError(`y contains previously unseen labels: [${printed}]`, `There are ${classes.length} classes.`);
    }
    return Array.from(y, (k) => classes[k]);
  }
}

function checkVector(y: ArrayLike<unknown>): void {
  const n = countRows(y);
  const row = Array.from(y).find((v): v is ArrayLike<unknown> => typeof v === "object" && v !== null && "length" in v);
  if (row) throw new ValueError(`y should be a 1d array, got an array of shape (${n}, ${row.length}) instead.`);
}
