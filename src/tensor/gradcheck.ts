import { grad } from "../autograd/index.js";
import { NotImplementedError, RuntimeError, ValueError } from "../python/errors.js";
import { Signature } from "../python/signature.js";
import { warn } from "../python/warnings.js";
import { float64 } from "./dtype.js";
import { Tensor } from "./tensor.js";

/** What {@link gradcheck} throws when a derivative is wrong. */
export class GradcheckError extends RuntimeError {}

/** A function to be checked: tensors (and whatever else `inputs` holds) in, one tensor or several out. */
// biome-ignore lint/suspicious/noExplicitAny: the function may take more than tensors
export type Differentiable = (...inputs: any[]) => Tensor | readonly Tensor[];

/** Options of {@link gradcheck}. */
export interface GradcheckOptions {
  /** The step of the differences. Default 1e-6. */
  eps?: number;
  /** Absolute tolerance. Default 1e-5. */
  atol?: number;
  /** Relative tolerance. Default 1e-3. */
  rtol?: number;
  /** Throw if the check fails, rather than return `false`. Default `true`. */
  raise_exception?: boolean;
  /** By how much two backward passes may differ. Default 0. */
  nondet_tol?: number;
  /** Check that the backward does without the gradient of an output that is not used. Default `true`. */
  check_undefined_grad?: boolean;
  /** Check that gradients have the dtypes of their inputs. Default `false`; they always have. */
  check_grad_dtypes?: boolean;
  /** Not supported. */
  check_batched_grad?: boolean;
  /** Not supported. */
  check_batched_forward_grad?: boolean;
  /** Not supported. */
  check_forward_ad?: boolean;
  check_backward_ad?: boolean;
  /** Accepted; the whole Jacobian is computed in either case. */
  fast_mode?: boolean;
  /** Accepted; it concerns sparse tensors. */
  masked?: boolean | null;
}

/** Options of {@link gradgradcheck}. */
export interface GradgradcheckOptions
  extends Omit<GradcheckOptions, "check_forward_ad" | "check_backward_ad" | "check_batched_forward_grad"> {
  /** The gradients of the outputs. Default: drawn from [-1, 1]. */
  grad_outputs?: Tensor | readonly Tensor[] | null;
  /** Draw those gradients into memory with gaps. Default `false`. */
  gen_non_contig_grad_outputs?: boolean;
  /** Not supported. */
  check_fwd_over_rev?: boolean;
  check_rev_over_rev?: boolean;
}

const common =
  "float eps=1e-06, float atol=1e-05, float rtol=0.001, bool raise_exception=True, float nondet_tol=0.0, bool check_undefined_grad=True, bool check_grad_dtypes=False, bool check_batched_grad=False, bool fast_mode=False, bool? masked=None";
const checkSignature = new Signature(
  `gradcheck(Callable func, any inputs, *, bool check_batched_forward_grad=False, bool check_forward_ad=False, bool check_backward_ad=True, ${common})`,
);
const secondSignature = new Signature(
  `gradgradcheck(Callable func, any inputs, any grad_outputs=None, *, bool gen_non_contig_grad_outputs=False, bool check_fwd_over_rev=False, bool check_rev_over_rev=True, ${common})`,
);

/**
 * Checks the gradients of `func` at `inputs` against central differences, `(f(x + eps) - f(x - eps)) / (2 eps)`, for
 * every element of every floating point input that requires a gradient: the whole Jacobian must agree within
 * `atol + rtol * |difference|`.
 *
 * The defaults suit float64 inputs; float32 is too coarse for them. Inputs with a dimension of stride 0 (from
 * `expand`) cannot be checked, nor can points at which the function has a kink.
 *
 * @returns `true`, or `false` if the check fails and `raise_exception` is off
 * @throws GradcheckError if the check fails; ValueError if no input requires a gradient
 * @example
 * const x = torch.randn(3, { dtype: torch.float64, requires_grad: true });
 * torch.autograd.gradcheck((x) => x.sin(), [x]); // true
 */
export function gradcheck(
  func: Differentiable,
  inputs: Tensor | readonly unknown[],
  options: GradcheckOptions = {},
): boolean {
  const bound = checkSignature.bind([func, inputs, options]);
  const [, , batchedForward, forward, backward, eps, atol, rtol, raise, nondet_tol, undefinedGrad, , batched] = bound;
  refuse({ check_batched_forward_grad: batchedForward, check_forward_ad: forward, check_batched_grad: batched });
  if (!backward) throw new ValueError("Expected at least one of check_forward_ad or check_backward_ad to be True");
  try {
    const args = asList(inputs);
    checkInputs(args);
    checkJacobians(func, args, eps, atol, rtol, nondet_tol);
    checkZeroGradients(func, args);
    if (undefinedGrad) checkMissingGradients(func, args);
    return true;
  } catch (error) {
    if (!raise && error instanceof GradcheckError) return false;
    throw error;
  }
}

