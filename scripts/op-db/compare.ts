import { Tensor } from "../../src/index.js";

/** How far a number may be from PyTorch's: `torch.testing.assert_close`'s bounds by dtype. */
const BOUNDS: Readonly<Record<string, readonly [relative: number, absolute: number]>> = {
  float32: [1.3e-6, 1e-5],
  float64: [1e-7, 1e-7],
};
/** How many times as far from the exact answer as PyTorch's we may be: rounding errors of another order of summation. */
const SLACK = 4;

/** What PyTorch answers: in float32 and, where that is rounded off, in float64 too. */
export interface Expected {
  readonly single: unknown;
  readonly exact?: unknown;
}

/**
 * What differs first, or null. A number agrees if it is close to PyTorch's, or about as close to PyTorch's float64
 * answer as PyTorch's float32 one is.
 */
export function difference(ours: unknown, { single, exact }: Expected, place = "output"): string | null {
  if (single instanceof Tensor) {
    if (!(ours instanceof Tensor)) return `${place} is ${describe(ours)}, not a tensor`;
    return tensorDifference(ours, single, exact instanceof Tensor ? exact : single, place);
  }
  if (Array.isArray(single)) {
    if (!Array.isArray(ours)) return `${place} is ${describe(ours)}, not a list of ${single.length}`;
    if (ours.length !== single.length) return `${place} has ${ours.length} parts, not ${single.length}`;
    for (const [i, part] of single.entries()) {
      const found = difference(
        ours[i],
        { single: part, exact: (exact as unknown[] | undefined)?.[i] },
        `${place}[${i}]`,
      );
      if (found) return found;
    }
    return null;
  }
  if (typeof single === "number" && typeof ours === "number") {
    return close(ours, single, BOUNDS.float32) ? null : `${place} is ${ours}, not ${single}`;
  }
  return ours === single ? null : `${place} is ${describe(ours)}, not ${describe(single)}`;
}

function tensorDifference(ours: Tensor, single: Tensor, exact: Tensor, place: string): string | null {
  if (ours.shape.join() !== single.shape.join()) return `${place} has shape [${ours.shape}], not [${single.shape}]`;
  if (ours.dtype !== single.dtype) return `${place} has dtype ${ours.dtype}, not ${single.dtype}`;
  const bounds = BOUNDS[single.dtype.name] ?? [0, 0];
  const a = ours.toTypedArray();
  const b = single.toTypedArray();
  const c = exact.toTypedArray();
  let wrong = 0;
  let first = "";
  for (let i = 0; i < b.length; i++) {
    if (close(a[i], b[i], bounds) || close(a[i], c[i], bounds, SLACK * Math.abs(b[i] - c[i]))) continue;
    if (wrong++ === 0) first = `element ${i} is ${a[i]}, not ${b[i]}`;
  }
  return wrong === 0 ? null : `${place}: ${wrong} of ${b.length} elements differ; ${first}`;
}

const close = (a: number, b: number, [relative, absolute]: readonly [number, number], more = 0): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= absolute + relative * Math.abs(b) + more;

function describe(value: unknown): string {
  if (value instanceof Tensor) return `a tensor of shape [${value.shape}]`;
  return Array.isArray(value) ? `a list of ${value.length}` : String(value);
}

/** All tensors inside a result, in order. */
export function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  return Array.isArray(value) ? value.flatMap(tensorsIn) : [];
}
