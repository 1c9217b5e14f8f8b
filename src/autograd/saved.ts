import { RuntimeError } from "../python/errors.js";
import type { Variable } from "./variable.js";

/** The error for an operation (`user`) whose saved values an earlier pass has freed. */
export function graphFreed(user: string): RuntimeError {
  return new RuntimeError(
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.",
    `It happened at ${user}. Compute the loss anew before each backward(), or call the first one with { retain_graph: true }.`,
  );
}

/** Checks that a value kept for the backward pass is still what it was; `user` is the operation that needs it. */
export function checkVersion<V extends Variable<V>>(variable: V, expected: number, user: string): void {
  const version = variable._version;
  if (version === expected) return;
  const made = variable.grad_fn ? `, which is output ${variable.output_nr} of ${variable.grad_fn.name()}` : "";
  throw new RuntimeError(
    `one of the variables needed for gradient computation has been modified by an inplace operation: ${variable.describe()}${made}, is at version ${version}; expected version ${expected} instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True).`,
    `${user} saved this tensor for its derivative and an operation ending in "_" has changed it since. Use the form without "_" there, or clone() the tensor before changing it.`,
  );
}
