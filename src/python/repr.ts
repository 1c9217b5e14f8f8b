/** Python's texts for numbers and plain values, digit for digit. */

/**
 * Python's `repr` of a float: the shortest digits that read back as `x`, with an exponent below 1e-4 and from 1e16 on.
 *
 * @example
 * pythonFloat(1); // "1.0"
 * pythonFloat(0.00001); // "1e-05"
 */
export function pythonFloat(x: number): string {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  if (Object.is(x, -0)) return "-0.0";
  const [digits, power] = x.toExponential().split("e") as [string, string];
  const exponent = Number(power);
  if (x !== 0 && (exponent < -4 || exponent >= 16)) return digits + exponentText(exponent);
  return Number.isInteger(x) ? `${x}.0` : `${x}`;
}

/**
 * Python's `f"{x:.{precision}f}"`. The exact binary value is rounded, ties to even; JavaScript's `toFixed` rounds ties
 * away from zero, drops the sign of -0 and changes its form at 1e21.
 *
 * @example
 * pythonFixed(0.03125, 4); // "0.0312", where toFixed says 0.0313
 */
export function pythonFixed(x: number, precision: number): string {
  if (!Number.isFinite(x)) return pythonFloat(x);
  return sign(x) + withPoint(roundedAt(Math.abs(x), precision), precision);
}

/**
 * Python's `f"{x:.{precision}e}"`, rounded like {@link pythonFixed}, with at least two digits in the exponent.
 *
 * @param precision digits after the point, 0 to 100
 *
 * @example
 * pythonExponential(123456, 2); // "1.23e+05"
 */
export function pythonExponential(x: number, precision: number): string {
  if (!Number.isFinite(x)) return pythonFloat(x);
  // JavaScript's digits may differ in a tie, its exponent cannot: of 99...9 and 100...0 the even one is the larger.
  const exponent = Number(x.toExponential(precision).split("e")[1]);
  const digits = roundedAt(Math.abs(x), precision - exponent);
  return sign(x) + withPoint(digits, precision) + exponentText(exponent);
}

/**
 * Python's `repr` of a value: numbers, strings, booleans, null and arrays of these; anything else says it itself.
 *
 * JavaScript cannot tell 1 from 1.0: integers up to 2^53 print as Python's int, all other numbers as its float.
 *
 * @param options `tuple` prints arrays as tuples: `(1, 2)`, `(1,)`
 *
 * @example
 * pythonRepr([0.9, null, "mean", true]); // "[0.9, None, 'mean', True]"
 * pythonRepr([0.9, 0.999], { tuple: true }); // "(0.9, 0.999)"
 */
export function pythonRepr(value: unknown, options: { tuple?: boolean } = {}): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") {
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : pythonFloat(value);
  }
  if (typeof value === "string") return pythonString(value);
  if (!Array.isArray(value)) return String(value);
  const inside = value.map((v) => pythonRepr(v, options)).join(", ");
  if (!options.tuple) return `[${inside}]`;
  return value.length === 1 ? `(${inside},)` : `(${inside})`;
}

/** Single quotes, unless that would need an escape and double quotes would not. */
function pythonString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const named: Record<string, string> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", [quote]: `\\${quote}` };
  const escaped = text.replace(
    /[\\'"\p{Cc}]/gu,
    (c) => named[c] ?? (/\p{Cc}/u.test(c) ? `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}` : c),
  );
  return quote + escaped + quote;
}

function sign(x: number): string {
  return x < 0 || Object.is(x, -0) ? "-" : "";
}

function exponentText(exponent: number): string {
  return `e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** The decimal text of n / 10^places. */
function withPoint(n: bigint, places: number): string {
  if (places === 0) return n.toString();
  const digits = n.toString().padStart(places + 1, "0");
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** The integer nearest to x * 10^places, ties to even, for x >= 0. Exact, because x is a fraction m / 2^k. */
function roundedAt(x: number, places: number): bigint {
  let m = x;
  let k = 0;
  for (; !Number.isInteger(m); k++) m *= 2;
  const ten = 10n ** BigInt(Math.abs(places));
  const numerator = BigInt(m) * (places > 0 ? ten : 1n);
  const denominator = (1n << BigInt(k)) * (places > 0 ? 1n : ten);
  const quotient = numerator / denominator;
  const twiceRest = 2n * (numerator % denominator);
  const up = twiceRest > denominator || (twiceRest === denominator && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}
