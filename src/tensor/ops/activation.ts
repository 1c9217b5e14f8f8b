import { op } from "../op.js";
import { pointwise1 } from "../pointwise.js";

/** `max(self, 0)`; the gradient at 0 is 0. */
export const relu = op("relu[_](Tensor self) -> Tensor")({
  ...pointwise1((x) => (x > 0 || Number.isNaN(x) ? x : 0)),
  derivatives: { self: ["result", (g, { result }) => g.masked_fill(result.le(0), 0)] },
  example: ["torch.tensor([-1, 2]).relu()", "tensor([0, 2])"],
});

/** `1 / (1 + e^-self)`. */
export const sigmoid = op("sigmoid[_](Tensor self) -> Tensor")({
  ...pointwise1((x) => 1 / (1 + Math.exp(-x)), "float"),
  // d sigmoid = s (1 - s) dx
  derivatives: { self: ["result", (g, { result }) => g.mul(result.rsub(1)).mul(result)] },
  example: ["torch.tensor([0, 1]).sigmoid()", "tensor([0.5000, 0.7311])"],
});

/** The hyperbolic tangent. */
export const tanh = op("tanh[_](Tensor self) -> Tensor")({
  ...pointwise1(Math.tanh, "float"),
  // d tanh = (1 - t^2) dx
  derivatives: { self: ["result", (g, { result }) => g.mul(result.pow(2).rsub(1))] },
  example: ["torch.tensor([0, 1]).tanh()", "tensor([0.0000, 0.7616])"],
});
