import { Tensor } from "../tensor/index.js";

/** Numbers of elements and operations. */
const numel = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The last dimension of the first matrix: how many products each element of the result sums. */
const inner = (at: number) => (args: readonly unknown[], result: Tensor) => {
  const first = args[at];
  return first instanceof Tensor ? 2 * result.numel() * first.shape[first.dim() - 1] : 0;
};

/** For a result of shape (N, C, ...) each element sums over a kernel of shape (C_in / groups, ...). */
const convolution = (args: readonly unknown[], result: Tensor): number => {
  const weight = args[1];
  return weight instanceof Tensor ? 2 * result.numel() * numel(weight.shape.slice(1)) : 0;
};

const each = (_: readonly unknown[], result: Tensor): number => result.numel();

const formulas: Readonly<Record<string, (args: readonly unknown[], result: Tensor) => number>> = {
  "aten::mm": inner(0),
  "aten::bmm": inner(0),
  "aten::matmul": inner(0),
  "aten::linear": inner(0),
  "aten::addmm": inner(1),
  "aten::baddbmm": inner(1),
  "aten::conv1d": convolution,
  "aten::conv2d": convolution,
  "aten::conv3d": convolution,
  "aten::add": each,
  "aten::mul": each,
};

/** How many floating-point operations an operator made; 0 if it is none of those that are counted. */
export function flopsOf(name: string, args: readonly unknown[], result: unknown): number {
  return result instanceof Tensor ? (formulas[name]?.(args, result) ?? 0) : 0;
}
