import { enable_grad, is_grad_enabled, set_grad_enabled } from "../autograd/index.js";
import { AssertionError, NotImplementedError, RuntimeError } from "../python/errors.js";
import { Signature } from "../python/signature.js";
import { type Tensor, zeros_like } from "../tensor/index.js";
import {
  checkDepends,
  type Func,
  finished,
  implicit,
  outputsOf,
  prepared,
  type Some,
  scalarOutput,
  shaped,
  tensors,
  vectors,
  zerosFor,
} from "./functional_arguments.js";
import { gradients, jacobianRows } from "./jacobian_rows.js";

/** `torch.autograd.functional`: derivatives of functions of tensors, without graphs and `.grad` in sight. */

/** What has the shape of one argument: a tensor for a tensor, a list for a list. */
type Like<S extends Some> = S extends Tensor ? Tensor : Tensor[];
type Jacobian<O extends Some, I extends Some> = O extends Tensor ? Like<I> : Like<I>[];
type Hessian<I extends Some> = I extends Tensor ? Tensor : Tensor[][];

/** Arguments of {@link vjp}, {@link jvp}, {@link vhp} and {@link hvp}. */
export interface ProductKeywords {
  /** The vector; may be left out where it would have a single element, and is 1 then. */
  v?: Some | null;
  /** Compute the results so that they can be differentiated. Default `false`. */
  create_graph?: boolean;
  /** Make an error of a result that is 0 because nothing depends on something. Default `false`. */
  strict?: boolean;
}

/** Arguments of {@link jacobian}. */
export interface JacobianKeywords {
  create_graph?: boolean;
  strict?: boolean;
  /** Accepted; the numbers are the same. */
  vectorize?: boolean;
  /** `"forward-mode"` is accepted with `vectorize`; the numbers are the same. */
  strategy?: "reverse-mode" | "forward-mode";
}

/** Arguments of {@link hessian}. */
export interface HessianKeywords extends Omit<JacobianKeywords, "strategy"> {
  outer_jacobian_strategy?: "reverse-mode" | "forward-mode";
}

type ProductArguments =
  | [options?: ProductKeywords]
  | [v: Some | null, create_graph?: boolean | ProductKeywords, strict?: boolean | ProductKeywords];
type JacobianArguments<K> =
  | [options?: K]
  | [create_graph: boolean, strict?: boolean | K, vectorize?: boolean | K, strategy?: string | K];

const product = (name: string) => new Signature(`${name}(any v=None, bool create_graph=False, bool strict=False)`);
const signatures = {
  vjp: product("vjp"),
  jvp: product("jvp"),
  vhp: product("vhp"),
  hvp: product("hvp"),
  jacobian: new Signature(
    "jacobian(bool create_graph=False, bool strict=False, bool vectorize=False, str strategy='reverse-mode')",
  ),
  hessian: new Signature(
    "hessian(bool create_graph=False, bool strict=False, bool vectorize=False, str outer_jacobian_strategy='reverse-mode')",
  ),
};

/**
 * The value of `func` at `inputs`, and the product of `v` with its Jacobian there.
 *
 * @param inputs a tensor or a list of them; the second result has the same form
 * @param args `v` (as the outputs), `create_graph`, `strict`; see {@link ProductKeywords}
 * @example
 * torch.autograd.functional.vjp((x) => x.exp().sum(1), torch.rand(4, 4), torch.ones(4)); // [output, exp(x)]
 */
export function vjp<O extends Some, I extends Some>(
  func: Func<O>,
  inputs: I,
  ...args: ProductArguments
): [output: Like<O>, vjp: Like<I>] {
  const [v, create_graph, strict] = signatures.vjp.bind(args);
  const { xs, ys, vs } = enable_grad(() => {
    const xs = prepared(tensors(inputs, "inputs", "vjp"), create_graph);
    const ys = outputsOf(func, xs, "vjp", strict);
    const vs =
      v === null
        ? implicit(ys, "user-provided function returns a single Tensor with a single element")
        : vectors(v, ys, "vjp", create_graph);
    return { xs, ys, vs };
  });
  const found = set_grad_enabled(create_graph || is_grad_enabled(), () =>
    zerosFor(gradients(ys.list, xs.list, vs, { create_graph }), xs.list, strict, create_graph, "back"),
  );
  return [shaped(finished(ys.list, create_graph), ys), shaped(finished(found, create_graph), xs)] as [Like<O>, Like<I>];
}

