import { type Tensor, torch } from "../../../src/index.js";
import { setEnabled } from "../../../src/tensor/kernels/wasm/instance.js";

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
