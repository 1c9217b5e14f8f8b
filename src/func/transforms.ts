import { RuntimeError, ValueError } from "../python/errors.js";
import { pythonTypeOf, Signature } from "../python/signature.js";
import { Tensor, zeros_like } from "../tensor/index.js";
import { gradients, jacobianRows } from "./jacobian_rows.js";
import { Level } from "./levels.js";
import { leavesOf, mapTree, type Tree, tensorsOf, withLeaves } from "./tree.js";

/** `torch.func`: functions made from functions. */

// biome-ignore lint/suspicious/noExplicitAny: functions of any arguments, with results of any form
type Any = any;
type AnyFunction = (...args: Any[]) => Any;

/** Which arguments to differentiate by: one place, or several, which gives a list. */
type Argnums = number | readonly number[];
/** Arguments of {@link grad} and its relatives after the function. */
interface Keywords {
  /** Default 0, the first argument. */
  argnums?: Argnums;
  /** `func` returns `[output, aux]`; `aux` is passed on. Default `false`. */
  has_aux?: boolean;
}
type TransformArguments = [options?: Keywords] | [argnums: Argnums, has_aux?: boolean | Keywords];

const signature = (name: string) => new Signature(`${name}(int|int[] argnums=0, bool has_aux=False)`);
const signatures = {
  grad: signature("grad"),
  grad_and_value: signature("grad_and_value"),
  jacrev: signature("jacrev"),
  jacfwd: signature("jacfwd"),
  hessian: new Signature("hessian(int|int[] argnums=0)"),
};

const notTensor = (leaf: unknown): Error =>
  new ValueError(`Thing passed to transform API must be Tensor, got <class '${pythonTypeOf(leaf)}'>`);

/** The arguments with those at `argnums` made inputs of `level`; these again, as one tree. */
function enter(
  level: Level,
  args: readonly unknown[],
  argnums: Argnums,
): { args: unknown[]; tree: unknown; inputs: Tensor[] } {
  const places = (Array.isArray(argnums) ? argnums : [argnums]).map((n: number) => {
    if (n >= args.length || n < -args.length) {
      throw new RuntimeError(`Got argnum=${n}, but only ${args.length} positional inputs`);
    }
    return n < 0 ? n + args.length : n;
  });
  const entered = [...args];
  for (const at of places) {
    tensorsOf(args[at], notTensor);
    entered[at] = mapTree(args[at], (x) => level.input(x as Tensor));
  }
  const tree = Array.isArray(argnums) ? places.map((at) => entered[at]) : entered[places[0]];
  return { args: entered, tree, inputs: leavesOf(tree) as Tensor[] };
}

/** The output of `func` and, with `has_aux`, what it returned beside. */
function callWith(
  func: AnyFunction,
  args: readonly unknown[],
  has_aux: boolean,
  name: string,
): [output: unknown, aux: unknown] {
  const result: unknown = func(...args);
  if (!has_aux) return [result, undefined];
  if (!Array.isArray(result) || result.length !== 2) {
    throw new RuntimeError(`${name}: output of function f should be a tuple: (output, aux) if has_aux is True`);
  }
  return [result[0], result[1]];
}

/**
 * The function that returns the gradient of `func`, with the form of the argument it is taken by. `func` returns one
 * number, or `[number, aux]` with `has_aux`; then the gradient is `[gradient, aux]`. Transforms nest.
 *
 * @param args `argnums`, `has_aux`, by position or by name
 * @example
 * const cube = (x) => x.pow(3).sum();
 * torch.func.grad(cube)(torch.tensor([1., 2.])); // [3, 12]
 */
export function grad<A extends unknown[]>(func: (...args: A) => Tensor): (...args: A) => A[0];
export function grad(func: AnyFunction, ...args: TransformArguments): AnyFunction;
export function grad(func: AnyFunction, ...args: TransformArguments): AnyFunction {
  const [argnums, has_aux] = signatures.grad.bind(args) as [Argnums, boolean];
  const both = grad_and_value(func, argnums, has_aux);
  return (...inputs) => {
    const [slope, value] = both(...inputs);
    return has_aux ? [slope, value[1]] : slope;
  };
}

