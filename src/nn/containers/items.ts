import { RuntimeError } from "../../python/errors.js";
import { pythonTypeOf } from "../../python/signature.js";
import { Tensor } from "../../tensor/index.js";
import { MEMBERS } from "../members.js";
import { Module } from "../module.js";
import { Parameter } from "../parameter.js";

/** What {@link ParameterList} and {@link ParameterDict} share: items by key, of which the tensors are parameters. */
export abstract class Items<T> extends Module {
  /** The keys in order, and the items that are no parameters. */
  protected others: Record<string, unknown> = {};
  protected order: string[] = [];

  /** @internal */
  override get namesAreData(): boolean {
    return true;
  }

  /** The number of items. */
  override get length(): number {
    return this.order.length;
  }

  override forward(..._args: never[]): never {
    throw new RuntimeError(`${this._get_name()} should not be called.`);
  }

  protected item(key: string): T {
    return (this[MEMBERS].parameters.get(key) ?? this.others[key]) as T;
  }

  protected setItem(key: string, value: unknown): void {
    if (!this.order.includes(key)) this.order = [...this.order, key];
    if (value instanceof Tensor) {
      delete this.others[key];
      this.register_parameter(key, value instanceof Parameter ? value : new Parameter(value));
    } else {
      if (this[MEMBERS].isMember(key)) this[MEMBERS].remove(key);
      this.others[key] = value;
    }
  }

  protected removeItem(key: string): void {
    this.order = this.order.filter((k) => k !== key);
    delete this.others[key];
    this[MEMBERS].remove(key);
  }
}

/** A line of the printed container. */
export function describeItem(key: string, item: unknown, type: (t: Tensor) => string): string {
  if (!(item instanceof Tensor)) return `  (${key}): Object of type: ${pythonTypeOf(item)}`;
  return `  (${key}): ${item instanceof Parameter ? "Parameter" : "Tensor"} containing: [${type(item)} of size ${item.shape.join("x")}]`;
}
