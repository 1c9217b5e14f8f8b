import { type Hyperparameter, numberOf } from "../optim/hyperparameter.js";

/* Numbers in the sentences of `explain()`. */

/** Six digits are enough to tell rates apart. */
export const show = (x: Hyperparameter): string => String(Number(numberOf(x).toPrecision(6)));

/** One value for all groups, or a list of one for each. */
export function showAll(values: readonly Hyperparameter[]): string {
  const texts = values.map(show);
  return new Set(texts).size === 1 ? texts[0] : `[${texts.join(", ")}]`;
}

/** "1 epoch", "2 epochs" */
export const count = (n: number, thing: string): string => `${show(n)} ${thing}${n === 1 ? "" : "s"}`;

/** Do two values agree but for rounding? Tensors are float32. */
export function agree(a: Hyperparameter, b: Hyperparameter): boolean {
  const [x, y] = [numberOf(a), numberOf(b)];
  const tolerance = typeof a === "number" && typeof b === "number" ? 1e-9 : 1e-4;
  return Math.abs(x - y) <= tolerance * Math.max(Math.abs(x), Math.abs(y)) + 1e-15;
}
