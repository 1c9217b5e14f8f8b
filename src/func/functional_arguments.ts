import { RuntimeError } from "../python/errors.js";
import { pythonTypeOf } from "../python/signature.js";
import { Tensor, zeros_like } from "../tensor/index.js";

/** One tensor or several. */
export type Some = Tensor | readonly Tensor[];
/** A function of as many tensors as it is given inputs. */
// biome-ignore lint/suspicious/noExplicitAny: parameters are one tensor each
export type Func<O extends Some = Some> = (...inputs: any[]) => O;

/** Tensors, and whether they came as a list. */
export interface Tensors {
  readonly list: readonly Tensor[];
  readonly isList: boolean;
}

export function tensors(value: unknown, what: string, name: string): Tensors {
  const isList = Array.isArray(value);
  const list: unknown[] = isList ? value : [value];
  const wrong = list.findIndex((t) => !(t instanceof Tensor));
  if (wrong >= 0) {
    const which = isList ? `value at index ${wrong}` : `given ${what}`;
    throw new TypeError(
      `The ${what} given to ${name} must be either a Tensor or a tuple of Tensors but the ${which} has type <class '${pythonTypeOf(list[wrong])}'>.`,
    );
  }
  return { list: list as Tensor[], isList };
}

export const shaped = (list: readonly Tensor[], { isList }: Tensors): Some => (isList ? list : list[0]);

/** Inputs in the graph, as objects of their own: what the function captures by itself does not count as an input. */
export function prepared(given: Tensors, create_graph: boolean, needsGraph = true): Tensors {
  const own = (x: Tensor) => (create_graph && x.requires_grad ? x.view_as(x) : x.detach().requires_grad_(needsGraph));
  return { ...given, list: given.list.map(own) };
}

export const finished = (list: readonly Tensor[], create_graph: boolean): Tensor[] =>
  list.map((t) => (create_graph ? t : t.detach()));

export function outputsOf(func: Func, xs: Tensors, name: string, strict: boolean): Tensors {
  const ys = tensors(func(...xs.list), "outputs of the user-provided function", name);
  checkDepends(ys.list, "outputs", strict);
  return ys;
}

export function scalarOutput(func: Func, xs: Tensors, name: string, strict: boolean): Tensor {
  const ys = outputsOf(func, xs, name, strict);
  if (ys.isList) throw new RuntimeError(`The function given to ${name} should return a single Tensor`);
  if (ys.list[0].numel() !== 1) {
    throw new RuntimeError(
      `The Tensor returned by the function given to ${name} should contain a single element`,
      `Its shape is [${ys.list[0].shape.join(", ")}]. Reduce it: sum(), mean(), ...`,
    );
  }
  return ys.list[0];
}

export function implicit(like: Tensors, condition: string): null[] {
  if (like.list.length === 1 && like.list[0].numel() === 1) return [null];
  throw new RuntimeError(`The vector v can only be None if the ${condition}.`);
}

export function vectors(v: unknown, like: Tensors, name: string, create_graph: boolean): readonly Tensor[] {
  const { list } = prepared(tensors(v, "v", name), create_graph, false);
  if (list.length !== like.list.length) {
    throw new RuntimeError(
      like.isList
        ? `v is a tuple of invalid length: should be ${like.list.length} but got ${list.length}.`
        : "The given v should contain a single Tensor.",
    );
  }
  const size = (t: Tensor) => `torch.Size([${t.shape.join(", ")}])`;
  list.forEach((t, i) => {
    if (size(t) === size(like.list[i])) return;
    const entry = like.isList ? `Entry ${i} in ` : "";
    throw new RuntimeError(`${entry}v has invalid size: should be ${size(like.list[i])} but got ${size(t)}.`);
  });
  return list;
}

// Strict mode

type Checked = "outputs" | "grad_inputs" | "jacobian" | "hessian";

const independent: Record<Checked, (i: number) => string> = {
  outputs: (i) =>
    `Output ${i} of the user-provided function does not require gradients. The outputs must be computed in a differentiable manner from the input when running in strict mode.`,
  grad_inputs: (i) =>
    `The gradient with respect to input ${i} is independent of the inputs of the user-provided function. This is not allowed in strict mode.`,
  jacobian: (i) =>
    `While computing the hessian, found that the jacobian of the user-provided function with respect to input ${i} is independent of the input. This is not allowed in strict mode. You should ensure that your function is twice differentiable and that the jacobian depends on the inputs (this would be violated by a linear function for example).`,
  hessian: (i) =>
    `The hessian of the user-provided function with respect to input ${i} is independent of the input. This is not allowed in strict mode. You should ensure that your function is thrice differentiable and that the hessian depends on the inputs.`,
};

export function checkDepends(values: readonly (Tensor | null)[], what: Checked, strict: boolean): void {
  if (!strict) return;
  values.forEach((value, i) => {
    if (value === null) {
      throw new RuntimeError(
        `The output of the user-provided function is independent of input ${i}. This is not allowed in strict mode.`,
      );
    }
    if (!value.requires_grad) throw new RuntimeError(independent[what](i));
  });
}

type Stage = "back" | "back_trick" | "double_back" | "double_back_trick";

const missing: Record<Stage, (i: number) => string> = {
  back: (i) =>
    `The output of the user-provided function is independent of input ${i}. This is not allowed in strict mode.`,
  back_trick: (i) =>
    `The gradient with respect to the input is independent of entry ${i} in the grad_outputs when using the double backward trick to compute forward mode gradients. This is not allowed in strict mode.`,
  double_back: (i) =>
    `The jacobian of the user-provided function is independent of input ${i}. This is not allowed in strict mode.`,
  double_back_trick: (i) =>
    `The hessian of the user-provided function is independent of entry ${i} in the grad_jacobian. This is not allowed in strict mode as it prevents from using the double backward trick to replace forward mode AD.`,
};

/** Zeros for the gradients that did not arrive, or an error in strict mode. */
export function zerosFor(
  grads: readonly (Tensor | null)[],
  like: readonly Tensor[],
  strict: boolean,
  create_graph: boolean,
  stage: Stage,
): Tensor[] {
  return grads.map((g, i) => {
    if (g === null) {
      if (strict) throw new RuntimeError(missing[stage](i));
      return zeros_like(like[i]);
    }
    if (strict && create_graph && !g.requires_grad) {
      const which = stage.startsWith("double") ? "hessian" : "jacobian";
      throw new RuntimeError(
        `The ${which} of the user-provided function is independent of input ${i}. This is not allowed in strict mode when create_graph=True.`,
      );
    }
    return g;
  });
}
