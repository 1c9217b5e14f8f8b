import { formatParameter } from "../tensor/format.js";
import { type DType, empty, get_default_dtype, Tensor, zeros } from "../tensor/index.js";

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

  constructor(data: Tensor = zeros(0), requires_grad: boolean | { requires_grad?: boolean } = true) {
    super(data.storage, data.dtype, data.shape, data.strides, data.offset);
    this.requires_grad = typeof requires_grad === "boolean" ? requires_grad : (requires_grad.requires_grad ?? true);
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

/** The shape is unknown until the first input of a lazy module is seen. */
function materialized(
  tensor: UninitializedParameter | UninitializedBuffer,
  become: object,
  shape: readonly number[],
  dtype: DType,
): void {
  tensor.data = empty(shape, { dtype });
  Object.setPrototypeOf(tensor, become);
}

/**
 * A parameter of a lazy module whose shape is not known yet; `materialize` makes it an ordinary {@link Parameter} of
 * arbitrary numbers.
 */
export class UninitializedParameter extends Parameter {
  constructor(requires_grad = true, { dtype = get_default_dtype() }: { dtype?: DType } = {}) {
    super(empty(0, { dtype }), requires_grad);
  }

  materialize(shape: readonly number[], { dtype = this.dtype }: { dtype?: DType } = {}): void {
    materialized(this, Parameter.prototype, shape, dtype);
  }

  override toString(): string {
    return "<UninitializedParameter>";
  }
}

/** A buffer of a lazy module whose shape is not known yet. */
export class UninitializedBuffer extends Tensor {
  constructor(requires_grad = false, { dtype = get_default_dtype() }: { dtype?: DType } = {}) {
    const { storage, shape, strides, offset } = empty(0, { dtype });
    super(storage, dtype, shape, strides, offset);
    this.requires_grad = requires_grad;
  }

  materialize(shape: readonly number[], { dtype = this.dtype }: { dtype?: DType } = {}): void {
    materialized(this, Tensor.prototype, shape, dtype);
  }

  override toString(): string {
    return "<UninitializedBuffer>";
  }
}

/** Is it a parameter or buffer without a shape? */
export const is_lazy = (value: unknown): value is UninitializedParameter | UninitializedBuffer =>
  value instanceof UninitializedParameter || value instanceof UninitializedBuffer;