/**
 * The value of `func` at `inputs`, and the product of its Jacobian there with `v`; computed by differentiating the
 * vector-Jacobian product, which is linear in its vector.
 *
 * @param args `v` (as the inputs), `create_graph`, `strict`; see {@link ProductKeywords}
 * @example
 * torch.autograd.functional.jvp((x) => x.pow(2), torch.tensor([1., 2.]), torch.ones(2)); // [x^2, 2 x]
 */
export function jvp<O extends Some, I extends Some>(
  func: Func<O>,
  inputs: I,
  ...args: ProductArguments
): [output: Like<O>, jvp: Like<O>] {
  const [v, create_graph, strict] = signatures.jvp.bind(args);
  return enable_grad(() => {
    const xs = prepared(tensors(inputs, "inputs", "jvp"), create_graph);
    const vs =
      v === null
        ? implicit(xs, "input to the user-provided function is a single Tensor with a single element")
        : vectors(v, xs, "jvp", create_graph);
    const ys = outputsOf(func, xs, "jvp", strict);
    const directions = ys.list.map((y) => zeros_like(y).requires_grad_());
    const pulled = gradients(ys.list, xs.list, directions, { create_graph: true });
    checkDepends(pulled, "grad_inputs", strict);
    const pushed = gradients(pulled, directions, vs, { create_graph });
    const found = zerosFor(pushed, ys.list, strict, create_graph, "back_trick");
    return [shaped(finished(ys.list, create_graph), ys), shaped(finished(found, create_graph), ys)] as [
      Like<O>,
      Like<O>,
    ];
  });
}

/**
 * The Jacobian of `func` at `inputs`: for an output of shape `[...o]` and an input of shape `[...i]` a tensor
 * `[...o, ...i]`; lists of these where the inputs or the outputs are lists, the outputs' list outside.
 *
 * @param args `create_graph`, `strict`, `vectorize`, `strategy`; see {@link JacobianKeywords}
 * @example
 * torch.autograd.functional.jacobian((x) => x.pow(2), torch.tensor([1., 2.])); // [[2, 0], [0, 4]]
 */
export function jacobian<O extends Some, I extends Some>(
  func: Func<O>,
  inputs: I,
  ...args: JacobianArguments<JacobianKeywords>
): Jacobian<O, I> {
  const [create_graph, strict, vectorize, strategy] = signatures.jacobian.bind(args);
  if (strategy !== "forward-mode" && strategy !== "reverse-mode") {
    throw new AssertionError(
      'Expected strategy to be either "forward-mode" or "reverse-mode". Hint: If your function has more outputs than inputs, "forward-mode" tends to be more performant. Otherwise, prefer to use "reverse-mode".',
    );
  }
  if (strategy === "forward-mode") checkForward(create_graph, strict, vectorize);
  return enable_grad(() => {
    const xs = prepared(tensors(inputs, "inputs", "jacobian"), create_graph);
    const ys = outputsOf(func, xs, "jacobian", strict);
    if (vectorize && strict) {
      throw new RuntimeError(
        "torch.autograd.functional.jacobian: `strict=True` and `vectorized=True` are not supported together. Please either set `strict=False` or `vectorize=False`.",
      );
    }
    const rows = ys.list.map((y, i) => {
      const blocks = jacobianRows(y, xs.list, create_graph, (x, k, row) => {
        if (strict) checkRow(row, i, k, create_graph);
        return row ?? zeros_like(x);
      });
      return shaped(finished(blocks, create_graph), xs);
    });
    return (ys.isList ? rows : rows[0]) as Jacobian<O, I>;
  });
}

function checkForward(create_graph: boolean, strict: boolean, vectorize: boolean): void {
  if (create_graph) {
    throw new NotImplementedError(
      'torch.autograd.functional.jacobian: `create_graph=True` and `strategy="forward-mode"` are not supported together (yet). Please either set `create_graph=False` or `strategy="reverse-mode"`.',
    );
  }
  if (strict) {
    throw new RuntimeError(
      'torch.autograd.functional.jacobian: `strict=True` and `strategy="forward-mode"` are not supported together (yet). Please either set `strict=False` or `strategy="reverse-mode"`.',
    );
  }
  if (!vectorize) {
    throw new NotImplementedError(
      "Computing Jacobian using forward-AD or forward-over-reverse Hessian isonly implemented for `vectorize=True`.",
    );
  }
}

