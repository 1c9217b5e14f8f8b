import { begin, bringInArray, roomForArray, takeOutArray } from "./stage.js";
import type { Operand } from "./strided.js";
import type { Kernels } from "./wasm/exports.js";
import { kernels } from "./wasm/instance.js";

/*
 * The elementwise part of a step of LSTM and GRU for `rows` sequences and `hidden` units, forward and backward. Inputs
 * are matrices with two strides; what is written is new memory that lies row by row.
 */

/** A matrix of so many blocks of `hidden` columns. */
type Blocks = readonly [matrix: Operand | null, blocks: number];

/** Below so many elements a plain loop is done before copies are made. */
const FEW = 16;

/**
 * The same by a kernel of WebAssembly, where all matrices are float32 and lie row by row. Answers whether it was done.
 */
function quickly(
  kernel: "lstmGates" | "lstmGatesBackward" | "gruGates" | "gruGatesBackward",
  outs: readonly Blocks[],
  inputs: readonly Blocks[],
  rows: number,
  hidden: number,
): boolean {
  const n = rows * hidden;
  const fast: Kernels | null = n >= FEW && [...outs, ...inputs].every((m) => fits(m, rows, hidden)) ? kernels() : null;
  if (fast === null) return false;
  begin();
  const to = outs.map(([matrix, blocks]) => roomForArray(matrix!, blocks * n));
  const from = inputs.map(([matrix, blocks]) => (matrix ? bringInArray(matrix, blocks * n) : 0));
  if (to.includes(0) || inputs.some(([matrix], k) => matrix && from[k] === 0)) return false;
  (fast[kernel] as (...addresses: number[]) => void)(...to, ...from, rows, hidden);
  outs.forEach(([matrix, blocks], k) => {
    takeOutArray(matrix!, blocks * n, to[k]);
  });
  return true;
}

