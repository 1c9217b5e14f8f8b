/** `torch.autograd.graph`: what looks into the graph, or changes how it keeps what it saves. */
import type { Node } from "./node.js";
import type { Variable } from "./variable.js";

export { Node } from "./node.js";
export { GradientEdge, get_gradient_edge } from "./passes.js";
export { disable_saved_tensors_hooks, saved_tensors_hooks } from "./saved.js";

/** Makes saved tensors notice a change that was made behind autograd's back, say through the memory itself. */
export function increment_version<V extends Variable<V>>(tensors: V | readonly V[]): void {
  for (const tensor of Array.isArray(tensors) ? tensors : [tensors]) tensor.written("increment_version");
}

/** The graph behind a value, from it towards the leaves: each operation once. */
export function* operations<V>(roots: readonly (Node<V> | null)[]): IterableIterator<Node<V>> {
  const seen = new Set<Node<V> | null>(roots);
  for (const node of seen) {
    if (node === null) continue;
    yield node;
    for (const edge of node.edges) if (edge) seen.add(edge.node);
  }
}
