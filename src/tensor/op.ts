import { is_grad_enabled, is_inference_mode_enabled, swapGradMode } from "../autograd/grad_mode.js";
import type { Edge } from "../autograd/node.js";
import { observed, observer } from "../autograd/observer.js";
import { RuntimeError } from "../python/errors.js";
import { places } from "../python/list.js";
import { Signature } from "../python/signature.js";
import type { Arguments, Bound, MethodArguments, Named, Returned } from "../python/signature-types.js";
import { can_cast } from "./dtype.js";
import { type AnyArgs, type AnyFormula, contextClass, OpNode } from "./recorded.js";
import { isStretched, type Shape, sameShape, showShape } from "./shape.js";
import { type NestedNumbers, Tensor } from "./tensor.js";
import { Creation } from "./view_rules.js";

/** What a derivative is given for an output: its gradient; for several outputs a list with `null` for unused ones. */
type GradOf<S extends string> = Returned<S> extends Tensor ? Tensor : readonly (Tensor | null)[];

/** The op's arguments by name, the `result`, and `NAME_shape` for each tensor argument. */
export type Saved<S extends string> = Named<S> & { result: Returned<S> } & {
  [N in keyof Named<S> & string as `${N}_shape`]: Shape;
};

/** The gradient of one argument from that of the result. A list for an argument that is a list of tensors. */
export type Formula<S extends string> = (
  grad: GradOf<S>,
  saved: Saved<S>,
) => Tensor | null | readonly (Tensor | null)[];

/** A formula, after the names of the tensors (or `result`, `NAME_shape`) that it reads, which the graph must keep. */
export type Derivative<S extends string> = Formula<S> | readonly [saves: string, formula: Formula<S>];

/** A formula and, where nobody will differentiate what it gives, a faster way to the same numbers. */
export function quicker<S, G>(
  quick: (grad: G, saved: S) => Tensor | null,
  formula: (grad: G, saved: S) => Tensor | null,
): (grad: G, saved: S) => Tensor | null {
  return (grad, saved) => (is_grad_enabled() ? formula(grad, saved) : (quick(grad, saved) ?? formula(grad, saved)));
}

/** A tensor of a sample: its shape (drawn from the domain), or given whole where not any values will do. */
export type SampleTensor = Shape | { readonly int: NestedNumbers } | { readonly bool: NestedNumbers };

/** Arguments of one call for the tests: a shape for each tensor, the rest as they are; defaults may be left out. */
export type Sample<S extends string> = {
  readonly [N in keyof Named<S>]?: Named<S>[N] extends readonly Tensor[] | Tensor
    ? SampleTensor | readonly SampleTensor[]
    : Named<S>[N] | SampleTensor;
};

/** One entry of the op table, written once: values, derivatives, where its inputs may come from, and an example. */
export interface Spec<S extends string> {
  /** Computes the result from the arguments without recording. */
  readonly forward?: (...args: Bound<S>) => Returned<S>;
  /** Instead of `forward` and `derivatives`: says the op in other ops. */
  readonly composite?: (...args: Bound<S>) => Returned<S>;
  /** Writes the result into the first argument, where that is cheaper than computing it beside; for `name_`. */
  readonly into?: (...args: Bound<S>) => void;
  /** One formula a differentiable argument. */
  readonly derivatives?: { readonly [N in keyof Named<S>]?: Derivative<S> };
  /** The name of the recorded operation where it is not `NameBackward0`, or its choice by the arguments. */
  readonly nodeName?: string | ((...args: Bound<S>) => string);
  /** Is the result a view of the first argument? */
  readonly view?: boolean;
  /** The interval from which tensor arguments are drawn, by name; the default is [-2, 2]. */
  readonly domain?: { readonly [N in keyof Named<S>]?: readonly [low: number, high: number] };
  /** Calls for the tests. Without any, tensors of random shapes that broadcast are drawn. */
  readonly samples?: readonly Sample<S>[];
  /** A documented example, code and what it prints; it runs in the tests. */
  readonly example: readonly [code: string, prints: string];
}

