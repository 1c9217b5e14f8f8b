import { Elementary } from "./elementary";
import { add, Lanes, mul, splat, sub } from "./lanes";

/* The elementwise part of a step of LSTM and GRU, forward and backward. All matrices lie row by row. */

/** `s (1 - s)`, the slope of a sigmoid with the value s. */
function slope(s: v128): v128 {
  return mul(s, sub(splat(1), s));
}

/** `1 - t^2`, the slope of a hyperbolic tangent with the value t. */
function tanhSlope(t: v128): v128 {
  return sub(splat(1), mul(t, t));
}

/**
 * `cy = f cx + i g`, `hy = o tanh(cy)` with the gates i, f, o = sigmoid and g = tanh of the four blocks of a row of `gates`,
 * in the order i, f, g, o. The gates go to `activated`.
 */
export function lstmGates(
  hy: usize,
  cy: usize,
  activated: usize,
  gates: usize,
  cx: usize,
  rows: usize,
  hidden: usize,
): void {
  const apart = hidden << 2;
  for (; rows; rows--) {
    for (let at: usize = 0; at < apart; at += 16) {
      const n = (apart - at) >> 2;
      const i = Elementary.sigmoid(Lanes.load(gates + at, n));
      const f = Elementary.sigmoid(Lanes.load(gates + apart + at, n));
      const g = Elementary.tanh(Lanes.load(gates + 2 * apart + at, n));
      const o = Elementary.sigmoid(Lanes.load(gates + 3 * apart + at, n));
      const cell = add(mul(f, Lanes.load(cx + at, n)), mul(i, g));
      Lanes.store(cy + at, cell, n);
      Lanes.store(hy + at, mul(o, Elementary.tanh(cell)), n);
      Lanes.store(activated + at, i, n);
      Lanes.store(activated + apart + at, f, n);
      Lanes.store(activated + 2 * apart + at, g, n);
      Lanes.store(activated + 3 * apart + at, o, n);
    }
    gates += 4 * apart;
    activated += 4 * apart;
    cx += apart;
    cy += apart;
    hy += apart;
  }
}

/** The gradients of {@link lstmGates} with respect to `gates` and `cx`; those of `hy` and `cy` are zeros if their address is 0. */
export function lstmGatesBackward(
  gradGates: usize,
  gradCx: usize,
  gradHy: usize,
  gradCy: usize,
  cx: usize,
  cy: usize,
  activated: usize,
  rows: usize,
  hidden: usize,
): void {
  const apart = hidden << 2;
  for (; rows; rows--) {
    for (let at: usize = 0; at < apart; at += 16) {
      const n = (apart - at) >> 2;
      const i = Lanes.load(activated + at, n);
      const f = Lanes.load(activated + apart + at, n);
      const g = Lanes.load(activated + 2 * apart + at, n);
      const o = Lanes.load(activated + 3 * apart + at, n);
      const t = Elementary.tanh(Lanes.load(cy + at, n));
      const dh = gradHy ? Lanes.load(gradHy + at, n) : splat(0);
      const through = mul(mul(dh, o), tanhSlope(t));
      const dc = gradCy ? add(Lanes.load(gradCy + at, n), through) : through;
      Lanes.store(gradGates + at, mul(mul(dc, g), slope(i)), n);
      Lanes.store(gradGates + apart + at, mul(mul(dc, Lanes.load(cx + at, n)), slope(f)), n);
      Lanes.store(gradGates + 2 * apart + at, mul(mul(dc, i), tanhSlope(g)), n);
      Lanes.store(gradGates + 3 * apart + at, mul(mul(dh, t), slope(o)), n);
      Lanes.store(gradCx + at, mul(dc, f), n);
    }
    gradGates += 4 * apart;
    activated += 4 * apart;
    gradCx += apart;
    cx += apart;
    cy += apart;
    if (gradHy) gradHy += apart;
    if (gradCy) gradCy += apart;
  }
}

/**
 * `hy = (h - n) z + n` with r, z = sigmoid(x + y) and n = tanh(x + r y) of the three blocks r, z, n of the rows of `x`, from
 * the input, and `y`, from the hidden state. The three go to `activated`.
 */
export function gruGates(
  hy: usize,
  activated: usize,
  x: usize,
  y: usize,
  h: usize,
  rows: usize,
  hidden: usize,
): void {
  const apart = hidden << 2;
  for (; rows; rows--) {
    for (let at: usize = 0; at < apart; at += 16) {
      const k = (apart - at) >> 2;
      const r = Elementary.sigmoid(add(Lanes.load(x + at, k), Lanes.load(y + at, k)));
      const z = Elementary.sigmoid(add(Lanes.load(x + apart + at, k), Lanes.load(y + apart + at, k)));
      const n = Elementary.tanh(add(Lanes.load(x + 2 * apart + at, k), mul(r, Lanes.load(y + 2 * apart + at, k))));
      Lanes.store(hy + at, add(mul(sub(Lanes.load(h + at, k), n), z), n), k);
      Lanes.store(activated + at, r, k);
      Lanes.store(activated + apart + at, z, k);
      Lanes.store(activated + 2 * apart + at, n, k);
    }
    x += 3 * apart;
    y += 3 * apart;
    activated += 3 * apart;
    h += apart;
    hy += apart;
  }
}

/** The gradients of {@link gruGates} with respect to `x`, `y` and `h`, given `activated`. */
export function gruGatesBackward(
  gradX: usize,
  gradY: usize,
  gradH: usize,
  g: usize,
  y: usize,
  h: usize,
  activated: usize,
  rows: usize,
  hidden: usize,
): void {
  const apart = hidden << 2;
  for (; rows; rows--) {
    for (let at: usize = 0; at < apart; at += 16) {
      const k = (apart - at) >> 2;
      const r = Lanes.load(activated + at, k);
      const z = Lanes.load(activated + apart + at, k);
      const n = Lanes.load(activated + 2 * apart + at, k);
      const d = Lanes.load(g + at, k);
      const dn = mul(mul(d, sub(splat(1), z)), tanhSlope(n));
      const dr = mul(mul(dn, Lanes.load(y + 2 * apart + at, k)), slope(r));
      const dz = mul(mul(d, sub(Lanes.load(h + at, k), n)), slope(z));
      Lanes.store(gradX + at, dr, k);
      Lanes.store(gradX + apart + at, dz, k);
      Lanes.store(gradX + 2 * apart + at, dn, k);
      Lanes.store(gradY + at, dr, k);
      Lanes.store(gradY + apart + at, dz, k);
      Lanes.store(gradY + 2 * apart + at, mul(dn, r), k);
      Lanes.store(gradH + at, mul(d, z), k);
    }
    gradX += 3 * apart;
    gradY += 3 * apart;
    activated += 3 * apart;
    y += 3 * apart;
    g += apart;
    h += apart;
    gradH += apart;
  }
}
