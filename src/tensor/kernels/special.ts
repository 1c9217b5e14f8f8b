/** Special functions of one number, in double precision. */

// The error function

/** Chebyshev coefficients of `(1 + 2 x) e^(x^2) erfc(x)` for x >= 0, in `t = (x - 3.75) / (x + 3.75)`. */
const ERFC_SERIES = [
  2.3551578691348034, -0.004590054580646478, -0.08424913336651792, 0.05920993999819189, -0.026658668435305753,
  0.009074997670705265, -0.002413163540417608, 0.0004907758365258086, -6.916973302501207e-5, 4.13902798607301e-6,
  7.74038306619849e-7, -2.1886401049234397e-7, 1.076499946567091e-8, 4.521959811218287e-9, -7.754400208831351e-10,
  -6.318088340886684e-11, 2.86879501093067e-11, 1.9455868545777347e-13, -9.65469674843344e-13, 3.25254814814874e-14,
  3.3478119482868056e-14, -1.864562880419313e-15, -1.2507950530688648e-15, 7.418235256624044e-17, 5.068148904796111e-17,
];

/** `2 / sqrt(pi) * integral from 0 to x of e^(-t^2) dt`. */
export function erf(x: number): number {
  if (x === 0) return x;
  if (Math.abs(x) >= 1) return Math.sign(x) * (1 - erfc(Math.abs(x)));
  // 2 / sqrt(pi) * sum over n of (-1)^n x^(2n+1) / (n! (2n+1))
  const y = -x * x;
  let term = x;
  let sum = x;
  for (let n = 1; n < 20; n++) {
    term *= y / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** `1 - erf(x)`, exact where erf is near 1. */
export function erfc(x: number): number {
  if (!(x >= 0.5)) return x < -1 ? 2 - erfc(-x) : 1 - erf(x);
  if (x === Infinity) return 0;
  // e^(-x^2) with the digits that squaring loses: x^2 = high^2 + (x - high)(x + high)
  const high = Math.fround(x);
  return erfcx(x) * Math.exp(-high * high) * Math.exp(-(x - high) * (x + high));
}

/** `e^(x^2) erfc(x)`, which falls as slowly as `1 / x`. */
export function erfcx(x: number): number {
  if (!(x >= 0.5)) return Math.exp(x * x) * erfc(x);
  if (x === Infinity) return 0;
  const t = (x - 3.75) / (x + 3.75);
  let [b, next] = [0, 0];
  for (let k = ERFC_SERIES.length - 1; k > 0; k--) [b, next] = [ERFC_SERIES[k] + 2 * t * b - next, b];
  return (ERFC_SERIES[0] / 2 + t * b - next) / (1 + 2 * x);
}

/** The inverse of {@link erf}. */
export function erfinv(y: number): number {
  return Math.sign(y) * erfinvBetween(Math.abs(y), 1 - Math.abs(y));
}

/** {@link erfinv} of `y >= 0`, given its distance from 1 as well, which `1 - y` might have rounded. */
function erfinvBetween(y: number, distance: number): number {
  if (!(distance > 0)) return distance === 0 ? Infinity : Number.NaN;
  // Winitzki's approximation, then Halley's steps on whichever of erf and erfc is exact there
  const log = Math.log(distance * (1 + y));
  const half = 2 / (Math.PI * 0.147) + log / 2;
  let x = Math.sqrt(Math.sqrt(half * half - log / 0.147) - half);
  for (let i = 0; i < 3; i++) {
    const error = distance < 0.5 ? distance - erfc(x) : erf(x) - y;
    const step = (error / 2) * Math.sqrt(Math.PI) * Math.exp(x * x);
    x -= step / (1 + x * step);
  }
  return x;
}

// The normal distribution

/** The area under the standard normal density up to `x`. */
export const ndtr = (x: number): number => erfc(-x * Math.SQRT1_2) / 2;

/** The logarithm of {@link ndtr}, also where that is too small a number. */
export function log_ndtr(x: number): number {
  if (x < -1) return Math.log(erfcx(-x * Math.SQRT1_2) / 2) - (x * x) / 2;
  return Math.log1p(-erfc(x * Math.SQRT1_2) / 2);
}

/** The inverse of {@link ndtr}. */
export function ndtri(p: number): number {
  if (p > 0.5) return Math.SQRT2 * erfinvBetween(2 * p - 1, 2 * (1 - p));
  return -Math.SQRT2 * erfinvBetween(1 - 2 * p, 2 * p) || 0;
}

// The gamma function and its relatives

/** Bernoulli's numbers B_2, B_4, ... */
const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798];
/** From here on the asymptotic series below are exact; smaller arguments are shifted up. */
const LARGE = 10;
const EULER = 0.5772156649015329;

/** Hurwitz's `sum over k >= 0 of (q + k)^-s`, for integers s > 1: the first terms, then Euler's and Maclaurin's formula. */
export function hurwitzZeta(s: number, q: number): number {
  if (q < -100) {
    // the sum over all integers k, to both sides of the fraction of q, without those below 0
    const fraction = q - Math.floor(q);
    const sign = s % 2 === 0 ? 1 : -1;
    return hurwitzZeta(s, fraction) + sign * (hurwitzZeta(s, 1 - fraction) - hurwitzZeta(s, 1 - q));
  }
  if (q === Infinity) return 0;
  let sum = 0;
  let a = q;
  for (; a < LARGE; a++) {
    if (a === 0) return Infinity;
    sum += a ** -s;
  }
  let power = a ** -s;
  sum += (power * a) / (s - 1) + power / 2;
  // sum over j of B_2j / (2j)! s (s + 1) ... (s + 2j - 2) a^(-s-2j+1)
  let rising = s;
  let factorial = 2;
  power /= a;
  BERNOULLI.forEach((b, i) => {
    sum += (b / factorial) * rising * power;
    const j = 2 * (i + 1);
    rising *= (s + j - 1) * (s + j);
    factorial *= (j + 1) * (j + 2);
    power /= a * a;
  });
  return sum;
}

/** The derivative of {@link lgamma}. */
export function digamma(x: number): number {
  if (x === 0) return Object.is(x, -0) ? Infinity : -Infinity;
  if (x < 0) {
    if (Number.isInteger(x)) return Number.NaN;
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x % 1));
  }
  let a = x;
  let sum = 0;
  for (; a < LARGE; a++) sum -= 1 / a;
  let power = 1;
  sum += Math.log(a) - 0.5 / a;
  BERNOULLI.forEach((b, i) => {
    power /= a * a;
    sum -= (b / (2 * (i + 1))) * power;
  });
  return sum;
}

