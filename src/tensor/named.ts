import type { Tensor } from "./tensor.js";

/**
 * Several results in one, as PyTorch's `torch.return_types`: taken apart by place, `const [values, indices] = x.max(1)`,
 * or by name, `x.max(1).values`.
 *
 * @param type the name to print
 * @param results the results by name, in order
 */
export function namedResults<A extends string, B extends string>(
  type: string,
  results: Readonly<Record<A | B, Tensor>>,
): readonly [Tensor, Tensor] & { readonly [N in A | B]: Tensor } {
  const list = Object.values<Tensor>(results);
  const define = (name: string | symbol, value: unknown) => Object.defineProperty(list, name, { value });
  for (const [name, value] of Object.entries(results)) define(name, value);
  const fields = () => Object.entries(results).map(([name, value]) => `${name}=${value}`);
  const print = () => `torch.return_types.${type}(\n${fields().join(",\n")})`;
  define("toString", print);
  define(Symbol.for("nodejs.util.inspect.custom"), print);
  return list as unknown as readonly [Tensor, Tensor] & { readonly [N in A | B]: Tensor };
}
