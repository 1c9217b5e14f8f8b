import { is_anomaly_enabled, runWatched } from "./anomaly.js";
import { swapGradMode } from "./grad_mode.js";
import type { Edge, Node } from "./node.js";

/** How a backward pass runs. */
export interface BackwardOptions<V> {
  /** Keep what the operations saved, so that the graph can be walked again. */
  keep_graph: boolean;
  /** Record the backward pass itself, so that it can be differentiated. */
  create_graph: boolean;
  /** Gradients to return instead of (only) accumulating into leaves: the edges at which they arrive. */
  capture?: readonly Edge<V>[];
}

/**
 * Reverse-mode differentiation: walks the graph from the roots and gives every operation the gradients of its outputs
 * once all of them have arrived.
 *
 * The walk is iterative, so a chain of any length is fine. Among the operations that are ready the one recorded last
 * runs first; so gradients meet in the same order as in PyTorch and sums round alike.
 *
 * @param roots where the pass starts, and `grads` the gradient at each
 * @returns the captured gradients, `null` where none arrived
 */
export function run_backward<V>(
  roots: readonly Edge<V>[],
  grads: readonly V[],
  options: BackwardOptions<V>,
): (V | null)[] {
  const { keep_graph, create_graph, capture } = options;
  const waiting = countDependencies(roots);
  const needed = capture ? reaching(capture, waiting) : null;
  const captured: (V | null)[] = capture ? capture.map(() => null) : [];
  const buffers = new Map<Node<V>, (V | null)[]>();
  const ready = new ReadyHeap<V>();
  const arrive = (edge: Edge<V>, grad: V | null, sender: Node<V>, at: number) => {
    const { node, index } = edge;
    let buffer = buffers.get(node);
    if (!buffer) {
      buffer = new Array<V | null>(node.outputs).fill(null);
      buffers.set(node, buffer);
    }
    if (grad !== null) {
      const received = node.receive(index, grad, sender, at);
      const before = buffer[index];
      buffer[index] = before === null ? received : node.accumulate(before, received);
    }
  };

  const run = (node: Node<V>, grads: (V | null)[]) =>
    is_anomaly_enabled() ? runWatched(node, grads) : node.run(grads);

  const modeBefore = swapGradMode(create_graph);
  const capturingBefore = capturing;
  capturing = capture !== undefined;
  try {
    roots.forEach((root, i) => {
      arrive(root, grads[i], root.node, root.index);
    });
    for (const { node } of roots) if (waiting.get(node) === 0 && !ready.has(node)) ready.push(node);
    while (ready.size > 0) {
      const node = ready.pop();
      let buffer = buffers.get(node)!;
      buffers.delete(node);
      if (buffer.some((g) => g !== null)) buffer = node.runTensorHooks(buffer);
      capture?.forEach((edge, i) => {
        if (edge.node === node) captured[i] = buffer[edge.index];
      });
      const runs = needed === null || needed.has(node);
      const outgoing = runs && buffer.some((g) => g !== null) ? run(node, buffer) : [];
      if (runs && !keep_graph) node.release();
      node.edges.forEach((edge, i) => {
        if (!edge) return;
        const left = waiting.get(edge.node)! - 1;
        waiting.set(edge.node, left);
        arrive(edge, outgoing[i] ?? null, node, i);
        if (left === 0) ready.push(edge.node);
      });
    }
  } finally {
    swapGradMode(modeBefore);
    capturing = capturingBefore;
  }
  return captured;
}

let capturing = false;

/** Does the running pass return gradients, rather than reach all leaves? */
export function isCapturing(): boolean {
  return capturing;
}

/** For each operation that the roots reach: over how many edges gradients will arrive. */
function countDependencies<V>(roots: readonly Edge<V>[]): Map<Node<V>, number> {
  const waiting = new Map<Node<V>, number>();
  const stack: Node<V>[] = [];
  for (const { node } of roots) {
    if (waiting.has(node)) continue;
    waiting.set(node, 0);
    stack.push(node);
  }
  while (stack.length > 0) {
    for (const edge of stack.pop()!.edges) {
      if (!edge) continue;
      const count = waiting.get(edge.node);
      if (count === undefined) stack.push(edge.node);
      waiting.set(edge.node, (count ?? 0) + 1);
    }
  }
  return waiting;
}

/** The operations that must run for the captured edges: those from which one of the captured nodes can be reached. */
function reaching<V>(capture: readonly Edge<V>[], all: ReadonlyMap<Node<V>, number>): Set<Node<V>> {
  const parents = new Map<Node<V>, Node<V>[]>();
  for (const node of all.keys()) {
    for (const edge of node.edges) {
      if (!edge) continue;
      const list = parents.get(edge.node);
      if (list) list.push(node);
      else parents.set(edge.node, [node]);
    }
  }
  const needed = new Set<Node<V>>();
  const stack = capture.map((edge) => edge.node);
  while (stack.length > 0) {
    for (const parent of parents.get(stack.pop()!) ?? []) {
      if (needed.has(parent)) continue;
      needed.add(parent);
      stack.push(parent);
    }
  }
  return needed;
}

/** The operations whose gradients are complete, a binary heap with the largest sequence number on top. */
class ReadyHeap<V> {
  private readonly heap: Node<V>[] = [];

  get size(): number {
    return this.heap.length;
  }

  has(node: Node<V>): boolean {
    return this.heap.includes(node);
  }

  push(node: Node<V>): void {
    const { heap } = this;
    let i = heap.length;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (heap[parent].sequence_nr >= node.sequence_nr) break;
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = node;
  }

  pop(): Node<V> {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop()!;
    const n = heap.length;
    if (n === 0) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= n) break;
      if (child + 1 < n && heap[child + 1].sequence_nr > heap[child].sequence_nr) child++;
      if (heap[child].sequence_nr <= last.sequence_nr) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = last;
    return top;
  }
}