/**
 * {@link grad} and the value: `[gradient, value]`, or `[gradient, [value, aux]]` with `has_aux`.
 *
 * @example
 * torch.func.grad_and_value((x) => x.pow(2).sum())(torch.tensor([1., 2.])); // [[2, 4], 5]
 */
export function grad_and_value<A extends unknown[]>(func: (...args: A) => Tensor): (...args: A) => [A[0], Tensor];
export function grad_and_value(func: AnyFunction, ...args: TransformArguments): AnyFunction;
export function grad_and_value(func: AnyFunction, ...args: TransformArguments): AnyFunction {
  const [argnums, has_aux] = signatures.grad_and_value.bind(args) as [Argnums, boolean];
  return (...outer) => {
    const level = new Level();
    return level.run(() => {
      const { args, tree, inputs } = enter(level, outer, argnums);
      const [output, aux] = callWith(func, args, has_aux, "grad_and_value(f)(*args)");
      const y = scalar(output);
      const found = gradients([y], inputs, [null], { create_graph: true });
      const slopes = withLeaves(
        tree,
        inputs.map((x, i) => found[i] ?? zeros_like(x)),
      );
      return level.result(has_aux ? [slopes, [y, aux]] : [slopes, y]);
    });
  };
}

function scalar(output: unknown): Tensor {
  const name = "grad_and_value(f)(*args)";
  if (!(output instanceof Tensor)) {
    throw new RuntimeError(`${name}: Expected f(*args) to return a Tensor, got <class '${pythonTypeOf(output)}'>`);
  }
  if (output.dim() === 0) return output;
  throw new RuntimeError(
    `${name}: Expected f(*args) to return a scalar Tensor, got tensor with ${output.dim()} dims. Maybe you wanted to use the vjp or jacrev APIs instead?`,
  );
}

/**
 * The value of `func` at `primals`, and the function that takes a vector of the output's form to its products with the
 * Jacobians, a list with one for each of `primals`; with `{ has_aux: true }` as the last argument also what `func`
 * returned beside.
 *
 * @example
 * const [y, pull] = torch.func.vjp((x) => x.pow(2), torch.tensor([1., 2.]));
 * pull(torch.ones(2)); // [ tensor([2., 4.]) ]
 */
export function vjp(
  func: AnyFunction,
  ...primals: unknown[]
): [output: Any, vjp_fn: (cotangents: Tree) => Any[], aux?: Any] {
  const last = primals[primals.length - 1];
  const has_aux = typeof last === "object" && last !== null && Object.keys(last).join() === "has_aux";
  const options = has_aux ? (primals.pop() as { has_aux: boolean }) : { has_aux: false };
  const level = new Level();
  return level.run(() => {
    const { args, tree, inputs } = enter(
      level,
      primals,
      primals.map((_, i) => i),
    );
    const [output, aux] = callWith(func, args, options.has_aux, "vjp(f, *primals)");
    const ys = tensorsOf(
      output,
      (leaf) =>
        new RuntimeError(
          `vjp(f, *primals): Expected f(*primals) to return only tensors, got unsupported type <class '${pythonTypeOf(leaf)}'>`,
        ),
    );
    const pull = (cotangents: Tree): Any[] => {
      const vs = leavesOf(cotangents) as Tensor[];
      if (vs.length !== ys.length) {
        throw new RuntimeError(
          `Expected pytree structure of cotangents to be the same as pytree structure of outputs to the function. cotangents: ${vs.length} tensors, primal output: ${ys.length} tensors`,
        );
      }
      // another level: its results may be differentiated by the cotangents as well
      const found = level.run(() => gradients(ys, inputs, vs, { create_graph: true, retain_graph: true }));
      return level.result(
        withLeaves(
          tree,
          inputs.map((x, i) => found[i] ?? zeros_like(x)),
        ),
      ) as Any[];
    };
    const results = level.result(output);
    return options.has_aux ? [results, pull, level.result(aux)] : [results, pull];
  });
}

