import { RuntimeError } from "../python/errors.js";
import { HookList, type RemovableHandle } from "./hooks.js";

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

  /** @internal What the backward pass that is running knows of this operation. */
  visit: Visit<V> | null = null;

  private hooks: Hooks<V> | null = null;
  private notes: Record<string, unknown> | null = null;

  constructor(edges: readonly (Edge<V> | null)[], outputs = 1, sequence_nr: number = nextSequenceNr++) {
    this.edges = edges;
    this.outputs = outputs;
    this.sequence_nr = sequence_nr;
    if (recording.observer !== null) recording.observer(this);
  }

  /** The class name PyTorch shows: `MulBackward0`. */
  abstract name(): string;

  /** Gradients of the outputs in, gradients of the inputs out (`null` where there is none), in the order of `edges`. */
  abstract apply(grads: readonly (V | null)[]): readonly (V | null)[];

  /** The sum of two gradients that meet. */
  abstract accumulate(a: V, b: V): V;

  /** `a + b` where nobody else holds `a`, whose memory the sum may take. */
  addTo(a: V, b: V): V {
    return this.accumulate(a, b);
  }

  /** Is this gradient, of which `hold` and `letGo` tell, in one place only? */
  isSole(_grad: V): boolean {
    return false;
  }

  /** A gradient is in one place more of the pass. */
  hold(_grad: V): void {}

  /** A gradient is in one place less of the pass: after the last its memory may be used anew. */
  letGo(_grad: V): void {}

  /** Others than the pass get to see a gradient, and may keep it. */
  show(_grad: V): void {}

  /** Does {@link apply} keep none of the gradients that it is given, nor show them to anybody? */
  get keepsNothing(): boolean {
    return false;
  }

  /**
   * Brings a gradient that arrives for output `index` into the form of that output (shape, dtype), or rejects it; it is
   * gradient `at` of what `sender` has computed.
   */
  receive(_index: number, grad: V, _sender: Node<V>, _at: number): V {
    return grad;
  }

  /** Forgets what was kept for the backward pass. */
  release(): void {}

  /** Is some number in this gradient NaN? Asked in anomaly mode only. */
  hasNaN(_grad: V): boolean {
    return false;
  }

  /** Throws if a tensor hook replaced `before` by something that cannot stand in its place. */
  protected checkReplaced(_hook: string, _before: V, _after: V): void {}

  /** The edges as PyTorch's pairs `[node, output_nr]`. */
  get next_functions(): readonly (readonly [Node<V> | null, number])[] {
    return this.edges.map((edge): readonly [Node<V> | null, number] => (edge ? [edge.node, edge.index] : [null, 0]));
  }

  /** Whatever the user, or anomaly mode (`traceback_`, `parent_`), notes about this operation. */
  get metadata(): Record<string, unknown> {
    this.notes ??= {};
    return this.notes;
  }

  /**
   * Calls `hook(grad_inputs, grad_outputs)` after this operation has run in a backward pass; what the hook returns, if
   * anything, replaces `grad_inputs`.
   */
  register_hook(hook: PostHook<V>): RemovableHandle {
    return this.hooked().after.add(hook);
  }

  /** Calls `hook(grad_outputs)` before this operation runs; what it returns, if anything, replaces `grad_outputs`. */
  register_prehook(hook: PreHook<V>): RemovableHandle {
    return this.hooked().before.add(hook);
  }

  /** @internal A hook of the tensor that is output `index`. */
  addTensorHook(index: number, hook: TensorHook<V>): RemovableHandle {
    const { ofOutputs } = this.hooked();
    ofOutputs[index] ??= new HookList();
    return ofOutputs[index].add(hook);
  }

  /** @internal Hands the final gradient of output `index` to `keep`, after all hooks of that tensor. */
  retain(index: number, keep: ((grad: V) => void) | undefined): void {
    this.hooked().retained[index] = keep;
  }

  /** @internal The gradients after the hooks of the output tensors; what `autograd.grad` captures. */
  runTensorHooks(grads: (V | null)[]): (V | null)[] {
    if (this.hooks === null) return grads;
    const { ofOutputs, retained } = this.hooks;
    for (let i = 0; i < grads.length; i++) {
      let grad = grads[i];
      if (grad === null) continue;
      for (const hook of ofOutputs[i] ?? []) {
        const after: V | null = hook(grad) ?? null;
        if (after === null) continue;
        this.checkReplaced(nameOf(hook), grad, after);
        grad = after;
      }
      grads[i] = grad;
      retained[i]?.(grad);
    }
    return grads;
  }

  /** @internal One step of a backward pass: hooks, the operation, hooks. */
  run(grads: (V | null)[]): readonly (V | null)[] {
    if (this.hooks === null) return this.apply(grads);
    const { before, after } = this.hooks;
    for (const hook of before) grads = replaced(hook, hook(grads), grads);
    let out: (V | null)[] = [...this.apply(grads)];
    for (const hook of after) out = replaced(hook, hook(out, grads), out);
    return out;
  }

  /** @internal Are there hooks, which see the gradients? */
  get hasHooks(): boolean {
    return this.hooks !== null;
  }

  private hooked(): Hooks<V> {
    this.hooks ??= { ofOutputs: [], before: new HookList(), after: new HookList(), retained: [] };
    return this.hooks;
  }
}

/** What a backward pass knows of an operation that it will come to. Passes may run inside one another. */
export interface Visit<V> {
  readonly pass: object;
  /** Over how many edges gradients will still arrive. */
  waiting: number;
  /** The gradients that have arrived, one an output. */
  readonly buffer: (V | null)[];
  /** The output whose gradient has last become a sum; -1 for none. */
  summed: number;
  /** That of the pass around this one. */
  readonly outer: Visit<V> | null;
}

/** The end of an edge: gradient number `index` of `node`. */
export interface Edge<V> {
  readonly node: Node<V>;
  readonly index: number;
}

/** @internal Who is told of each operation that is recorded: anomaly mode, while it is on. */
// biome-ignore lint/suspicious/noExplicitAny: operations on anything
export const recording: { observer: ((node: Node<any>) => void) | null } = { observer: null };

// biome-ignore lint/suspicious/noConfusingVoidType: a hook may return nothing
export type TensorHook<V> = (grad: V) => V | null | undefined | void;
// biome-ignore lint/suspicious/noConfusingVoidType: a hook may return nothing
export type PreHook<V> = (grad_outputs: readonly (V | null)[]) => readonly (V | null)[] | null | undefined | void;
export type PostHook<V> = (
  grad_inputs: readonly (V | null)[],
  grad_outputs: readonly (V | null)[],
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook may return nothing
) => readonly (V | null)[] | null | undefined | void;

/** What is called around an operation, in the order of a backward pass. */
interface Hooks<V> {
  readonly ofOutputs: (HookList<TensorHook<V>> | undefined)[];
  readonly retained: (((grad: V) => void) | undefined)[];
  readonly before: HookList<PreHook<V>>;
  readonly after: HookList<PostHook<V>>;
}

let nextSequenceNr = 0;

/** The name of a hook in messages; Python calls an anonymous function `<lambda>`. */
const nameOf = (hook: { readonly name: string }): string => hook.name || "<lambda>";

function replaced<V>(hook: { readonly name: string }, by: ReturnType<PostHook<V>>, old: (V | null)[]): (V | null)[] {
  if (by === null || by === undefined) return old;
  if (by.length !== old.length) {
    throw new RuntimeError(
      `hook '${nameOf(hook)}' has returned an incorrect number of values (got ${by.length}, but expected ${old.length})`,
    );
  }
  return [...by];
}
