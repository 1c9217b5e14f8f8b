import fc from "fast-check";
import { data, Generator, type Tensor, torch } from "rushlight";
import { describe, expect, expectTypeOf, it, vi } from "vitest";
import recorded from "../fixtures/dataloader.json" with { type: "json" };
import { hashOf, makeGenerator, range } from "./recorded_samplers.js";

class Squares extends data.Dataset<number> {
  constructor(readonly length: number) {
    super();
  }
  get(index: number): number {
    return index ** 2;
  }
}

class Letters extends data.IterableDataset<string> {
  constructor(readonly text: string) {
    super();
  }
  *[Symbol.iterator]() {
    yield* this.text;
  }
}

const samples = <T>(dataset: data.Dataset<T> & { length: number }): T[] =>
  range(dataset.length).map((i) => dataset.get(i));

describe("TensorDataset", () => {
  const x = torch.arange(6).view(3, 2);
  const y = torch.tensor([7, 8, 9]);

  it("gives the rows of its tensors", () => {
    const dataset = new data.TensorDataset(x, y);
    expect(dataset.length).toBe(3);
    expect(dataset.get(1).map((t) => t.tolist())).toEqual([[2, 3], 8]);
    expect(dataset.get(-1).map((t) => t.tolist())).toEqual([[4, 5], 9]);
    expect(dataset.get([2, 0]).map((t) => t.tolist())).toEqual([
      [
        [4, 5],
        [0, 1],
      ],
      [9, 7],
    ]);
    expectTypeOf(dataset.get(0)).toEqualTypeOf<[Tensor, Tensor]>();
  });

  it("gives views, so that a change of a sample changes the tensor", () => {
    const own = torch.zeros(2, 2);
    new data.TensorDataset(own).get(1)[0].fill_(5);
    expect(own.tolist()).toEqual([
      [0, 0],
      [5, 5],
    ]);
  });
});

describe("ConcatDataset", () => {
  it("gives the samples of all datasets in order, counted from either end", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.integer(), { maxLength: 5 }), { minLength: 1 }), (lists) => {
        const all = lists.flat();
        const dataset = new data.ConcatDataset(lists);
        expect(samples(dataset)).toEqual(all);
        expect(all.map((_, i) => dataset.get(i - all.length))).toEqual(all);
      }),
    );
  });

  it("is what add() makes of datasets", () => {
    const both = new Squares(3).add(["a"]);
    expect(both).toBeInstanceOf(data.ConcatDataset);
    expect(range(4).map((i) => both.get(i))).toEqual([0, 1, 4, "a"]);
    expect((both as data.ConcatDataset<unknown>).cumulative_sizes).toEqual([3, 4]);
  });
});

describe("ChainDataset", () => {
  it("reads one stream after the other, as often as asked", () => {
    const both = new Letters("ab").add(new Letters("c"));
    expect(both).toBeInstanceOf(data.ChainDataset);
    expect([...both, ...both]).toEqual(["a", "b", "c", "a", "b", "c"]);
  });

  it("sums the lengths of the streams, if they have one", () => {
    class Sized extends Letters {
      get length(): number {
        return this.text.length;
      }
    }
    expect(new data.ChainDataset([new Sized("ab"), new Sized("c")]).length).toBe(3);
    expect(() => new data.ChainDataset([new Letters("ab")]).length).toThrow("object of type 'Letters' has no len()");
  });
});

describe("StackDataset", () => {
  it("puts datasets side by side, in an array or under names", () => {
    const row = new data.StackDataset(new Squares(2), ["a", "b"]);
    expect(samples(row)).toEqual([
      [0, "a"],
      [1, "b"],
    ]);
    expectTypeOf(row.get(0)).toEqualTypeOf<[number, string]>();
    const named = new data.StackDataset({ square: new Squares(2), letter: ["a", "b"] });
    expect(samples(named)).toEqual([
      { square: 0, letter: "a" },
      { square: 1, letter: "b" },
    ]);
    expectTypeOf(named.get(0)).toEqualTypeOf<{ square: number; letter: string }>();
  });

  it("fetches batches from the datasets that can, and checks their size", () => {
    class Bulk extends Squares {
      asked: (readonly number[])[] = [];
      override getItems(indices: readonly number[]): number[] {
        this.asked.push(indices);
        return indices.slice(0, 2).map((i) => this.get(i));
      }
    }
    const bulk = new Bulk(5);
    const dataset = new data.StackDataset({ bulk, index: range(5) });
    expect(dataset.getItems([4, 2])).toEqual([
      { bulk: 16, index: 4 },
      { bulk: 4, index: 2 },
    ]);
    expect(bulk.asked).toEqual([[4, 2]]);
    expect(() => dataset.getItems([0, 1, 2])).toThrow("Nested dataset's output size mismatch. Expected 3, got 2");
  });
});

