import { op } from "../op.js";
import { celu, elu, selu } from "./activation.js";
import { hardtanh, leaky_relu, rrelu, threshold } from "./piecewise.js";

/** The forms of torch.nn.functional whose names end with `_`: `elu_(x)` is `elu(x, { inplace: true })`. */

/** `max(input, 0)`; with `inplace` written over the input. */
export const functional_relu = op("nn.functional::relu(Tensor input, bool inplace=False) -> Tensor")({
  composite: (input, inplace) => (inplace ? input.relu_() : input.relu()),
  domain: { input: [0.1, 2] },
  example: ["nn.functional.relu(torch.tensor([-1, 2]))", "tensor([0, 2])"],
});

/** {@link functional_relu} in place. */
export const relu_ = op("nn.functional::relu_(Tensor input) -> Tensor")({
  composite: (input) => input.relu_(),
  domain: { input: [0.1, 2] },
  example: ["nn.functional.relu_(torch.tensor([-1, 2]))", "tensor([0, 2])"],
});

/** {@link elu} in place. */
export const elu_ = op("nn.functional::elu_(Tensor input, float alpha=1.0) -> Tensor")({
  composite: (input, alpha) => elu(input, alpha, true),
  domain: { input: [-2, -0.1] },
  example: ["nn.functional.elu_(torch.tensor([-1, 2.5]))", "tensor([-0.6321,  2.5000])"],
});

/** {@link selu} in place. */
export const selu_ = op("nn.functional::selu_(Tensor input) -> Tensor")({
  composite: (input) => selu(input, true),
  domain: { input: [0.1, 2] },
  example: ["nn.functional.selu_(torch.tensor([-1, 2.5]))", "tensor([-1.1113,  2.6268])"],
});

/** {@link celu} in place. */
export const celu_ = op("nn.functional::celu_(Tensor input, float alpha=1.0) -> Tensor")({
  composite: (input, alpha) => celu(input, alpha, true),
  domain: { input: [-2, -0.1] },
  example: ["nn.functional.celu_(torch.tensor([-1, 2.5]), 2)", "tensor([-0.7869,  2.5000])"],
});

/** {@link leaky_relu} in place. */
export const leaky_relu_ = op("nn.functional::leaky_relu_(Tensor input, float negative_slope=0.01) -> Tensor")({
  composite: (input, slope) => leaky_relu(input, slope, true),
  domain: { input: [-2, -0.1] },
  example: ["nn.functional.leaky_relu_(torch.tensor([-1, 2.5]))", "tensor([-0.0100,  2.5000])"],
});

/** {@link rrelu} in place. */
export const rrelu_ = op(
  "nn.functional::rrelu_(Tensor input, float lower=0.125, float upper=0.3333333333333333, bool training=False) -> Tensor",
)({
  composite: (input, lower, upper, training) => rrelu(input, lower, upper, training, true),
  domain: { input: [-2, -0.1] },
  example: ["nn.functional.rrelu_(torch.tensor([-1, 2.5]))", "tensor([-0.2292,  2.5000])"],
});

/** {@link hardtanh} in place. */
export const hardtanh_ = op("nn.functional::hardtanh_(Tensor input, float min_val=-1.0, float max_val=1.0) -> Tensor")({
  composite: (input, min, max) => hardtanh(input, min, max, true),
  domain: { input: [-0.9, 0.9] },
  example: ["nn.functional.hardtanh_(torch.tensor([-3, 0.5]))", "tensor([-1.0000,  0.5000])"],
});

/** {@link threshold} in place. */
export const threshold_ = op("nn.functional::threshold_(Tensor input, float threshold, float value) -> Tensor")({
  composite: (input, limit, value) => threshold(input, limit, value, true),
  domain: { input: [0.1, 2] },
  samples: [{ input: [2, 3], threshold: 0, value: 7 }],
  example: ["nn.functional.threshold_(torch.tensor([1, 2]), 1, 5)", "tensor([5, 2])"],
});
