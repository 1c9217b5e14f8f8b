import fc from "fast-check";
import { type Tensor, torch } from "../../../src/index.js";
import { setEnabled } from "../../../src/tensor/kernels/wasm/instance.js";
import { difference, float } from "./floats.js";

/** The results of `body` with either set of kernels: those in WebAssembly and the plain ones. */
export function both(body: () => readonly Tensor[]): [fast: number[][], plain: number[][]] {
  const run = (on: boolean): number[][] => {
    setEnabled(on);
    torch.manual_seed(0);
    return body().map((t) => [...t.toTypedArray()]);
  };
  try {
    return [run(true), run(false)];
  } finally {
    setEnabled(true);
  }
}

/** The first difference between the two sets, or null. */
export function disagreement(body: () => readonly Tensor[]): string | null {
  const [fast, plain] = both(body);
  if (fast.length !== plain.length) return `${fast.length} results, expected ${plain.length}`;
  for (let k = 0; k < fast.length; k++) {
    const found = difference(fast[k], plain[k]);
    if (found !== null) return `result ${k} ${found}`;
  }
  return null;
}

/** A tensor of numbers of all kinds, or of those given, in the midst of some more memory. */
export const tensorOf = (shape: fc.Arbitrary<number[]>, number = float): fc.Arbitrary<Tensor> =>
  fc.tuple(shape, fc.array(number, { minLength: 23, maxLength: 23 }), fc.nat(3)).map(([sizes, values, skip]) => {
    const n = sizes.reduce((a, b) => a * b, 1);
    const data = Float32Array.from({ length: skip + n + 2 }, (_, i) => values[(i * i + (i >> 3)) % 23]);
    return torch.from_numpy(data).narrow(0, skip, n).view(sizes);
  });
