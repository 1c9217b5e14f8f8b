import type { Conversion, TypedArray } from "../dtype.js";
import type { Shape } from "../shape.js";
import { type Run, runFor } from "./runs.js";
import { forEachRun, type LoopPlan, type Operand, planLoops } from "./strided.js";
import { transpose } from "./transpose.js";

/** The function of one element: as many arguments as there are inputs. */
export type Scalar1 = (x: number) => number;
export type Scalar2 = (x: number, y: number) => number;
export type Scalar3 = (x: number, y: number, z: number) => number;

/** `out[i] = f(x[i])` over `shape`. `out` may be `x`. */
export function map1(f: Scalar1, shape: Shape, out: Operand, x: Operand): void {
  const operands = [out, x];
  const plan = planLoops(shape, operands);
  const n = plan.shape[plan.shape.length - 1];
  const [so, sx] = plan.strides.map((s) => s[s.length - 1]) as [number, number];
  const o = out.data;
  const a = x.data;
  forEachRun(plan, operands, ([io, ia]) => {
    let i = io!;
    let j = ia!;
    for (let k = 0; k < n; k++, i += so, j += sx) o[i] = f(a[j]);
  });
}

/** `out[i] = f(x[i], y[i])` over `shape`. `out` may be `x` or `y`. */
export function map2(f: Scalar2, shape: Shape, out: Operand, x: Operand, y: Operand): void {
  const operands = [out, x, y];
  const plan = planLoops(shape, operands);
  const n = plan.shape[plan.shape.length - 1];
  const [so, sx, sy] = plan.strides.map((s) => s[s.length - 1]) as [number, number, number];
  const o = out.data;
  const a = x.data;
  const b = y.data;
  forEachRun(plan, operands, ([io, ia, ib]) => {
    let i = io!;
    let j = ia!;
    let l = ib!;
    for (let k = 0; k < n; k++, i += so, j += sx, l += sy) o[i] = f(a[j], b[l]);
  });
}

/** `out[i] = f(x[i], y[i], z[i])` over `shape`. `out` may be any of the inputs. */
export function map3(f: Scalar3, shape: Shape, out: Operand, x: Operand, y: Operand, z: Operand): void {
  const operands = [out, x, y, z];
  const plan = planLoops(shape, operands);
  const n = plan.shape[plan.shape.length - 1];
  const [so, sx, sy, sz] = plan.strides.map((s) => s[s.length - 1]) as [number, number, number, number];
  const o = out.data;
  const a = x.data;
  const b = y.data;
  const c = z.data;
  forEachRun(plan, operands, ([io, ia, ib, ic]) => {
    let i = io!;
    let j = ia!;
    let l = ib!;
    let m = ic!;
    for (let k = 0; k < n; k++, i += so, j += sx, l += sy, m += sz) o[i] = f(a[j], b[l], c[m]);
  });
}

/** Copies `x` into `out`, converting each element (`null`: the arrays do). */
export function copy(shape: Shape, out: Operand, x: Operand, how: Conversion | null): void {
  const operands = [out, x];
  const plan = planLoops(shape, operands);
  const last = plan.shape.length - 1;
  const n = plan.shape[last];
  const o = out.data;
  const a = x.data;
  const [so, sx] = plan.strides.map((s) => s[last]) as [number, number];
  const rows = last > 0 ? plan.shape[last - 1] : 1;
  const isNarrow = n < TILE && rows > TILE;
  const together = how !== null || (so === 1 && Math.abs(sx) <= 1);
  if (!together && last > 0 && transpose(plan, out, x)) return;
  if (rows === 1 || (together && !isNarrow) || (n < TILE && !isNarrow)) {
    const run = runFor(how, o, so, a, sx, n);
    forEachRun(plan, operands, ([io, ix]) => run(n, o, io!, so, a, ix!, sx));
    return;
  }
  const outer: LoopPlan = {
    shape: [...plan.shape.slice(0, -2), 1],
    strides: plan.strides.map((s) => [...s.slice(0, -2), 0]),
  };
  const [ro, rx] = plan.strides.map((s) => s[last - 1]) as [number, number];
  // along narrow rows runs would be short
  const tiles = isNarrow
    ? { rows: n, ro: so, rx: sx, columns: rows, so: ro, sx: rx, width: TILE * TILE }
    : { rows, ro, rx, columns: n, so, sx, width: TILE };
  const run = runFor(how, o, tiles.so, a, tiles.sx, 1);
  forEachRun(outer, operands, ([io, ix]) => inTiles(tiles, run, o, io!, a, ix!));
}

/** Two dimensions of two operands. */
interface Tiles {
  readonly rows: number;
  readonly ro: number;
  readonly rx: number;
  readonly columns: number;
  readonly so: number;
  readonly sx: number;
  /** Columns of a tile. */
  readonly width: number;
}

/** A copy in tiles, of which both sides stay in the cache: one of them may be walked across. */
function inTiles(tiles: Tiles, run: Run, o: TypedArray, i: number, a: TypedArray, j: number): void {
  const { rows, ro, rx, columns, so, sx, width } = tiles;
  for (let r = 0; r < rows; r += TILE) {
    const height = Math.min(r + TILE, rows);
    for (let c = 0; c < columns; c += width) {
      const n = Math.min(width, columns - c);
      for (let q = r; q < height; q++) run(n, o, i + q * ro + c * so, so, a, j + q * rx + c * sx, sx);
    }
  }
}

/** The side of a tile. */
const TILE = 32;
