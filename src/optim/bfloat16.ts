import type { Tensor } from "../tensor/index.js";
import { pointwise1 } from "../tensor/pointwise.js";

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The number nearest to `x`, ties to even, of those whose float32 has nothing in its lower 16 bits. */
function nearest(x: number): number {
  if (Number.isNaN(x)) return x;
  float[0] = x;
  bits[0] += 0x7fff + ((bits[0] >>> 16) & 1);
  bits[0] &= 0xffff0000;
  return float[0];
}

const round = pointwise1(nearest);

/** Rounds a floating point tensor in place to what bfloat16 can hold: 8 significant bits. */
export function roundToBfloat16(x: Tensor): Tensor {
  round.into(x);
  return x;
}
