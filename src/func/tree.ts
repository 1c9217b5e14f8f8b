import { Tensor } from "../tensor/index.js";

/** Tensors in arrays and plain objects, nested as one likes. */
export type Tree<T = Tensor> = T | readonly Tree<T>[] | { readonly [key: string]: Tree<T> };

/** The same tree with `f` of every leaf; a leaf is what is neither array nor plain object. */
export function mapTree(tree: unknown, f: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(tree)) return tree.map((branch) => mapTree(branch, f));
  if (!isDictionary(tree)) return f(tree);
  return Object.fromEntries(Object.entries(tree).map(([key, branch]) => [key, mapTree(branch, f)]));
}

/** The leaves, from left to right. */
export function leavesOf(tree: unknown): unknown[] {
  const leaves: unknown[] = [];
  mapTree(tree, (leaf) => leaves.push(leaf));
  return leaves;
}

/** The tree with other leaves, given from left to right. */
export function withLeaves(tree: unknown, leaves: readonly unknown[]): unknown {
  let next = 0;
  return mapTree(tree, () => leaves[next++]);
}

/** {@link leavesOf}, of which each must be a tensor; `otherwise` makes the error for one that is not. */
export function tensorsOf(tree: unknown, otherwise: (leaf: unknown) => Error): Tensor[] {
  return leavesOf(tree).map((leaf) => {
    if (!(leaf instanceof Tensor)) throw otherwise(leaf);
    return leaf;
  });
}

function isDictionary(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
