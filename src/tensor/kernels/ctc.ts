import type { TypedArray } from "../dtype.js";

/** One sequence for connectionist temporal classification: `time` rows of log-probabilities, and the labels to be spelt. */
export interface CtcSequence {
  /** The log-probability of class `c` at time `t` is `data[start + t * timeStride + c]`. */
  readonly data: TypedArray;
  readonly start: number;
  readonly timeStride: number;
  readonly time: number;
  readonly labels: readonly number[];
  readonly blank: number;
}

/** `ln(e^a + e^b + e^c)` */
function logAdd(a: number, b: number, c: number): number {
  const max = Math.max(a, b, c);
  return max === -Infinity ? max : max + Math.log(Math.exp(a - max) + Math.exp(b - max) + Math.exp(c - max));
}

/** The labels with blanks before, between and after them. */
function spelt({ labels, blank }: CtcSequence): number[] {
  return [blank, ...labels.flatMap((label) => [label, blank])];
}

/**
 * `alpha[t][s]`, the logarithm of the probability to be at place `s` of the spelling at time `t`: from the same place, the
 * one before, or over a blank between different labels, times the probability of the label there.
 */
function forwards(sequence: CtcSequence, spelling: readonly number[]): Float64Array[] {
  const { data, start, timeStride, time } = sequence;
  const rows: Float64Array[] = [];
  for (let t = 0; t < time; t++) {
    const row = new Float64Array(spelling.length).fill(-Infinity);
    const before = rows[t - 1];
    spelling.forEach((label, s) => {
      if (t === 0 && s > 1) return;
      const skips = s > 1 && label !== spelling[s - 2];
      const arriving =
        t === 0 ? 0 : logAdd(before[s], s > 0 ? before[s - 1] : -Infinity, skips ? before[s - 2] : -Infinity);
      row[s] = arriving + data[start + t * timeStride + label];
    });
    rows.push(row);
  }
  return rows;
}

/** `-ln` of the probability that the sequence spells its labels. */
export function ctcLoss(sequence: CtcSequence): number {
  const spelling = spelt(sequence);
  const rows = forwards(sequence, spelling);
  return negativeLikelihood(sequence, rows, spelling.length);
}

function negativeLikelihood({ time, labels }: CtcSequence, rows: readonly Float64Array[], places: number): number {
  if (time === 0) return labels.length === 0 ? -0 : Infinity;
  const last = rows[time - 1];
  return -logAdd(last[places - 1], places > 1 ? last[places - 2] : -Infinity, -Infinity);
}

/**
 * Adds `scale * (p - q)` to `out`, laid out as the log-probabilities: `p` is the probability of a class at a time, `q` how
 * probable it is to be spelt there, given that the labels are. It is the gradient with respect to what went into the
 * softmax; through that of log_softmax it passes unchanged.
 */
export function ctcGradient(sequence: CtcSequence, out: TypedArray, scale: number): void {
  const { data, start, timeStride, time } = sequence;
  const spelling = spelt(sequence);
  const alphas = forwards(sequence, spelling);
  const loss = negativeLikelihood(sequence, alphas, spelling.length);
  const classes = timeStride;
  let after: Float64Array | null = null;
  for (let t = time - 1; t >= 0; t--) {
    const at = start + t * timeStride;
    const row = new Float64Array(spelling.length).fill(-Infinity);
    const occupied = new Map<number, number>();
    for (let s = spelling.length - 1; s >= 0; s--) {
      const label = spelling[s];
      if (after === null) {
        if (s >= spelling.length - 2) row[s] = data[at + label];
      } else {
        const skips = s + 2 < spelling.length && label !== spelling[s + 2];
        const leaving = logAdd(after[s], after[s + 1] ?? -Infinity, skips ? after[s + 2] : -Infinity);
        row[s] = leaving + data[at + label];
      }
      occupied.set(label, logAdd(occupied.get(label) ?? -Infinity, alphas[t][s] + row[s], -Infinity));
    }
    after = row;
    for (let c = 0; c < classes; c++) {
      const p = data[at + c];
      out[at + c] += scale * (Math.exp(p) - Math.exp((occupied.get(c) ?? -Infinity) + loss - p));
    }
  }
}
