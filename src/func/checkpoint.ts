import { isCapturing } from "../autograd/engine.js";
import { backward, enable_grad, Function, graph, is_grad_enabled } from "../autograd/index.js";
import { checkVersion } from "../autograd/saved.js";
import { RuntimeError, ValueError } from "../python/errors.js";
import { isKeywords } from "../python/signature.js";
import { warn } from "../python/warnings.js";
import { default_generator, Tensor } from "../tensor/index.js";

/** `torch.utils.checkpoint`: memory saved by computing parts of the forward pass again in the backward pass. */

/** What a checkpoint computes again is not what it computed first. */
export class CheckpointError extends RuntimeError {}

// biome-ignore lint/suspicious/noExplicitAny: a function of the user's
type AnyFunction = (...args: any[]) => any;

/** The last argument of {@link checkpoint}. Other properties go on to the function. */
export interface CheckpointKeywords {
  /**
   * `false`: what operations save is dropped and computed again when it is needed; all of autograd works. `true`, the
   * default with a warning: the function runs outside the graph and again in the backward pass, which must be
   * `backward()` without `inputs`.
   */
  use_reentrant?: boolean | null;
  /** Draw the same random numbers again. Default `true`. */
  preserve_rng_state?: boolean;
  /** `"default"`: the shapes and dtypes computed again must be those of the first time; `"none"`: no check. */
  determinism_check?: "default" | "none";
  /** Stop to compute again when all that was saved is there. Default `true`. */
  early_stop?: boolean;
}

const known = ["use_reentrant", "preserve_rng_state", "determinism_check", "early_stop"];

/**
 * Calls `func(...args)` and keeps none of what its operations save for the backward pass, which calls `func` again: less
 * memory for more time.
 *
 * @param args the arguments of `func`, then options; see {@link CheckpointKeywords}
 * @returns what `func` returns
 * @throws CheckpointError in the backward pass if `func` does something else the second time
 * @example
 * const y = torch.utils.checkpoint.checkpoint(block, x, { use_reentrant: false });
 */
export function checkpoint<F extends AnyFunction>(func: F, ...args: unknown[]): ReturnType<F> {
  const last = args[args.length - 1];
  const given: Record<string, unknown> = isKeywords(last) ? last : {};
  const options = Object.fromEntries(
    Object.entries(given).filter(([key]) => known.includes(key)),
  ) as CheckpointKeywords;
  const rest = Object.entries(given).filter(([key]) => !known.includes(key));
  const inputs = isKeywords(last) ? args.slice(0, -1) : args;
  if (options.use_reentrant === undefined || options.use_reentrant === null) warn(unsaid("checkpoint"));
  if (options.use_reentrant ?? true) {
    if (rest.length > 0) throw new ValueError(`Unexpected keyword arguments: ${rest.map(([key]) => key).join(",")}`);
    return CheckpointFunction.apply(func, options.preserve_rng_state ?? true, ...inputs) as ReturnType<F>;
  }
  if (rest.length > 0) inputs.push(Object.fromEntries(rest));
  if (!is_grad_enabled()) return func(...inputs) as ReturnType<F>;
  const frame = new Frame(func, inputs, options);
  return graph.saved_tensors_hooks<Tensor, number, ReturnType<F>>(
    (tensor) => frame.drop(tensor),
    (index) => frame.recover(index),
    () => func(...inputs) as ReturnType<F>,
  );
}

const unsaid = (name: string) =>
  `torch.utils.checkpoint${name === "checkpoint" ? "" : `.${name}`}: the use_reentrant parameter should be passed explicitly. Starting in PyTorch 2.9, calling checkpoint without use_reentrant will raise an exception. use_reentrant=False is recommended, but if you need to preserve the current default behavior, you can pass use_reentrant=True. Refer to docs for more details on the differences between the two variants.`;

/** Ends the second computation once everything is there. */
class Enough extends Error {}

/** One checkpointed call: what its operations saved, by number, and how to get it back. */
class Frame {
  private readonly saved: string[] = [];
  private again: (Tensor | undefined)[] = [];
  private readonly versions: number[];
  private readonly random: Uint8Array | null;

  constructor(
    private readonly func: AnyFunction,
    private readonly args: readonly unknown[],
    private readonly options: CheckpointKeywords,
  ) {
    this.random = options.preserve_rng_state === false ? null : default_generator.get_state();
    this.versions = args.map((arg) => (arg instanceof Tensor ? arg.writes : 0));
  }

  /** Notes that a tensor was saved, and keeps only its number. */
  drop(tensor: Tensor): number {
    return this.saved.push(metadata(tensor)) - 1;
  }

  recover(index: number): Tensor {
    if (this.again[index] === undefined) this.recompute();
    const tensor = this.again[index]!;
    this.again[index] = undefined;
    return tensor;
  }

