import { RuntimeError, ValueError } from "../python/errors.js";
import { Signature } from "../python/signature.js";
import { warn } from "../python/warnings.js";
import { run_backward } from "./engine.js";
import { swapGradMode } from "./grad_mode.js";
import type { Edge, Node } from "./node.js";

/** What a value must offer for gradients to start from it, or to be asked for. */
export interface Differentiable<V> {
  readonly is_leaf: boolean;
  readonly form: { zeros(): V };
  gradientEdge(): Edge<V> | null;
  implicitGradient(): V;
  checkGivenGradient(gradient: V, index: number, batched: boolean): void;
  retain_grad(): void;
  accumulateGradient(grad: V): void;
  rows(): V[];
  stacked(list: readonly V[]): V;
}

/** A place in the graph: output `output_nr` of `node`. Gradients can be asked for, or start, there without a tensor. */
export class GradientEdge<V> {
  constructor(
    readonly node: Node<V>,
    readonly output_nr: number,
  ) {}
}

/** The place in the graph where the gradient of `tensor` goes. */
export function get_gradient_edge<V extends Differentiable<V>>(tensor: V): GradientEdge<V> {
  const edge = tensor.gradientEdge();
  if (edge === null) {
    throw new RuntimeError("It is not possible to get the gradient edge for a Tensor that does not require gradients");
  }
  return new GradientEdge(edge.node, edge.index);
}

type End<V> = V | GradientEdge<V>;
type OneOrMore<T> = T | readonly T[];
type Gradients<V> = OneOrMore<V | null> | null;

/** Arguments of {@link grad}. */
export interface GradKeywords<V> {
  /** The gradients of some outer result with respect to `outputs`; may be left out for scalars. */
  grad_outputs?: Gradients<V>;
  /** Keep the graph for another pass. Default: the value of `create_graph`. */
  retain_graph?: boolean | null;
  /** Record the pass, for gradients of gradients. Default `false`. */
  create_graph?: boolean;
  /** Return `null` instead of an error for an input that the outputs do not depend on. Default: `materialize_grads`. */
  allow_unused?: boolean | null;
  /** The first dimension of each of `grad_outputs`, hence of each result, counts independent passes. Default `false`. */
  is_grads_batched?: boolean;
  /** Return zeros instead of `null` for such an input. Default `false`. */
  materialize_grads?: boolean;
}

/** The arguments of {@link grad}, by position, by name or both. */
export type GradArguments<V> =
  | [outputs: OneOrMore<End<V>>, inputs: OneOrMore<End<V>>, options?: GradKeywords<V>]
  | [
      outputs: OneOrMore<End<V>>,
      inputs: OneOrMore<End<V>>,
      grad_outputs: Gradients<V>,
      retain_graph?: boolean | null | GradKeywords<V>,
      create_graph?: boolean | GradKeywords<V>,
      allow_unused?: boolean | null | GradKeywords<V>,
      is_grads_batched?: boolean | GradKeywords<V>,
      materialize_grads?: boolean | GradKeywords<V>,
    ];

/** Arguments of {@link backward}. */
export interface BackwardFromKeywords<V> {
  /** The gradients of some outer result with respect to `tensors`; may be left out for scalars. */
  grad_tensors?: Gradients<V>;
  retain_graph?: boolean | null;
  create_graph?: boolean;
  /** The former name of `grad_tensors`. */
  grad_variables?: Gradients<V>;
  /** Accumulate into these only. Default: all leaves. */
  inputs?: OneOrMore<V> | null;
}

/** The arguments of {@link backward}, by position, by name or both. */
export type BackwardFromArguments<V> =
  | [tensors: OneOrMore<V>, options?: BackwardFromKeywords<V>]
  | [
      tensors: OneOrMore<V>,
      grad_tensors: Gradients<V>,
      retain_graph?: boolean | null | BackwardFromKeywords<V>,
      create_graph?: boolean | BackwardFromKeywords<V>,
      grad_variables?: Gradients<V> | BackwardFromKeywords<V>,
      inputs?: OneOrMore<V> | null,
    ];

const backwardSignature = new Signature(
  "backward(any tensors, any grad_tensors=None, bool? retain_graph=None, bool create_graph=False, any grad_variables=None, any inputs=None)",
);
const gradSignature = new Signature(
  "grad(any outputs, any inputs, any grad_outputs=None, bool? retain_graph=None, bool create_graph=False, bool? allow_unused=None, bool is_grads_batched=False, bool materialize_grads=False)",
);

const listed = <T>(value: OneOrMore<T>): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/** A list of gradients as long as `roots`, with `null` for those that were not given. */
function gradientsFor<V>(roots: readonly unknown[], given: Gradients<V>): readonly (V | null)[] {
  if (given === null) return roots.map(() => null);
  const list = listed(given);
  if (list.length !== roots.length) {
    throw new RuntimeError(`got ${roots.length} tensors and ${list.length} gradients`);
  }
  return list;
}

/** Where a pass starts, and the gradient there. */
function startOf<V extends Differentiable<V>>(
  root: End<V>,
  gradient: V | null,
  index: number,
  batched = false,
): [Edge<V>, V] {
  const edge = edgeOf(root);
  if (edge === null) {
    throw new RuntimeError(
      `element ${index} of tensors does not require grad and does not have a grad_fn`,
      "No input of this computation has requires_grad=true, or it ran under no_grad() or on a detach()ed tensor, so nothing was recorded. Give the parameters requires_grad and compute the loss outside no_grad().",
    );
  }
  if (root instanceof GradientEdge) {
    if (gradient === null) throw new RuntimeError("grad can be implicitly created only for scalar outputs");
    return [edge, gradient];
  }
  if (gradient === null) return [edge, root.implicitGradient()];
  root.checkGivenGradient(gradient, index, batched);
  return [edge, gradient];
}

