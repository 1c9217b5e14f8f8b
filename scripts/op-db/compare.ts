import { Tensor } from "../../src/index.js";

/** How far a number may be from PyTorch's: `torch.testing.assert_close`'s bounds by dtype. */
const BOUNDS: Readonly<Record<string, readonly [relative: number, absolute: number]>> = {
  float32: [1.3e-6, 1e-5],
  float64: [1e-7, 1e-7],
};
/** For ops in which PyTorch accumulates in float32, in an order of its own. */
const LOOSE = [1e-4, 1e-4] as const;

/** What differs first, or null; `loose` widens the bounds. */
export function difference(ours: unknown, theirs: unknown, loose: boolean, place = "output"): string | null {
  if (theirs instanceof Tensor) {
    if (!(ours instanceof Tensor)) return `${place} is ${describe(ours)}, not a tensor`;
    return tensorDifference(ours, theirs, loose, place);
  }
  if (Array.isArray(theirs)) {
    if (!Array.isArray(ours)) return `${place} is ${describe(ours)}, not a list of ${theirs.length}`;
    if (ours.length !== theirs.length) return `${place} has ${ours.length} parts, not ${theirs.length}`;
    for (const [i, part] of theirs.entries()) {
      const found = difference(ours[i], part, loose, `${place}[${i}]`);
      if (found) return found;
    }
    return null;
  }
  if (typeof theirs === "number" && typeof ours === "number") {
    return close(ours, theirs, BOUNDS.float32) ? null : `${place} is ${ours}, not ${theirs}`;
  }
  return ours === theirs ? null : `${place} is ${describe(ours)}, not ${describe(theirs)}`;
}

function tensorDifference(ours: Tensor, theirs: Tensor, loose: boolean, place: string): string | null {
  if (ours.shape.join() !== theirs.shape.join()) return `${place} has shape [${ours.shape}], not [${theirs.shape}]`;
  if (ours.dtype !== theirs.dtype) return `${place} has dtype ${ours.dtype}, not ${theirs.dtype}`;
  const bounds = theirs.dtype.is_floating_point ? (loose ? LOOSE : BOUNDS[theirs.dtype.name]) : ([0, 0] as const);
  const a = ours.toTypedArray();
  const b = theirs.toTypedArray();
  let wrong = 0;
  let first = "";
  for (let i = 0; i < b.length; i++) {
    if (close(a[i], b[i], bounds)) continue;
    if (wrong++ === 0) first = `element ${i} is ${a[i]}, not ${b[i]}`;
  }
  return wrong === 0 ? null : `${place}: ${wrong} of ${b.length} elements differ; ${first}`;
}

const close = (a: number, b: number, [relative, absolute]: readonly [number, number]): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= absolute + relative * Math.abs(b);

function describe(value: unknown): string {
  if (value instanceof Tensor) return `a tensor of shape [${value.shape}]`;
  return Array.isArray(value) ? `a list of ${value.length}` : String(value);
}

/** All tensors inside a result, in order. */
export function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  return Array.isArray(value) ? value.flatMap(tensorsIn) : [];
}
