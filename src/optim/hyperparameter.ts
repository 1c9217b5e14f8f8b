import { ValueError } from "../python/errors.js";
import { pythonFloat, pythonRepr } from "../python/repr.js";
import { registerType } from "../python/signature.js";
import { Tensor } from "../tensor/index.js";

declare module "../python/signature-types.js" {
  interface Vocabulary {
    "float[2]": readonly [number, number];
  }
}
registerType("float[2]", (v) => Array.isArray(v) && v.length === 2 && v.every((x) => typeof x === "number"));

/** A hyperparameter: a plain number, or a tensor of one element, which computes in its own dtype. */
export type Hyperparameter = number | Tensor;

export const isHyperparameter = (x: unknown): x is Hyperparameter => typeof x === "number" || x instanceof Tensor;

export const numberOf = (x: Hyperparameter): number => (x instanceof Tensor ? x.item() : x);

/** A number as it is, a tensor in memory of its own. */
export const copyOf = <X>(x: X): X => (x instanceof Tensor ? (x.detach().clone() as X & Tensor) : x);

// Arithmetic on hyperparameters. Tensors round each result to their dtype, as they do in PyTorch.

export const plus = (a: Hyperparameter, b: number): Hyperparameter => (a instanceof Tensor ? a.add(b) : a + b);
export const times = (a: Hyperparameter, b: number): Hyperparameter => (a instanceof Tensor ? a.mul(b) : a * b);
export const power = (a: Hyperparameter, n: number): Hyperparameter => (a instanceof Tensor ? a.pow(n) : a ** n);

/** `1 - a` */
export const complement = (a: Hyperparameter): Hyperparameter => (a instanceof Tensor ? a.rsub(1) : 1 - a);

export function quotient(a: Hyperparameter, b: Hyperparameter): Hyperparameter {
  if (a instanceof Tensor) return a.div(b);
  return b instanceof Tensor ? b.reciprocal().mul(a) : a / b;
}

/** As Python's f-strings show it: a 0-d tensor by its number. */
function show(x: Hyperparameter): string {
  if (!(x instanceof Tensor)) return pythonRepr(x);
  return x.dim() === 0 ? pythonFloat(x.item()) : String(x);
}

/** @throws ValueError in PyTorch's words, `Invalid NAME: -1`, unless the value is 0 or more; NaN is neither */
export function checkNotNegative(name: string, value: Hyperparameter): void {
  if (numberOf(value) >= 0) return;
  throw new ValueError(`Invalid ${name}: ${show(value)}`, "It must be a number that is 0 or more.");
}

/** @throws ValueError unless the decay rate `value` lies in [0, 1) */
export function checkDecayRate(name: string, value: Hyperparameter): void {
  const x = numberOf(value);
  if (x >= 0 && x < 1) return;
  const shown = typeof value === "number" ? pythonFloat(value) : show(value);
  throw new ValueError(`Invalid ${name}: ${shown}`, "A decay rate is 0 or more and less than 1.");
}

/** @throws ValueError unless both decay rates lie in [0, 1) */
export function checkBetas(betas: readonly [Hyperparameter, Hyperparameter]): void {
  betas.forEach((beta, i) => void checkDecayRate(`beta parameter at index ${i}`, beta));
}

/** @throws ValueError in PyTorch's words, `NAME should be >= 0 but is: -1`, unless `holds` */
export function checkShould(name: string, holds: boolean, be: string, value: Hyperparameter): void {
  if (!holds) throw new ValueError(`${name} should be ${be} but is: ${show(value)}`);
}

/** @throws ValueError for a tensor that does not hold exactly one number */
export function checkOneElement(name: string, value: Hyperparameter): void {
  if (value instanceof Tensor && value.numel() !== 1) throw new ValueError(`Tensor ${name} must be 1-element`);
}

/** @throws ValueError unless the learning rate is one number that is 0 or more */
export function checkLearningRate(lr: Hyperparameter): void {
  checkOneElement("lr", lr);
  checkNotNegative("learning rate", lr);
}