describe("Subset", () => {
  it("gives the samples at its indices, of a subset too", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { minLength: 1 }),
        fc.array(fc.nat()),
        fc.array(fc.nat()),
        (x, some, fewer) => {
          fc.pre(some.length > 0);
          const indices = some.map((i) => i % x.length);
          const outer = fewer.map((i) => i % indices.length);
          const subset = new data.Subset(new data.Subset(x, indices), outer);
          const wanted = outer.map((i) => x[indices[i]]);
          expect(samples(subset)).toEqual(wanted);
          expect(subset.getItems(range(outer.length))).toEqual(wanted);
        },
      ),
    );
  });

  it("passes several indices on to a dataset that takes them", () => {
    const subset = new data.Subset(new data.TensorDataset(torch.arange(5)), [4, 3, 1]);
    expect(subset.get([2, 0]).map((t) => t.tolist())).toEqual([[1, 4]]);
    expect(subset.get(-1)[0].item()).toBe(1);
  });
});

describe("random_split", () => {
  it("splits as PyTorch does", () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    for (const { seed, n, lengths, parts, own, default: byDefault, state } of recorded.splits) {
      const generator = makeGenerator(seed);
      torch.manual_seed(seed);
      expect(data.random_split(range(n), lengths, generator).map((p) => p.indices)).toEqual(parts);
      expect(hashOf(generator)).toBe(own);
      expect(data.random_split(range(n), lengths).map((p) => p.indices)).toEqual(byDefault);
      expect(hashOf()).toBe(state);
    }
    expect(warned).toHaveBeenCalledWith(
      "UserWarning: Length of split at index 2 is 0. This might result in an empty dataset.",
    );
    warned.mockRestore();
  });

  it("puts each sample into one part", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1 }), fc.nat(), (lengths, seed) => {
        const n = lengths.reduce((a, b) => a + b, 0);
        fc.pre(n > 1);
        const parts = data.random_split(new Squares(n), {
          lengths,
          generator: new Generator().manual_seed(seed),
        });
        expect(parts.map((p) => p.length)).toEqual(lengths);
        expect(parts.flatMap((p) => p.indices).sort((a, b) => a - b)).toEqual(range(n));
      }),
    );
  });

  it("takes no part of a sample and no negative number of samples", () => {
    expect(() => data.random_split([1, 2, 3], [1.5, 1.5])).toThrow("a length is an integer");
    expect(() => data.random_split([1, 2, 3], [4, -1])).toThrow("a length is an integer");
  });
});

describe("train_test_split", () => {
  it("splits tensors by rows, as it splits arrays", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 50 }), fc.nat(1000), (n, random_state) => {
        const x = torch.arange(2 * n).view(n, 2);
        const [a_train, a_test, b_train, b_test] = data.train_test_split(x, range(n), { random_state });
        expectTypeOf(a_train).toEqualTypeOf<Tensor>();
        expect(a_train.tolist()).toEqual(b_train.map((i) => [2 * i, 2 * i + 1]));
        expect(a_test.tolist()).toEqual(b_test.map((i) => [2 * i, 2 * i + 1]));
        expect(a_test.dtype).toBe(torch.int64);
      }),
    );
  });

  it("stratifies by a tensor of labels, and refuses a tensor without rows", () => {
    const labels = [0, 1, 1, 0, 1, 0, 0, 1];
    const options = { test_size: 4, random_state: 1 };
    expect(data.train_test_split(labels, { ...options, stratify: torch.tensor(labels) })).toEqual(
      data.train_test_split(labels, { ...options, stratify: labels }),
    );
    expect(() => data.train_test_split(torch.tensor(5))).toThrow(
      "Input should have at least 1 dimension i.e. satisfy `len(x.shape) > 0`, got scalar `tensor(5)` instead.",
    );
  });
});
