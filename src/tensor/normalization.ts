import { is_grad_enabled } from "../autograd/grad_mode.js";
import { RuntimeError, ValueError } from "../python/errors.js";
import { registerType } from "../python/signature.js";
import type { DType, TypedArray } from "./dtype.js";
import type { Grouping, Moments, NormalizeGradients } from "./kernels/grouping.js";
import { groupSize, moments, normalize, normalizeBackward } from "./kernels/normalize.js";
import { layerNorm } from "./kernels/staged_normalize.js";
import { rowsOf } from "./rows.js";
import { numelOf, type Shape } from "./shape.js";
import { Tensor } from "./tensor.js";

/** What the normalising ops share: one forward and one derivative over a {@link Grouping}. */

/** A call of a normalising op. */
export interface Normalization {
  readonly self: Tensor;
  readonly by: Grouping;
  readonly weight: Tensor | null;
  readonly bias?: Tensor | null;
  readonly eps: number;
  /** Is the mean taken off? */
  readonly centered?: boolean;
  /** Mean and variance where they do not come from the elements. */
  readonly given?: { readonly mean: Tensor; readonly variance: Tensor } | null;
  /** What the forward found, for the backward; found again where it is `null`. */
  readonly found: Found | null;
}

/** What a forward leaves to its backward: the moments, and the gradients that all arguments share. */
export class Found {
  moments: Moments | null = null;
  readonly gradients = new WeakMap<Tensor, NormalizeGradients>();
}

declare module "../python/signature-types.js" {
  interface Vocabulary {
    Found: Found;
  }
}

registerType("Found", (v) => v instanceof Found);

const maybeRows = (t: Tensor | null | undefined) => (t ? rowsOf(t) : null);

export function normalizeForward(call: Normalization): Tensor {
  const { self, by, weight, bias, eps, centered = true, given, found } = call;
  const out = Tensor.empty(self.shape, self.dtype);
  const x = rowsOf(self);
  const [w, b] = [maybeRows(weight), maybeRows(bias)];
  const ofRows = given ? null : layerNorm(by, out.storage.data, x, w, b, eps, centered);
  const taken = ofRows ?? momentsOf(call, x);
  if (found) found.moments = taken;
  if (ofRows === null) normalize(by, out.storage.data, x, taken, w, b);
  return out;
}

function momentsOf({ by, eps, centered = true, given, found }: Normalization, x: Tensor["storage"]["data"]): Moments {
  if (found?.moments) return found.moments;
  if (!given) return moments(by, x, eps, centered);
  const variance = Float64Array.from(rowsOf(given.variance));
  return { mean: Float64Array.from(rowsOf(given.mean)), variance, scale: variance.map((v) => 1 / Math.sqrt(v + eps)) };
}

/** The gradient of one argument, of `shape`: by the kernel, or, where it is to be differentiated itself, by a formula. */
export function normalizeGradient(
  g: Tensor,
  call: Normalization,
  of: "input" | "weight",
  shape: Shape = call.self.shape,
): Tensor {
  if (is_grad_enabled()) return formulas[of](g, call).reshape([...shape]);
  const { dtype } = call.self;
  const found = gradients(g, call)[of];
  return Tensor.of(of === "input" ? found : numbersOf(dtype, found), shape, dtype);
}

function numbersOf(dtype: DType, values: ArrayLike<number>): TypedArray {
  const data = new dtype.array(values.length);
  data.set(values);
  return data;
}

/** The sums of the gradient for the biases: those that {@link normalizeGradient} found in passing, or by `summed`. */
export function biasGradient(g: Tensor, found: Found | null, shape: Shape, summed: () => Tensor): Tensor {
  const known = is_grad_enabled() ? undefined : found?.gradients.get(g);
  return known ? Tensor.of(numbersOf(g.dtype, known.bias), shape, g.dtype) : summed();
}

