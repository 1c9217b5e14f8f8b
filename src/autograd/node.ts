import { RuntimeError } from "../python/errors.js";

/**
 * One operation of the graph, seen from its outputs: given the gradients of the outputs it computes those of the
 * inputs. Edges point from an operation to the operations (or leaves) that made its inputs. `V` is what flows: tensors
 * in the library, plain numbers in the engine's own tests.
 */
export abstract class Node<V> {
  /** Where the gradient of each input goes; `null` for an input that needs none. */
  readonly edges: readonly (Edge<V> | null)[];
  /** Later operations have larger numbers; the engine runs the latest ready operation first, as PyTorch does. */
  readonly sequence_nr: number;
  /** How many outputs the operation has, hence how many gradients it receives. */
  readonly outputs: number;

  private tensorPreHooks: HookList<TensorHook<V>>[] | null = null;
  private preHooks: HookList<PreHook<V>> | null = null;
  private postHooks: HookList<PostHook<V>> | null = null;
  private retained: (((grad: V) => void) | undefined)[] | null = null;

  constructor(edges: readonly (Edge<V> | null)[], outputs = 1, sequence_nr: number = nextSequenceNr++) {
    this.edges = edges;
    this.outputs = outputs;
    this.sequence_nr = sequence_nr;
  }

  /** The class name PyTorch shows: `MulBackward0`. */
  abstract name(): string;

  /** Gradients of the outputs in, gradients of the inputs out (`null` where there is none), in the order of `edges`. */
  abstract apply(grads: readonly (V | null)[]): readonly (V | null)[];

  /** The sum of two gradients that meet. */
  abstract accumulate(a: V, b: V): V;

  /** Brings a gradient that arrives for output `index` into the form of that output (shape, dtype), or rejects it. */
  receive(_index: number, grad: V): V {
    return grad;
  }

  /** Forgets what was kept for the backward pass. */
  release(): void {}

  /** The edges as PyTorch's pairs `[node, output_nr]`. */
  get next_functions(): readonly (readonly [Node<V> | null, number])[] {
    return this.edges.map((edge): readonly [Node<V> | null, number] => (edge ? [edge.node, edge.index] : [null, 0]));
  }

  /**
   * Calls `hook(grad_inputs, grad_outputs)` after this operation has run in a backward pass; what the hook returns, if
   * anything, replaces `grad_inputs`.
   */
  register_hook(hook: PostHook<V>): RemovableHandle {
    this.postHooks ??= new HookList();
    return this.postHooks.add(hook);
  }

  /** Calls `hook(grad_outputs)` before this operation runs; what it returns, if anything, replaces `grad_outputs`. */
  register_prehook(hook: PreHook<V>): RemovableHandle {
    this.preHooks ??= new HookList();
    return this.preHooks.add(hook);
  }

  /** @internal A hook of the tensor that is output `index`. */
  addTensorHook(index: number, hook: TensorHook<V>): RemovableHandle {
    this.tensorPreHooks ??= Array.from({ length: this.outputs }, () => new HookList());
    return this.tensorPreHooks[index].add(hook);
  }

  /** @internal Hands the final gradient of output `index` to `keep`, after all hooks of that tensor. */
  retain(index: number, keep: ((grad: V) => void) | undefined): void {
    this.retained ??= [];
    this.retained[index] = keep;
  }

  /** @internal The gradients after the hooks of the output tensors; what `autograd.grad` captures. */
  runTensorHooks(grads: (V | null)[]): (V | null)[] {
    if (this.tensorPreHooks) {
      this.tensorPreHooks.forEach((hooks, i) => {
        for (const hook of hooks) {
          const grad = grads[i];
          if (grad !== null && grad !== undefined) grads[i] = hook(grad) ?? grad;
        }
      });
    }
    this.retained?.forEach((keep, i) => {
      const grad = grads[i];
      if (keep && grad !== null && grad !== undefined) keep(grad);
    });
    return grads;
  }

  /** @internal One step of a backward pass: hooks, the operation, hooks. */
  run(grads: (V | null)[]): readonly (V | null)[] {
    if (this.preHooks) for (const hook of this.preHooks) grads = replaced(hook(grads), grads, "register_prehook");
    const inputs = this.apply(grads);
    if (!this.postHooks) return inputs;
    let out = [...inputs];
    for (const hook of this.postHooks) out = replaced(hook(out, grads), out, "register_hook");
    return out;
  }
}

/** The end of an edge: gradient number `index` of `node`. */
export interface Edge<V> {
  readonly node: Node<V>;
  readonly index: number;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a hook may return nothing
export type TensorHook<V> = (grad: V) => V | null | undefined | void;
// biome-ignore lint/suspicious/noConfusingVoidType: a hook may return nothing
export type PreHook<V> = (grad_outputs: readonly (V | null)[]) => readonly (V | null)[] | null | undefined | void;
export type PostHook<V> = (
  grad_inputs: readonly (V | null)[],
  grad_outputs: readonly (V | null)[],
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook may return nothing
) => readonly (V | null)[] | null | undefined | void;

/** What registering a hook returns: `remove()` takes the hook out again. */
export interface RemovableHandle {
  remove(): void;
}

/** Hooks in the order of registration. */
export class HookList<H> implements Iterable<H> {
  private readonly hooks = new Map<number, H>();
  private next = 0;

  add(hook: H): RemovableHandle {
    const id = this.next++;
    this.hooks.set(id, hook);
    return { remove: () => void this.hooks.delete(id) };
  }

  get size(): number {
    return this.hooks.size;
  }

  [Symbol.iterator](): Iterator<H> {
    return [...this.hooks.values()][Symbol.iterator]();
  }
}

let nextSequenceNr = 0;

function replaced<V>(by: ReturnType<PostHook<V>>, old: (V | null)[], where: string): (V | null)[] {
  if (by === null || by === undefined) return old;
  if (by.length !== old.length) {
    throw new RuntimeError(
      `hook '${where}' has returned an incorrect number of values: got ${by.length}, expected ${old.length}`,
    );
  }
  return [...by];
}
