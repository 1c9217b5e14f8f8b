import { KeyError } from "../../python/errors.js";
import { isKeywords, pythonTypeOf } from "../../python/signature.js";
import type { Tensor } from "../../tensor/index.js";
import { typename } from "../members.js";
import { describeItem, Items } from "./items.js";
import { type Pairs, pairsOf } from "./pairs.js";

/**
 * Parameters by name; `at(name)` is the one of a name. Tensors become parameters; anything else may stand among them and
 * is left alone. A plain object is taken in alphabetical order, as PyTorch takes a `dict`; pairs and Maps in their own.
 *
 * @example
 * const scales = new nn.ParameterDict({ left: torch.ones(3), right: torch.zeros(2) });
 * scales.at("left").shape // [3]
 */
export class ParameterDict<T = Tensor> extends Items<T> implements Iterable<string> {
  constructor(parameters: Pairs<T> | ParameterDict<T> | null = null) {
    super();
    if (parameters !== null) this.update(parameters);
  }

  /** The item of a name. */
  at(key: string): T {
    if (!this.has(key)) throw new KeyError(key);
    return this.item(key);
  }

  /** Python's `dict[key] = value`. */
  __setitem__(key: string, value: T | null): void {
    if (typeof key !== "string") {
      throw new TypeError(
        `Index given to ParameterDict cannot be used as a key as it is not a string (type is '${pythonTypeOf(key)}'). Open an issue on github if you need non-string keys.`,
      );
    }
    this.setItem(key, value);
  }

  /** Python's `del dict[key]`. */
  __delitem__(key: string): void {
    if (!this.has(key)) throw new KeyError(key);
    this.removeItem(key);
  }

  /** Is there an item of this name? */
  has(key: string): boolean {
    return this.order.includes(key);
  }

  /** The item of a name, or `otherwise`. */
  get<D = null>(key: string, otherwise: D = null as D): T | D {
    return this.has(key) ? this.item(key) : otherwise;
  }

  /** The item of a name, which becomes `otherwise` if there is none. */
  setdefault(key: string, otherwise: T | null = null): T {
    if (!this.has(key)) this.__setitem__(key, otherwise);
    return this.at(key);
  }

  /** Takes out the item of a name and returns it. */
  pop(key: string): T {
    const item = this.at(key);
    this.removeItem(key);
    return item;
  }

  /** Takes out the last item and returns it with its name. */
  popitem(): [string, T] {
    const key = this.order.at(-1);
    if (key === undefined) throw new KeyError("dictionary is empty");
    return [key, this.pop(key)];
  }

  /** Takes out all items. */
  clear(): void {
    for (const key of this.keys()) this.removeItem(key);
  }

  /** A new ParameterDict with the same items. */
  copy(): ParameterDict<T> {
    return new ParameterDict(this.items());
  }

  /** A new ParameterDict with one item under all names. */
  fromkeys(keys: Iterable<string>, value: T | null = null): ParameterDict<T | null> {
    return new ParameterDict<T | null>([...keys].map((key) => [key, value] as const));
  }

  /** Adds items; those of names that are taken are replaced. */
  update(parameters: Pairs<T> | ParameterDict<T>): void {
    const pairs = parameters instanceof ParameterDict ? parameters.items() : pairsOf(parameters, "ParameterDict");
    if (isKeywords(parameters)) pairs.sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [key, value] of pairs) this.__setitem__(key, value);
  }

  keys(): string[] {
    return [...this.order];
  }

  values(): T[] {
    return this.order.map((key) => this.item(key));
  }

  items(): [string, T][] {
    return this.order.map((key) => [key, this.item(key)]);
  }

  *[Symbol.iterator](): Iterator<string> {
    yield* this.keys();
  }

  override extra_repr(): string {
    return this.items()
      .map(([key, item]) => describeItem(key, item, typename))
      .join("\n");
  }
}
