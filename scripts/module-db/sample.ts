import type { EncodedTensor } from "../op-db/entry.js";

/** What scripts/reference/module_db.py writes of one class of torch.nn, or one function of torch.nn.functional. */
export interface Entry {
  /** `nn.Linear`, `nn.functional.interpolate`. */
  readonly name: string;
  /** Is it a class of `module_db`? The others are of the older `common_nn` alone. */
  readonly listed: boolean;
  readonly samples: readonly (Sample | { readonly skipped: string })[];
}

type Call = { readonly args: readonly unknown[]; readonly kwargs: Readonly<Record<string, unknown>> };
type Tensors = Readonly<Record<string, EncodedTensor>>;
type Gradients = Readonly<Record<string, EncodedTensor | null>>;

/** A module made, loaded and called, and what PyTorch answers; or the error that it raises. */
export type Sample = {
  readonly desc: string;
  readonly dtype: string;
  readonly default_dtype: string;
  readonly training: boolean;
  readonly tensors: readonly (EncodedTensor & { readonly requires_grad: boolean })[];
  readonly construct: Call;
  readonly call: Call;
} & (Answer | { readonly error: { readonly type: string; readonly message: string } });

export interface Answer {
  /** The state after construction, `null` for a lazy module, and the one that is loaded before the call. */
  readonly initial: Tensors | null;
  readonly loaded: Tensors | null;
  readonly repr: string;
  /** Is the module called with clones of the inputs? */
  readonly cloned: boolean;
  readonly output: unknown;
  /** The buffers after the call. */
  readonly after: Tensors;
  readonly grads?: {
    readonly of: readonly (readonly [output: number, grad: EncodedTensor])[];
    readonly to: readonly (readonly [tensor: number, grad: EncodedTensor | null])[];
    readonly parameters: Gradients;
  };
  readonly exact?: {
    readonly output: unknown;
    readonly to: readonly (EncodedTensor | null)[];
    readonly parameters: Gradients;
  };
}
