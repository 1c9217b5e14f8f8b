import type { TypedArray } from "../dtype.js";
import type { Shape } from "../shape.js";
import { forEachLine } from "./reduce.js";
import type { Operand } from "./strided.js";

/** What is added to the scores; of truths, `false` takes a position out. */
export interface Mask extends Operand {
  readonly isTruth: boolean;
}

/**
 * Softmax along the last dimension of `scores + mask`, into `out` row by row. `causal`: position `j` of row `i`
 * counts for `j <= i` only. A row in which nothing counts becomes zeros.
 */
export function attentionWeights(
  shape: Shape,
  out: Operand,
  scores: Operand,
  mask: Mask | null,
  causal: boolean,
): void {
  const last = shape.length - 1;
  const [columns, rows] = [shape[last], shape[last - 1]];
  const [x, y] = [scores.data, out.data];
  const step = scores.strides[last];
  const [added, addedStep] = mask ? [mask.data, mask.strides[last]] : [NONE, 0];
  const isTruth = mask?.isTruth === true;
  let row = 0;
  forEachLine(shape, last, mask ? [out, scores, mask] : [out, scores, out], ([to, from, bias]) => {
    const n = causal ? Math.min(row + 1, columns) : columns;
    row = row + 1 === rows ? 0 : row + 1;
    let max = -Infinity;
    for (let k = 0, i = from!, j = mask ? bias! : 0; k < n; k++, i += step, j += addedStep) {
      const score = isTruth ? (added[j] !== 0 ? x[i] : -Infinity) : x[i] + added[j];
      y[to! + k] = score;
      max = Math.max(max, score); // NaN if one is
    }
    if (max === -Infinity) y.fill(0, to!, to! + columns);
    else normalize(y, to!, n, max);
  });
}

/** `e^(x - max)` over their sum, in place. */
function normalize(y: TypedArray, start: number, n: number, max: number): void {
  let sum = 0;
  for (let k = start; k < start + n; k++) sum += y[k] = Math.exp(y[k] - max);
  for (let k = start; k < start + n; k++) y[k] /= sum;
}

const NONE = new Float32Array(1);
