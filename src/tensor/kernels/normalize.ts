import type { TypedArray } from "../dtype.js";
import type { Grouping, Moments, NormalizeGradients } from "./grouping.js";
import * as staged from "./staged_normalize.js";

const groupsOf = ({ repeats, period }: Grouping): number => repeats * period;

/** The number of elements of a group. */
export const groupSize = ({ outer, count, run }: Grouping): number => outer * count * run;

/** Mean and variance of each group; without `centered` the mean counts as 0, and the variance is the mean square. */
export function moments(by: Grouping, x: TypedArray, eps: number, centered: boolean): Moments {
  const quick = centered ? staged.channelMoments(by, x, eps) : null;
  if (quick !== null) return quick;
  const groups = groupsOf(by);
  const size = groupSize(by);
  const length = by.count * by.run;
  const mean = new Float64Array(groups);
  const variance = new Float64Array(groups);
  if (centered) {
    for (let o = 0, i = 0; o < by.outer; o++) {
      for (let g = 0; g < groups; g++) {
        let sum = 0;
        for (const end = i + length; i < end; i++) sum += x[i];
        mean[g] += sum;
      }
    }
    for (let g = 0; g < groups; g++) mean[g] /= size;
  }
  for (let o = 0, i = 0; o < by.outer; o++) {
    for (let g = 0; g < groups; g++) {
      const m = mean[g];
      let sum = 0;
      for (const end = i + length; i < end; i++) {
        const d = x[i] - m;
        sum += d * d;
      }
      variance[g] += sum;
    }
  }
  for (let g = 0; g < groups; g++) variance[g] /= size;
  return { mean, variance, scale: variance.map((v) => 1 / Math.sqrt(v + eps)) };
}

/** `out = (x - mean) * scale * weight + bias`. */
export function normalize(
  by: Grouping,
  out: TypedArray,
  x: TypedArray,
  moments: Moments,
  weight: TypedArray | null,
  bias: TypedArray | null,
): void {
  if (staged.channelAffine(by, out, x, moments, weight, bias)) return;
  const { mean, scale } = moments;
  const { period, count, run } = by;
  const groups = groupsOf(by);
  for (let o = 0, i = 0; o < by.outer; o++) {
    for (let g = 0; g < groups; g++) {
      const m = mean[g];
      const s = scale[g];
      let p = (g % period) * count;
      if (run === 1) {
        for (const end = p + count; p < end; p++, i++) {
          out[i] = (x[i] - m) * s * (weight === null ? 1 : weight[p]) + (bias === null ? 0 : bias[p]);
        }
        continue;
      }
      for (const last = p + count; p < last; p++) {
        const w = weight === null ? s : s * weight[p];
        const b = bias === null ? 0 : bias[p];
        for (const end = i + run; i < end; i++) out[i] = (x[i] - m) * w + b;
      }
    }
  }
}

/**
 * The gradients of {@link normalize}. With `h = (x - mean) * scale` and `u = g * weight`, where mean and variance come from
 * the elements themselves (`own`):
 *
 *     dx = scale * (u - mean of u - h * mean of u h)        dweight = sum of g h        dbias = sum of g
 *
 * without the mean of `u` where the mean counted as 0; where they were given, `dx = scale * u`.
 */
export function normalizeBackward(
  by: Grouping,
  input: TypedArray,
  g: TypedArray,
  x: TypedArray,
  moments: Moments,
  weight: TypedArray | null,
  own: boolean,
  centered: boolean,
): NormalizeGradients {
  const quick =
    (own ? staged.layerNormGradients(by, input, g, x, moments, weight, centered) : null) ??
    (centered ? staged.channelGradients(by, input, g, x, moments, weight, own) : null);
  if (quick !== null) return quick;
  const { mean, scale } = moments;
  const { period, count, run } = by;
  const groups = groupsOf(by);
  const parameters = period * count;
  const [dw, db] = [new Float64Array(parameters), new Float64Array(parameters)];
  const [sumU, sumUH] = [new Float64Array(groups), new Float64Array(groups)];
  for (let o = 0, i = 0; o < by.outer; o++) {
    for (let k = 0; k < groups; k++) {
      const m = mean[k];
      const s = scale[k];
      let [u, uh] = [0, 0];
      let p = (k % period) * count;
      if (run === 1) {
        for (const end = p + count; p < end; p++, i++) {
          const gh = g[i] * (x[i] - m) * s;
          dw[p] += gh;
          db[p] += g[i];
          const w = weight === null ? 1 : weight[p];
          u += w * g[i];
          uh += w * gh;
        }
      } else {
        for (const last = p + count; p < last; p++) {
          let [sumG, sumGH] = [0, 0];
          for (const end = i + run; i < end; i++) {
            sumG += g[i];
            sumGH += g[i] * (x[i] - m);
          }
          dw[p] += sumGH * s;
          db[p] += sumG;
          const w = weight === null ? 1 : weight[p];
          u += w * sumG;
          uh += w * sumGH * s;
        }
      }
      sumU[k] += u;
      sumUH[k] += uh;
    }
  }
  const size = groupSize(by);
  for (let o = 0, i = 0; o < by.outer; o++) {
    for (let k = 0; k < groups; k++) {
      const m = mean[k];
      const s = scale[k];
      // dx = s (u - a - b (x - m))
      const a = own && centered ? sumU[k] / size : 0;
      const b = own ? (sumUH[k] / size) * s : 0;
      let p = (k % period) * count;
      if (run === 1) {
        for (const end = p + count; p < end; p++, i++) {
          input[i] = s * (g[i] * (weight === null ? 1 : weight[p]) - a - b * (x[i] - m));
        }
        continue;
      }
      for (const last = p + count; p < last; p++) {
        const w = weight === null ? 1 : weight[p];
        for (const end = i + run; i < end; i++) input[i] = s * (g[i] * w - a - b * (x[i] - m));
      }
    }
  }
  return { input, weight: dw, bias: db };
}
