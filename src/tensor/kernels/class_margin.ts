import type { TypedArray } from "../dtype.js";

/** Rows of `columns` elements, one after the other. */
export interface Rows {
  readonly data: TypedArray;
  readonly columns: number;
}

/**
 * The multi-label margin loss of each row of scores: `sum over targets y and other classes i of max(0, 1 - x[y] + x[i]) /
 * C`. Writes what is asked for: the losses, one a row, and their slopes, one a score. A row of targets ends at -1.
 */
export function multilabelMargin(
  scores: Rows,
  targets: Rows,
  { losses, slopes }: { losses?: TypedArray; slopes?: TypedArray },
): void {
  const { data: x, columns } = scores;
  const isTarget = new Uint8Array(columns);
  for (let row = 0, start = 0; start < x.length; row++, start += columns) {
    const named = targets.data.subarray(start, start + columns);
    const end = named.indexOf(-1);
    const own = end < 0 ? named : named.subarray(0, end);
    isTarget.fill(0);
    for (const y of own) isTarget[y] = 1;
    let sum = 0;
    for (const y of own) {
      for (let i = 0; i < columns; i++) {
        const hinge = 1 - x[start + y] + x[start + i];
        if (isTarget[i] === 1 || hinge <= 0) continue;
        sum += hinge;
        if (slopes) {
          slopes[start + i] += 1 / columns;
          slopes[start + y] -= 1 / columns;
        }
      }
    }
    if (losses) losses[row] = sum / columns;
  }
}
