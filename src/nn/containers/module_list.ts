import { pythonTypeOf } from "../../python/signature.js";
import type { Module } from "../module.js";
import { indent } from "../naming.js";
import { ModuleSequence } from "./module_sequence.js";

/**
 * Modules in a list, found by the methods of the module that holds it. It has no `forward` of its own.
 *
 * @example
 * class Ensemble extends nn.Module {
 *   members = new nn.ModuleList(Array.from({ length: 3 }, () => new nn.Linear(10, 1)));
 *   forward(x: Tensor) { return torch.stack([...this.members].map((m) => m(x))).mean(0); }
 * }
 */
export class ModuleList extends ModuleSequence {
  constructor(modules: Iterable<Module> | null = null) {
    super();
    if (modules !== null) this.extend(modules);
  }

  override extend(modules: Iterable<Module>): this {
    if (typeof modules?.[Symbol.iterator] !== "function") {
      throw new TypeError(`ModuleList.extend should be called with an iterable, but got ${pythonTypeOf(modules)}`);
    }
    return super.extend(modules);
  }

  /** A new ModuleList of the modules from `start` to, and without, `end`. */
  slice(start?: number, end?: number, step?: number): ModuleList {
    return new ModuleList(this.part(start, end, step).map(([, module]) => module));
  }

  /** A new ModuleList of the modules of this one and then the others: Python's `this + other`. */
  add(other: Iterable<Module>): ModuleList {
    return new ModuleList([...this, ...other]);
  }

  /** Neighbours that print the same are printed once. */
  override toString(): string {
    const runs: { text: string; first: number; last: number }[] = [];
    for (const [i, module] of this.items().entries()) {
      const text = String(module);
      const run = runs.at(-1);
      if (run?.text === text) run.last = i;
      else runs.push({ text, first: i, last: i });
    }
    if (runs.length === 0) return `${this._get_name()}()`;
    const lines = runs.map(({ text, first, last }) =>
      indent(first === last ? `(${first}): ${text}` : `(${first}-${last}): ${last - first + 1} x ${text}`),
    );
    return `${this._get_name()}(\n  ${lines.join("\n  ")}\n)`;
  }
}
