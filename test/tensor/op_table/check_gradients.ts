/** The gradient checker of the op table: derivatives against differences, along random directions. */
import { grad } from "../../../src/autograd/index.js";
import { float64 } from "../../../src/tensor/dtype.js";
import { manual_seed } from "../../../src/tensor/generator.js";
import type { Tensor } from "../../../src/tensor/tensor.js";
import { allLayouts, type Call, DrawnTensor, drawTensor, floatsOf, tensorsIn, uniform } from "./draw.js";

const step = 1e-6;

type Vectors = readonly (readonly number[])[];

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, x, i) => sum + x * b[i], 0);
const size = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  dot(Array.from(a, Math.abs), Array.from(b, Math.abs));
const total = (parts: readonly number[]): number => parts.reduce((sum, x) => sum + x, 0);
const values = (t: Tensor): ArrayLike<number> => t.toTypedArray();

/** The call at `inputs`: the leaves it was given, and what of its result is in float64. `asking` leaves want gradients. */
function evaluate(
  call: Call,
  inputs: Vectors,
  asking: readonly DrawnTensor[],
): { leaves: Tensor[]; outputs: Tensor[] } {
  const floats = floatsOf(call);
  const leaves = floats.map((t, i) => t.with(inputs[i]).build(float64).requires_grad_(asking.includes(t)));
  const args = call.bind((t) => (t.dtype === null ? leaves[floats.indexOf(t)] : t.build(float64)));
  manual_seed(0);
  // a leaf may not be changed in place
  const own = call.info.onlyInPlace ? [(args[0] as Tensor).clone(), ...args.slice(1)] : args;
  const outputs = tensorsIn(call.info.call(own)).filter((t) => t.dtype === float64);
  return { leaves, outputs };
}

/** Vectors like those given, with elements from +-[0.5, 1.5], so that no element counts for little. */
function directions(like: Vectors, random: () => number): number[][] {
  return like.map((x) => x.map(() => (random() < 0.5 ? -1 : 1) * (0.5 + random())));
}

/**
 * Compares the derivative of `f` along random directions with central differences, one input after the other; where the
 * gradient is `undefined` it was not asked for. Returns the derivatives.
 */
function compare(
  what: string,
  inputs: Vectors,
  gradients: readonly (ArrayLike<number> | null | undefined)[],
  f: (inputs: Vectors) => { value: number; size: number },
  random: () => number,
): number[] {
  return directions(inputs, random).map((u, i) => {
    const gradient = gradients[i];
    if (gradient === undefined) return 0;
    const moved = (by: number) => inputs.map((x, k) => (k === i ? x.map((v, j) => v + by * u[j]) : x));
    const [above, below] = [f(moved(step)), f(moved(-step))];
    const numerical = (above.value - below.value) / (2 * step);
    const analytical = gradient === null ? 0 : dot(gradient, u);
    const allowed = 1e-5 * (gradient === null ? 0 : size(gradient, u)) + 1e-8 * (1 + above.size);
    if (Math.abs(numerical - analytical) <= allowed) return analytical;
    throw new Error(`the ${what} with respect to input ${i} is ${analytical}, by differences ${numerical}`);
  });
}

/**
 * Checks the gradients of one call: the derivative of `L(x) = sum(v * f(x))`, with random `v`, along a random direction.
 * Never `sum(f(x))`: the gradient of the sum of a softmax is 0.
 *
 * @param asking the inputs that require a gradient; all of them by default
 * @returns for each input the derivative that was compared
 * @throws Error if one is wrong
 */
export function checkFirst(call: Call, asking: readonly DrawnTensor[] = floatsOf(call)): number[] {
  const random = uniform(call.seed + 1);
  const floats = floatsOf(call);
  const inputs = floats.map((t) => t.values);
  const { leaves, outputs } = evaluate(call, inputs, asking);
  const v = projections(outputs, random);
  const gradients = gradientsOf(
    leaves,
    outputs,
    v.map((t) => t.build(float64)),
    false,
  );
  const loss = (at: Vectors) => {
    const made = evaluate(call, at, []).outputs;
    return {
      value: total(made.map((out, k) => dot(v[k].values, values(out)))),
      size: total(made.map((out, k) => size(v[k].values, values(out)))),
    };
  };
  return compare(
    "gradient",
    inputs,
    gradients.map((g) => g && values(g)),
    loss,
    random,
  );
}

/**
 * Checks the second derivatives of one call: that of `G(x, v) = sum(w * dL/dx)`, with random `w`, along random directions
 * of the inputs `x` and of the output's gradient `v`.
 */
export function checkSecond(call: Call): number[] {
  const random = uniform(call.seed + 2);
  const floats = floatsOf(call);
  const xs = floats.map((t) => t.values);
  const { leaves, outputs } = evaluate(call, xs, floats);
  const v = projections(outputs, random);
  const w = directions(xs, random);
  const givens = v.map((t) => t.build(float64).requires_grad_());
  const first = gradientsOf(leaves, outputs, givens, true);
  const reached = first.flatMap((g, i) => (g?.requires_grad ? [i] : []));
  const weights = reached.map((i) => new DrawnTensor(leaves[i].shape, w[i], "contiguous").build(float64));
  const second = gradientsOf(
    [...leaves, ...givens],
    reached.map((i) => first[i]!),
    weights,
    false,
  );
  const G = (at: Vectors) => {
    const there = evaluate(call, at.slice(0, xs.length), floats);
    // elements that share a place cannot be moved apart
    const given = v.map((t, k) => t.with(at[xs.length + k]).build(float64, "contiguous"));
    const g = gradientsOf(there.leaves, there.outputs, given, false);
    return {
      value: total(g.map((t, i) => (t ? dot(w[i], values(t)) : 0))),
      size: total(g.map((t, i) => (t ? size(w[i], values(t)) : 0))),
    };
  };
  const inputs = [...xs, ...v.map((t) => t.values)];
  return compare(
    "second derivative",
    inputs,
    second.map((g) => g && values(g)),
    G,
    random,
  );
}

function projections(outputs: readonly Tensor[], random: () => number): DrawnTensor[] {
  return outputs.map((out) => drawTensor(out.shape, random, allLayouts[Math.floor(random() * allLayouts.length)]));
}

/** `autograd.grad`: `null` for inputs that play no part, `undefined` for those that do not ask. */
function gradientsOf(
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  given: readonly Tensor[],
  create_graph: boolean,
): (Tensor | null | undefined)[] {
  const recorded = outputs.flatMap((out, k) => (out.requires_grad ? [k] : []));
  const asking = inputs.filter((t) => t.requires_grad);
  const found = new Map<Tensor, Tensor | null>(asking.map((t) => [t, null]));
  if (recorded.length > 0 && asking.length > 0) {
    const grad_outputs = recorded.map((k) => given[k]);
    const gradients = grad(
      recorded.map((k) => outputs[k]),
      asking,
      { grad_outputs, create_graph, allow_unused: true },
    );
    asking.forEach((t, i) => {
      found.set(t, gradients[i]);
    });
  }
  return inputs.map((t) => found.get(t));
}