/** An entry of the op table: callable as `torch.name(...)`, and the source of the method `x.name(...)`. */
export interface Op<S extends string> {
  (...args: Arguments<S>): Returned<S>;
  readonly info: OpInfo;
  /** @internal The signature, for the type of the method. */
  readonly schema?: S;
}

type SchemaOf<O> = O extends Op<infer S> ? S : never;

/** `max` of `max.dim(...)`, `relu` of `nn.functional::relu(...)`, `add` of `add[_](...)`. */
type NameOf<S> = S extends `${string}::${infer Rest}`
  ? NameOf<Rest>
  : S extends `${infer Name}(${string}`
    ? Name extends `${infer Bare}[_]`
      ? Bare
      : Name extends `${infer Bare}.${string}`
        ? Bare
        : Name
    : never;

/** Makes overloads of the entries that share a name: collected as parameters, they intersect. */
type Overloads<T> = { [K in keyof T]: T[K] extends (overload: infer Both) => void ? Both : never };

type AsMethod<S> = S extends string ? (overload: (...args: MethodArguments<S>) => Returned<S>) => void : never;
type AsInplace<S> = S extends string ? (overload: (...args: MethodArguments<S>) => Tensor) => void : never;
type AsInplaceFunction<S> = S extends string ? (overload: (...args: Arguments<S>) => Tensor) => void : never;
type AsFunction<S> = S extends string ? (overload: (...args: Arguments<S>) => Returned<S>) => void : never;

/** The ops that are methods: those whose first argument is called `self`. */
export type MethodsOf<Ops> = Overloads<{
  [K in keyof Ops as SchemaOf<Ops[K]> extends `${string}(Tensor self${string}`
    ? NameOf<SchemaOf<Ops[K]>>
    : never]: AsMethod<SchemaOf<Ops[K]>>;
}>;

/** The in-place methods: `name_` for the ops whose signature says `name[_]`. */
export type InplaceMethodsOf<Ops> = Overloads<{
  [K in keyof Ops as SchemaOf<Ops[K]> extends `${string}[_](${string}`
    ? `${NameOf<SchemaOf<Ops[K]>>}_`
    : never]: AsInplace<SchemaOf<Ops[K]>>;
}>;

/** The ops of one home: those whose signature begins with `home::`, or, for `torch`, with nothing. */
export type FunctionsOf<Ops, Home extends string> = Overloads<{
  [K in keyof Ops as HomeOf<SchemaOf<Ops[K]>> extends Home ? NameOf<SchemaOf<Ops[K]>> : never]: AsFunction<
    SchemaOf<Ops[K]>
  >;
}>;

/** The in-place forms as functions: `torch.exp_(x)`. */
export type InplaceFunctionsOf<Ops> = Overloads<{
  [K in keyof Ops as SchemaOf<Ops[K]> extends `${string}[_](${string}`
    ? `${NameOf<SchemaOf<Ops[K]>>}_`
    : never]: AsInplaceFunction<SchemaOf<Ops[K]>>;
}>;

type HomeOf<S> = S extends `${infer Home}::${string}` ? Home : "torch";

// biome-ignore lint/suspicious/noExplicitAny: entries of all signatures meet here
type AnyFunction<R> = (...args: any[]) => R;

/** {@link Spec} with the signature forgotten. */
export interface AnySpec {
  readonly forward?: AnyFunction<unknown>;
  readonly composite?: AnyFunction<unknown>;
  readonly into?: AnyFunction<void>;
  readonly derivatives?: Readonly<Record<string, AnyFunction<unknown> | readonly [string, AnyFunction<unknown>]>>;
  readonly nodeName?: string | AnyFunction<string>;
  readonly view?: boolean;
  readonly domain?: Readonly<Record<string, readonly [number, number]>>;
  readonly samples?: readonly Readonly<Record<string, unknown>>[];
  readonly example: readonly [code: string, prints: string];
}

