import { RuntimeError } from "../python/errors.js";
import { define } from "../python/signature.js";
import { type DType, get_default_dtype } from "./dtype.js";
import type { Tensor } from "./tensor.js";
import * as windows from "./windows.js";

// The windows of `torch` itself: periodic unless told otherwise, where those of torch.signal.windows are symmetric.

const options = "ScalarType? dtype=None, str? layout=None, str? device=None, bool requires_grad=False";
type Options = readonly [dtype: DType | null, layout: string | null, device: string | null, requires_grad: boolean];
type Given = { sym: boolean; dtype: DType; requires_grad: boolean };

function windowOf(
  name: string,
  length: number,
  periodic: boolean,
  [given, , , requires_grad]: Options,
  make: (options: Given) => Tensor,
): Tensor {
  if (length < 0) {
    throw new RuntimeError(`${name} requires non-negative window_length, got window_length=${length}`);
  }
  const dtype = given ?? get_default_dtype();
  if (!dtype.is_floating_point) {
    throw new RuntimeError(
      `${name} expects floating point dtypes, got: TensorOptions(dtype=${dtype.cppName}, device=cpu, layout=Strided (default), requires_grad=${requires_grad}${requires_grad ? "" : " (default)"}, pinned_memory=false, memory_format=(nullopt))`,
    );
  }
  return make({ sym: !periodic, dtype, requires_grad });
}

/** A triangle from 0 to 1 and back. */
export const bartlett_window = define(
  `bartlett_window(int window_length, bool periodic=True, *, ${options}) -> Tensor`,
  (length, periodic, ...o) =>
    windowOf("bartlett_window", length, periodic, o, (given) => windows.bartlett(length, given)),
);

/** `0.42 - 0.5 cos(2 pi i / N) + 0.08 cos(4 pi i / N)`. */
export const blackman_window = define(
  `blackman_window(int window_length, bool periodic=True, *, ${options}) -> Tensor`,
  (length, periodic, ...o) =>
    windowOf("blackman_window", length, periodic, o, (given) => windows.blackman(length, given)),
);

/** `alpha - beta cos(2 pi i / N)`. */
export const hamming_window = define(
  `hamming_window(int window_length, bool periodic=True, float alpha=0.54, float beta=0.46, *, ${options}) -> Tensor`,
  (length, periodic, alpha, beta, ...o) =>
    windowOf("hamming_window", length, periodic, o, (given) =>
      windows.general_cosine(length, { a: [alpha, beta], ...given }),
    ),
);

/** `0.5 - 0.5 cos(2 pi i / N)`. */
export const hann_window = define(
  `hann_window(int window_length, bool periodic=True, *, ${options}) -> Tensor`,
  (length, periodic, ...o) => windowOf("hann_window", length, periodic, o, (given) => windows.hann(length, given)),
);

/** `I0(beta sqrt(1 - (2 i / N - 1)^2)) / I0(beta)`, with the modified Bessel function I0. */
export const kaiser_window = define(
  `kaiser_window(int window_length, bool periodic=True, float beta=12.0, *, ${options}) -> Tensor`,
  (length, periodic, beta, ...o) =>
    windowOf("kaiser_window", length, periodic, o, (given) => windows.kaiser(length, { beta, ...given })),
);
