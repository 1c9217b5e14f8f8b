import { is_grad_enabled } from "../autograd/grad_mode.js";
import type { Edge, Node } from "../autograd/node.js";
import { checkVersion, graphFreed, Packed, pack, packing, refuseInference } from "../autograd/saved.js";
import { type Form, VariableNode } from "../autograd/variable.js";
import type { Signature } from "../python/signature.js";
import { type DType, float32 } from "./dtype.js";
import type { Shape } from "./shape.js";
import { beginFormula, endFormula } from "./temporaries.js";
import { fitGradient, Tensor, TensorForm } from "./tensor.js";

export type AnyArgs = readonly unknown[];

/** A derivative with its signature forgotten. */
export type AnyFormula = (grad: unknown, saved: unknown) => Tensor | null | readonly (Tensor | null)[];

/** What an entry of the op table tells about its derivatives. */
export interface Recipe {
  readonly differentiable: readonly { readonly formula: AnyFormula }[];
  /** Is the result one tensor, and no list of them? */
  readonly single: boolean;
}

/** Arguments and result kept for the backward pass, read by name through the getters of {@link contextClass}. */
export abstract class SavedValues {
  /** The place of the op's result among the values. */
  abstract readonly resultAt: number;
  /** The place of `other`, where PyTorch wraps a number in a tensor; -1 where there is none. */
  abstract readonly wrappedAt: number;

  /** The version of each tensor at which it was saved; `null` stands for 0 everywhere. */
  private versions: (number | readonly number[])[] | null = null;
  private freed = false;
  /** Did hooks of the user's pack it? */
  isPacked = false;
  private unpacked: Map<Packed<Tensor>, Tensor> | null = null;

  constructor(
    private readonly savedValues: unknown[],
    readonly user: string,
  ) {
    const values = savedValues;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (typeof value !== "object" || value === null) continue;
      const version = value instanceof Tensor ? versionOf(value) : isKept(value) ? value.map(versionOf) : 0;
      if (version === 0) continue;
      this.versions ??= values.map(() => 0);
      this.versions[i] = version;
    }
  }

  /** Packs the tensors inside saved_tensors_hooks(); by then the result has its place in the graph. */
  seal(): void {
    if (!packing()) return;
    this.isPacked = true;
    const values = this.savedValues;
    values.forEach((value, i) => {
      if (value instanceof Tensor) values[i] = pack(value);
      else if (isKept(value)) values[i] = packList(value as readonly Tensor[]);
    });
  }

  get(i: number): unknown {
    const value = this.savedValues[i];
    if (this.freed) throw graphFreed(this.user);
    if (typeof value !== "object" || value === null) return value;
    const isResult = i === this.resultAt;
    const version = this.versions === null ? 0 : this.versions[i];
    if (value instanceof Tensor) {
      if (value.version.value !== version) checkVersion(value, version as number, this.user, isResult);
      return value;
    }
    return isKept(value)
      ? this.checked(value, version as readonly number[], isResult)
      : this.read(value, version as number, isResult);
  }

  private read(value: unknown, version: number, isResult: boolean): unknown {
    if (value instanceof Tensor) checkVersion(value, version, this.user, isResult);
    return value instanceof Packed ? this.unpack(value) : value;
  }

  private unpack(packed: Packed<Tensor>): Tensor {
    this.unpacked ??= new Map();
    const tensor = this.unpacked.get(packed) ?? packed.unpack((v) => v instanceof Tensor);
    this.unpacked.set(packed, tensor);
    return tensor;
  }

  /** Forgets what was unpacked: the formulas have run. */
  close(): void {
    this.unpacked = null;
  }

  /** A list of which each tensor is checked when a formula reads it: it may read `indices` and not `values`. */
  private checked(list: Kept, versions: readonly number[], isResult: boolean): Kept {
    return new Proxy(list, {
      get: (_, key) => {
        const value: unknown = Reflect.get(list, key);
        return this.read(value, versions[list.indexOf(value as Tensor)], isResult);
      },
    });
  }

  /** Forgets the tensors, numbers wrapped as such included; what does not keep any can be walked again. */
  free(): void {
    const values = this.savedValues;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      const wrapped = i === this.wrappedAt && typeof value === "number";
      if (wrapped || value instanceof Tensor || value instanceof Packed || isKept(value)) {
        values[i] = undefined;
        this.freed = true;
      }
    }
  }
}

type Kept = readonly (Tensor | Packed<Tensor>)[];