/** What an entry says of recording, once it is read: at the op's first use. */
interface Reading {
  /** The name of the recorded operation: `MulBackward0`. */
  readonly nodeName: (args: AnyArgs) => string;
  readonly tensors: readonly number[];
  /** The arguments that are no tensors. */
  readonly plain: readonly number[];
  readonly differentiable: readonly {
    readonly at: number;
    readonly formula: AnyFormula;
    readonly keeps: readonly number[];
  }[];
  readonly keepsShapes: boolean;
  readonly contextClass: ReturnType<typeof contextClass>;
}

function readEntry(signature: Signature<string>, spec: AnySpec): Reading {
  const { parameters } = signature;
  const nodeName = spec.nodeName ?? `${camel(signature.name)}Backward0`;
  const tensors = parameters.flatMap((p, i) => (p.type.includes("Tensor") ? [i] : []));
  const place = (name: string) =>
    name === "result" ? parameters.length : parameters.findIndex((p) => p.name === name);
  let keepsShapes = false;
  const differentiable = Object.entries(spec.derivatives ?? {}).map(([name, derivative]) => {
    const [saves, formula] = typeof derivative === "function" ? ["", derivative] : derivative;
    const names = saves.split(" ").filter((s) => s !== "");
    if (names.some((s) => s.endsWith("_shape"))) keepsShapes = true;
    const keeps = names.filter((s) => !s.endsWith("_shape")).map(place);
    return { at: place(name), formula: formula as AnyFormula, keeps };
  });
  return {
    nodeName: typeof nodeName === "string" ? () => nodeName : (args) => nodeName(...args),
    tensors,
    plain: parameters.flatMap((_, i) => (tensors.includes(i) ? [] : [i])),
    differentiable,
    keepsShapes,
    contextClass: contextClass(signature),
  };
}

/** What is derived from an entry: its signature read, its derivatives with the places of what they keep. */
export class OpInfo {
  readonly name: string;
  /** Where PyTorch has it: `torch`, `Tensor` or `nn.functional`. */
  readonly home: string;
  readonly isMethod: boolean;
  /** Is there a form with `_` as well? */
  readonly isInplace: boolean;
  /** Is the op itself an in-place one, `zero_`? */
  readonly onlyInPlace: boolean;
  /** Is the result one tensor, and no list of them? */
  readonly single: boolean;
  /** Under which name the op changes a tensor in place. */
  private readonly inPlaceName: string;
  private made: AnySpec | null = null;
  private reading: Reading | null = null;

  constructor(
    readonly signature: Signature<string>,
    private readonly make: () => AnySpec,
  ) {
    const { text } = signature;
    const head = text.slice(0, text.indexOf("("));
    const colons = head.indexOf("::");
    this.home = colons < 0 ? "torch" : head.slice(0, colons);
    const title = colons < 0 ? head : head.slice(colons + 2);
    this.isInplace = title.endsWith("[_]");
    const dot = title.indexOf(".");
    this.name = this.isInplace ? title.slice(0, -3) : dot < 0 ? title : title.slice(0, dot);
    this.isMethod = /^\(\S+ self[,)=]/.test(text.slice(head.length));
    this.onlyInPlace = this.name.endsWith("_");
    this.single = text.endsWith("-> Tensor");
    this.inPlaceName = this.onlyInPlace ? this.name : `${this.name}_`;
  }

  /** The entry, made at the first use, for a program uses few of all. */
  get spec(): AnySpec {
    this.made ??= this.make();
    return this.made;
  }

  private get read(): Reading {
    this.reading ??= readEntry(this.signature, this.spec);
    return this.reading;
  }

  /** The arguments that are tensors, or lists of tensors. */
  get tensors(): readonly number[] {
    return this.read.tensors;
  }

