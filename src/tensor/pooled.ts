import { int64 } from "./dtype.js";
import { maxima } from "./kernels/planes.js";
import { namedResults } from "./named.js";
import type { PoolWindows } from "./pooling.js";
import { numelOf, type Shape } from "./shape.js";
import { Tensor } from "./tensor.js";

/** The elements that a max pool finds, and their places in their planes. */
export type Pooled = readonly [Tensor, Tensor] & { readonly output: Tensor; readonly indices: Tensor };

/** The largest elements of windows of as many dimensions as `counts` says, the same or others in each plane, and their places. */
export function largest(
  self: Tensor,
  counts: Shape,
  windows: readonly PoolWindows[] | ((plane: number) => readonly PoolWindows[]),
): Pooled {
  const shape = [...self.shape.slice(0, -counts.length), ...counts];
  const output = Tensor.empty(shape, self.dtype);
  const indices = Tensor.empty(shape, int64);
  const planes = numelOf(shape.slice(0, -counts.length));
  if (output.numel() > 0) maxima(output.operand(), indices.operand(), self.contiguous().operand(), planes, windows);
  return namedResults("max_pool", { output, indices });
}

/** What `return_indices` asks for; an array reads like a tensor: `const [output, indices] = ...`. */
export const chosen = (both: Pooled, return_indices: boolean): Tensor =>
  return_indices ? (both as unknown as Tensor) : both.output;
