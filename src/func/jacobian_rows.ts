import { grad } from "../autograd/index.js";
import { Tensor, zeros_like } from "../tensor/index.js";

/** Gradients of those outputs that have any; `null` for each input where none arrives. */
export function gradients(
  outputs: readonly (Tensor | null)[],
  inputs: readonly Tensor[],
  grad_outputs: readonly (Tensor | null)[],
  options: { create_graph?: boolean; retain_graph?: boolean },
): (Tensor | null)[] {
  const used = outputs.flatMap((out, i) => (out?.requires_grad ? [[out, grad_outputs[i]] as const] : []));
  if (used.length === 0) return inputs.map(() => null);
  return grad<Tensor>(
    used.map(([out]) => out),
    inputs,
    { ...options, grad_outputs: used.map(([, g]) => g ?? null), allow_unused: true },
  );
}

/**
 * The derivatives of every element of `output`, a backward pass each, with respect to the inputs: for each input a
 * tensor whose shape is that of the output followed by that of the input.
 *
 * @param missing what stands for the row of an input on which the element does not depend
 */
export function jacobianRows(
  output: Tensor,
  inputs: readonly Tensor[],
  create_graph: boolean,
  missing: (input: Tensor, at: number, row: Tensor | null) => Tensor = (input, _, row) => row ?? zeros_like(input),
): Tensor[] {
  const rows: Tensor[][] = inputs.map(() => []);
  for (let element = 0; element < output.numel(); element++) {
    const direction = Tensor.empty(output.shape, output.dtype);
    direction.storage.data[element] = 1;
    const row = gradients([output], inputs, [direction], { create_graph, retain_graph: true });
    inputs.forEach((input, k) => {
      rows[k].push(missing(input, k, row[k]));
    });
  }
  return inputs.map((input, k) => {
    const shape = [...output.shape, ...input.shape];
    return rows[k].length === 0 ? Tensor.empty(shape, input.dtype) : rows[k][0].stacked(rows[k]).view(shape);
  });
}
