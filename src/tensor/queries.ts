import { define } from "../python/signature.js";
import { commonDtype } from "./dtype.js";
import { Tensor } from "./tensor.js";

// Questions about tensors that `torch` answers as well as the tensor's own methods and properties.

/** The dtype that an operation of the two has. */
export const result_type = define(
  "result_type(Tensor|Scalar tensor1, Tensor|Scalar tensor2) -> ScalarType",
  (tensor1, tensor2) => commonDtype([tensor1, tensor2]),
);

/** The number of elements. */
export const numel = define("numel(Tensor input) -> int", (input) => input.numel());

/** Is the only element other than 0? @throws RuntimeError unless there is exactly one */
export const is_nonzero = define("is_nonzero(Tensor input) -> bool", (input) => input.is_nonzero());

/** Have both the same shape? */
export const is_same_size = define("is_same_size(Tensor input, Tensor other) -> bool", (input, other) =>
  input.is_same_size(other),
);

/** Can elements be negative? */
export const is_signed = define("is_signed(Tensor input) -> bool", (input) => input.is_signed());

export const is_floating_point = define("is_floating_point(Tensor input) -> bool", (input) =>
  input.is_floating_point(),
);

/** Is it complex? Never. */
export const is_complex = define("is_complex(Tensor input) -> bool", (input) => input.is_complex());

/** Is its conjugation left to be done? Never. */
export const is_conj = define("is_conj(Tensor input) -> bool", (input) => input.is_conj());

/** Is its negation left to be done? Never. */
export const is_neg = define("is_neg(Tensor input) -> bool", (input) => input.is_neg());

/** Was it made in inference mode? */
export const is_inference = define("is_inference(Tensor input) -> bool", (input) => input.is_inference());

/** The number of the graphics card: -1 for the CPU. */
export const get_device = define("get_device(Tensor input) -> int", (input) => input.get_device());

/** The name of what `obj` is an instance of; of a tensor the old name of its type, `"torch.FloatTensor"`. */
export function typename(obj: unknown): string {
  if (obj instanceof Tensor) return obj.type();
  return typeof obj === "object" && obj !== null ? obj.constructor.name : typeof obj;
}
