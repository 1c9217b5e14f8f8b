import { formatParameter } from "../tensor/format.js";
import { get_default_dtype, Tensor, zeros } from "../tensor/index.js";

/**
 * A tensor that a {@link Module} trains: assigned to a property of a module it is one of its parameters. It shares the
 * memory of `data` and requires a gradient unless told otherwise.
 *
 * @example
 * class Scale extends nn.Module {
 *   factor = new nn.Parameter(torch.ones(1));
 *   forward(x: Tensor) { return x.mul(this.factor); }
 * }
 */
export class Parameter extends Tensor {
  /** Nothing but a Parameter may be assigned where one is expected: a plain tensor would not be found. */
  declare private readonly trained: true;

  constructor(data: Tensor = zeros(0), requires_grad = true) {
    super(data.storage, data.dtype, data.shape, data.strides, data.offset);
    this.requires_grad = requires_grad;
  }

  override toString(): string {
    return formatParameter(this, get_default_dtype().name);
  }
}

/**
 * A tensor that belongs to a module's state and is not trained, such as a running mean: assigned to a property of a
 * module it is one of its buffers. `persistent: false` keeps it out of `state_dict()`.
 */
export class Buffer extends Tensor {
  readonly persistent: boolean;

  constructor(data: Tensor = zeros(0), { persistent = true }: { persistent?: boolean } = {}) {
    super(data.storage, data.dtype, data.shape, data.strides, data.offset);
    this.persistent = persistent;
  }
}
