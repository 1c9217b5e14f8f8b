import { RuntimeError } from "../python/errors.js";
import { define } from "../python/signature.js";
import { asking, checkDevice } from "./creation.js";
import { type DType, get_default_dtype, int64, uint8 } from "./dtype.js";
import { default_generator, type Generator } from "./generator.js";
import { randint as drawIntegers, randperm as drawPermutation } from "./random_integers.js";
import { Tensor } from "./tensor.js";

/* Random tensors: new memory, filled by the in-place draws of ops/random.ts. */

const options =
  "ScalarType? dtype=None, str? device=None, bool requires_grad=False, str? layout=None, bool pin_memory=False";

const fresh = (size: readonly number[], dtype: DType | null, device: string | null): Tensor => {
  checkDevice(device);
  for (const n of size) {
    if (n < 0) throw new RuntimeError(`Trying to create tensor with negative dimension ${n}: [${size.join(", ")}]`);
  }
  return Tensor.empty(size, dtype ?? get_default_dtype());
};

/** Uniform on [0, 1). */
export const rand = define(
  `rand(int... size, *, Generator? generator=None, ${options}) -> Tensor`,
  (size, generator, dtype, device, requires_grad) =>
    asking(fresh(size, dtype, device).uniform_(0, 1, { generator }), requires_grad),
);

/** Standard normal. */
export const randn = define(
  `randn(int... size, *, Generator? generator=None, ${options}) -> Tensor`,
  (size, generator, dtype, device, requires_grad) =>
    asking(fresh(size, dtype, device).normal_(0, 1, { generator }), requires_grad),
);

/** Uniform on [0, 1), with the shape, and by default the dtype, of `input`. */
export const rand_like = define(
  `rand_like(Tensor input, *, Generator? generator=None, ${options}) -> Tensor`,
  (input, generator, dtype, device, requires_grad) =>
    asking(fresh(input.shape, dtype ?? input.dtype, device).uniform_(0, 1, { generator }), requires_grad),
);

/** Standard normal, with the shape, and by default the dtype, of `input`. */
export const randn_like = define(
  `randn_like(Tensor input, *, Generator? generator=None, ${options}) -> Tensor`,
  (input, generator, dtype, device, requires_grad) =>
    asking(fresh(input.shape, dtype ?? input.dtype, device).normal_(0, 1, { generator }), requires_grad),
);

function integersBetween(low: number, high: number, out: Tensor, generator = default_generator): Tensor {
  drawIntegers(out.storage.data, out.dtype, low, high, generator);
  return out;
}

/** Integers from [low, high): `randint(high, size)` or `randint(low, high, size)`. */
export const randint: {
  (high: number, size: readonly number[], options?: RandintOptions): Tensor;
  (low: number, high: number, size: readonly number[], options?: RandintOptions): Tensor;
} = (a: number, b: number | readonly number[], ...rest: unknown[]) =>
  Array.isArray(b)
    ? randintBound(0, a, b, ...(rest as []))
    : randintBound(a, b as number, ...(rest as [readonly number[]]));

/** Options of {@link randint}. */
export interface RandintOptions {
  generator?: Generator | null;
  dtype?: DType | null;
  device?: string | null;
  requires_grad?: boolean;
}

const randintBound = define(
  `randint(int low, int high, int[] size, *, Generator? generator=None, ${options}) -> Tensor`,
  (low, high, size, generator, dtype, device, requires_grad) =>
    asking(
      integersBetween(low, high, fresh([size].flat(), dtype ?? int64, device), generator ?? undefined),
      requires_grad,
    ),
);

/** Integers from [low, high) with the shape, and by default the dtype, of `input`. */
export const randint_like = define(
  `randint_like(Tensor input, int low, int? high=None, *, Generator? generator=None, ${options}) -> Tensor`,
  (input, low, high, generator, dtype, device, requires_grad) => {
    const [from, to] = high === null ? [0, low] : [low, high];
    return asking(
      integersBetween(from, to, fresh(input.shape, dtype ?? input.dtype, device), generator ?? undefined),
      requires_grad,
    );
  },
);

/** A random permutation of 0, 1, ..., n - 1. */
export const randperm = define(
  `randperm(int n, *, Generator? generator=None, ${options}) -> Tensor`,
  (n, generator, dtype, device, requires_grad) => {
    if (n < 0) throw new RuntimeError(`n must be non-negative, got${n}`);
    const out = fresh([n], dtype ?? int64, device);
    drawPermutation(out.storage.data, generator ?? default_generator);
    return asking(out, requires_grad);
  },
);

/** Normal draws with the means and standard deviations of each element, or of the whole with a `size`. */
export const normal = define(
  `normal(Tensor|float mean, Tensor|float std=1, int[]? size=None, *, Generator? generator=None, ${options}) -> Tensor`,
  (mean, std, size, generator, dtype, device, requires_grad) => {
    if (size !== null) {
      if (mean instanceof Tensor || std instanceof Tensor) {
        throw new TypeError(
          "normal() received an invalid combination of arguments: size goes with numbers mean and std",
        );
      }
      return asking(fresh([size].flat(), dtype, device).normal_(mean, std, { generator }), requires_grad);
    }
    if (typeof std === "number" && !(std >= 0))
      throw new RuntimeError(`normal expects std >= 0.0, but found std ${std}`);
    const like = mean instanceof Tensor ? (std instanceof Tensor ? mean.add(std) : mean) : std;
    if (!(like instanceof Tensor))
      throw new TypeError(
        "normal() received an invalid combination of arguments: give a size, or a tensor for mean or std",
      );
    const unit = fresh(like.shape, like.dtype, device).normal_(0, 1, { generator });
    const drawn = unit.mul(std).add(mean).detach();
    // draws have a gradient, of zeros
    const leaves = [mean, std].filter((t) => t instanceof Tensor && t.requires_grad) as Tensor[];
    return leaves.reduce((sum, t) => sum.add(t.sign().mul(0)), drawn);
  },
);

/** The state of the default generator, a uint8 tensor in PyTorch's layout. */
export function get_rng_state(): Tensor {
  const state = default_generator.get_state();
  return Tensor.of(state, [state.length], uint8);
}

/** Puts the default generator into a state from {@link get_rng_state}. */
export function set_rng_state(new_state: Tensor): void {
  default_generator.set_state(new_state.toTypedArray() as Uint8Array);
}
