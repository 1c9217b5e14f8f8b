import type { TypedArray } from "../dtype.js";
import type { Operand } from "./strided.js";

/*
 * The elementwise part of a step of LSTM and GRU for `rows` sequences and `hidden` units, forward and backward. Inputs
 * are matrices with two strides; what is written lies row by row.
 */

type Floats = TypedArray;

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
  hy: Floats,
  cy: Floats,
  activated: Floats,
): void {
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
      cy[at] = cell;
      hy[at] = o * Math.tanh(cell);
      activated[a] = i;
      activated[a + hidden] = f;
      activated[a + 2 * hidden] = g;
      activated[a + 3 * hidden] = o;
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
  gradGates: Floats,
  gradCx: Floats,
): void {
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
      gradGates[to] = dc * g * i * (1 - i);
      gradGates[to + hidden] = dc * c[cx.offset + r * cRow + k * cStep] * f * (1 - f);
      gradGates[to + 2 * hidden] = dc * i * (1 - g * g);
      gradGates[to + 3 * hidden] = dh * t * o * (1 - o);
      gradCx[at] = dc * f;
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
  hy: Floats,
  activated: Floats,
): void {
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
      hy[at] = (h[l] - n) * z + n;
      activated[a] = r;
      activated[a + hidden] = z;
      activated[a + 2 * hidden] = n;
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
  gradInput: Floats,
  gradHidden: Floats,
  gradHx: Floats,
): void {
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
      gradInput[to] = dr;
      gradInput[to + hidden] = dz;
      gradInput[to + 2 * hidden] = dn;
      gradHidden[to] = dr;
      gradHidden[to + hidden] = dz;
      gradHidden[to + 2 * hidden] = dn * r;
      gradHx[at] = d * z;
    }
  }
}

/** A matrix of zeros of any size. */
const NONE: Operand = { data: new Float32Array(1), offset: 0, strides: [0, 0] };
