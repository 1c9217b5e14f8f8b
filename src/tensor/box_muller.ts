import { BLOCK, begin, room } from "./kernels/stage.js";
import { heap, kernels } from "./kernels/wasm/instance.js";

/*
 * Box and Muller's transform of float32 uniforms: radius sqrt(-2 ln(1 - u)), angle 2 pi v. The functions are series in
 * double precision, here because they are much faster than those of Math, and the same in every engine; rounded to float32,
 * they are the true values but for one in millions. The kernel computes the same to the last bit.
 */

const { fround, sqrt } = Math;
const TURN = fround(2 * Math.PI);
/** pi / 2 in two parts, the first with 33 bits, so that its multiples are exact. */
const QUARTER = 1.5707963267341256;
const REST = 6.077100506506192e-11;
/** Cosine and sine of 0 to 4 quarter turns. */
const COS = new Float64Array([1, 0, -1, 0, 1]);
const SIN = new Float64Array([0, 1, 0, -1, 0]);

/** Fewer blocks are done in a plain loop. */
const FEW = 64;
/** Blocks at a time, so that they stay in the cache. */
const PIECE = BLOCK / 16;

/**
 * Turns blocks of 16 uniforms, multiples of 2^-24, into normals: the first 8 of a block give the radii, the last 8 the
 * angles. What is left over stays as it is.
 */
export function boxMuller(out: Float32Array, mean: number, std: number): void {
  const center = fround(mean);
  const spread = fround(std);
  const blocks = out.length >> 4;
  const fast = blocks >= FEW ? kernels() : null;
  for (let first = 0; first < blocks; first += PIECE) {
    const n = Math.min(PIECE, blocks - first);
    const piece = out.subarray(16 * first, 16 * (first + n));
    begin();
    const address = fast ? room(16 * n) : 0;
    if (fast === null || address === 0) {
      for (let i = 0; i < 16 * n; i += 16) turn16(piece, i, center, spread);
      continue;
    }
    heap().set(piece, address >> 2);
    fast.boxMuller(address, n, center, spread);
    piece.set(heap().subarray(address >> 2, (address >> 2) + 16 * n));
  }
}

function turn16(out: Float32Array, start: number, center: number, spread: number): void {
  for (let j = start; j < start + 8; j++) {
    const radius = fround(sqrt(fround(-2 * fround(logOfUnits(2 ** 24 - out[j] * 2 ** 24))))); // 1 - u is in (0, 1]
    const theta = fround(TURN * out[j + 8]);
    const quarters = (theta * (2 / Math.PI) + 0.5) | 0;
    const x = theta - quarters * QUARTER - quarters * REST;
    const c = cosine(x);
    const s = sine(x);
    const cos = fround(c * COS[quarters] - s * SIN[quarters]);
    const sin = fround(s * COS[quarters] + c * SIN[quarters]);
    out[j] = fround(radius * cos) * spread + center;
    out[j + 8] = fround(radius * sin) * spread + center;
  }
}

/** ln(k / 2^24) for a whole k from 1 to 2^24: ln m = 2 artanh((m - 1) / (m + 1)) of m = k / 2^e, m from 3/4 to 3/2. */
function logOfUnits(k: number): number {
  const shift = Math.clz32(k) - 7;
  let m = (k << shift) * 2 ** -24;
  let e = -shift;
  // without a branch, which would be guessed wrong half of the time
  const over = Math.trunc(m * (2 / 3)); // 1 from 3/2 on
  m *= 1 - 0.5 * over;
  e += over;
  const s = (m - 1) / (m + 1);
  const q = s * s;
  const series =
    1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9 + q * (1 / 11 + q * (1 / 13 + q * (1 / 15 + q * (1 / 17)))))));
  return 2 * s + 2 * s * q * series + e * Math.LN2;
}

/** sin x for |x| up to pi / 4, by Taylor's series. */
function sine(x: number): number {
  const q = x * x;
  const series =
    -1 / 6 + q * (1 / 120 + q * (-1 / 5040 + q * (1 / 362880 + q * (-1 / 39916800 + q * (1 / 6227020800)))));
  return x + x * q * series;
}

/** cos x for |x| up to pi / 4, by Taylor's series. */
function cosine(x: number): number {
  const q = x * x;
  const series =
    1 / 24 + q * (-1 / 720 + q * (1 / 40320 + q * (-1 / 3628800 + q * (1 / 479001600 + q * (-1 / 87178291200)))));
  return 1 - 0.5 * q + q * q * series;
}