function fits([matrix, blocks]: Blocks, rows: number, hidden: number): boolean {
  if (matrix === null) return true;
  const { data, strides } = matrix;
  const columns = blocks * hidden;
  return data instanceof Float32Array && (strides[1] === 1 || columns === 1) && (strides[0] === columns || rows === 1);
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/**
 * `i, f, o = sigmoid(gates)`, `g = tanh(gates)` in the order i, f, g, o; `cy = f cx + i g`, `hy = o tanh(cy)`. The four
 * activated gates go to `activated`.
 */
export function lstmGates(
  rows: number,
  hidden: number,
  gates: Operand,
  cx: Operand,
  hy: Operand,
  cy: Operand,
  activated: Operand,
): void {
  const outs: readonly Blocks[] = [
    [hy, 1],
    [cy, 1],
    [activated, 4],
  ];
  if (
    quickly(
      "lstmGates",
      outs,
      [
        [gates, 4],
        [cx, 1],
      ],
      rows,
      hidden,
    )
  )
    return;
  const [toHy, toCy, act] = outs.map(([t]) => t!.data);
  const x = gates.data;
  const c = cx.data;
  const [gateRow, step] = gates.strides as [number, number];
  const [cellRow, cellStep] = cx.strides as [number, number];
  const apart = hidden * step;
  for (let r = 0, at = 0; r < rows; r++) {
    let p = gates.offset + r * gateRow;
    let q = cx.offset + r * cellRow;
    let a = r * 4 * hidden;
    for (let k = 0; k < hidden; k++, at++, a++, p += step, q += cellStep) {
      const i = sigmoid(x[p]);
      const f = sigmoid(x[p + apart]);
      const g = Math.tanh(x[p + 2 * apart]);
      const o = sigmoid(x[p + 3 * apart]);
      const cell = f * c[q] + i * g;
      toCy[at] = cell;
      toHy[at] = o * Math.tanh(cell);
      act[a] = i;
      act[a + hidden] = f;
      act[a + 2 * hidden] = g;
      act[a + 3 * hidden] = o;
    }
  }
}

/** The gradients of {@link lstmGates} with respect to `gates` and `cx`. A missing gradient counts as zeros. */
export function lstmGatesBackward(
  rows: number,
  hidden: number,
  gradHy: Operand | null,
  gradCy: Operand | null,
  cx: Operand,
  cy: Operand,
  activated: Operand,
  gradGates: Operand,
  gradCx: Operand,
): void {
  const inputs: readonly Blocks[] = [
    [gradHy, 1],
    [gradCy, 1],
    [cx, 1],
    [cy, 1],
    [activated, 4],
  ];
  if (
    quickly(
      "lstmGatesBackward",
      [
        [gradGates, 4],
        [gradCx, 1],
      ],
      inputs,
      rows,
      hidden,
    )
  )
    return;
  const [toGates, toCx] = [gradGates.data, gradCx.data];
  const [gh, gc] = [gradHy ?? NONE, gradCy ?? NONE];
  const [c, cNext, act] = [cx.data, cy.data, activated.data];
  const [cRow, cStep] = cx.strides as [number, number];
  const [nextRow, nextStep] = cy.strides as [number, number];
  const [actRow, actStep] = activated.strides as [number, number];
  const apart = hidden * actStep;
  for (let r = 0, at = 0; r < rows; r++) {
    let h = gh.offset + r * gh.strides[0];
    let d = gc.offset + r * gc.strides[0];
    let p = activated.offset + r * actRow;
    let to = r * 4 * hidden;
    for (let k = 0; k < hidden; k++, at++, to++, p += actStep, h += gh.strides[1], d += gc.strides[1]) {
      const i = act[p];
      const f = act[p + apart];
      const g = act[p + 2 * apart];
      const o = act[p + 3 * apart];
      const t = Math.tanh(cNext[cy.offset + r * nextRow + k * nextStep]);
      const dh = gh.data[h];
      const dc = gc.data[d] + dh * o * (1 - t * t);
      toGates[to] = dc * g * i * (1 - i);
      toGates[to + hidden] = dc * c[cx.offset + r * cRow + k * cStep] * f * (1 - f);
      toGates[to + 2 * hidden] = dc * i * (1 - g * g);
      toGates[to + 3 * hidden] = dh * t * o * (1 - o);
      toCx[at] = dc * f;
    }
  }
}

/**
 * `r, z = sigmoid(input + hidden)`, `n = tanh(input + r hidden)` of the parts r, z, n of `fromInput` and `fromHidden`;
 * `hy = (1 - z) n + z hx`. The three go to `activated`.
 */
export function gruGates(
  rows: number,
  hidden: number,
  fromInput: Operand,
  fromHidden: Operand,
  hx: Operand,
  hy: Operand,
  activated: Operand,
): void {
  const inputs: readonly Blocks[] = [
    [fromInput, 3],
    [fromHidden, 3],
    [hx, 1],
  ];
  if (
    quickly(
      "gruGates",
      [
        [hy, 1],
        [activated, 3],
      ],
      inputs,
      rows,
      hidden,
    )
  )
    return;
  const [toHy, act] = [hy.data, activated.data];
  const [x, y, h] = [fromInput.data, fromHidden.data, hx.data];
  const [xRow, xStep] = fromInput.strides as [number, number];
  const [yRow, yStep] = fromHidden.strides as [number, number];
  const [hRow, hStep] = hx.strides as [number, number];
  const [xApart, yApart] = [hidden * xStep, hidden * yStep];
  for (let s = 0, at = 0; s < rows; s++) {
    let p = fromInput.offset + s * xRow;
    let q = fromHidden.offset + s * yRow;
    let l = hx.offset + s * hRow;
    let a = s * 3 * hidden;
    for (let k = 0; k < hidden; k++, at++, a++, p += xStep, q += yStep, l += hStep) {
      const r = sigmoid(x[p] + y[q]);
      const z = sigmoid(x[p + xApart] + y[q + yApart]);
      const n = Math.tanh(x[p + 2 * xApart] + r * y[q + 2 * yApart]);
      toHy[at] = (h[l] - n) * z + n;
      act[a] = r;
      act[a + hidden] = z;
      act[a + 2 * hidden] = n;
    }
  }
}

/** The gradients of {@link gruGates} with respect to `fromInput`, `fromHidden` and `hx`. */
export function gruGatesBackward(
  rows: number,
  hidden: number,
  gradHy: Operand,
  fromHidden: Operand,
  hx: Operand,
  activated: Operand,
  gradInput: Operand,
  gradHidden: Operand,
  gradHx: Operand,
): void {
  const outs: readonly Blocks[] = [
    [gradInput, 3],
    [gradHidden, 3],
    [gradHx, 1],
  ];
  const inputs: readonly Blocks[] = [
    [gradHy, 1],
    [fromHidden, 3],
    [hx, 1],
    [activated, 3],
  ];
  if (quickly("gruGatesBackward", outs, inputs, rows, hidden)) return;
  const [toInput, toHidden, toHx] = outs.map(([t]) => t!.data);
  const [gh, y, h, act] = [gradHy.data, fromHidden.data, hx.data, activated.data];
  const [ghRow, ghStep] = gradHy.strides as [number, number];
  const [yRow, yStep] = fromHidden.strides as [number, number];
  const [hRow, hStep] = hx.strides as [number, number];
  const [actRow, actStep] = activated.strides as [number, number];
  const apart = hidden * actStep;
  for (let s = 0, at = 0; s < rows; s++) {
    let p = activated.offset + s * actRow;
    let q = fromHidden.offset + s * yRow + 2 * hidden * yStep;
    let to = s * 3 * hidden;
    for (let k = 0; k < hidden; k++, at++, to++, p += actStep, q += yStep) {
      const r = act[p];
      const z = act[p + apart];
      const n = act[p + 2 * apart];
      const d = gh[gradHy.offset + s * ghRow + k * ghStep];
      const dn = d * (1 - z) * (1 - n * n);
      const dr = dn * y[q] * r * (1 - r);
      const dz = d * (h[hx.offset + s * hRow + k * hStep] - n) * z * (1 - z);
      toInput[to] = dr;
      toInput[to + hidden] = dz;
      toInput[to + 2 * hidden] = dn;
      toHidden[to] = dr;
      toHidden[to + hidden] = dz;
      toHidden[to + 2 * hidden] = dn * r;
      toHx[at] = d * z;
    }
  }
}

/** A matrix of zeros of any size. */
const NONE: Operand = { data: new Float32Array(1), offset: 0, strides: [0, 0] };
