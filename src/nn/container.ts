import { IndexError } from "../python/errors.js";
import { isKeywords } from "../python/signature.js";
import type { Tensor } from "../tensor/index.js";
import { Module } from "./module.js";

/**
 * Modules one after the other: the output of each is the input of the next. They are given in order, or as one object
 * of names.
 *
 * @example
 * const model = new nn.Sequential(new nn.Linear(30, 64), new nn.ReLU(), new nn.Linear(64, 1));
 * model[0] // Linear(in_features=30, out_features=64, bias=True)
 */
export class Sequential extends Module implements Iterable<Module> {
  [index: number]: Module;

  constructor(...modules: readonly Module[] | readonly [Readonly<Record<string, Module>>]) {
    super();
    const [first] = modules;
    const named =
      modules.length === 1 && isKeywords(first)
        ? Object.entries(first)
        : modules.map((m, i) => [String(i), m] as const);
    for (const [name, module] of named) this.add_module(name, module as Module);
  }

  /** The number of modules. */
  override get length(): number {
    return this.layers().length;
  }

  /** The module at a place; negative places count from the end. */
  at(index: number): Module {
    const layers = this.layers();
    if (!(index >= -layers.length && index < layers.length)) throw new IndexError(`index ${index} is out of range`);
    return layers.at(index)!;
  }

  /** A new Sequential of the modules from `start` to, and without, `end`. */
  slice(start?: number, end?: number): Sequential {
    return new (this.constructor as typeof Sequential)(Object.fromEntries(this.named().slice(start, end)));
  }

  /** Adds a module at the end. */
  append(module: Module): this {
    this.add_module(String(this.length), module);
    return this;
  }

  /** Puts a module at a place; those from there on move back by one. */
  insert(index: number, module: Module): this {
    const n = this.length;
    if (!(index >= -n && index <= n)) throw new IndexError(`Index out of range: ${index}`);
    const at = index < 0 ? index + n : index;
    for (let i = n; i > at; i--) this[i] = this[i - 1];
    this[at] = module;
    return this;
  }

  /** Adds several modules at the end. */
  extend(modules: Iterable<Module>): this {
    for (const module of modules) this.append(module);
    return this;
  }

  *[Symbol.iterator](): Iterator<Module> {
    yield* this.layers();
  }

  override forward(input: Tensor): Tensor {
    let x = input;
    for (const layer of this.layers()) x = layer(x);
    return x;
  }

  private named(): [string, Module][] {
    return Object.entries(this).filter((entry): entry is [string, Module] => entry[1] instanceof Module);
  }

  private layers(): Module[] {
    return this.named().map(([, module]) => module);
  }
}