const edgeOf = <V extends Differentiable<V>>(end: End<V>): Edge<V> | null =>
  end instanceof GradientEdge ? { node: end.node, index: end.output_nr } : end.gradientEdge();

/** @internal A backward pass that accumulates into the leaves, or into `inputs`. */
export function differentiate<V extends Differentiable<V>>(
  roots: readonly V[],
  gradients: readonly (V | null)[],
  retain_graph: boolean | null,
  create_graph: boolean,
  inputs: OneOrMore<V> | null,
): void {
  const targets = inputs === null ? null : listed(inputs);
  if (targets?.length === 0) throw new RuntimeError("`inputs` argument to `backward()` cannot be empty.");
  for (const target of targets ?? []) target.retain_grad(); // concerns computed values: these keep what reaches them
  const starts = roots.map((root, i) => startOf(root, gradients[i], i));
  const captured = run_backward(
    starts.map(([edge]) => edge),
    starts.map(([, gradient]) => gradient),
    {
      keep_graph: retain_graph ?? create_graph,
      create_graph,
      ...(targets && { capture: targets.map((t) => t.gradientEdge()!) }),
    },
  );
  const before = swapGradMode(create_graph);
  try {
    targets?.forEach((target, i) => {
      const grad = captured[i];
      if (grad !== null && target.is_leaf) target.accumulateGradient(grad);
    });
  } finally {
    swapGradMode(before);
  }
}

/**
 * `torch.autograd.backward`: the sum of gradients of several values, accumulated into the leaves.
 *
 * @param args `tensors`, `grad_tensors`, `retain_graph`, `create_graph`, `grad_variables`, `inputs`, by position or by
 * name; see {@link BackwardFromKeywords}
 */
export function backward<V extends Differentiable<V>>(...args: BackwardFromArguments<V>): void {
  const [tensors, given, retain_graph, create_graph, former, inputs] = backwardSignature.bind(args);
  if (former !== null) {
    warn("`grad_variables` is deprecated. Use `grad_tensors` instead.", "FutureWarning");
    if (given !== null) {
      throw new RuntimeError(
        "`grad_tensors` and `grad_variables` (deprecated) arguments both passed to `backward()`. Please only use `grad_tensors`.",
      );
    }
  }
  const roots = listed(tensors as OneOrMore<V>);
  const gradients = gradientsFor(roots, (given ?? former) as Gradients<V>);
  differentiate(roots, gradients, retain_graph, create_graph, inputs as OneOrMore<V> | null);
}

/**
 * `torch.autograd.grad`: the gradients of `outputs` with respect to `inputs`, returned; no `.grad` is touched.
 *
 * @param args `outputs`, `inputs`, then the arguments of {@link GradKeywords}, by position or by name
 * @throws RuntimeError if an input does not require a gradient, or takes no part and `allow_unused` is not set
 * @example
 * const [dx] = torch.autograd.grad(x.pow(3).sum(), x, { create_graph: true }); // 3 x^2, to be differentiated again
 */
export function grad<V extends Differentiable<V>>(...args: GradArguments<V>): (V | null)[] {
  const [outputs, inputs, given, retain_graph, create_graph, allow, is_grads_batched, materialize_grads] =
    gradSignature.bind(args);
  if (allow === false && materialize_grads) {
    throw new ValueError(
      "Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False.",
    );
  }
  const roots = listed(outputs as OneOrMore<End<V>>);
  const targets = listed(inputs as OneOrMore<End<V>>);
  if (targets.length === 0) throw new RuntimeError("`inputs` argument to `grad()` cannot be empty.");
  const gradients = gradientsFor(roots, given as Gradients<V>);
  const capture = targets.map((target) => {
    const edge = edgeOf(target);
    if (edge === null) throw new RuntimeError("One of the differentiated Tensors does not require grad");
    return edge;
  });
  const keep_graph = retain_graph ?? create_graph;
  const pass = (of: readonly (V | null)[], keeps: boolean, batched: boolean): (V | null)[] => {
    const starts = roots.map((root, i) => startOf(root, of[i], i, batched));
    return run_backward(
      starts.map(([edge]) => edge),
      starts.map(([, gradient]) => gradient),
      { keep_graph: keeps, create_graph, capture },
    );
  };
  const found = is_grads_batched ? batches(gradients, pass, keep_graph) : pass(gradients, keep_graph, false);
  return found.map((g, i) => {
    if (g !== null) return g;
    const target = targets[i];
    if (materialize_grads && !(target instanceof GradientEdge)) return target.form.zeros();
    if (allow ?? materialize_grads) return null;
    throw new RuntimeError(
      `The differentiated Tensor at index ${i} appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.`,
      "The outputs do not depend on this input, or depend on it through a detach() or an operation without a derivative.",
    );
  });
}

/** A pass for each row of the gradients, and what the passes found as rows again. */
function batches<V extends Differentiable<V>>(
  gradients: readonly (V | null)[],
  pass: (of: readonly (V | null)[], keeps: boolean, batched: boolean) => (V | null)[],
  keep_graph: boolean,
): (V | null)[] {
  const rows = gradients.map((g) => g?.rows() ?? null);
  const count = Math.max(1, ...rows.map((r) => r?.length ?? 0));
  const found = Array.from({ length: count }, (_, i) =>
    pass(
      rows.map((r) => r?.[i] ?? null),
      keep_graph || i < count - 1,
      true,
    ),
  );
  return found[0].map((first, k) => first?.stacked(found.map((row) => row[k]!)) ?? null);
}