const isKept = (value: unknown): value is Kept =>
  Array.isArray(value) && (value[0] instanceof Tensor || value[0] instanceof Packed);

function versionOf(value: Tensor | Packed<Tensor>): number {
  const tensor = value as Tensor;
  if (tensor.madeInInference) refuseInference();
  return tensor.version.value;
}

/** The list packed, under the same names: `values`, `indices`. */
function packList(list: readonly Tensor[]): Kept {
  const packed = list.map((tensor) => pack(tensor));
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(list))) {
    if (value instanceof Tensor && !(name in packed)) {
      // configurable: what is read through the proxy of checked() is the unpacked tensor
      Object.defineProperty(packed, name, { value: packed[list.indexOf(value)], configurable: true });
    }
  }
  return packed;
}

/** A class whose getters bear the names of the arguments, so that formulas read `({ self, other }) => ...`. */
export function contextClass(signature: Signature<string>): new (values: unknown[], user: string) => SavedValues {
  const parameters = signature.parameters.map((p) => p.name);
  const wrappedAt = signature.parameters.findIndex((p) => p.name === "other" && p.type.includes("Scalar"));
  const Context = class extends SavedValues {
    get resultAt(): number {
      return parameters.length;
    }
    get wrappedAt(): number {
      return wrappedAt;
    }
  };
  const names = [...parameters, "result", ...parameters.map((name) => `${name}_shape`)];
  names.forEach((name, i) => {
    Object.defineProperty(Context.prototype, name, {
      get(this: SavedValues) {
        return this.get(i);
      },
    });
  });
  return Context;
}

/** A recorded op. */
export class OpNode extends VariableNode<Tensor> implements Form<Tensor> {
  /** Of the one output; of several, `forms`. */
  private readonly shape: Shape;
  private readonly dtype: DType;
  private readonly forms: readonly Form<Tensor>[] | null;

  constructor(
    private readonly recipe: Recipe,
    edges: readonly (Edge<Tensor> | null)[],
    readonly saved: SavedValues,
    result: Tensor | readonly Tensor[],
  ) {
    const single = result instanceof Tensor;
    super(edges, single ? 1 : result.length);
    const first = single ? result : (result[0] as Tensor | undefined);
    this.shape = first?.shape ?? [];
    this.dtype = first?.dtype ?? float32;
    this.forms = single ? null : result.map(formOf);
  }

  protected form(index: number): Form<Tensor> {
    return this.forms === null ? this : this.forms[index];
  }

  fit(grad: Tensor, sender: Node<Tensor>, at: number): Tensor {
    return fitGradient(grad, this.shape, this.dtype, sender, at);
  }

  zeros(): Tensor {
    return Tensor.empty(this.shape, this.dtype);
  }

  name(): string {
    return this.saved.user;
  }

  override release(): void {
    this.saved.free();
  }

  /** The formulas of the op table keep nothing. */
  override get keepsNothing(): boolean {
    return true;
  }

  override run(grads: (Tensor | null)[]): readonly (Tensor | null)[] {
    // hooks that unpack what was saved are the user's
    if (is_grad_enabled() || this.hasHooks || this.saved.isPacked) return super.run(grads);
    const begin = beginFormula();
    let out: readonly (Tensor | null)[] | null = null;
    try {
      out = this.apply(grads);
      return out;
    } finally {
      endFormula(begin, out);
    }
  }

  apply(grads: readonly (Tensor | null)[]): readonly (Tensor | null)[] {
    const out = this.derivatives(grads);
    this.saved.close();
    return out;
  }

  private derivatives(grads: readonly (Tensor | null)[]): readonly (Tensor | null)[] {
    const { differentiable, single } = this.recipe;
    const { edges } = this;
    const grad = single ? grads[0] : grads;
    // exactly one argument is a list of tensors
    if (edges.length !== differentiable.length) {
      return differentiable[0].formula(grad, this.saved) as readonly (Tensor | null)[];
    }
    if (edges.length === 2) return [this.derivative(0, grad), this.derivative(1, grad)];
    return edges.map((_, i) => this.derivative(i, grad));
  }

  /** The gradient of differentiable argument `i`, `null` if it needs none. */
  private derivative(i: number, grad: unknown): Tensor | null {
    if (this.edges[i] === null) return null;
    const result = this.recipe.differentiable[i].formula(grad, this.saved);
    return result instanceof Tensor || result === null ? result : result[0];
  }
}

const formOf = ({ shape, dtype }: Tensor): TensorForm => new TensorForm(shape, dtype);
