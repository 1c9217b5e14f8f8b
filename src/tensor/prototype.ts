import { RuntimeError } from "../python/errors.js";
import { Tensor } from "./tensor.js";

/** Gives all tensors properties, which do not show where properties are listed. */
export function addProperties(
  properties: Iterable<readonly [name: string, PropertyDescriptor & ThisType<Tensor>]>,
): void {
  const { prototype } = Tensor;
  // V8 lays a prototype out anew for each property that is added, which takes the square of their number. Once one is
  // taken away it is a hash table instead and takes hundreds at no cost, until `in` or a call lays it out for reading.
  Object.defineProperties(prototype, { before: { configurable: true }, after: { configurable: true } });
  Reflect.deleteProperty(prototype, "before");
  Reflect.deleteProperty(prototype, "after");
  for (const [name, property] of properties) {
    if (Object.hasOwn(prototype, name)) throw new RuntimeError(`Tensor.${name} is defined twice`);
    Object.defineProperty(prototype, name, property);
  }
}

/** Gives all tensors methods. */
export function addMethods(
  methods: Iterable<readonly [name: string, (this: Tensor, ...args: never[]) => unknown]>,
): void {
  addProperties(Array.from(methods, ([name, value]) => [name, { value, writable: true, configurable: true }] as const));
}