/** The `n`-th derivative of {@link digamma}. */
export function polygamma(n: number, x: number): number {
  if (n === 0) return digamma(x);
  let factorial = n % 2 === 0 ? -1 : 1;
  for (let k = 2; k <= n; k++) factorial *= k;
  return factorial * hurwitzZeta(n + 1, x);
}

/** `zeta(k) - 1` for k = 2, 3, ...: the coefficients of lgamma around 2. */
const ZETA = Array.from({ length: 26 }, (_, i) => hurwitzZeta(i + 2, 2));

/** The logarithm of the absolute value of the gamma function. */
export function lgamma(x: number): number {
  if (x <= 0) {
    if (Number.isInteger(x) || x === -Infinity) return Infinity;
    // gamma(x) gamma(1 - x) = pi / sin(pi x)
    return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * (x % 1)))) - lgamma(1 - x);
  }
  if (x < 0.5) return lgamma(x + 1) - Math.log(x);
  if (x < 1.5) return aroundTwo(x - 1) - Math.log1p(x - 1);
  if (x < 2.5) return aroundTwo(x - 2);
  if (x === Infinity) return x;
  let a = x;
  let shift = 1;
  for (; a < LARGE; a++) shift *= a;
  // Stirling's series
  let sum = (a - 0.5) * Math.log(a) - a + 0.5 * Math.log(2 * Math.PI);
  let power = 1 / a;
  BERNOULLI.forEach((b, i) => {
    const j = 2 * (i + 1);
    sum += (b / (j * (j - 1))) * power;
    power /= a * a;
  });
  return sum - Math.log(shift);
}

/** `lgamma(2 + z) = (1 - gamma) z + sum over k >= 2 of (zeta(k) - 1) (-z)^k / k`, for |z| <= 1/2. */
function aroundTwo(z: number): number {
  let sum = (1 - EULER) * z;
  let power = -z;
  ZETA.forEach((c, i) => {
    power *= -z;
    sum += (c * power) / (i + 2);
  });
  return sum;
}

/** `sum over k >= 0 of (q + k)^-s` for any number `s`: infinite for s = 1 and where a term is, else NaN for s < 1. */
export function zeta(s: number, q: number): number {
  if (s === 1) return Infinity;
  if (s < 1 || Number.isNaN(q)) return Number.NaN;
  if (q <= 0) return Number.isInteger(q) ? Infinity : Number.isInteger(s) ? hurwitzZeta(s, q) : Number.NaN;
  return hurwitzZeta(s, q);
}

/** The regularized lower incomplete gamma function: `1 / gamma(a) * integral from 0 to x of t^(a-1) e^-t dt`. */
export const igamma = (a: number, x: number): number => incompleteGamma(a, x, true);

/** The regularized upper incomplete gamma function, `1 - igamma(a, x)`, exact where that is near 1. */
export const igammac = (a: number, x: number): number => incompleteGamma(a, x, false);

function incompleteGamma(a: number, x: number, lower: boolean): number {
  if (!(a >= 0 && x >= 0)) return Number.NaN;
  if (a === 0) return x > 0 ? +lower : Number.NaN;
  if (x === 0 || a === Infinity) return a === Infinity && x === Infinity ? Number.NaN : +!lower;
  if (x === Infinity) return +lower;
  // x^a e^-x / gamma(a)
  const factor = Math.exp(a * Math.log(x) - x - lgamma(a));
  if (x < a + 1) {
    const part = factor * lowerSeries(a, x);
    return lower ? part : 1 - part;
  }
  const part = factor * upperFraction(a, x);
  return lower ? 1 - part : part;
}

/** `sum over n >= 0 of x^n / (a (a + 1) ... (a + n))`, quick for x < a + 1. */
function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < 2000 && term > sum * 1e-17; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** The continued fraction `1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - ...))` from the front (Lentz), for x >= a + 1. */
function upperFraction(a: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 2000; n++) {
    const top = -n * (n - a);
    b += 2;
    d = 1 / (top * d + b || tiny);
    c = b + top / c || tiny;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return fraction;
}
