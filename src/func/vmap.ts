import { RuntimeError, ValueError } from "../python/errors.js";
import { pythonTypeOf, Signature } from "../python/signature.js";
import { default_generator, Tensor } from "../tensor/index.js";
import { leavesOf, mapTree, withLeaves } from "./tree.js";

// biome-ignore lint/suspicious/noExplicitAny: functions of any arguments, with results of any form
type AnyFunction = (...args: any[]) => any;
type Dims = number | null | readonly Dims[] | { readonly [key: string]: Dims };

/** Arguments of {@link vmap}. */
export interface VmapKeywords {
  /** The dimension of the inputs to map over, `null` for an input that is passed whole. Default 0. */
  in_dims?: Dims;
  /** The dimension of the outputs in which the results lie. Default 0. */
  out_dims?: number | readonly number[];
  /** Are random draws an error, different for each call, or the same? Default `"error"`. */
  randomness?: "error" | "different" | "same";
  /** Accepted; the calls are made one at a time. */
  chunk_size?: number | null;
}

const signature = new Signature("vmap(any in_dims=0, any out_dims=0, str randomness='error', int? chunk_size=None)");

/**
 * The function that calls `func` for each slice of its inputs and stacks the results. It saves writing the loop; it is
 * no faster than one.
 *
 * @param args `in_dims`, `out_dims`, `randomness`, by position or by name; see {@link VmapKeywords}
 * @example
 * torch.func.vmap((x, y) => x.dot(y))(torch.ones(2, 3), torch.ones(2, 3)); // [3, 3]
 */
export function vmap(
  func: AnyFunction,
  ...args: [options?: VmapKeywords] | [in_dims: Dims, out_dims?: number | readonly number[] | VmapKeywords]
): AnyFunction {
  const [in_dims, out_dims, randomness] = signature.bind(args);
  const name = func.name || "<lambda>";
  if (randomness !== "error" && randomness !== "different" && randomness !== "same") {
    throw new RuntimeError(`Only allowed values for randomness are 'error', 'different', or 'same'. Got ${randomness}`);
  }
  return (...inputs) => {
    if (inputs.length === 0) {
      throw new ValueError(
        `vmap(${name})(<inputs>): got no inputs. Maybe you forgot to add inputs, or you are trying to vmap over a function with no inputs. The latter is unsupported.`,
      );
    }
    const leaves = leavesOf(inputs);
    const dims =
      leaves.length === 0
        ? []
        : placesOf(inputs, in_dims, name).map((dim, i) => checkDim(dim, leaves[i], in_dims, name));
    const count = mappedSize(leaves, dims);
    const draw = drawing(randomness);
    const results = Array.from({ length: count }, (_, at) =>
      draw(() =>
        func(
          ...(withLeaves(
            inputs,
            leaves.map((x, k) => slice(x, dims[k], at)),
          ) as unknown[]),
        ),
      ),
    );
    return joined(results, out_dims as number | readonly number[], name);
  };
}

/** The dimension for each leaf of the inputs. */
function placesOf(inputs: readonly unknown[], in_dims: unknown, name: string): unknown[] {
  if (typeof in_dims !== "number" && !Array.isArray(in_dims)) {
    throw new ValueError(
      `vmap(${name}, in_dims=${written(in_dims)}, ...)(<inputs>): expected \`in_dims\` to be int or a (potentially nested) tuple matching the structure of inputs, got: <class '${pythonTypeOf(in_dims)}'>.`,
    );
  }
  if (typeof in_dims === "number") return leavesOf(inputs).map(() => in_dims);
  if (in_dims.length !== inputs.length) {
    throw new ValueError(
      `vmap(${name}, in_dims=${written(in_dims)}, ...)(<inputs>): in_dims is not compatible with the structure of \`inputs\`. in_dims has ${in_dims.length} entries but there are ${inputs.length} inputs.`,
    );
  }
  return inputs.flatMap((input, i) => spread(input, in_dims[i]));
}

/** One dimension stands for a whole tree; else the trees go side by side. */
function spread(input: unknown, dim: unknown): unknown[] {
  if (dim === null || typeof dim === "number") return leavesOf(input).map(() => dim);
  const branches = dim as Record<string, unknown>;
  return Object.entries(input as object).flatMap(([key, branch]) => spread(branch, branches[key]));
}

function checkDim(dim: unknown, leaf: unknown, in_dims: unknown, name: string): number | null {
  if (dim === null || dim === undefined) return null;
  const where = `vmap(${name}, in_dims=${written(in_dims)}, ...)(<inputs>): Got in_dim=${dim} for`;
  if (!(leaf instanceof Tensor)) {
    throw new ValueError(
      `${where} an input but the input is of type <class '${pythonTypeOf(leaf)}'>. We cannot vmap over non-Tensor arguments, please use None as the respective in_dim`,
    );
  }
  const n = leaf.dim();
  if ((dim as number) < -n || (dim as number) >= n) {
    throw new ValueError(
      `${where} some input, but that input is a Tensor of dimensionality ${n} so expected in_dim to satisfy -${n} <= in_dim < ${n}.`,
    );
  }
  return dim as number;
}

function written(dims: unknown): string {
  if (dims === null) return "None";
  return Array.isArray(dims) ? `(${dims.map(written).join(", ")}${dims.length === 1 ? "," : ""})` : String(dims);
}

function mappedSize(leaves: readonly unknown[], dims: readonly (number | null)[]): number {
  const sizes = leaves.flatMap((x, i) => (dims[i] === null ? [] : [(x as Tensor).size(dims[i]!)]));
  if (sizes.length === 0) {
    throw new ValueError("vmap: Expected at least one Tensor to be mapped over; in_dims leaves none.");
  }
  if (sizes.some((size) => size !== sizes[0])) {
    throw new ValueError(
      `vmap: Expected all tensors to have the same size in the mapped dimension, got sizes [${sizes.join(", ")}] for the mapped dimension`,
    );
  }
  return sizes[0];
}

const slice = (x: unknown, dim: number | null, at: number): unknown =>
  dim === null ? x : (x as Tensor).select(dim, at);

/** How each call meets the random numbers. */
function drawing(randomness: "error" | "different" | "same"): <T>(call: () => T) => T {
  if (randomness === "different") return (call) => call();
  const start = default_generator.get_state();
  return (call) => {
    if (randomness === "same") default_generator.set_state(start);
    const result = call();
    if (randomness === "error" && default_generator.get_state().some((byte, i) => byte !== start[i])) {
      throw new RuntimeError(
        "vmap: called random operation while in randomness error mode. Please either use the 'same' or 'different' randomness flags on vmap or perform the randomness operation out of vmap",
      );
    }
    return result;
  };
}

/** The results of all calls, leaf by leaf, along a new dimension. */
function joined(results: readonly unknown[], out_dims: number | readonly number[], name: string): unknown {
  const rows = results.map((result) => leavesOf(result));
  let at = 0;
  return mapTree(results[0], () => {
    const i = at++;
    const list = rows.map((row) => {
      const leaf = row[i];
      if (leaf instanceof Tensor) return leaf;
      throw new ValueError(
        `vmap(${name}, ...): \`${name}\` must only return Tensors, got type <class '${pythonTypeOf(leaf)}'>. Did you mean to set out_dims= to None for output?`,
      );
    });
    const all = list[0].stacked(list);
    const to = typeof out_dims === "number" ? out_dims : out_dims[i];
    return to === 0 ? all : all.movedim(0, to);
  });
}