  get differentiable(): Reading["differentiable"] {
    return this.read.differentiable;
  }

  /** The name of the recorded operation for these arguments: `MulBackward0`. */
  nodeName(args: AnyArgs): string {
    return this.read.nodeName(args);
  }

  /** Runs the op on bound arguments. */
  call(args: AnyArgs): unknown {
    return observer === null ? this.run(args) : this.runObserved(args);
  }

  private runObserved(args: AnyArgs): unknown {
    return observed("operator", nativeName(this.home, this.name), () => this.run(args), args);
  }

  private run(args: AnyArgs): unknown {
    return this.onlyInPlace && !this.spec.composite ? this.writeInPlace(args) : this.apply(args);
  }

  /** Runs the op and records it if a gradient may be asked for. */
  apply(args: AnyArgs): unknown {
    const { spec } = this;
    if (spec.composite) return invoke(spec.composite, args);
    if (!is_grad_enabled() || !this.needsGradient(args)) {
      const result = invoke(spec.forward!, args);
      if (spec.view) this.noteViews(result, args, is_grad_enabled());
      return result;
    }
    const edges = this.edges(args);
    const before = swapGradMode(false);
    let result: unknown;
    try {
      result = invoke(spec.forward!, args);
    } finally {
      swapGradMode(before);
    }
    if (spec.view) this.noteViews(result, args, true);
    const node = this.node(args, edges, result);
    if (result instanceof Tensor) {
      if (result.dtype.is_floating_point) result.record(node, 0);
    } else for (const [i, out] of (result as Tensor[]).entries()) if (out.dtype.is_floating_point) out.record(node, i);
    node.saved.seal();
    return result;
  }

  /** Tells views how they were made. */
  private noteViews(result: unknown, args: AnyArgs, recording: boolean): void {
    const self = args[0] as Tensor;
    const many = !(result instanceof Tensor);
    const how = is_inference_mode_enabled()
      ? Creation.inference
      : !recording
        ? Creation.noGrad
        : many
          ? Creation.oneOfMany
          : Creation.plain;
    if (!many) result.viewMade(how, self);
    else for (const view of result as Tensor[]) view.viewMade(how, self);
  }

  /** Runs the op and writes the result over the first argument, `self`. */
  applyInPlace(args: AnyArgs): Tensor {
    return observer === null ? this.writeInPlace(args) : this.writeObserved(args);
  }

  private writeObserved(args: AnyArgs): Tensor {
    return observed("operator", nativeName(this.home, this.inPlaceName), () => this.writeInPlace(args), args);
  }

  private writeInPlace(args: AnyArgs): Tensor {
    const self = args[0] as Tensor;
    if (this.spec.composite) {
      if (this.onlyInPlace) return this.spec.composite(...args) as Tensor;
      // the formulas want the values from before the change
      const result = this.spec.composite(self.clone(), ...args.slice(1)) as Tensor;
      checkFits(self, result);
      self.copy_(result);
      self.version.writer = this.inPlaceName;
      return self;
    }
    if (self.madeInInference && !is_inference_mode_enabled()) throw inferenceOnly();
    if (isStretched(self.shape, self.strides)) {
      throw new RuntimeError(
        "unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.",
      );
    }
    const recorded = is_grad_enabled() && self.dtype.is_floating_point && this.needsGradient(args);
    if (recorded) self.checkInPlace();
    let kept = args;
    let edges: Edges = [];
    if (recorded) {
      edges = this.edges(args);
      // the formulas want the values from before the change
      if (this.differentiable.some((d) => d.keeps.includes(0)))
        kept = [self.copied().attach(edges[0]), ...args.slice(1)];
    }
    const before = swapGradMode(false);
    try {
      if (this.spec.into) this.spec.into(...args);
      else overwrite(self, this.apply(args) as Tensor);
    } finally {
      swapGradMode(before);
    }
    self.written(this.inPlaceName);
    if (recorded) {
      const node = this.node(kept, edges, self);
      self.rebase(node);
      node.saved.seal();
    }
    return self;
  }

