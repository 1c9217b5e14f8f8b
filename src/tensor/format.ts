import { ValueError } from "../python/errors.js";
import { pythonExponential, pythonFixed, pythonRepr } from "../python/repr.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";

/** What printing needs to know of a tensor. */
export interface Printable {
  readonly shape: readonly number[];
  readonly dtype: { readonly name: string; readonly is_floating_point: boolean };
  /** The element at a multi-index; a bool as 0 or 1. */
  read(index: readonly number[]): number;
  readonly requires_grad: boolean;
  /** The name of the node that made the tensor, such as `AddBackward0`; null for a leaf. */
  readonly gradFnName: string | null;
}

/** How tensors are printed; see {@link set_printoptions}. */
export interface PrintOptions {
  precision: number;
  threshold: number;
  edgeitems: number;
  linewidth: number;
  sci_mode: boolean | null;
}

const profiles: Readonly<Record<string, Omit<PrintOptions, "sci_mode">>> = {
  default: { precision: 4, threshold: 1000, edgeitems: 3, linewidth: 80 },
  short: { precision: 2, threshold: 1000, edgeitems: 2, linewidth: 80 },
  full: { precision: 4, threshold: Infinity, edgeitems: 3, linewidth: 80 },
};

let options: PrintOptions = { ...profiles.default!, sci_mode: null };

const setPrintoptions = new Signature(
  "set_printoptions(int? precision=None, float? threshold=None, int? edgeitems=None, int? linewidth=None, str? profile=None, bool? sci_mode=None)",
);

/**
 * Sets how tensors are printed. What is not given stays as it is, except `sci_mode`, which returns to automatic.
 *
 * - `precision`: digits after the point, 0 to 100 (default 4)
 * - `threshold`: a tensor of more elements is summarised (default 1000; `Infinity` never summarises)
 * - `edgeitems`: how many items a summary shows at the beginning and end of each dimension (default 3)
 * - `linewidth`: characters a line (default 80)
 * - `profile`: `"default"`, `"short"` (precision 2, edgeitems 2) or `"full"` (no summaries); the other arguments override
 * - `sci_mode`: scientific notation always (true), never (false), or by the values at hand (null, the default)
 *
 * @throws ValueError for an unknown profile, a precision outside 0 to 100, negative edgeitems or a NaN threshold
 *
 * @example
 * torch.set_printoptions({ precision: 2 });
 * String(torch.tensor([1.12345])); // "tensor([1.12])"
 */
export function set_printoptions(...args: Arguments<typeof setPrintoptions.text>): void {
  const [precision, threshold, edgeitems, linewidth, profile, sci_mode] = setPrintoptions.bind(args);
  if (profile !== null && !Object.hasOwn(profiles, profile)) {
    throw new ValueError(`unknown profile '${profile}'`, `The profiles are ${Object.keys(profiles).join(", ")}.`);
  }
  const base = profile === null ? options : profiles[profile];
  const next: PrintOptions = {
    precision: precision ?? base.precision,
    threshold: threshold ?? base.threshold,
    edgeitems: edgeitems ?? base.edgeitems,
    linewidth: linewidth ?? base.linewidth,
    sci_mode,
  };
  if (next.precision < 0 || next.precision > 100) {
    throw new ValueError(`precision must be between 0 and 100, got ${next.precision}`);
  }
  if (next.edgeitems < 0) throw new ValueError(`edgeitems must not be negative, got ${next.edgeitems}`);
  if (Number.isNaN(next.threshold)) throw new ValueError("threshold must be a number, got nan");
  options = next;
}

/** The print options, as an object that {@link set_printoptions} takes back. */
export function get_printoptions(): PrintOptions {
  return { ...options };
}

/**
 * PyTorch's text of a tensor.
 *
 * @param head the class name before the parenthesis
 * @param defaultDtype the floating dtype that is not mentioned
 *
 * @example
 * formatTensor(torch.zeros(2, 2));
 * // tensor([[0., 0.],
 * //         [0., 0.]])
 */
export function formatTensor(t: Printable, head = "tensor", defaultDtype = "float32"): string {
  const prefix = `${head}(`;
  const contents = t.shape.includes(0) ? "[]" : formatContents(t, prefix.length);
  return withSuffixes(prefix + contents, suffixesOf(t, defaultDtype), prefix.length);
}

/** PyTorch's text of a parameter: {@link formatTensor} under the line `Parameter containing:`. */
export function formatParameter(t: Printable, defaultDtype = "float32"): string {
  return `Parameter containing:\n${formatTensor(t, "tensor", defaultDtype)}`;
}

