import { no_grad } from "../../autograd/grad_mode.js";
import { RuntimeError } from "../../python/errors.js";
import { pythonFloat } from "../../python/repr.js";
import { warn } from "../../python/warnings.js";
import { linalgFunctions, Tensor, torchFunctions, zeros } from "../../tensor/index.js";

/** One tensor or several. */
export type Tensors = Tensor | Iterable<Tensor>;

const listed = (tensors: Tensors): Tensor[] => (tensors instanceof Tensor ? [tensors] : [...tensors]);

const gradientsOf = (parameters: readonly Tensor[]): Tensor[] => parameters.flatMap((p) => p.peekGrad() ?? []);

interface NormOptions {
  /** The order of the norm, `Infinity` for the largest absolute value; default 2. */
  norm_type?: number;
  /** Is a norm that is infinite or NaN an error? Default `false`. */
  error_if_nonfinite?: boolean;
  /** Only for PyTorch's signature: there is one implementation. */
  foreach?: boolean | null;
}

const named = (norm_type: number | NormOptions, error_if_nonfinite: boolean | NormOptions): Required<NormOptions> => {
  const options = typeof norm_type === "object" ? norm_type : { norm_type };
  const more = typeof error_if_nonfinite === "object" ? error_if_nonfinite : { error_if_nonfinite };
  return { norm_type: 2, error_if_nonfinite: false, foreach: null, ...more, ...options };
};

/**
 * The norm of several tensors as if they were one long vector.
 *
 * @throws RuntimeError if the norm is not finite and `error_if_nonfinite` is set
 */
export function get_total_norm(
  tensors: Tensors,
  norm_type: number | NormOptions = 2,
  error_if_nonfinite: boolean | NormOptions = false,
): Tensor {
  const options = named(norm_type, error_if_nonfinite);
  const list = listed(tensors);
  if (list.length === 0) return zeros([]);
  return no_grad(() => {
    const norms = list.map((t) => linalgFunctions.vector_norm(t, options.norm_type));
    const total = linalgFunctions.vector_norm(torchFunctions.stack(norms), options.norm_type);
    if (options.error_if_nonfinite && !Number.isFinite(total.item<number>())) {
      throw new RuntimeError(
        `The total norm of order ${pythonFloat(options.norm_type)} for gradients from \`parameters\` is non-finite, so it cannot be clipped. To disable this error and scale the gradients by the non-finite norm anyway, set \`error_if_nonfinite=False\``,
      );
    }
    return total;
  });
}

/** Scales the gradients of parameters by `min(1, max_norm / (total_norm + 1e-6))`, in place. */
export function clip_grads_with_norm_(
  parameters: Tensors,
  max_norm: number,
  total_norm: Tensor,
  _foreach?: boolean | null,
): void {
  no_grad(() => {
    const scale = total_norm.add(1e-6).reciprocal().mul(max_norm).clamp({ max: 1 });
    for (const grad of gradientsOf(listed(parameters))) grad.mul_(scale);
  });
}

/**
 * Clips the norm of the gradients of parameters, all taken as one vector, in place: what is longer than `max_norm` is
 * scaled down to it. Returns the norm they had.
 *
 * @throws RuntimeError if the norm is not finite and `error_if_nonfinite` is set
 * @example
 * loss.backward();
 * nn.utils.clip_grad_norm_(model.parameters(), 1.0);
 * optimizer.step();
 */
export function clip_grad_norm_(
  parameters: Tensors,
  max_norm: number,
  norm_type: number | NormOptions = 2,
  error_if_nonfinite: boolean | NormOptions = false,
): Tensor {
  const list = listed(parameters);
  if (list.length === 0 && !Array.isArray(parameters)) {
    warn("`parameters` is an empty generator, no gradient clipping will occur.");
  }
  const total = get_total_norm(gradientsOf(list), norm_type, error_if_nonfinite);
  clip_grads_with_norm_(list, max_norm, total);
  return total;
}

/** {@link clip_grad_norm_} under its old name. */
export function clip_grad_norm(...args: Parameters<typeof clip_grad_norm_>): Tensor {
  warn(
    "`torch.nn.utils.clip_grad_norm` is now deprecated in favor of `torch.nn.utils.clip_grad_norm_`.",
    "FutureWarning",
  );
  return clip_grad_norm_(...args);
}

/** Brings every gradient of parameters between `-clip_value` and `clip_value`, in place. */
export function clip_grad_value_(parameters: Tensors, clip_value: number, _foreach?: boolean | null): void {
  no_grad(() => {
    for (const grad of gradientsOf(listed(parameters))) grad.clamp_(-clip_value, clip_value);
  });
}
