import type { Storage } from "../storage.js";
import { BLOCK, begin, bringIn, lives, takeOut } from "./stage.js";
import { kernels } from "./wasm/instance.js";

/** A tensor whose elements lie row by row. */
export interface Dense {
  readonly storage: Storage;
  readonly offset: number;
}

/** The numbers of a step of Adam; see `assembly/optimizers.ts` for the formula. */
export interface AdamNumbers {
  readonly weight1: number;
  readonly beta2: number;
  readonly weight2: number;
  /** The coupled weight decay. */
  readonly decay: number;
  /** What the decoupled weight decay leaves of a parameter. */
  readonly shrink: number;
  readonly bias2Root: number;
  readonly eps: number;
  readonly step: number;
}

/** A step of Adam for `n` elements of float32 in one pass. Answers whether it was done: it is where there is WebAssembly. */
export function adamStep(
  n: number,
  grad: Dense,
  param: Dense,
  expAvg: Dense,
  expAvgSq: Dense,
  maxExpAvgSq: Dense | null,
  numbers: AdamNumbers,
): boolean {
  const fast = kernels();
  if (fast === null) return false;
  const { weight1, beta2, weight2, decay, shrink, bias2Root, eps, step } = numbers;
  const atHome =
    [lives(grad.storage), lives(param.storage), lives(expAvg.storage), lives(expAvgSq.storage)].every(Boolean) &&
    (maxExpAvgSq === null || lives(maxExpAvgSq.storage));
  const size = atHome ? n : BLOCK;
  for (let i = 0; i < n; i += size) {
    const m = Math.min(size, n - i);
    begin();
    const g = enter(grad, i, m);
    const p = enter(param, i, m);
    const avg = enter(expAvg, i, m);
    const sq = enter(expAvgSq, i, m);
    const max = maxExpAvgSq === null ? 0 : enter(maxExpAvgSq, i, m);
    fast.adam(p, g, avg, sq, max, m, weight1, beta2, weight2, decay, shrink, bias2Root, eps, step, 0);
    leave(param, i, m, p);
    leave(expAvg, i, m, avg);
    leave(expAvgSq, i, m, sq);
    if (maxExpAvgSq !== null) leave(maxExpAvgSq, i, m, max);
  }
  return true;
}

const enter = ({ storage, offset }: Dense, i: number, n: number): number => bringIn(storage, offset + i, n);
const leave = ({ storage, offset }: Dense, i: number, n: number, address: number): void =>
  takeOut(storage, offset + i, n, address);
