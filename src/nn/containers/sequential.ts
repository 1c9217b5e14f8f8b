import { ValueError } from "../../python/errors.js";
import { isKeywords, pythonTypeOf } from "../../python/signature.js";
import type { Tensor } from "../../tensor/index.js";
import type { Linear } from "../linear.js";
import { MEMBERS } from "../members.js";
import type { Module } from "../module.js";
import type { SameShape } from "../same_shape.js";
import { reachable } from "./indexed.js";
import { ModuleSequence } from "./module_sequence.js";

/*
 * What the compiler knows of modules one after the other: how many features a layer takes in the last dimension, and how
 * many it gives. A size that is computed is just `number`, and fits.
 */

/** The features that a module takes. */
type Takes<M> = M extends Linear<infer In, number> ? In : M extends Sequential<infer L> ? TakesFirst<L> : number;

type TakesFirst<L> = L extends readonly [infer First, ...infer Rest]
  ? First extends SameShape
    ? TakesFirst<Rest>
    : Takes<First>
  : number;

/** The features that a module gives when it is given `Before`. */
type Gives<M, Before extends number> =
  M extends Linear<number, infer Out>
    ? Out
    : M extends SameShape
      ? Before
      : M extends Sequential<infer L>
        ? GivesLast<L, Before>
        : number;

type GivesLast<L, Before extends number> = L extends readonly [infer First, ...infer Rest]
  ? GivesLast<Rest, Gives<First, Before>>
  : L extends readonly []
    ? Before
    : number;

/** The module, or a message if it does not take what the one before it gives. */
type Fits<M, Before extends number> = number extends Before
  ? M
  : number extends Takes<M>
    ? M
    : Before extends Takes<M>
      ? M
      : `takes ${Takes<M>} features, but the layer before gives ${Before}`;

/** Modules of which each takes what the one before it gives. */
export type Chain<L extends readonly unknown[], Before extends number = number> = L extends readonly [
  infer First,
  ...infer Rest,
]
  ? [Fits<First, Before>, ...Chain<Rest, Gives<First, Before>>]
  : L;

type Named = Readonly<Record<string, Module>> | ReadonlyMap<string, Module>;

/**
 * Modules one after the other: the output of each is the input of the next. They are given in order, or as one object
 * of names. Layers whose sizes are known must fit: the compiler says which one does not.
 *
 * @example
 * const model = new nn.Sequential(new nn.Linear(30, 64), new nn.ReLU(), new nn.Linear(64, 1));
 * model[0] // Linear(in_features=30, out_features=64, bias=True)
 */
export class Sequential<L extends readonly Module[] = readonly Module[]> extends ModuleSequence {
  constructor(...modules: L extends Chain<L> ? L : Chain<L>);
  constructor(named: Named);
  constructor(...modules: readonly unknown[]) {
    super();
    const [first] = modules;
    const named: Iterable<readonly [string, unknown]> =
      modules.length !== 1
        ? modules.map((m, i) => [String(i), m] as const)
        : first instanceof Map
          ? first
          : isKeywords(first)
            ? Object.entries(first)
            : [["0", first]];
    for (const [name, module] of named) this.add_module(name, module as Module);
    reachable(ModuleSequence.prototype, this.length);
  }

  override forward(input: Tensor): Tensor {
    let x = input;
    for (const layer of this[MEMBERS].modules.values()) x = layer!(x);
    return x;
  }

  /** A new Sequential of the modules from `start` to, and without, `end`. They keep their names. */
  slice(start?: number, end?: number, step?: number): Sequential {
    return new Sequential(new Map(this.part(start, end, step)));
  }

  /** A new Sequential of the modules of this one and then those of another: Python's `this + other`. */
  add(other: Sequential): Sequential {
    if (!(other instanceof Sequential)) {
      throw new ValueError(
        `add operator supports only objects of Sequential class, but <class '${pythonTypeOf(other)}'> is given.`,
      );
    }
    return new Sequential(...this, ...other);
  }

  /** A new Sequential that runs the same modules several times: Python's `this * times`. */
  mul(times: number): Sequential {
    if (!Number.isInteger(times)) {
      throw new TypeError(
        `unsupported operand type(s) for *: <class 'torch.nn.modules.container.Sequential'> and <class '${pythonTypeOf(times)}'>`,
      );
    }
    if (times <= 0) {
      throw new ValueError(
        `Non-positive multiplication factor ${times} for <class 'torch.nn.modules.container.Sequential'>`,
      );
    }
    return new Sequential(...Array.from({ length: times }, () => this.items()).flat());
  }
}
