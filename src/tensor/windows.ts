import { ValueError } from "../python/errors.js";
import { define } from "../python/signature.js";
import { asking } from "./creation.js";
import { type DType, float32, float64, get_default_dtype } from "./dtype.js";
import { Tensor } from "./tensor.js";

// torch.signal.windows: weights for M samples of a signal, which fall off to both sides. Symmetric (`sym`), or periodic:
// the first M of M + 1 symmetric ones.

const options = "bool sym=True, ScalarType? dtype=None, str? layout=None, str? device=None, bool requires_grad=False";
type Options = readonly [dtype: DType | null, layout: string | null, device: string | null, requires_grad: boolean];

/** The window with the weights `f(i)`; a single one is 1 unless `f` says so for itself. */
function windowOf(name: string, M: number, f: (i: number) => number, [dtype, , , requires_grad]: Options): Tensor {
  const type = dtype ?? get_default_dtype();
  if (M < 0) throw new ValueError(`${name} requires non-negative window length, got M=${M}`);
  if (type !== float32 && type !== float64) {
    throw new ValueError(`${name} expects float32 or float64 dtypes, got: torch.${type.name}`);
  }
  const out = Tensor.empty([M], type);
  for (let i = 0; i < M; i++) out.storage.data[i] = f(i);
  return asking(out, requires_grad);
}

/** How many steps a window is long. */
const steps = (M: number, sym: boolean): number => (sym ? M - 1 : M);

/** The sum of `(-1)^k a[k] cos(2 pi k i / length)`. */
function cosines(M: number, a: readonly number[], sym: boolean, o: Options): Tensor {
  const angle = (2 * Math.PI) / steps(M, sym);
  const weight = (i: number) => a.reduce((sum, w, k) => sum + (-1) ** k * w * Math.cos(k * angle * i), 0);
  return windowOf("general_cosine", M, M === 1 ? () => 1 : weight, o);
}

/** A triangle from 0 to 1 and back. */
export const bartlett = define(`bartlett(int M, *, ${options}) -> Tensor`, (M, sym, ...o) =>
  windowOf("bartlett", M, (i) => (M === 1 ? 1 : 1 - Math.abs((2 * i) / steps(M, sym) - 1)), o),
);

/** `0.42 - 0.5 cos(2 pi i / length) + 0.08 cos(4 pi i / length)`. */
export const blackman = define(`blackman(int M, *, ${options}) -> Tensor`, (M, sym, ...o) =>
  cosines(M, [0.42, 0.5, 0.08], sym, o),
);

/** Half a wave of the sine. */
export const cosine = define(`cosine(int M, *, ${options}) -> Tensor`, (M, sym, ...o) => {
  const length = !sym && M > 1 ? M + 1 : M;
  return windowOf("cosine", M, (i) => Math.sin((Math.PI * (i + 0.5)) / length), o);
});

/** `e^(-|i - center| / tau)`; `center` is the middle unless given, and then not for symmetric windows. */
export const exponential = define(
  `exponential(int M, *, float? center=None, float tau=1.0, ${options}) -> Tensor`,
  (M, center, tau, sym, ...o) => {
    if (tau <= 0) throw new ValueError(`Tau must be positive, got: ${tau} instead.`);
    if (sym && center !== null) throw new ValueError("Center must be None for symmetric windows");
    const middle = center ?? half(M, sym);
    return windowOf("exponential", M, (i) => Math.exp(-Math.abs(i - middle) / tau), o);
  },
);

/** `e^(-(i - middle)^2 / (2 std^2))`. */
export const gaussian = define(`gaussian(int M, *, float std=1.0, ${options}) -> Tensor`, (M, std, sym, ...o) => {
  if (std <= 0) throw new ValueError(`Standard deviation must be positive, got: ${std} instead.`);
  return windowOf("gaussian", M, (i) => Math.exp(-(((i - half(M, sym)) / std) ** 2) / 2), o);
});

const half = (M: number, sym: boolean): number => (M > 1 ? steps(M, sym) / 2 : 0);

/** The sum of `(-1)^k a[k] cos(2 pi k i / length)`. */
export const general_cosine = define(`general_cosine(int M, *, float[] a, ${options}) -> Tensor`, (M, a, sym, ...o) => {
  const weights = [a].flat();
  if (weights.length === 0) throw new ValueError("Coefficients cannot be empty");
  return cosines(M, weights, sym, o);
});

/** `alpha - (1 - alpha) cos(2 pi i / length)`. */
export const general_hamming = define(
  `general_hamming(int M, *, float alpha=0.54, ${options}) -> Tensor`,
  (M, alpha, sym, ...o) => cosines(M, [alpha, 1 - alpha], sym, o),
);

/** `0.54 - 0.46 cos(2 pi i / length)`. */
export const hamming = define(`hamming(int M, *, ${options}) -> Tensor`, (M, sym, ...o) =>
  cosines(M, [0.54, 0.46], sym, o),
);

/** `0.5 - 0.5 cos(2 pi i / length)`. */
export const hann = define(`hann(int M, *, ${options}) -> Tensor`, (M, sym, ...o) => cosines(M, [0.5, 0.5], sym, o));

/** `I0(beta sqrt(1 - (2 i / length - 1)^2)) / I0(beta)`, with the modified Bessel function I0. */
export const kaiser = define(`kaiser(int M, *, float beta=12.0, ${options}) -> Tensor`, (M, beta, sym, ...o) => {
  if (beta < 0) throw new ValueError(`beta must be non-negative, got: ${beta} instead.`);
  const weight = (i: number) => {
    const x = (2 * i) / steps(M, sym) - 1;
    return besselI0(beta * Math.sqrt(Math.max(1 - x * x, 0))) / besselI0(beta);
  };
  return windowOf("kaiser", M, M === 1 ? () => 1 : weight, o);
});

/** `sum over k of (x / 2)^2k / k!^2`; all terms are positive. */
function besselI0(x: number): number {
  let sum = 1;
  for (let k = 1, term = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/** Nuttall's four terms of {@link general_cosine}. */
export const nuttall = define(`nuttall(int M, *, ${options}) -> Tensor`, (M, sym, ...o) =>
  cosines(M, [0.3635819, 0.4891775, 0.1365995, 0.0106411], sym, o),
);