  private needsGradient(args: AnyArgs): boolean {
    const { differentiable } = this;
    for (let i = 0; i < differentiable.length; i++) {
      const arg = args[differentiable[i].at];
      if (arg instanceof Tensor) {
        if (arg.requires_grad) return true;
      } else if (Array.isArray(arg) && arg.some((t) => t instanceof Tensor && t.requires_grad)) return true;
    }
    return false;
  }

  /** An edge for each differentiable argument; lists are laid out flat. */
  private edges(args: AnyArgs): Edges {
    const { differentiable } = this;
    const { length } = differentiable;
    // a list that grows takes room for seventeen
    if (length === 1 && args[differentiable[0].at] instanceof Tensor) return [edgeOf(args[differentiable[0].at])];
    if (length === 2 && args[differentiable[0].at] instanceof Tensor && !Array.isArray(args[differentiable[1].at])) {
      return [edgeOf(args[differentiable[0].at]), edgeOf(args[differentiable[1].at])];
    }
    const edges: (Edge<Tensor> | null)[] = [];
    for (let i = 0; i < length; i++) {
      const arg = args[differentiable[i].at];
      if (Array.isArray(arg)) for (const t of arg) edges.push((t as Tensor).gradientEdge());
      else edges.push(edgeOf(arg));
    }
    return edges;
  }

  private node(args: AnyArgs, edges: Edges, result: unknown): OpNode {
    const { differentiable, plain, keepsShapes, tensors, contextClass, nodeName } = this.read;
    const n = args.length;
    const values = places(n + 1);
    for (let i = 0; i < plain.length; i++) values[plain[i]] = args[plain[i]];
    let e = 0;
    for (let i = 0; i < differentiable.length; i++) {
      const { at, keeps } = differentiable[i];
      const arg = args[at];
      let needed = false;
      for (const end = e + (Array.isArray(arg) ? arg.length : 1); e < end; e++) needed ||= edges[e] !== null;
      if (needed) for (const k of keeps) values[k] = k === n ? result : args[k];
    }
    if (keepsShapes) {
      for (const i of tensors) {
        const arg = args[i];
        values[n + 1 + i] =
          arg instanceof Tensor ? arg.shape : Array.isArray(arg) ? arg.map((t: Tensor) => t.shape) : undefined;
      }
    }
    return new OpNode(this, edges, new contextClass(values, nodeName(args)), result as Tensor | Tensor[]);
  }
}

/** `f(...args)`; spelled out, which is faster, for as many arguments as most ops have. */
function invoke<R>(f: AnyFunction<R>, args: AnyArgs): R {
  switch (args.length) {
    case 1:
      return f(args[0]);
    case 2:
      return f(args[0], args[1]);
    case 3:
      return f(args[0], args[1], args[2]);
    case 4:
      return f(args[0], args[1], args[2], args[3]);
    default:
      return f(...args);
  }
}

/** PyTorch's own name of an operator: `aten::add`, `aten::linalg_inv`. */
const nativeName = (home: string, name: string): string =>
  /^(torch|Tensor|nn\.functional)$/.test(home) ? `aten::${name}` : `aten::${home.replaceAll(".", "_")}_${name}`;

const edgeOf = (arg: unknown): Edge<Tensor> | null => (arg instanceof Tensor ? arg.gradientEdge() : null);

type Edges = readonly (Edge<Tensor> | null)[];

const inferenceOnly = (): RuntimeError =>
  new RuntimeError(
    "Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a normal tensor before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 for more details.",
  );

/** Writes `result` over `self` after PyTorch's checks of shape and dtype. */
export function overwrite(self: Tensor, result: Tensor): void {
  checkFits(self, result);
  self.write(result);
}