/**
 * The value of `func` at `primals`, and the product of its Jacobian there with `tangents`, computed by differentiating
 * {@link vjp}.
 *
 * @param primals the arguments of `func`, a list
 * @param tangents a tensor of the same shape for each
 * @example
 * torch.func.jvp((x) => x.pow(2), [torch.tensor([1., 2.])], [torch.ones(2)]); // [[1, 4], [2, 4]]
 */
export function jvp(
  func: AnyFunction,
  primals: readonly unknown[],
  tangents: readonly unknown[],
  { has_aux = false }: { has_aux?: boolean } = {},
): [output: Any, jvp: Any, aux?: Any] {
  if (!Array.isArray(primals)) {
    throw new RuntimeError(
      "jvp(f, primals, tangents): Expected primals to be a tuple. E.g. it should be valid to call f(*primals).",
    );
  }
  const level = new Level();
  return level.run(() => {
    const { args, inputs } = enter(
      level,
      primals,
      primals.map((_, i) => i),
    );
    const vs = tensorsOf(tangents, notTensor);
    inputs.forEach((x, i) => {
      if (`${x.shape}` === `${vs[i]?.shape}`) return;
      throw new RuntimeError(
        `Trying to set a forward gradient that has a different size than that of the original Tensor, this is not supported. Tensor is of size [${x.shape.join(", ")}] while the given forward gradient is of size [${vs[i]?.shape.join(", ")}].`,
      );
    });
    const [output, aux] = callWith(func, args, has_aux, "jvp(f, primals, tangents)");
    const ys = tensorsOf(output, notTensor);
    const directions = ys.map((y) => level.input(zeros_like(y)));
    const pulled = gradients(ys, inputs, directions, { create_graph: true });
    const pushed = gradients(pulled, directions, vs, { create_graph: true });
    const products = withLeaves(
      output,
      ys.map((y, i) => pushed[i] ?? zeros_like(y)),
    );
    return level.result(has_aux ? [output, products, aux] : [output, products]) as [Any, Any, Any?];
  });
}

/**
 * The function that returns the Jacobian of `func`: for an output of shape `[...o]` and an input of shape `[...i]` a
 * tensor `[...o, ...i]`; in the form of the outputs, with the form of the inputs inside.
 *
 * @param args `argnums`, `has_aux`, by position or by name
 * @example
 * torch.func.jacrev((x) => x.pow(2))(torch.tensor([1., 2.])); // [[2, 0], [0, 4]]
 */
export function jacrev(func: AnyFunction, ...args: TransformArguments): AnyFunction {
  const [argnums, has_aux] = signatures.jacrev.bind(args) as [Argnums, boolean];
  return (...outer) => {
    const level = new Level();
    return level.run(() => {
      const { args, tree, inputs } = enter(level, outer, argnums);
      const [output, aux] = callWith(func, args, has_aux, "jacrev(f)(*args)");
      tensorsOf(output, notTensor);
      const jacobians = mapTree(output, (y) => withLeaves(tree, jacobianRows(y as Tensor, inputs, true)));
      return level.result(has_aux ? [jacobians, aux] : jacobians);
    });
  };
}

/** {@link jacrev}; the name that PyTorch gives to the computation from the other end, with the same result. */
export function jacfwd(func: AnyFunction, ...args: TransformArguments): AnyFunction {
  return jacrev(func, ...(signatures.jacfwd.bind(args) as [Argnums, boolean]));
}

/**
 * The function that returns the Hessian of `func`, the Jacobian of its Jacobian.
 *
 * @param argnums the argument to differentiate by, default 0
 * @example
 * torch.func.hessian((x) => x.pow(3).sum())(torch.tensor([1., 2.])); // [[6, 0], [0, 12]]
 */
export function hessian(func: AnyFunction, ...args: [argnums?: Argnums | { argnums?: Argnums }]): AnyFunction {
  const [argnums] = signatures.hessian.bind(args);
  return jacfwd(jacrev(func, argnums), argnums);
}