/**
 * Checks the second derivatives of `func`: {@link gradcheck} of the function that takes the inputs and the gradients of
 * the outputs and returns the gradients of the inputs.
 *
 * @example
 * const x = torch.randn(3, { dtype: torch.float64, requires_grad: true });
 * torch.autograd.gradgradcheck((x) => x.pow(3), [x]); // true
 */
export function gradgradcheck(
  func: Differentiable,
  inputs: Tensor | readonly unknown[],
  grad_outputs?: Tensor | readonly Tensor[] | null | GradgradcheckOptions,
  options: GradgradcheckOptions = {},
): boolean {
  const isOptions = grad_outputs != null && !(grad_outputs instanceof Tensor) && !Array.isArray(grad_outputs);
  const given = isOptions ? [grad_outputs] : grad_outputs === undefined ? [options] : [grad_outputs, options];
  const [
    ,
    ,
    ofOutputs,
    gaps,
    forward,
    reverse,
    eps,
    atol,
    rtol,
    raise_exception,
    nondet_tol,
    check_undefined_grad,
    ,
    batched,
  ] = secondSignature.bind([func, inputs, ...given]);
  refuse({ check_fwd_over_rev: forward, check_batched_grad: batched });
  if (!reverse) throw new ValueError("Expected at least one of check_fwd_over_rev or check_rev_over_rev to be True");
  const args = asList(inputs);
  const grads =
    ofOutputs == null
      ? differentiable(func(...args)).map((out) => drawGradient(out, gaps))
      : (asList(ofOutputs as Tensor | readonly Tensor[]) as Tensor[]);
  const gradients = (...all: unknown[]): Tensor[] => {
    const there = all.slice(0, args.length);
    const found = grad(differentiable(func(...there)), requiring(there), {
      grad_outputs: all.slice(args.length) as Tensor[],
      create_graph: true,
      allow_unused: true,
    });
    return found.filter((g) => g !== null);
  };
  return gradcheck(gradients, [...args, ...grads], {
    eps,
    atol,
    rtol,
    raise_exception,
    nondet_tol,
    check_undefined_grad,
  });
}

function refuse(options: Readonly<Record<string, boolean>>): void {
  for (const [name, wanted] of Object.entries(options)) {
    if (wanted)
      throw new NotImplementedError(
        `${name}=True is not supported`,
        "There is only reverse mode, one gradient at a time.",
      );
  }
}

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
const tensors = (values: readonly unknown[]): Tensor[] => values.filter((v) => v instanceof Tensor);
const requiring = (values: readonly unknown[]): Tensor[] => tensors(values).filter((t) => t.requires_grad);
const differentiable = (result: Tensor | readonly Tensor[]): Tensor[] => requiring(asList(result));

function checkInputs(inputs: readonly unknown[]): void {
  inputs.forEach((input, i) => {
    if (!(input instanceof Tensor) || !input.requires_grad) return;
    if (input.dtype !== float64) {
      warn(
        `Input #${i} requires gradient and is not a double precision floating point or complex. This check will likely fail if all the inputs are not of double precision floating point or complex. `,
      );
    }
    if (input.strides.some((stride, d) => stride === 0 && input.shape[d] > 1)) {
      throw new RuntimeError(
        `The ${i}th input has a dimension with stride 0. gradcheck only supports inputs that are non-overlapping to be able to compute the numerical gradients correctly. You should call .contiguous on the input before passing it to gradcheck.`,
      );
    }
  });
  if (requiring(inputs).length > 0) return;
  throw new ValueError(
    "gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True.",
  );
}

function checkJacobians(
  func: Differentiable,
  inputs: readonly unknown[],
  eps: number,
  atol: number,
  rtol: number,
  nondet_tol: number,
): void {
  const result = func(...inputs);
  const all = tensors(asList(result));
  const numerical = requiring(inputs).map((input) => numericalJacobians(func, inputs, input, all, eps));
  const outputs = differentiable(result);
  if (outputs.length === 0) {
    if (numerical.flat().every((jacobian) => jacobian.eq(0).all().item())) return;
    throw new GradcheckError("Numerical gradient for function expected to be zero");
  }
  outputs.forEach((output, i) => {
    const analytical = analyticalJacobians(inputs, output);
    const again = analyticalJacobians(inputs, output);
    if (!analytical.every((jacobian, j) => jacobian.allclose(again[j], 0, nondet_tol))) {
      throw new GradcheckError(
        `Backward is not reentrant, i.e., running backward with same input and grad_output multiple times gives different values, although analytical gradient matches numerical gradient.The tolerance for nondeterminism was ${nondet_tol}.`,
      );
    }
    analytical.forEach((jacobian, j) => {
      const expected = numerical[j][all.indexOf(output)];
      if (jacobian.double().allclose(expected.double(), rtol, atol)) return;
      throw new GradcheckError(
        `Jacobian mismatch for output ${i} with respect to input ${j},\nnumerical:${expected}\nanalytical:${jacobian}\n`,
      );
    });
  });
}

