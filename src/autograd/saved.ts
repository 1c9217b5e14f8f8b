import { RuntimeError } from "../python/errors.js";
import { pythonTypeOf } from "../python/signature.js";
import { is_anomaly_enabled } from "./anomaly.js";
import { type ModeScope, scoped, swapGradMode } from "./grad_mode.js";
import type { Edge } from "./node.js";

/** A value that an operation keeps for its derivative, as far as keeping it goes. */
export interface Keepable<V> {
  /** How often the memory was written in place. */
  readonly writes: number;
  /** What wrote last, for messages. */
  readonly lastWriter: string;
  readonly madeInInference: boolean;
  readonly grad_fn: { name(): string } | null;
  readonly output_nr: number;
  describe(): string;
  detach(): V;
  /** Where the gradient goes, if it goes anywhere. */
  gradientEdge(): Edge<V> | null;
  /** Takes the place in the graph where gradients go over `edge`. */
  attach(edge: Edge<V> | null): V;
}

/** The error for an operation (`user`) whose saved values an earlier pass has freed. */
export function graphFreed(user: string): RuntimeError {
  return new RuntimeError(
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.",
    `It happened at ${user}. Compute the loss anew before each backward(), or call the first one with { retain_graph: true }.`,
  );
}

/**
 * Checks that a value kept for the backward pass is still what it was; `user` is the operation that needs it, and made
 * it if it `isResult`.
 */
export function checkVersion<V>(variable: Keepable<V>, expected: number, user: string, isResult = false): void {
  const { writes, lastWriter } = variable;
  if (writes === expected) return;
  const maker = isResult ? user : variable.grad_fn?.name();
  const made = maker ? `, which is output ${variable.output_nr} of ${shortName(maker)},` : "";
  const hint = is_anomaly_enabled()
    ? "the backtrace further above shows the operation that failed to compute its gradient. The variable in question was changed in there or anywhere later. Good luck!"
    : "enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).";
  throw new RuntimeError(
    `one of the variables needed for gradient computation has been modified by an inplace operation: ${variable.describe()}${made} is at version ${writes}; expected version ${expected} instead. Hint: ${hint}`,
    `${user} saved this tensor for its derivative; ${lastWriter} changed it since. Use the form without "_" there, or clone() the tensor before changing it.`,
  );
}

/** `Mul` of `MulBackward0`, as messages of PyTorch say it. */
export const shortName = (name: string): string => name.replace(/Backward\d*$/, "");

/** What packs a value when it is saved, and unpacks it when a derivative asks for it. */
interface SavedTensorsHooks {
  readonly pack: (value: unknown) => unknown;
  readonly unpack: (packed: unknown) => unknown;
}

const active: SavedTensorsHooks[] = [];
let forbidden: string | null = null;

/**
 * A scope in which every tensor that an operation saves for its derivative goes through `pack_hook`, whose result is
 * kept instead, and comes back through `unpack_hook` when the derivative needs it: to count, compress or recompute
 * what is saved.
 *
 * @example
 * const packed = [];
 * torch.autograd.graph.saved_tensors_hooks((t) => packed.push(t) - 1, (i) => packed[i], () => x.mul(x));
 * // packed holds x twice
 */
export function saved_tensors_hooks<V, P>(pack_hook: (tensor: V) => P, unpack_hook: (packed: P) => V): ModeScope;
export function saved_tensors_hooks<V, P, T>(
  pack_hook: (tensor: V) => P,
  unpack_hook: (packed: P) => V,
  body: () => T,
): T;
export function saved_tensors_hooks<V, P, T>(
  pack_hook: (tensor: V) => P,
  unpack_hook: (packed: P) => V,
  body?: () => T,
): T | ModeScope {
  if (forbidden !== null) throw new RuntimeError(forbidden);
  active.push({ pack: pack_hook as SavedTensorsHooks["pack"], unpack: unpack_hook as SavedTensorsHooks["unpack"] });
  return scoped(() => void active.pop(), body);
}

/** A scope in which {@link saved_tensors_hooks} is an error that says `error_message`. */
export function disable_saved_tensors_hooks(error_message: string): ModeScope;
export function disable_saved_tensors_hooks<T>(error_message: string, body: () => T): T;
export function disable_saved_tensors_hooks<T>(error_message: string, body?: () => T): T | ModeScope {
  if (active.length > 0) throw new RuntimeError(error_message);
  const before = forbidden;
  forbidden = error_message;
  return scoped(() => {
    forbidden = before;
  }, body);
}

/** A saved value in the form that a user's `pack_hook` gave it. */
export class Packed<V extends Keepable<V>> {
  private readonly packed: unknown;
  private readonly edge: Edge<V> | null;

  constructor(
    variable: V,
    private readonly hooks: SavedTensorsHooks,
  ) {
    this.edge = variable.gradientEdge();
    const before = variable.writes;
    this.packed = outsideGraph(() => hooks.pack(variable));
    if (variable.writes !== before) {
      throw new RuntimeError(
        "A saved tensor pack hook is modifying its input in place. Tensors provided as input to pack hook cannot be modified by in-place operations as this can lead to unexpected side-effects. Please open an issue if you need to perform in-place operations on the input to a pack hook.",
      );
    }
  }

  /** The value again, in its old place in the graph, or in that of `edge`. */
  unpack(isValue: (value: unknown) => boolean, edge = this.edge): V {
    const value = this.hooks.unpack(this.packed);
    if (!isValue(value)) {
      throw new TypeError(
        `Output of saved tensor unpack_hook expected to be a Tensor but got result of type ${pythonTypeOf(value)}`,
      );
    }
    return (value as V).detach().attach(edge);
  }
}

function outsideGraph<T>(body: () => T): T {
  const before = swapGradMode(false);
  try {
    return body();
  } finally {
    swapGradMode(before);
  }
}

/** Throws for a tensor of inference mode that an operation would have to keep. */
export function refuseInference(): never {
  throw new RuntimeError(
    "Inference tensors cannot be saved for backward. Please do not use Tensors created in inference mode in computation tracked by autograd. To work around this, you can make a clone to get a normal tensor and use it in autograd, or use `torch.no_grad()` instead of `torch.inference_mode()`.",
  );
}

/** Is {@link saved_tensors_hooks} in force? */
export function packing(): boolean {
  return active.length > 0;
}

/** The value packed by the innermost {@link saved_tensors_hooks}. */
export function pack<V extends Keepable<V>>(variable: V): Packed<V> {
  return new Packed(variable, active[active.length - 1]);
}

/** The value in the form in which an operation keeps it: itself, or packed. */
export function keep<V extends Keepable<V>>(variable: V): V | Packed<V> {
  if (variable.madeInInference) refuseInference();
  return packing() ? pack(variable) : variable;
}