function checkRow(row: Tensor | null, output: number, input: number, create_graph: boolean): void {
  if (row === null) {
    throw new RuntimeError(
      `Output ${output} of the user-provided function is independent of input ${input}. This is not allowed in strict mode.`,
    );
  }
  if (create_graph && !row.requires_grad) {
    throw new RuntimeError(
      `The jacobian of the user-provided function is independent of input ${output}. This is not allowed in strict mode when create_graph=True.`,
    );
  }
}

/**
 * The Hessian of a function that returns one number: for inputs of shapes `[...i]` and `[...j]` a tensor
 * `[...i, ...j]`; a list of lists of these for several inputs.
 *
 * @param args `create_graph`, `strict`, `vectorize`, `outer_jacobian_strategy`; see {@link HessianKeywords}
 * @example
 * torch.autograd.functional.hessian((x) => x.pow(3).sum(), torch.tensor([1., 2.])); // [[6, 0], [0, 12]]
 */
export function hessian<I extends Some>(
  func: Func,
  inputs: I,
  ...args: JacobianArguments<HessianKeywords>
): Hessian<I> {
  const [create_graph, strict, vectorize, strategy] = signatures.hessian.bind(args);
  const xs = tensors(inputs, "inputs", "hessian");
  if (strategy !== "forward-mode" && strategy !== "reverse-mode") {
    throw new AssertionError('Expected strategy to be either "forward-mode" or "reverse-mode".');
  }
  const single: Func<Tensor> = (...values) =>
    scalarOutput(func, { list: values, isList: true }, "hessian", strict).squeeze();
  const slope: Func<Tensor[]> = (...values: Tensor[]) => {
    const first = jacobian(single, values, { create_graph: true });
    checkDepends(first, "jacobian", strict);
    return first;
  };
  const blocks = jacobian(slope, xs.list, create_graph, strict, vectorize, strategy);
  return (xs.isList ? blocks : blocks[0][0]) as Hessian<I>;
}

/**
 * The value of a function that returns one number, and the product of `v` with its Hessian at `inputs`.
 *
 * @param args `v` (as the inputs), `create_graph`, `strict`; see {@link ProductKeywords}
 */
export function vhp<I extends Some>(func: Func, inputs: I, ...args: ProductArguments): [output: Tensor, vhp: Like<I>] {
  const [v, create_graph, strict] = signatures.vhp.bind(args);
  const { xs, vs, y, slope } = firstDerivative(func, inputs, v, "vhp", create_graph, strict);
  const found = set_grad_enabled(create_graph || is_grad_enabled(), () =>
    zerosFor(gradients(slope, xs.list, vs, { create_graph }), xs.list, strict, create_graph, "double_back"),
  );
  return [finished([y], create_graph)[0], shaped(finished(found, create_graph), xs) as Like<I>];
}

/**
 * The value of a function that returns one number, and the product of its Hessian at `inputs` with `v`. {@link vhp}
 * gives the same faster where the Hessian is symmetric.
 *
 * @param args `v` (as the inputs), `create_graph`, `strict`; see {@link ProductKeywords}
 */
export function hvp<I extends Some>(func: Func, inputs: I, ...args: ProductArguments): [output: Tensor, hvp: Like<I>] {
  const [v, create_graph, strict] = signatures.hvp.bind(args);
  const { xs, vs, y, slope } = firstDerivative(func, inputs, v, "hvp", create_graph, strict);
  const [directions, pulled] = enable_grad(() => {
    const zeros = xs.list.map((x) => zeros_like(x).requires_grad_());
    return [zeros, gradients(slope, xs.list, zeros, { create_graph: true })];
  });
  checkDepends(slope, "hessian", strict);
  const found = set_grad_enabled(create_graph || is_grad_enabled(), () =>
    zerosFor(gradients(pulled, directions, vs, { create_graph }), xs.list, strict, create_graph, "double_back_trick"),
  );
  return [finished([y], create_graph)[0], shaped(finished(found, create_graph), xs) as Like<I>];
}

function firstDerivative(func: Func, inputs: Some, v: unknown, name: string, create_graph: boolean, strict: boolean) {
  return enable_grad(() => {
    const xs = prepared(tensors(inputs, "inputs", name), create_graph);
    const vs =
      v === null
        ? implicit(xs, "input to the user-provided function is a single Tensor with a single element")
        : vectors(v, xs, name, create_graph);
    const y = scalarOutput(func, xs, name, strict);
    const slope = gradients([y], xs.list, [null], { create_graph: true });
    checkDepends(slope, "jacobian", strict);
    return { xs, vs, y, slope };
  });
}
