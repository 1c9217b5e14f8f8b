import { enable_grad, graph, is_grad_enabled } from "../autograd/index.js";
import { RuntimeError } from "../python/errors.js";
import { Tensor } from "../tensor/index.js";
import { mapTree } from "./tree.js";

/*
 * A transform such as grad(f) differentiates f with respect to inputs of its own: new places in the graph that only it
 * knows. What it returns stays in the graph of the caller if that has a part in it, so transforms nest.
 */

/** Inputs of one transform, and what its results owe to the outside. */
export class Level {
  private readonly leaves = new Set<unknown>();
  private readonly recording = is_grad_enabled();

  /** `x` as an input of this level. */
  input(x: Tensor): Tensor {
    if (x.requires_grad && this.recording) return x.view_as(x);
    if (!x.is_floating_point()) {
      throw new RuntimeError(
        "only Tensors of floating point dtype can require gradients",
        `The dtype is ${x.dtype}; convert it first: x.float().`,
      );
    }
    const leaf = x.detach().requires_grad_();
    this.leaves.add(leaf.gradientEdge()!.node);
    return leaf;
  }

  /** Runs `body` with recording on, whatever the caller's mode. */
  run<T>(body: () => T): T {
    return enable_grad(body);
  }

  /** The tensors of a result: in the graph if something outside that requires gradients takes part, else free of it. */
  result<T>(tree: T): T {
    return mapTree(tree, (leaf) => (leaf instanceof Tensor && !this.concernsOutside(leaf) ? leaf.detach() : leaf)) as T;
  }

  private concernsOutside(x: Tensor): boolean {
    if (!this.recording || !x.requires_grad) return false;
    for (const node of graph.operations([x.gradientEdge()?.node ?? null])) {
      if (node.edges.length === 0 && node.name() === "AccumulateGrad" && !this.leaves.has(node)) return true;
    }
    return false;
  }
}
