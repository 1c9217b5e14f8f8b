import { type Hyperparameter, quotient, times } from "../optim/hyperparameter.js";

/* Sums and differences of numbers and tensors. Tensors round each result to their dtype, as they do in PyTorch. */

export function sum(a: Hyperparameter, b: Hyperparameter): Hyperparameter {
  if (typeof a !== "number") return a.add(b);
  return typeof b === "number" ? a + b : b.add(a);
}

export function difference(a: Hyperparameter, b: Hyperparameter): Hyperparameter {
  if (typeof a !== "number") return a.sub(b);
  return typeof b === "number" ? a - b : b.rsub(a);
}

/** From `start` to `end` as `t` goes from 0 to 1, along a line. */
export function alongLine(start: Hyperparameter, end: Hyperparameter, t: number): Hyperparameter {
  return sum(times(difference(end, start), t), start);
}

/** From `start` to `end` as `t` goes from 0 to 1, along half a cosine: flat at both ends. */
export function alongCosine(start: Hyperparameter, end: Hyperparameter, t: number): Hyperparameter {
  return sum(end, times(quotient(difference(start, end), 2), Math.cos(Math.PI * t) + 1));
}
