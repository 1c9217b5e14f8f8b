import { NotImplementedError } from "../python/errors.js";

/**
 * Not supported: PyTorch's SparseAdam takes sparse gradients alone, and gradients are dense here.
 *
 * @throws NotImplementedError always
 */
export class SparseAdam {
  constructor(..._args: unknown[]) {
    throw new NotImplementedError(
      "SparseAdam is not supported",
      "It takes sparse gradients alone, and gradients are dense here. PyTorch says of dense ones: please consider Adam instead.",
    );
  }
}
