import { RuntimeError } from "../python/errors.js";
import type { DType } from "./dtype.js";
import { type Shape, sameShape, showShape } from "./shape.js";

/** What a tensor shows of itself here. */
interface Typed {
  readonly shape: Shape;
  readonly dtype: DType;
}

const size = ({ shape }: Typed): string => `torch.Size(${showShape(shape)})`;
const typeName = ({ dtype }: Typed): string => `torch.${dtype.scalarName}Tensor`;

/** Throws unless a pass may start at output `index` with `gradient`, which is one row of a batch if `batched`. */
export function checkGiven(output: Typed, gradient: Typed, index: number, batched: boolean): void {
  if (sameShape(gradient.shape, output.shape)) return;
  const mismatch = `grad_output[${index}] has a shape of ${size(gradient)} and output[${index}] has a shape of ${size(output)}.`;
  if (!batched) throw new RuntimeError(`Mismatch in shape: ${mismatch}`);
  throw new RuntimeError(
    `If \`is_grads_batched=True\`, we interpret the first dimension of each grad_output as the batch dimension. The sizes of the remaining dimensions are expected to match the shape of corresponding output, but a mismatch was detected: ${mismatch} If you only want some tensors in \`grad_output\` to be considered batched, consider using vmap.`,
  );
}

/** Throws unless `grad` may become the `.grad` of `tensor`. */
export function checkAssigned(tensor: Typed, grad: Typed): void {
  if ((grad as unknown) === tensor) throw new RuntimeError("can't assign Variable as its own grad");
  if (!sameShape(grad.shape, tensor.shape)) {
    throw new RuntimeError(
      `attempting to assign a gradient of size '${showShape(grad.shape)}' to a tensor of size '${showShape(tensor.shape)}'. Please ensure that the gradient and the tensor are the same size`,
    );
  }
  if (grad.dtype !== tensor.dtype) {
    throw new RuntimeError(
      `attempting to assign a gradient with dtype '${grad.dtype.cppName}' to a tensor with grad_dtype '${tensor.dtype.scalarName}'. The gradient must match the tensor's grad_dtype (defaults to the tensor's dtype). You can set the tensor's grad_dtype attribute with a specific dtype, or None to allow any dtype. Set grad_dtype with caution. Diverging the dtypes of a tensor and its gradient may break downstream systems that assume they match.`,
      `Convert it first: grad.to(${tensor.dtype}).`,
    );
  }
}

/** Throws unless a hook may use `after` instead of the gradient `before`. */
export function checkReplaced(before: Typed, after: Typed, hook: string): void {
  if (after.dtype !== before.dtype) {
    throw new RuntimeError(
      `hook '${hook}' has changed the type of value (was ${typeName(before)} got ${typeName(after)})`,
    );
  }
  if (!sameShape(after.shape, before.shape)) throw new RuntimeError(`hook '${hook}' has changed the size of value`);
}
