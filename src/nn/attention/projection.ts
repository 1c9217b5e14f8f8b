import { AssertionError } from "../../python/errors.js";
import { nnFunctions, type Tensor } from "../../tensor/index.js";
import { size, tuple } from "./masks.js";

const { linear } = nnFunctions;

/** Query, key and value. */
export type Three = readonly [query: Tensor, key: Tensor, value: Tensor];

/** Projects with the rows of one weight (3 E, E); where arguments are the same tensor, in as few products as possible. */
export function projectPacked([query, key, value]: Three, weight: Tensor, bias: Tensor | null): Three {
  const E = query.size(-1);
  if (key !== value) {
    const weights = weight.chunk(3);
    const biases = bias?.chunk(3);
    const [q, k, v] = [query, key, value].map((t, i) => linear(t, weights[i], biases?.[i] ?? null));
    return [q, k, v];
  }
  if (query === key) {
    const [q, k, v] = parts(linear(query, weight, bias), 3, E);
    return [q, k, v];
  }
  const [weightOfQuery, weightOfBoth] = weight.split([E, 2 * E]);
  const biases = bias?.split([E, 2 * E]);
  const q = linear(query, weightOfQuery, biases?.[0] ?? null);
  const [k, v] = parts(linear(key, weightOfBoth, biases?.[1] ?? null), 2, E);
  return [q, k, v];
}

/** The projections that stand side by side in the last dimension, each in memory of its own. */
const parts = (projected: Tensor, count: number, E: number): Tensor[] => [
  ...projected.unflatten(-1, [count, E]).movedim(-2, 0).contiguous().unbind(0),
];

/** Projects each with its own weight: (E, E), (E, kdim), (E, vdim). */
export function projectEach(three: Three, weights: Three, bias: Tensor | null): Three {
  const E = three[0].size(-1);
  const names = ["query", "key", "value"];
  const biases = bias?.chunk(3);
  const [q, k, v] = three.map((t, i) => {
    const expected = [E, t.size(-1)];
    if (`${weights[i].shape}` !== `${expected}`) {
      throw new AssertionError(
        `expecting ${names[i]} weights shape of ${tuple(expected)}, but got ${size(weights[i].shape)}`,
      );
    }
    if (biases && biases[i].shape[0] !== E) {
      throw new AssertionError(`expecting ${names[i]} bias shape of (${E},), but got ${size(biases[i].shape)}`);
    }
    return linear(t, weights[i], biases?.[i] ?? null);
  });
  return [q, k, v];
}
