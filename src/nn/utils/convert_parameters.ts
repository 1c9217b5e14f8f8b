import { Tensor, torchFunctions } from "../../tensor/index.js";
import { typename } from "../members.js";

/** All parameters one after the other as one vector. */
export function parameters_to_vector(parameters: Iterable<Tensor>): Tensor {
  return torchFunctions.cat([...parameters].map((p) => p.view(-1)));
}

/** Writes the parts of a vector into parameters, one after the other; they share its memory from then on. */
export function vector_to_parameters(vec: Tensor, parameters: Iterable<Tensor>): void {
  if (!(vec instanceof Tensor)) throw new TypeError(`expected torch.Tensor, but got: ${typename(vec)}`);
  let start = 0;
  for (const parameter of parameters) {
    parameter.data = vec.narrow(0, start, parameter.numel()).view_as(parameter).data;
    start += parameter.numel();
  }
}
