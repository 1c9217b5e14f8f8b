import { no_grad } from "../../autograd/grad_mode.js";
import { NotImplementedError, RuntimeError, ValueError } from "../../python/errors.js";
import { pythonTypeOf } from "../../python/signature.js";
import { Tensor } from "../../tensor/index.js";
import { ModuleList } from "../containers/index.js";
import { typename } from "../members.js";
import type { Module } from "../module.js";
import { Parameter } from "../parameter.js";

/** A module that makes a parameter from other numbers, and may know how to find those for a given parameter. */
export type Parametrization = Module & {
  right_inverse?(value: Tensor): Tensor | readonly Tensor[];
};

/** Gives the module a parameter or, if it is none, a buffer. */
export function registerTensor(module: Module, name: string, tensor: Tensor): void {
  if (tensor instanceof Parameter) module.register_parameter(name, tensor);
  else module.register_buffer(name, tensor);
}

/** Replaces the numbers of a tensor by another's, also where the shape is another. */
export function setNumbers(tensor: Tensor, value: Tensor): void {
  tensor.data = value.detach();
}

/** @throws ValueError unless two tensors agree in dtype and shape */
export function checkSame(why: string, of: readonly [string, string], a: Tensor, b: unknown): asserts b is Tensor {
  if (!(b instanceof Tensor)) throw new ValueError(`A parametrization must return a tensor. Got ${pythonTypeOf(b)}.`);
  for (const what of ["dtype", "shape"] as const) {
    const show = (t: Tensor) => (what === "dtype" ? String(t.dtype) : `torch.Size([${t.shape.join(", ")}])`);
    if (show(a) === show(b)) continue;
    const [first, second] = of.map((name) => name.replace("*", what));
    throw new ValueError(
      `Registering a parametrization may not change the ${what} of the tensor, unless ${why}\n${first}: ${show(a)}\n${second}: ${show(b)}`,
    );
  }
}

/**
 * The parametrizations of one parameter, one after the other, and the numbers from which they start: `original`, or
 * `original0`, `original1`, ... where the first takes several. Calling it computes the parameter.
 */
export class ParametrizationList extends ModuleList {
  unsafe: boolean;
  readonly is_tensor: boolean;
  readonly ntensors: number;

  constructor(modules: readonly Parametrization[], original: Tensor, unsafe = false) {
    if (modules.length === 0) throw new ValueError("ParametrizationList requires one or more modules.");
    super(modules);
    this.unsafe = unsafe;
    const { dtype } = original;
    const before = original.detach().clone();
    const start = no_grad(() => this.startFor(original));
    this.is_tensor = start instanceof Tensor;
    if (start instanceof Tensor) {
      this.ntensors = 1;
      if (start.dtype !== dtype) {
        throw new ValueError(
          `When \`right_inverse\` outputs one tensor, it may not change the dtype.\noriginal.dtype: ${dtype}\nright_inverse(original).dtype: ${start.dtype}`,
        );
      }
      setNumbers(original, start);
      registerTensor(this, "original", original);
    } else {
      this.ntensors = start.length;
      for (const [i, tensor] of start.entries()) {
        const { requires_grad } = original;
        const own = original instanceof Parameter ? new Parameter(tensor, requires_grad) : tensor;
        registerTensor(this, `original${i}`, own.requires_grad_(requires_grad));
      }
    }
    if (!unsafe) {
      const names = ["unparametrized *", "parametrized *"] as const;
      checkSame("`unsafe` flag is enabled.", names, before, (this as ParametrizationList)());
    }
  }

  /** From which numbers the parametrizations make a tensor. */
  private startFor(value: Tensor): Tensor | readonly Tensor[] {
    let start: Tensor | readonly Tensor[] = value;
    for (const module of this.items().reverse() as Parametrization[]) {
      try {
        if (module.right_inverse) start = module.right_inverse(start as Tensor);
      } catch (error) {
        // then it is taken for the identity
        if (!(error instanceof NotImplementedError)) throw error;
      }
    }
    if (start instanceof Tensor) return start;
    const many = "'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...). Got ";
    if (!Array.isArray(start)) throw new ValueError(`${many}${pythonTypeOf(start)}`);
    const stranger = start.findIndex((t) => !(t instanceof Tensor));
    if (stranger >= 0) {
      throw new ValueError(`${many}element ${stranger} of the sequence with type ${pythonTypeOf(start[stranger])}.`);
    }
    return start;
  }

  /** Changes the numbers from which the parametrizations start so that they make `value`. */
  right_inverse(value: Tensor): void {
    no_grad(() => {
      let start: Tensor | readonly Tensor[] = value;
      for (const module of this.items().reverse() as Parametrization[]) {
        if (!module.right_inverse) {
          throw new RuntimeError(`parametrization ${module._get_name()} does not implement right_inverse.`);
        }
        start = module.right_inverse(start as Tensor);
      }
      const tensors = this.is_tensor ? [start as Tensor] : (start as readonly Tensor[]);
      if (!Array.isArray(tensors) || tensors.length !== this.ntensors) {
        throw new ValueError(
          `'right_inverse' must return a sequence of tensors of length ${this.ntensors}. Got a sequence of length ${tensors.length}.`,
        );
      }
      for (const [i, original] of this.originals().entries()) {
        if (!(tensors[i] instanceof Tensor)) {
          throw new ValueError(`\`right_inverse\` should return a tensor. Got ${typename(tensors[i])}`);
        }
        if (tensors[i].dtype !== original.dtype) {
          throw new ValueError(
            this.is_tensor
              ? `The tensor returned by \`right_inverse\` has dtype ${tensors[i].dtype} while \`original\` has dtype ${original.dtype}`
              : `Tensor ${i} returned by \`right_inverse\` has dtype ${tensors[i].dtype} while \`original${i}\` has dtype ${original.dtype}`,
          );
        }
        setNumbers(original, tensors[i]);
      }
    });
  }

  /** The numbers from which the parametrizations start. */
  originals(): Tensor[] {
    const names = this.is_tensor ? ["original"] : Array.from({ length: this.ntensors }, (_, i) => `original${i}`);
    return names.map((name) => (this._parameters.get(name) ?? this._buffers.get(name)) as Tensor);
  }

  override forward(): Tensor {
    const [first, ...rest] = this.items();
    let x: Tensor = first(...this.originals());
    for (const module of rest) x = module(x);
    return x;
  }
}
