import { createHash } from "node:crypto";
import { data, Generator } from "rushlight";
import { default_generator } from "../../src/tensor/index.js";

/** A sampler as the fixture writes it: `[kind, ...arguments]`. */
export type SamplerSpec = readonly [kind: string, ...args: unknown[]];

/** An array 0, 1, ..., n - 1. */
export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** The sampler of a recorded case over n samples. */
export function makeSampler([kind, ...args]: SamplerSpec, n: number, generator: Generator | null): Iterable<unknown> {
  const [first, second, third] = args;
  switch (kind) {
    case "list":
      return first as number[];
    case "batch":
      return new data.BatchSampler(makeSampler(first as SamplerSpec, n, generator), second as number, third as boolean);
    case "sequential":
      return new data.SequentialSampler(range(n));
    case "random":
      return new data.RandomSampler(range(n), first as boolean, second as number, { generator });
    case "subset":
      return new data.SubsetRandomSampler(first as number[], generator);
    case "weighted":
      return new data.WeightedRandomSampler(first as number[], second as number, third as boolean, { generator });
    default:
      throw new Error(`no sampler is called ${kind}`);
  }
}

/** A recorded seed of a generator, or null for none. */
export const makeGenerator = (seed: number | null): Generator | null =>
  seed === null ? null : new Generator().manual_seed(seed);

/** The hash of a generator's state, as the fixture holds it. */
export function hashOf(generator: Generator | null = default_generator): string | null {
  if (generator === null) return null;
  return createHash("sha256").update(generator.get_state()).digest("hex").slice(0, 16);
}