/** For each output the matrix of its differences: a row for each element of `input`, a column for each of the output. */
function numericalJacobians(
  func: Differentiable,
  inputs: readonly unknown[],
  input: Tensor,
  outputs: readonly Tensor[],
  eps: number,
): Tensor[] {
  const jacobians = outputs.map((out) => Tensor.empty([input.numel(), out.numel()], out.dtype));
  // the function reads the element where it lies, as it may hold the tensor itself
  const memory = input.storage.data;
  placesOf(input).forEach((at, row) => {
    const before = memory[at];
    const moved = (by: number) => {
      memory[at] = before + by;
      return tensors(asList(func(...inputs))).map((out, k) => {
        checkSame(out, outputs[k], row, eps);
        return out.toTypedArray();
      });
    };
    try {
      const [above, below] = [moved(eps), moved(-eps)];
      jacobians.forEach(({ storage: { data } }, k) => {
        const columns = above[k].length;
        above[k].forEach((value, column) => {
          data[row * columns + column] = (value - below[k][column]) / (2 * eps);
        });
      });
    } finally {
      memory[at] = before;
    }
  });
  return jacobians;
}

/** Where the elements of a tensor lie in its memory, row by row. */
function placesOf(tensor: Tensor): number[] {
  let places = [tensor.offset];
  tensor.shape.forEach((size, d) => {
    places = places.flatMap((at) => Array.from({ length: size }, (_, i) => at + i * tensor.strides[d]));
  });
  return places;
}

function checkSame(out: Tensor, first: Tensor, index: number, eps: number): void {
  const differ = (what: string, a: unknown, b: unknown) =>
    new ValueError(
      `Expected \`func\` to return outputs with the same ${what} when inputs are perturbed on index ${index} by ${eps}, but got: ${what}s ${a} and ${b}.`,
    );
  if (String(out.shape) !== String(first.shape)) throw differ("shape", `[${first.shape}]`, `[${out.shape}]`);
  if (out.dtype !== first.dtype) throw differ("dtype", first.dtype, out.dtype);
}

/** For each input that requires a gradient the matrix of derivatives, a backward pass a column. */
function analyticalJacobians(inputs: readonly unknown[], output: Tensor): Tensor[] {
  const leaves = requiring(inputs);
  const columns = output.numel();
  const jacobians = leaves.map((leaf) => Tensor.empty([leaf.numel(), columns], leaf.dtype));
  for (let column = 0; column < columns; column++) {
    const one = Tensor.empty(output.shape, output.dtype);
    one.storage.data[column] = 1;
    const gradients = grad(output, leaves, { grad_outputs: one, retain_graph: true, allow_unused: true });
    gradients.forEach((gradient, k) => {
      gradient?.toTypedArray().forEach((value, row) => {
        jacobians[k].storage.data[row * columns + column] = value;
      });
    });
  }
  return jacobians;
}

/** The gradients where the outputs' own are 0. */
function checkZeroGradients(func: Differentiable, inputs: readonly unknown[]): void {
  const outputs = differentiable(func(...inputs));
  if (outputs.length === 0) return;
  const grad_outputs = outputs.map((out) => out.zeroGradient());
  const gradients = grad(outputs, requiring(inputs), { grad_outputs, allow_unused: true });
  if (gradients.some((g) => g?.ne(0).any().item())) throw new GradcheckError("backward not multiplied by grad_output");
}

/** The gradients where one output plays no part and the others' own are 0. */
function checkMissingGradients(func: Differentiable, inputs: readonly unknown[]): void {
  const count = differentiable(func(...inputs)).length;
  for (let missing = 0; count > 1 && missing < count; missing++) {
    const outputs = differentiable(func(...inputs)).filter((_, i) => i !== missing);
    const notes = 'Please look at "Notes about undefined output gradients" in "tools/autograd/derivatives.yaml"';
    let gradients: (Tensor | null)[];
    try {
      const grad_outputs = outputs.map((out) => out.zeroGradient());
      gradients = grad(outputs, requiring(inputs), { grad_outputs, allow_unused: true });
    } catch (error) {
      throw new GradcheckError(`Expected backward function to handle undefined output grads. ${notes}`, String(error));
    }
    if (gradients.some((g) => g?.ne(0).any().item())) {
      throw new GradcheckError(
        `Expected all input grads to be undefined or zero when all output grads are undefined or zero. ${notes}`,
      );
    }
  }
}

function drawGradient(output: Tensor, gaps: boolean): Tensor {
  const drawn = Tensor.empty(output.shape, output.dtype).uniform_(-1, 1);
  const twice = () =>
    drawn
      .unsqueeze(-1)
      .expand([...output.shape, 2])
      .clone();
  return (gaps ? twice().select(-1, 0) : drawn).requires_grad_();
}
