import type { Generator } from "./generator.js";
import { lgamma } from "./kernels/special.js";

// How many: the discrete distributions, draw for draw as PyTorch draws them.

/**
 * A number of events that come at `rate`. From 10 on by transformed rejection (Hörmann 1993), below by multiplying
 * uniforms until their product falls under `e^-rate`.
 */
export function poisson(rate: number, generator: Generator): number {
  if (rate === 0) return 0;
  if (rate >= 10) return poissonByRejection(rate, generator);
  const end = Math.exp(-rate);
  let count = -1;
  for (let product = 1; product > end; count++) product *= generator.uniform();
  return count;
}

function poissonByRejection(rate: number, generator: Generator): number {
  const b = 0.931 + 2.53 * Math.sqrt(rate);
  const a = -0.059 + 0.02483 * b;
  const hat = 1.1239 + 1.1328 / (b - 3.4);
  const inside = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = generator.uniform() - 0.5;
    const v = generator.uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + rate + 0.43);
    if (us >= 0.07 && v <= inside) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (Math.log((v * hat) / (a / (us * us) + b)) <= -rate + k * Math.log(rate) - lgamma(k + 1)) return k;
  }
}

/** How many of `count` trials succeed, each with probability `p`; the rarer outcome of the two is counted. */
export function binomial(count: number, p: number, generator: Generator): number {
  if (Number.isNaN(p) || Number.isNaN(count)) return Number.NaN;
  if (count <= 0 || p <= 0) return 0;
  if (p >= 1) return count;
  return p <= 0.5 ? rarer(count, p, generator) : count - rarer(count, 1 - p, generator);
}

/** For `p` up to 1/2: by rejection where 10 or more are expected, else by the geometric gaps between successes. */
function rarer(count: number, p: number, generator: Generator): number {
  if (count * p >= 10) return binomialByRejection(count, p, generator);
  const log = Math.log1p(-p);
  let successes = 0;
  for (let at = 0; ; successes++) {
    at += Math.ceil(Math.log(generator.uniform()) / log);
    if (at > count) return successes;
  }
}

/** Transformed rejection, BTRS (Hörmann 1993). */
function binomialByRejection(n: number, p: number, generator: Generator): number {
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const inside = 0.92 - 4.2 / b;
  const odds = p / (1 - p);
  const alpha = (2.83 + 5.1 / b) * spread;
  const mode = Math.floor((n + 1) * p);
  for (;;) {
    const u = generator.uniform() - 0.5;
    const v = generator.uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + n * p + 0.5);
    if (us >= 0.07 && v <= inside) return k;
    if (k < 0 || k > n) continue;
    const bound =
      (mode + 0.5) * Math.log((mode + 1) / (odds * (n - mode + 1))) +
      (n + 1) * Math.log((n - mode + 1) / (n - k + 1)) +
      (k + 0.5) * Math.log((odds * (n - k + 1)) / (k + 1)) +
      tail(mode) +
      tail(n - mode) -
      tail(k) -
      tail(n - k);
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= bound) return k;
  }
}

/** What Stirling's formula leaves out of `ln k!`. */
const tail = (k: number): number =>
  k <= 9 ? small[k] : (1 / 12 - (1 / 360 - 1 / 1260 / (k + 1) ** 2) / (k + 1) ** 2) / (k + 1);
const small = [
  0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509, 0.0166446911898211,
  0.0138761288230707, 0.0118967099458917, 0.010411265261972, 0.00925546218271273, 0.00833056343336287,
];