/** The elements in their brackets; lines after the first are indented. */
function formatContents(t: Printable, indent: number): string {
  const dim = t.shape.length;
  const numel = t.shape.reduce((n, size) => n * size, 1);
  const shown = t.shape.map((size) => shownAlong(size, numel > options.threshold));
  const style = styleFor(collect(t, shown), t.dtype);

  function write(index: readonly number[], indent: number): string {
    const remaining = dim - index.length;
    if (remaining === 0) return style.write(t.read(index));
    const gap = remaining === 1 && options.edgeitems > 0 ? " ..." : "...";
    const parts = shown[index.length].map((i) => (i === null ? gap : write([...index, i], indent + 1)));
    const margin = " ".repeat(indent + 1);
    if (remaining > 1) return `[${parts.join(`,${"\n".repeat(remaining - 1)}${margin}`)}]`;
    return `[${wrap(parts, style.width, indent).join(`,\n${margin}`)}]`;
  }
  return write([], indent);
}

/** The indices to show along one dimension, with null where the summary leaves some out. */
function shownAlong(size: number, summarize: boolean): (number | null)[] {
  const range = (start: number, end: number) => Array.from({ length: end - start }, (_, i) => start + i);
  const { edgeitems } = options;
  if (!summarize || size <= 2 * edgeitems) return range(0, size);
  return [...range(0, edgeitems), null, ...range(size - edgeitems, size)];
}

/** The values that will be shown, in order. */
function collect(t: Printable, shown: readonly (number | null)[][], index: readonly number[] = []): number[] {
  if (index.length === shown.length) return [t.read(index)];
  return shown[index.length].flatMap((i) => (i === null ? [] : collect(t, shown, [...index, i])));
}

/** Breaks a row of elements, each `width` wide, into lines. */
function wrap(elements: readonly string[], width: number, indent: number): string[] {
  const separator = ", ";
  const perLine = Math.max(1, Math.floor((options.linewidth - indent) / (width + separator.length)));
  const lines: string[] = [];
  for (let i = 0; i < elements.length; i += perLine) lines.push(elements.slice(i, i + perLine).join(separator));
  return lines;
}

/** How every element of one tensor is written: right-aligned to the widest. */
interface Style {
  readonly width: number;
  write(value: number): string;
}

function styleFor(values: readonly number[], dtype: Printable["dtype"]): Style {
  // zeros, nan and inf neither choose the notation nor count for the width of floats
  const measured = dtype.is_floating_point ? values.filter((v) => v !== 0 && Number.isFinite(v)) : values;
  const bare = notationFor(measured, dtype);
  const width = measured.reduce((widest, v) => Math.max(widest, bare(v).length), 1);
  return { width, write: (value) => bare(value).padStart(width) };
}

function notationFor(values: readonly number[], dtype: Printable["dtype"]): (value: number) => string {
  if (dtype.name === "bool") return (v) => (v ? "True" : "False");
  if (!dtype.is_floating_point) return String;
  const { precision } = options;
  if (values.length > 0 && (options.sci_mode ?? needsExponent(values))) return (v) => pythonExponential(v, precision);
  // whole numbers print as "1."; a lone "nan" or "inf" needs no point to be seen as a float
  if (values.every(Number.isInteger)) return (v) => pythonFixed(v, 0) + (Number.isFinite(v) ? "." : "");
  return (v) => pythonFixed(v, precision);
}

/** PyTorch's choice of scientific notation: values too large, too small or too far apart for a fixed point. */
function needsExponent(values: readonly number[]): boolean {
  let min = Infinity;
  let max = 0;
  for (const v of values) {
    min = Math.min(min, Math.abs(v));
    max = Math.max(max, Math.abs(v));
  }
  return max / min > 1000 || max > 1e8 || min < 1e-4;
}

/** What follows the elements: the size and dtype where they cannot be seen, and how the tensor hangs in the graph. */
function suffixesOf(t: Printable, defaultDtype: string): string[] {
  const empty = t.shape.includes(0);
  const visible = empty ? [defaultDtype] : [defaultDtype, "int64", "bool"];
  const suffixes: string[] = [];
  if (empty ? t.shape.length !== 1 : options.edgeitems === 0) {
    suffixes.push(`size=${pythonRepr(t.shape, { tuple: true })}`);
  }
  if (!visible.includes(t.dtype.name)) suffixes.push(`dtype=torch.${t.dtype.name}`);
  if (t.gradFnName !== null) suffixes.push(`grad_fn=<${t.gradFnName}>`);
  else if (t.requires_grad) suffixes.push("requires_grad=True");
  return suffixes;
}

/** Appends the suffixes and the closing parenthesis, on new lines where the line is full. */
function withSuffixes(text: string, suffixes: readonly string[], indent: number): string {
  let result = text;
  let column = text.length - text.lastIndexOf("\n") + 1; // counted as PyTorch does: two more than the line holds
  for (const suffix of suffixes) {
    const fits = column + suffix.length + 2 <= options.linewidth;
    result += (fits ? ", " : `,\n${" ".repeat(indent)}`) + suffix;
    column = (fits ? column + 2 : indent) + suffix.length;
  }
  return `${result})`;
}
