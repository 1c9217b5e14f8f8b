import { is_anomaly_enabled, runWatched } from "./anomaly.js";
import { is_grad_enabled, swapGradMode } from "./grad_mode.js";
import type { Edge, Node, Visit } from "./node.js";
import { observedBackward, observer } from "./observer.js";

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
  const pass = new Pass<V>();
  pass.prepare(roots);
  const needed = capture ? reaching(capture, pass.nodes) : null;
  const captured: (V | null)[] = capture ? capture.map(() => null) : [];

  const modeBefore = swapGradMode(create_graph);
  const capturingBefore = capturing;
  capturing = capture !== undefined;
  let buffer: (V | null)[] = [];
  try {
    for (let i = 0; i < roots.length; i++) {
      const { node, index } = roots[i];
      pass.arrive(node, index, grads[i], node, index);
    }
    for (let node = pass.next(); node !== null; node = pass.next()) {
      buffer = pass.leave(node);
      let any = hasGradient(buffer);
      if (node.hasHooks || !node.keepsNothing) show(node, buffer);
      if (any && node.hasHooks) {
        buffer = node.runTensorHooks(buffer);
        any = hasGradient(buffer);
      }
      if (capture !== undefined) {
        for (let i = 0; i < capture.length; i++) {
          if (capture[i].node === node) {
            show(node, buffer);
            captured[i] = buffer[capture[i].index];
          }
        }
      }
      const runs = needed === null || needed.has(node);
      const outgoing = !runs || !any ? none : observer === null ? run(node, buffer) : observedRun(node, buffer);
      if (runs && !keep_graph) node.release();
      const { edges } = node;
      for (let i = 0; i < edges.length; i++) {
        const edge = edges[i];
        const grad = outgoing[i] ?? null;
        if (grad !== null) node.hold(grad);
        if (edge !== null) pass.arrive(edge.node, edge.index, grad, node, i);
        if (grad !== null) node.letGo(grad);
      }
      for (let i = 0; i < buffer.length; i++) {
        const grad = buffer[i];
        if (grad !== null) node.letGo(grad);
      }
      buffer = [];
    }
  } finally {
    pass.end(buffer);
    swapGradMode(modeBefore);
    capturing = capturingBefore;
  }
  return captured;
}

const none: readonly never[] = [];

const run = <V>(node: Node<V>, grads: (V | null)[]): readonly (V | null)[] =>
  is_anomaly_enabled() ? runWatched(node, grads) : node.run(grads);
const observedRun = <V>(node: Node<V>, grads: (V | null)[]): readonly (V | null)[] =>
  observedBackward(node, () => run(node, grads));

/** Hands the gradients of an operation to others than the pass. */
function show<V>(node: Node<V>, grads: readonly (V | null)[]): void {
  for (let i = 0; i < grads.length; i++) {
    const grad = grads[i];
    if (grad !== null) node.show(grad);
  }
}

function hasGradient(buffer: readonly unknown[]): boolean {
  for (let i = 0; i < buffer.length; i++) if (buffer[i] !== null) return true;
  return false;
}

let capturing = false;

/** Does the running pass return gradients, rather than reach all leaves? */
export function isCapturing(): boolean {
  return capturing;
}

/** The state of one walk through the graph. It lies on the nodes themselves, which is faster than maps beside them. */
class Pass<V> {
  /** The operations that the roots reach. */
  readonly nodes: Node<V>[] = [];
  private readonly ready = new ReadyHeap<V>();
  private over = false;

  /** Counts, for each operation that the roots reach, the edges over which gradients will arrive. */
  prepare(roots: readonly Edge<V>[]): void {
    const { nodes } = this;
    for (let i = 0; i < roots.length; i++) this.visit(roots[i].node).waiting++;
    for (let at = 0; at < nodes.length; at++) {
      const { edges } = nodes[at];
      for (let i = 0; i < edges.length; i++) {
        const edge = edges[i];
        if (edge !== null) this.visit(edge.node).waiting++;
      }
    }
  }

  private visit(node: Node<V>): Visit<V> {
    const { visit } = node;
    if (visit !== null && visit.pass === this) return visit;
    this.nodes.push(node);
    const buffer: (V | null)[] = [null];
    for (let i = 1; i < node.outputs; i++) buffer.push(null);
    node.visit = { pass: this, waiting: 0, buffer, summed: -1, outer: visit };
    return node.visit;
  }

  /** Adds a gradient to output `index` of `node`; `null` if nothing came over the edge. */
  arrive(node: Node<V>, index: number, grad: V | null, sender: Node<V>, at: number): void {
    const visit = node.visit!;
    if (grad !== null) {
      const received = node.receive(index, grad, sender, at);
      const before = visit.buffer[index];
      let held = received;
      if (before !== null) {
        // a sum that this pass has made is its own to add to
        const mine = !is_grad_enabled() && (visit.summed === index || node.isSole(before));
        held = mine ? node.addTo(before, received) : node.accumulate(before, received);
        visit.summed = index;
      }
      node.hold(held);
      if (before !== null) node.letGo(before);
      visit.buffer[index] = held;
    }
    if (--visit.waiting === 0) this.ready.push(node);
  }

  /** The next operation whose gradients are complete. */
  next(): Node<V> | null {
    this.over = this.ready.size === 0;
    return this.over ? null : this.ready.pop();
  }

  /** The gradients of an operation, which the pass now has done with. */
  leave(node: Node<V>): (V | null)[] {
    const { buffer, outer } = node.visit!;
    node.visit = outer;
    return buffer;
  }

  /** Forgets what is left after an error; the gradients that have not been passed on, `buffer` among them, are let go. */
  end(buffer: readonly (V | null)[]): void {
    if (this.over) return;
    if (this.nodes.length > 0) show(this.nodes[0], buffer);
    for (const node of this.nodes) {
      if (node.visit?.pass !== this) continue;
      show(node, node.visit.buffer);
      node.visit = node.visit.outer;
    }
  }
}

/** The operations that must run for the captured edges: those from which one of the captured nodes can be reached. */
function reaching<V>(capture: readonly Edge<V>[], all: readonly Node<V>[]): Set<Node<V>> {
  const parents = new Map<Node<V>, Node<V>[]>();
  for (const node of all) {
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
