import { Function, is_grad_enabled } from "../autograd/index.js";
import type { Node } from "../autograd/node.js";
import { RuntimeError } from "../python/errors.js";
import { pythonTypeOf } from "../python/signature.js";
import { warn } from "../python/warnings.js";
import { Tensor } from "../tensor/index.js";

// biome-ignore lint/suspicious/noExplicitAny: arguments and results of modules
type Any = any;
type Gradients = readonly (Tensor | null)[];

/** The identity: an operation at the border of a module, where its gradients can be seen. */
class BackwardHookFunction extends Function {
  static override forward(ctx: Any, ...tensors: Tensor[]): Tensor[] {
    ctx.mark_non_differentiable(...tensors.filter((t) => !t.requires_grad));
    return tensors;
  }

  static override backward(_ctx: Any, ...grads: Tensor[]): Tensor[] {
    return grads;
  }
}

/** The backward hooks of one call of a module: they run when the gradients cross its border. */
export class BackwardHooks<M> {
  private grad_output: Gradients | null = null;
  private inputs = 0;
  private inputPlaces: readonly number[] | null = null;

  constructor(
    private readonly module: M,
    private readonly hooks: readonly ((module: M, grad_input: Gradients, grad_output: Gradients) => Any)[],
    private readonly preHooks: readonly ((module: M, grad_output: Gradients) => Any)[],
  ) {}

  /** The arguments of `forward`, with a border before them. */
  enter(args: readonly Any[]): readonly Any[] {
    this.inputs = args.length;
    const { values, border, places } = atBorder(args);
    if (border === null) return args;
    this.inputPlaces = places;
    border.register_hook((grads) => {
      // a gradient that reaches the inputs by another way than the outputs is none of ours
      if (this.grad_output === null) return;
      const replaced = this.runHooks(spread(places, grads, args.length));
      return places.map((at) => replaced[at]);
    });
    return values;
  }

  /** The output of `forward`, with a border behind it. */
  leave(output: Any): Any {
    const outputs: readonly Any[] = Array.isArray(output) ? output : [output];
    if (!Array.isArray(output) && !(output instanceof Tensor)) {
      warn(
        `For backward hooks to be called, module output should be a Tensor or a tuple of Tensors but received <class '${pythonTypeOf(output)}'>`,
      );
    }
    const { values, border, places } = atBorder(outputs);
    if (border === null) return output;
    border.register_prehook((grads) => {
      const grad_output = this.runPreHooks(spread(places, grads, outputs.length));
      this.grad_output = grad_output;
      if (this.inputPlaces === null) this.runWithoutInputs();
      return places.map((at) => grad_output[at]);
    });
    return Array.isArray(output) ? values : values[0];
  }

  private runPreHooks(grad_output: Gradients): Gradients {
    let grads = grad_output;
    for (const hook of this.preHooks) {
      const replaced = listed(hook(this.module, grads));
      if (replaced === null) continue;
      if (replaced.length !== grads.length) {
        throw new RuntimeError(
          `Backward pre hook returned an invalid number of grad_output, got ${replaced.length}, but expected ${grads.length}`,
        );
      }
      grads = replaced;
    }
    return grads;
  }

  private runHooks(grad_input: Gradients): Gradients {
    let grads = grad_input;
    for (const hook of this.hooks) {
      const replaced = listed(hook(this.module, grads, this.grad_output!));
      if (replaced === null) continue;
      if (replaced.length !== grads.length) {
        throw new RuntimeError(
          `Backward hook returned an invalid number of grad_input, got ${replaced.length}, but expected ${grads.length}`,
        );
      }
      grads = replaced;
    }
    this.grad_output = null;
    return grads;
  }

  /** No input requires a gradient: the hooks run when those of the outputs are there. */
  private runWithoutInputs(): void {
    warn(
      "Full backward hook is firing when gradients are computed with respect to module outputs since no inputs require gradients. See https://docs.pytorch.org/docs/main/generated/torch.nn.Module.html#torch.nn.Module.register_full_backward_hook for more details.",
    );
    const none = new Array<null>(this.inputs).fill(null);
    for (const hook of this.hooks) {
      const replaced = listed(hook(this.module, none, this.grad_output!));
      if (replaced?.some((g) => g !== null)) {
        throw new RuntimeError(
          "Backward hook for Modules where no input requires gradient should always return None or None for all gradients.",
        );
      }
    }
    this.grad_output = null;
  }
}

const listed = (result: Any): Gradients | null =>
  result === undefined || result === null ? null : Array.isArray(result) ? result : [result];

/** Puts the tensors among `values` behind the identity. `border` is its node, `null` if nothing is recorded. */
function atBorder(values: readonly Any[]): {
  values: readonly Any[];
  border: Node<Tensor> | null;
  places: readonly number[];
} {
  const places = values.flatMap((value, i) => (value instanceof Tensor ? [i] : []));
  if (!is_grad_enabled() || !places.some((at) => values[at].requires_grad)) return { values, border: null, places };
  const passed: Tensor[] = BackwardHookFunction.apply(...places.map((at) => values[at]));
  const border = passed.find((t) => t.grad_fn !== null)!.grad_fn;
  return { values: values.map((value, i) => (places.includes(i) ? passed[places.indexOf(i)] : value)), border, places };
}

/** The gradients of the tensors at their places among all values. */
function spread(places: readonly number[], grads: Gradients, length: number): Gradients {
  const all = new Array<Tensor | null>(length).fill(null);
  places.forEach((at, i) => {
    all[at] = grads[i];
  });
  return all;
}
