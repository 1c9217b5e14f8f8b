import { ValueError } from "../../python/errors.js";
import { isKeywords, pythonTypeOf } from "../../python/signature.js";

/** Names with values: an object, a Map, or pairs. */
export type Pairs<T> = Readonly<Record<string, T>> | Iterable<readonly [string, T]>;

/** The pairs, after PyTorch's checks; `container` is named in the errors. */
export function pairsOf<T>(given: Pairs<T>, container: string): [string, T][] {
  if (isKeywords(given)) return Object.entries(given) as [string, T][];
  const called = container === "ParameterDict" ? "ParametersDict" : container;
  if (typeof (given as Iterable<unknown>)?.[Symbol.iterator] !== "function") {
    throw new TypeError(
      `${called}.update should be called with an iterable of key/value pairs, but got ${pythonTypeOf(given)}`,
    );
  }
  return [...(given as Iterable<readonly [string, T]>)].map((pair, i) => {
    if (!Array.isArray(pair)) {
      throw new TypeError(`${container} update sequence element #${i} should be Iterable; is${pythonTypeOf(pair)}`);
    }
    if (pair.length !== 2) {
      throw new ValueError(`${container} update sequence element #${i} has length ${pair.length}; 2 is required`);
    }
    return [pair[0], pair[1]];
  });
}
