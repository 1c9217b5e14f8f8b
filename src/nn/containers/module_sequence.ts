import { IndexError } from "../../python/errors.js";
import { MEMBERS } from "../members.js";
import { Module } from "../module.js";
import { type Indexed, place, reachable, sliced } from "./indexed.js";

/** What {@link Sequential} and {@link ModuleList} share: modules in order, `list[0]`, `list[-1]`, ... */
export abstract class ModuleSequence extends Module implements Indexed, Iterable<Module> {
  [index: number]: Module;

  /** The number of modules. */
  override get length(): number {
    return this[MEMBERS].modules.size;
  }

  /** @internal */
  override get namesAreData(): boolean {
    return true;
  }

  /** The module at a place; negative places count from the end. */
  at(index: number): Module {
    return this.items()[place(index, this.length)];
  }

  /** Python's `list[index] = module`. */
  __setitem__(index: number, module: Module): void {
    this[MEMBERS].assign(this.names()[place(index, this.length)], module);
  }

  /** Python's `del list[index]`; those behind move up. */
  __delitem__(index: number): void {
    const at = place(index, this.length);
    this.fill(this.items().filter((_, i) => i !== at));
  }

  /** Takes out the module at a place and returns it. */
  pop(index: number): Module {
    const module = this.at(index);
    this.__delitem__(index);
    return module;
  }

  /** Adds a module at the end. */
  append(module: Module): this {
    this.add_module(String(this.length), module);
    reachable(ModuleSequence.prototype, this.length);
    return this;
  }

  /** Adds several modules at the end. */
  extend(modules: Iterable<Module>): this {
    for (const module of [...modules]) this.append(module);
    return this;
  }

  /** Puts a module at a place; those from there on move back by one. */
  insert(index: number, module: Module): this {
    const n = this.length;
    if (!(index >= -n && index <= n)) throw new IndexError(`Index out of range: ${index}`);
    this.fill(this.items().toSpliced(index, 0, module));
    return this;
  }

  *[Symbol.iterator](): Iterator<Module> {
    yield* this[MEMBERS].modules.values() as Iterable<Module>;
  }

  protected items(): Module[] {
    return [...this];
  }

  protected named(): [string, Module][] {
    return [...this[MEMBERS].modules] as [string, Module][];
  }

  private names(): string[] {
    return [...this[MEMBERS].modules.keys()];
  }

  /** Holds these modules, numbered. */
  private fill(modules: readonly Module[]): void {
    for (const name of this.names()) this[MEMBERS].remove(name);
    for (const [i, module] of modules.entries()) this.add_module(String(i), module);
    reachable(ModuleSequence.prototype, modules.length);
  }

  /** The modules of Python's `[start:end:step]` with their names. */
  protected part(start?: number, end?: number, step?: number): [string, Module][] {
    return sliced(this.named(), start, end, step);
  }
}