  private recompute(): void {
    this.args.forEach((arg, i) => {
      if (arg instanceof Tensor) checkVersion(arg, this.versions[i], "checkpoint");
    });
    const { saved, options } = this;
    const again: Tensor[] = [];
    const pack = (tensor: Tensor): Tensor => {
      if (again.length >= saved.length) {
        throw new CheckpointError(
          "torch.utils.checkpoint: trying to save more tensors during recomputation than during the original forward pass.",
          advice,
        );
      }
      again.push(tensor.detach());
      if (again.length === saved.length && options.early_stop !== false) throw new Enough();
      return tensor;
    };
    try {
      withRandom(this.random, () =>
        enable_grad(() =>
          graph.saved_tensors_hooks<Tensor, Tensor, unknown>(
            pack,
            (t) => t,
            () => this.func(...this.args),
          ),
        ),
      );
    } catch (error) {
      if (!(error instanceof Enough)) throw error;
    }
    if (again.length !== saved.length) {
      throw new CheckpointError(
        `torch.utils.checkpoint: A different number of tensors was saved during the original forward and recomputation.\nNumber of tensors saved during forward: ${saved.length}\nNumber of tensors saved during recomputation: ${again.length}.`,
        advice,
      );
    }
    if (options.determinism_check !== "none") this.compare(again);
    this.again = again;
  }

  private compare(again: readonly Tensor[]): void {
    const different = again.flatMap((tensor, i) =>
      metadata(tensor) === this.saved[i]
        ? []
        : [`tensor at position ${i}:\nsaved metadata: ${this.saved[i]}\nrecomputed metadata: ${metadata(tensor)}`],
    );
    if (different.length === 0) return;
    throw new CheckpointError(
      `torch.utils.checkpoint: Recomputed values for the following tensors have different metadata than during the forward pass.\n${different.join("\n")}\n.`,
      advice,
    );
  }
}

const advice =
  "The function must do the same each time it is called with the same arguments: it may not depend on counters, on the time or on values that change between the forward and the backward pass.";

const metadata = (t: Tensor): string =>
  `{'shape': torch.Size([${t.shape.join(", ")}]), 'dtype': ${t.dtype}, 'device': device(type='cpu')}`;

/** Runs `body` with the random numbers of an earlier moment, and then goes on with those of now. */
function withRandom<T>(state: Uint8Array | null, body: () => T): T {
  if (state === null) return body();
  const now = default_generator.get_state();
  default_generator.set_state(state);
  try {
    return body();
  } finally {
    default_generator.set_state(now);
  }
}

/** The variant that runs the function outside the graph, and inside a graph of its own in the backward pass. */
class CheckpointFunction extends Function {
  // biome-ignore lint/suspicious/noExplicitAny: see Function
  static override forward(ctx: any, func: AnyFunction, preserve: boolean, ...args: unknown[]): unknown {
    if (!args.some((arg) => arg instanceof Tensor && arg.requires_grad)) {
      warn("None of the inputs have requires_grad=True. Gradients will be None");
    }
    ctx.func = func;
    ctx.args = args;
    ctx.random = preserve ? default_generator.get_state() : null;
    return func(...args);
  }

  // biome-ignore lint/suspicious/noExplicitAny: see Function
  static override backward(ctx: any, ...grads: Tensor[]): (Tensor | null)[] {
    if (isCapturing()) {
      throw new RuntimeError(
        "When use_reentrant=True, torch.utils.checkpoint is incompatible with .grad() or passing an `inputs` parameter to .backward(). To resolve this error, you can either set use_reentrant=False, or call .backward() without passing the `inputs` argument.",
      );
    }
    const inputs = (ctx.args as unknown[]).map((arg) =>
      arg instanceof Tensor ? arg.detach().requires_grad_(arg.requires_grad) : arg,
    );
    const result: unknown = withRandom(ctx.random, () => enable_grad(() => ctx.func(...inputs)));
    const outputs = (Array.isArray(result) ? result : [result]) as unknown[];
    const used = outputs.flatMap((out, i) =>
      out instanceof Tensor && out.requires_grad ? [[out, grads[i]] as const] : [],
    );
    if (used.length === 0) {
      throw new RuntimeError("none of output has requires_grad=True, this checkpoint() is not necessary");
    }
    backward<Tensor>(
      used.map(([out]) => out),
      used.map(([, g]) => g),
    );
    return [null, null, ...inputs.map((x) => (x instanceof Tensor ? x.grad : null))];
  }
}

/**
 * Runs modules or functions one after the other in `segments` groups, of which all but the last are a
 * {@link checkpoint} each.
 *
 * @param functions a list, or a module whose children run in order (`nn.Sequential`)
 */
export function checkpoint_sequential(
  functions: readonly AnyFunction[] | { children(): readonly unknown[] },
  segments: number,
  input: Tensor,
  options: Pick<CheckpointKeywords, "use_reentrant" | "preserve_rng_state"> = {},
): Tensor {
  const steps = ("children" in functions ? functions.children() : functions) as readonly AnyFunction[];
  if (options.use_reentrant === undefined) warn(unsaid("checkpoint_sequential"));
  const use_reentrant = options.use_reentrant ?? true;
  const run = (part: readonly AnyFunction[]) => (x: Tensor) => part.reduce<Tensor>((value, step) => step(value), x);
  const size = Math.floor(steps.length / segments);
  let x = input;
  for (let i = 0; i < segments - 1; i++) {
    x = checkpoint(run(steps.slice(i * size, (i + 1) * size)), x, { ...options, use_reentrant });
  }
  return run(steps.slice(size * (segments - 1)))(x);
}