function gradients(g: Tensor, call: Normalization): NormalizeGradients {
  const { self, by, weight, centered = true, given, found } = call;
  const known = found?.gradients.get(g);
  if (known) return known;
  const x = rowsOf(self);
  const input = new self.dtype.array(x.length);
  const made = normalizeBackward(by, input, rowsOf(g), x, momentsOf(call, x), maybeRows(weight), !given, centered);
  found?.gradients.set(g, made);
  return made;
}

// The same in tensor language, on tensors of the sizes of the grouping

const OF_GROUP = [0, 3, 4];
const OF_PARAMETER = [0, 1, 4];

const sized = (t: Tensor, { outer, repeats, period, count, run }: Grouping): Tensor =>
  t.reshape([outer, repeats, period, count, run]);
const ofParameters = (t: Tensor, { period, count }: Grouping): Tensor => t.reshape([1, 1, period, count, 1]);
const ofGroups = (t: Tensor, { repeats, period }: Grouping): Tensor => t.reshape([1, repeats, period, 1, 1]);

/** The normalised elements and their scale. */
function normalized({ self, by, eps, centered = true, given }: Normalization): { h: Tensor; scale: Tensor } {
  const x = sized(self, by);
  if (given) {
    const scale = ofGroups(given.variance, by).add(eps).rsqrt();
    return { h: x.sub(ofGroups(given.mean, by)).mul(scale), scale };
  }
  const away = centered ? x.sub(x.mean(OF_GROUP, true)) : x;
  const scale = away.mul(away).mean(OF_GROUP, true).add(eps).rsqrt();
  return { h: away.mul(scale), scale };
}

const formulas = {
  input: (g: Tensor, call: Normalization): Tensor => {
    const { by, weight, centered = true, given } = call;
    const { h, scale } = normalized(call);
    const u = weight ? sized(g, by).mul(ofParameters(weight, by)) : sized(g, by);
    const along = (t: Tensor) => t.mean(OF_GROUP, true);
    const bent = given ? u : u.sub(h.mul(along(u.mul(h))));
    const slope = !given && centered ? bent.sub(along(u)) : bent;
    return slope.mul(scale);
  },
  weight: (g: Tensor, call: Normalization): Tensor => sized(g, call.by).mul(normalized(call).h).sum(OF_PARAMETER),
};

export function checkSameDtype(self: Tensor, ...others: readonly (Tensor | null)[]): void {
  if (others.every((t) => t === null || t.dtype === self.dtype)) return;
  throw new RuntimeError("mixed dtype (CPU): all inputs must share same datatype.");
}

/** Moves running statistics towards those that a forward over a batch {@link Found}, the variance as of a sample. */
export function runningStatistics(
  { moments }: Found,
  by: Grouping,
  running_mean: Tensor | null,
  running_var: Tensor | null,
  momentum: number,
): void {
  const { mean, variance } = moments!;
  const n = groupSize(by);
  if (running_mean) move(running_mean, mean, momentum);
  if (running_var)
    move(
      running_var,
      variance.map((v) => (v * n) / (n - 1)),
      momentum,
    );
}

/** `running = (1 - momentum) * running + momentum * found`, outside the graph. */
function move(running: Tensor, found: Float64Array, momentum: number): void {
  const values = Tensor.of(numbersOf(running.dtype, found), running.shape, running.dtype);
  running.data.mul_(1 - momentum).add_(values.mul_(momentum));
}

/** The gradient of biases that are one number a channel. */
export const channelSums = (g: Tensor, found: Found | null): Tensor =>
  biasGradient(g, found, [g.shape[1]], () => g.sum(g.shape.map((_, d) => d).filter((d) => d !== 1)));

/** One element has no variance. */
export function checkBatch(shape: Shape, shown: string): void {
  if (shape.length < 2 || numelOf([shape[0], ...shape.slice(2)]) !== 1) return;
  throw new ValueError(`Expected more than 1 value per channel when training, got input size ${shown}`);
}

/** A call without what says how its elements are grouped. */
export const withoutGroups = ({
  self,
  weight,
  bias,
  eps,
  found,
}: Omit<Normalization, "by">): Omit<Normalization, "by"> => ({
  self,
  weight,
  bias,
  eps,
  found,
});
