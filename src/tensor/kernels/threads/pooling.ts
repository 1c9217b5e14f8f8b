import type { PoolWindows } from "../../pooling.js";
import { room } from "../stage.js";
import { heap } from "../wasm/instance.js";
import { numThreads, runTasks } from "./pool.js";

/** Do windows cover two elements each, side by side? */
const arePairs = ({ starts, ends, step }: PoolWindows): boolean =>
  step === 1 && starts.every((start, i) => start === 2 * i && ends[i] === start + 2);

/** Writes windows of three dimensions as the kernels read them; the address, or 0 if there is no room. */
function describe(dims: readonly PoolWindows[]): number {
  const address = room(15);
  const header: number[] = [];
  for (const { size, count, step, starts, ends } of dims) {
    const [from, to] = [room(count), room(count)];
    if (address === 0 || from === 0 || to === 0) return 0;
    const integers = new Int32Array(heap().buffer);
    integers.set(starts, from / 4);
    integers.set(ends, to / 4);
    header.push(size, count, step, from, to);
  }
  new Int32Array(heap().buffer, address, header.length).set(header);
  return address;
}

/** Planes for each task. */
const share = (planes: number, threads: boolean): number => (threads ? Math.ceil(planes / (4 * numThreads())) : planes);

/**
 * `maxima` of kernels/planes.ts on addresses in the memory of the WebAssembly kernels, with the same windows in every plane.
 * `places` are doubles.
 *
 * @returns false if there is not enough memory; nothing is written then
 */
export function maxima(
  out: number,
  places: number,
  x: number,
  planes: number,
  dims: readonly PoolWindows[],
  threads: boolean,
): boolean {
  const windows = describe(dims);
  if (windows === 0) return false;
  const [depth, height, width] = dims;
  const halves =
    depth.starts.every((s, i) => s === i && depth.ends[i] === i + 1) && arePairs(height) && arePairs(width);
  const each = share(planes, threads);
  runTasks("maximaTask", [out, places, x, windows, halves ? 1 : 0, planes, each], Math.ceil(planes / each), threads);
  return true;
}

/** `addPlaces` of kernels/planes.ts likewise, into zeros: `out` has `size` elements a plane, `x` and `places` have `count`. */
export function addPlaces(
  out: number,
  x: number,
  places: number,
  planes: number,
  size: number,
  count: number,
  threads: boolean,
): void {
  const each = share(planes, threads);
  runTasks("addPlacesTask", [out, x, places, size, count, planes, each], Math.ceil(planes / each), threads);
}
