import fc from "fast-check";
import { data, Generator, torch } from "rushlight";
import { describe, expect, expectTypeOf, it } from "vitest";
import recorded from "../fixtures/dataloader.json" with { type: "json" };
import { hashOf, makeGenerator, makeSampler, range, type SamplerSpec } from "./recorded_samplers.js";

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const sorted = (x: Iterable<number>): number[] => [...x].sort((a, b) => a - b);
const seeded = (seed: number) => ({ generator: new Generator().manual_seed(seed) });

describe("samplers", () => {
  it("draw what PyTorch draws, and leave the generators as it does", () => {
    for (const { seed, n, generator, sampler: spec, length, order, state, own } of recorded.samplers) {
      torch.manual_seed(seed);
      const g = makeGenerator(generator);
      const sampler = makeSampler(spec as unknown as SamplerSpec, n, g);
      expect((sampler as unknown as { length: number }).length).toBe(length);
      expect([[...sampler], [...sampler]]).toEqual(order);
      expect([hashOf(), hashOf(g)]).toEqual([state, own]);
    }
  });

  it("draw nothing before the first index is asked for", () => {
    for (const spec of [["random"], ["random", true], ["subset", [1, 2]], ["weighted", [1, 2], 1]] as SamplerSpec[]) {
      const before = hashOf();
      const iterator = makeSampler(spec, 3, null)[Symbol.iterator]();
      expect(hashOf()).toBe(before);
      iterator.next();
      expect(hashOf()).not.toBe(before);
    }
  });
});

describe("RandomSampler", () => {
  it("gives each index once, and the same order for the same seed", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 300 }), (seed, n) => {
        const order = [...new data.RandomSampler(range(n), seeded(seed))];
        expect(sorted(order)).toEqual(range(n));
        expect([...new data.RandomSampler(range(n), seeded(seed))]).toEqual(order);
      }),
    );
  });

  it("gives num_samples indices: whole permutations one after another, then a part of one", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 200 }), (seed, n, num_samples) => {
        const order = [...new data.RandomSampler(range(n), { num_samples, ...seeded(seed) })];
        expect(order).toHaveLength(num_samples);
        for (let at = 0; at + n <= num_samples; at += n) expect(sorted(order.slice(at, at + n))).toEqual(range(n));
        expect(new Set(order.slice(num_samples - (num_samples % n))).size).toBe(num_samples % n);
      }),
    );
  });

  it("stays in range with replacement, and reaches every index", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 10 }), (seed, n) => {
        const sampler = new data.RandomSampler(range(n), true, 400, seeded(seed));
        expect(sampler).toHaveLength(400);
        expect(sorted(new Set(sampler))).toEqual(range(n));
      }),
    );
  });

  it("follows a data source that grows", () => {
    const source = [0];
    const sampler = new data.RandomSampler(source);
    source.push(1, 2);
    expect(sampler.length).toBe(3);
    expect(sorted(sampler)).toEqual([0, 1, 2]);
  });

  it("takes an object with a length for a data source, not for keyword arguments", () => {
    expect(sorted(new data.RandomSampler({ length: 3 }))).toEqual([0, 1, 2]);
    expect([...new data.SequentialSampler({ length: 3 })]).toEqual([0, 1, 2]);
    expect([...new data.SequentialSampler({ data_source: { length: 2 } })]).toEqual([0, 1]);
  });
});

describe("SubsetRandomSampler", () => {
  it("gives each of its indices once, whatever they are", () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.string()), (seed, keys) => {
        const order = [...new data.SubsetRandomSampler(keys, seeded(seed))];
        expect(order.toSorted()).toEqual(keys.toSorted());
      }),
    );
    expectTypeOf(new data.SubsetRandomSampler(["a"])).toEqualTypeOf<data.SubsetRandomSampler<string>>();
  });
});

describe("WeightedRandomSampler", () => {
  it("never draws an index of weight 0, and without replacement none twice", () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 20 }), (seed, weights) => {
        const possible = weights.filter((w) => w > 0).length;
        fc.pre(possible > 0);
        const many = [...new data.WeightedRandomSampler(weights, 50, seeded(seed))];
        expect(many).toHaveLength(50);
        expect(many.every((i) => weights[i] > 0)).toBe(true);
        const once = [...new data.WeightedRandomSampler(weights, possible, false, seeded(seed))];
        expect(sorted(once)).toEqual(range(weights.length).filter((i) => weights[i] > 0));
      }),
    );
  });

  it("takes a tensor of weights, and draws in their proportion", () => {
    const sampler = new data.WeightedRandomSampler(torch.tensor([1, 0, 3]), 4000, true, seeded(0));
    const counts = [0, 0, 0];
    for (const i of sampler) counts[i]++;
    expect(counts[1]).toBe(0);
    expect(counts[2] / counts[0]).toBeGreaterThan(2.6);
    expect(counts[2] / counts[0]).toBeLessThan(3.4);
  });
});

describe("BatchSampler", () => {
  it("cuts the indices into batches in their order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 12 }), fc.boolean(), (x, batch_size, drop_last) => {
        const sampler = new data.BatchSampler(x, { batch_size, drop_last });
        const batches = [...sampler];
        const kept = drop_last ? x.length - (x.length % batch_size) : x.length;
        expect(batches.flat()).toEqual(x.slice(0, kept));
        expect(batches.slice(0, -1).every((b) => b.length === batch_size)).toBe(true);
        expect(batches).toHaveLength(sampler.length);
      }),
    );
  });

  it("takes any iterable, and says when that has no length", () => {
    const keys = new Set(["a", "b", "c"]);
    expect([...new data.BatchSampler(keys, 2, false)]).toEqual([["a", "b"], ["c"]]);
    expect(new data.BatchSampler(keys, 2, false).length).toBe(2);
    const stream = (function* () {
      yield 1;
    })();
    expect(() => new data.BatchSampler(stream, 2, false).length).toThrow(/^object of type '.*' has no len\(\)$/);
  });
});
