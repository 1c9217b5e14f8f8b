import { pythonTypeOf } from "../../python/signature.js";
import { Tensor } from "../../tensor/index.js";
import { type Indexed, place, reachable, sliced } from "./indexed.js";
import { describeItem, Items } from "./items.js";

/**
 * Parameters in a list, found by the methods of the module that holds it. Tensors become parameters; anything else may
 * stand among them and is left alone.
 *
 * @example
 * const scales = new nn.ParameterList([torch.ones(3), torch.zeros(2)]);
 * scales[0].shape // [3]
 */
export class ParameterList<T = Tensor> extends Items<T> implements Indexed, Iterable<T> {
  [index: number]: T;

  constructor(values: Iterable<T> | null = null) {
    super();
    if (values !== null) this.extend(values);
  }

  /** The item at a place; negative places count from the end. */
  at(index: number): T {
    return this.item(String(place(index, this.length)));
  }

  /** Python's `list[index] = value`. */
  __setitem__(index: number, value: T): void {
    this.setItem(String(place(index, this.length)), value);
  }

  /** A new ParameterList of the items from `start` to, and without, `end`. */
  slice(start?: number, end?: number, step?: number): ParameterList<T> {
    return new ParameterList(sliced([...this], start, end, step));
  }

  /** Adds a value at the end. */
  append(value: T): this {
    this.setItem(String(this.length), value);
    reachable(ParameterList.prototype, this.length);
    return this;
  }

  /** Adds several values at the end. */
  extend(values: Iterable<T>): this {
    if (typeof values?.[Symbol.iterator] !== "function" || values instanceof Tensor) {
      throw new TypeError(`ParameterList.extend should be called with an iterable, but got ${pythonTypeOf(values)}`);
    }
    for (const value of [...values]) this.append(value);
    return this;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }

  override extra_repr(): string {
    return [...this].map((item, i) => describeItem(String(i), item, (t) => String(t.dtype))).join("\n");
  }
}
