import { KeyError } from "../../python/errors.js";
import { MEMBERS } from "../members.js";
import { Module } from "../module.js";
import { type Pairs, pairsOf } from "./pairs.js";

/**
 * Modules by name, in the order of insertion; `at(name)` is the one of a name. It has no `forward` of its own.
 *
 * @example
 * const heads = new nn.ModuleDict({ digit: new nn.Linear(64, 10), parity: new nn.Linear(64, 2) });
 * heads.at("parity")(features).shape // [N, 2]
 */
export class ModuleDict<T extends Readonly<Record<string, Module>> = Record<string, Module>>
  extends Module
  implements Iterable<string>
{
  constructor(modules: T | Iterable<readonly [string, Module]> | null = null) {
    super();
    if (modules !== null) this.update(modules);
  }

  /** @internal */
  override get namesAreData(): boolean {
    return true;
  }

  /** The number of modules. */
  override get length(): number {
    return this._modules.size;
  }

  /** The module of a name. */
  at<K extends keyof T & string>(key: K): T[K] {
    const module = this._modules.get(key);
    if (!module) throw new KeyError(key);
    return module as T[K];
  }

  /** Python's `dict[key] = module`. */
  __setitem__(key: string, module: Module): void {
    this.add_module(key, module);
  }

  /** Python's `del dict[key]`. */
  __delitem__(key: string): void {
    if (!this._modules.has(key)) throw new KeyError(key);
    this[MEMBERS].remove(key);
  }

  /** Is there a module of this name? */
  has(key: string): boolean {
    return this._modules.has(key);
  }

  /** Takes out the module of a name and returns it. */
  pop<K extends keyof T & string>(key: K): T[K] {
    const module = this.at(key);
    this.__delitem__(key);
    return module;
  }

  /** Takes out all modules. */
  clear(): void {
    for (const key of this.keys()) this[MEMBERS].remove(key);
  }

  /** Adds modules; those of names that are taken are replaced. */
  update(modules: Pairs<Module> | ModuleDict): void {
    const pairs = modules instanceof ModuleDict ? modules.items() : pairsOf(modules, "ModuleDict");
    for (const [key, module] of pairs) this.add_module(key, module);
  }

  keys(): string[] {
    return [...this._modules.keys()];
  }

  values(): Module[] {
    return [...this._modules.values()] as Module[];
  }

  items(): [string, Module][] {
    return [...this._modules] as [string, Module][];
  }

  *[Symbol.iterator](): Iterator<string> {
    yield* this.keys();
  }
}