function checkFits(self: Tensor, result: Tensor): void {
  if (!sameShape(self.shape, result.shape)) {
    throw new RuntimeError(
      `output with shape ${showShape(self.shape)} doesn't match the broadcast shape ${showShape(result.shape)}`,
      "An in-place operation keeps the shape of the tensor it changes; use the form without '_'.",
    );
  }
  if (!can_cast(result.dtype, self.dtype)) {
    throw new RuntimeError(
      `result type ${result.dtype.scalarName} can't be cast to the desired output type ${self.dtype.scalarName}`,
      "An in-place operation keeps the dtype of the tensor it changes; use the form without '_', or convert it first with to().",
    );
  }
}

/** Entries grouped by the name they share. */
export function overloadsByName(infos: readonly OpInfo[]): Map<string, OpInfo[]> {
  const groups = new Map<string, OpInfo[]>();
  for (const info of infos) {
    const group = groups.get(info.name);
    if (group) group.push(info);
    else groups.set(info.name, [info]);
  }
  return groups;
}

/** The entry that a call means, and its bound arguments; the first entry reports what is wrong if none fits. */
export function chooseOverload(overloads: readonly OpInfo[], args: AnyArgs, bound = 0): [OpInfo, AnyArgs] {
  const info =
    overloads.length === 1 ? overloads[0] : (overloads.find((o) => o.signature.accepts(args, bound)) ?? overloads[0]);
  return [info, info.signature.bind(args, bound)];
}

/** The function that entries of one name make. */
export function functionOf(overloads: readonly OpInfo[]): (...args: unknown[]) => unknown {
  const [only] = overloads;
  if (overloads.length === 1) return (...args) => only.call(only.signature.bind(args));
  return (...args) => {
    const [info, bound] = chooseOverload(overloads, args);
    return info.call(bound);
  };
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** The method that entries of one name make; `run` is `call` or `applyInPlace`. */
export function methodOf(overloads: readonly OpInfo[], run: "call" | "applyInPlace"): Method {
  const [only] = overloads;
  if (overloads.length === 1) {
    return function (...args) {
      return only[run](only.signature.bindMethod(this, args));
    };
  }
  return function (...args) {
    const [info, bound] = chooseOverload(overloads, [this, ...args], 1);
    return info[run](bound);
  };
}

const camel = (name: string): string =>
  name.replace(/^_+|_+$/g, "").replace(/(^|_)(\w)/g, (_, __, letter: string) => letter.toUpperCase());

/** All entries, in the order of their definition. */
export const defined: OpInfo[] = [];

/**
 * Defines an entry of the op table.
 *
 * The signature is PyTorch's, and says where the op is found: `exp(...)` is `torch.exp`, `Tensor::view(...)` only a
 * method, `nn.functional::relu(...)` a function of `torch.nn.functional`. An op whose first argument is called `self` is
 * a method as well; `exp[_](...)` has the in-place form `exp_` too, `zero_(...)` has no other; `max.dim(...)` is an overload of `max`.
 *
 * The two calls are a matter of types: the signature alone gives the type of the entry, so the formulas in the second
 * part may use every op, this one included.
 *
 * @example
 * export const exp = op("exp[_](Tensor self) -> Tensor")({
 *   forward: pointwise1(Math.exp),
 *   derivatives: { self: ["result", (g, { result }) => g.mul(result)] },
 *   example: ["torch.tensor([0]).exp()", "tensor([1.])"],
 * });
 */
export function op<const S extends string>(text: S): (spec: Spec<S>) => Op<S> {
  const signature = new Signature(text);
  return (spec) => {
    // in the package the build has made it a function: scripts/lean-table.ts
    const make = (typeof spec === "function" ? spec : () => spec) as () => AnySpec;
    const info = new OpInfo(signature as unknown as Signature<string>, make);
    defined.push(info);
    return Object.assign(functionOf([info]), { info }) as unknown as Op<S>;
  };
}
