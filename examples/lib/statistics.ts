/** The mean. */
export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** The standard deviation of a sample; 0 for a single value. */
export function deviation(values: readonly number[]): number {
  const m = mean(values);
  const squares = values.reduce((sum, v) => sum + (v - m) ** 2, 0);
  return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
}

/** How two methods differ that were tried with the same seeds. */
export interface Comparison {
  /** The mean of the differences, seed by seed. */
  readonly difference: number;
  /** Its standard error. */
  readonly error: number;
  /** How often chance alone makes a difference as large, if there is none: Student's t-test for pairs, two-sided. */
  readonly p: number;
}

/**
 * Compares the results of `a` with those of `b`, pair by pair. Results that are counted in steps of `grain` are known only
 * to within half a step: that adds a variance of grain² / 12 to each.
 */
export function compare(a: readonly number[], b: readonly number[], grain = 0): Comparison {
  const differences = a.map((value, i) => value - b[i]);
  const difference = mean(differences);
  const error = Math.sqrt((deviation(differences) ** 2 + grain ** 2 / 6) / differences.length);
  if (differences.length < 2 || difference === 0) return { difference, error, p: 1 };
  return { difference, error, p: error === 0 ? 0 : studentTails(difference / error, differences.length - 1) };
}

/** P(|T| >= |t|) for Student's t with n degrees of freedom, by the finite sums for integer n. */
export function studentTails(t: number, n: number): number {
  const angle = Math.atan(Math.abs(t) / Math.sqrt(n));
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  // even n: sin (1 + 1/2 cos² + 1·3/(2·4) cos⁴ + ...); odd n: cos (1 + 2/3 cos² + 2·4/(3·5) cos⁴ + ...)
  let term = n % 2 === 0 ? 1 : cos;
  let sum = n === 1 ? 0 : term;
  for (let k = n % 2 === 0 ? 2 : 3; k < n; k += 2) sum += term *= ((k - 1) / k) * cos ** 2;
  const within = n % 2 === 0 ? sin * sum : (2 / Math.PI) * (angle + sin * sum);
  return Math.max(0, 1 - within);
}

/** Holm's correction: probabilities such that it is as rare as stated that any of them misleads. */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).sort((i, j) => ps[i] - ps[j]);
  const corrected = new Array<number>(ps.length);
  let least = 0;
  order.forEach((i, rank) => {
    least = Math.max(least, Math.min(1, ps[i] * (ps.length - rank)));
    corrected[i] = least;
  });
  return corrected;
}
