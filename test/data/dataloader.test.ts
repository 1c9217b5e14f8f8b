import fc from "fast-check";
import { data, Generator, type Tensor, torch } from "rushlight";
import { afterEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import recorded from "../fixtures/dataloader.json" with { type: "json" };
import { hashOf, makeGenerator, makeSampler, range, type SamplerSpec } from "./recorded_samplers.js";

const plain = (x: unknown): unknown => {
  if (torch.is_tensor(x)) return x.tolist();
  return Array.isArray(x) ? x.map(plain) : x;
};
const take = <T>(values: Iterator<T>, count: number | null): T[] => {
  const taken: T[] = [];
  while (count === null || taken.length < count) {
    const { done, value } = values.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
};

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const shapes = fc.record({
  n: fc.integer({ min: 1, max: 60 }),
  batch_size: fc.integer({ min: 1, max: 20 }),
  shuffle: fc.boolean(),
  drop_last: fc.boolean(),
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe("DataLoader", () => {
  it("makes PyTorch's batches and leaves the generators as PyTorch does, over whole and broken passes", () => {
    for (const { seed, n, passes, generator, sampler, batch_sampler, options, length, done } of recorded.cases) {
      torch.manual_seed(seed);
      const own = makeGenerator(generator);
      const make = (spec: unknown) => spec && makeSampler(spec as SamplerSpec, n, own);
      const loader = new data.DataLoader(range(n), {
        ...options,
        sampler: make(sampler) as number[],
        batch_sampler: make(batch_sampler) as number[][],
        generator: own,
      });
      expect(loader.length).toBe(length);
      const found = passes.map((count) => {
        const batches = take(loader[Symbol.iterator](), count).map(plain);
        return { batches, state: hashOf(), own: hashOf(own) };
      });
      expect(found, JSON.stringify({ seed, n, generator, sampler, batch_sampler, options })).toEqual(done);
    }
  });

  it("gives every sample once, all batches but the last full, and leaves a part out only to drop_last", () => {
    fc.assert(
      fc.property(shapes, seeds, ({ n, ...options }, seed) => {
        const generator = new Generator().manual_seed(seed);
        const loader = new data.DataLoader(range(n), { ...options, generator });
        const batches = [...loader].map((b) => b.tolist() as number[]);
        expect(batches).toHaveLength(loader.length);
        expect(batches.slice(0, -1).every((b) => b.length === options.batch_size)).toBe(true);
        const seen = batches.flat();
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen).toHaveLength(options.drop_last ? n - (n % options.batch_size) : n);
        if (!options.shuffle) expect(seen).toEqual(range(seen.length));
      }),
    );
  });

  it("gives the same batches for the same seed, and others in the next epoch", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 9 }), (seed, batch_size) => {
        const loader = new data.DataLoader(range(50), { batch_size, shuffle: true });
        const epochs = () => {
          torch.manual_seed(seed);
          return [[...loader].map(plain), [...loader].map(plain)];
        };
        const [first, second] = epochs();
        expect(epochs()).toEqual([first, second]);
        expect(second).not.toEqual(first);
      }),
    );
  });

  it("gathers tensors as it would stack their rows, of subsets too", () => {
    class Slow extends data.TensorDataset<[Tensor, Tensor]> {
      override get(index: number) {
        return super.get(index);
      }
    }
    fc.assert(
      fc.property(shapes, seeds, ({ n, ...options }, seed) => {
        const x = torch.rand(n, 2, 3).permute(0, 2, 1);
        const y = torch.arange(n).gt(n / 2);
        const indices = range(n).map((i) => ((i * 7) % n) - (i % 3 === 0 ? n : 0));
        const batches = (dataset: data.Dataset<[Tensor, Tensor]>) => {
          torch.manual_seed(seed);
          return [...new data.DataLoader(new data.Subset(dataset, indices), options)];
        };
        const fast = batches(new data.TensorDataset(x, y));
        const slow = batches(new Slow(x, y));
        expect(fast.map(plain)).toEqual(slow.map(plain));
        for (const [a, b] of fast) {
          expect([a.dtype, b.dtype, a.is_contiguous()]).toEqual([torch.float32, torch.bool, true]);
        }
      }),
    );
  });

  it("uses the samples of subclasses", () => {
    class Doubled extends data.TensorDataset<[Tensor]> {
      override get(index: number): [Tensor] {
        return [super.get(index)[0].mul(2)];
      }
    }
    class Bulk extends data.TensorDataset<[Tensor]> {
      override getItems(indices: readonly number[]): [Tensor][] {
        return indices.map(() => [torch.tensor(9)]);
      }
    }
    class Odd extends data.Subset<[Tensor]> {
      override getItems(indices: readonly number[]): [Tensor][] {
        return indices.map(() => [torch.tensor(8)]);
      }
    }
    const x = torch.arange(3);
    const first = (dataset: data.Dataset<[Tensor]>) =>
      plain([...new data.DataLoader(dataset, { batch_size: 3, sampler: range(3) })]);
    expect(first(new Doubled(x))).toEqual([[[0, 2, 4]]]);
    expect(first(new Bulk(x))).toEqual([[[9, 9, 9]]]);
    expect(first(new Odd(new data.TensorDataset(x), [0, 1, 2]))).toEqual([[[8, 8, 8]]]);
  });

  it("keeps the batches of tensors that require gradients in their graph", () => {
    const x = torch.ones(4, 2).requires_grad_();
    const [[batch]] = new data.DataLoader(new data.TensorDataset(x), { batch_size: 2 });
    expect(batch.grad_fn?.name()).toBe("StackBackward0");
    batch.mul(3).sum().backward();
    expect(x.grad?.tolist()).toEqual([
      [3, 3],
      [3, 3],
      [0, 0],
      [0, 0],
    ]);
  });

  it("loads arrays, tensors and anything with get and length", () => {
    const load = <T>(source: data.DataSource<T>) => [...new data.DataLoader(source, { batch_size: 2 })].map(plain);
    expect(load([1, 2, 3])).toEqual([[1, 2], [3]]);
    expect(load(new Float32Array([1, 2, 3]))).toEqual([[1, 2], [3]]);
    expect(load(torch.arange(6).view(3, 2))).toEqual([
      [
        [0, 1],
        [2, 3],
      ],
      [[4, 5]],
    ]);
    expect(load({ length: 3, get: (i: number) => 10 * i })).toEqual([[0, 10], [20]]);
    expect([...new data.DataLoader({ length: 1, get: () => "a" })]).toEqual([["a"]]);
  });

  it("takes its options by position, by name, or both", () => {
    const generator = () => new Generator().manual_seed(5);
    const wanted = [...new data.DataLoader(range(9), { batch_size: 4, shuffle: true, generator: generator() })].map(
      plain,
    );
    const loaders = [
      new data.DataLoader(range(9), 4, true, { generator: generator() }),
      new data.DataLoader(range(9), 4, { shuffle: true, generator: generator() }),
      new data.DataLoader({ dataset: range(9), batch_size: 4, shuffle: true, generator: generator() }),
      new data.DataLoader(range(9), 4, true, null, null, 0, null, false, false, 0, null, null, generator()),
    ];
    for (const loader of loaders) expect([...loader].map(plain)).toEqual(wanted);
  });

  it("takes tensors of indices for samplers", () => {
    const x = torch.tensor([10, 20, 30]);
    const order = torch.tensor([2, 0]);
    expect([...new data.DataLoader(x, { sampler: order, batch_size: 2 })].map(plain)).toEqual([[30, 10]]);
    expect([...new data.DataLoader(x, { batch_sampler: [order, order] })].map(plain)).toEqual([
      [30, 10],
      [30, 10],
    ]);
  });

  it("yields single samples without batches, and whole ones for a sampler of batches", () => {
    const dataset = new data.TensorDataset(torch.arange(3), torch.arange(3).mul(2));
    expect([...new data.DataLoader(dataset, { batch_size: null })].map(plain)).toEqual([
      [0, 0],
      [1, 2],
      [2, 4],
    ]);
    const sampler = new data.BatchSampler(range(3), 2, false);
    expect([...new data.DataLoader(dataset, { batch_size: null, sampler })].map(plain)).toEqual([
      [
        [0, 1],
        [0, 2],
      ],
      [[2], [4]],
    ]);
    expect(
      [...new data.DataLoader([new Float32Array([1]), new Float32Array([2])], { batch_size: null })].map(plain),
    ).toEqual([[1], [2]]);
  });

  it("goes on after a break when its iterator is kept", () => {
    const pass = new data.DataLoader(range(5), { batch_size: 2 })[Symbol.iterator]();
    expect(pass.length).toBe(3);
    for (const batch of pass) {
      expect(batch.tolist()).toEqual([0, 1]);
      break;
    }
    expect([...pass].map(plain)).toEqual([[2, 3], [4]]);
    expect([...pass]).toEqual([]);
  });

  it("goes on after a sample that could not be had", () => {
    const get = (i: number) => {
      if (i === 1) throw new Error("lost");
      return i;
    };
    const pass = new data.DataLoader({ length: 3, get })[Symbol.iterator]();
    expect(plain(pass.next().value)).toEqual([0]);
    expect(() => pass.next()).toThrow("lost");
    expect(plain(pass.next().value)).toEqual([2]);
  });

  it("has the types of what it yields", () => {
    const dataset = new data.TensorDataset(torch.ones(2), torch.ones(2));
    const loader = new data.DataLoader(dataset, { batch_size: 2, shuffle: true });
    const typed: data.DataLoader<[Tensor, Tensor]> = loader;
    for (const [inputs, targets] of typed) expectTypeOf([inputs, targets]).toEqualTypeOf<Tensor[]>();
    for (const batch of new data.DataLoader([{ x: 1, name: "a" }], 1)) {
      expectTypeOf(batch).toEqualTypeOf<{ x: Tensor; name: string[] }>();
    }
    for (const sample of new data.DataLoader([{ x: 1 }], { batch_size: null })) {
      expectTypeOf(sample).toEqualTypeOf<{ x: number }>();
    }
    for (const text of new data.DataLoader([1, 2], { batch_size: 2, collate_fn: (samples) => samples.join("+") })) {
      expectTypeOf(text).toEqualTypeOf<string>();
      expect(text).toBe("1+2");
    }
    for (const next of new data.DataLoader([1], { batch_size: null, collate_fn: (sample) => sample + 1 })) {
      expectTypeOf(next).toEqualTypeOf<number>();
      expect(next).toBe(2);
    }
  });
});

describe("DataLoader over a stream", () => {
  class Count extends data.IterableDataset<number> {
    constructor(readonly n: number) {
      super();
    }
    *[Symbol.iterator]() {
      yield* range(this.n);
    }
  }
  class Claims extends Count {
    readonly length = 3;
  }

  it("batches what comes, in its order", () => {
    fc.assert(
      fc.property(shapes, ({ n, batch_size, drop_last }) => {
        const loader = new data.DataLoader(new Count(n), { batch_size, drop_last });
        const like = new data.DataLoader(range(n), { batch_size, drop_last });
        expect([...loader].map(plain)).toEqual([...like].map(plain));
      }),
    );
    expect([...new data.DataLoader(new Count(3), { batch_size: null })]).toEqual([0, 1, 2]);
  });

  it("estimates its length and warns when there is more", () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    const loader = new data.DataLoader(new Claims(5), { batch_size: 1 });
    expect([...loader]).toHaveLength(5);
    expect(warned).not.toHaveBeenCalled();
    expect(loader.length).toBe(3);
    expect([...loader]).toHaveLength(5);
    expect(warned.mock.calls).toEqual(
      [4, 5].map((n) => [
        `UserWarning: Length of IterableDataset Claims was reported to be 3(when accessing len(dataloader)), but ${n} samples have been fetched. `,
      ]),
    );
    expect(new data.DataLoader(new Claims(3), { batch_size: 2 }).length).toBe(2);
    expect(new data.DataLoader(new Claims(3), { batch_size: 2, drop_last: true }).length).toBe(1);
    expect(new data.DataLoader(new Claims(3), { batch_size: null }).length).toBe(3);
  });
});

describe("default_collate", () => {
  it("stacks, and makes tensors of numbers", () => {
    const collated = data.default_collate([
      [torch.ones(2), new Int32Array([1]), 1, true],
      [torch.zeros(2), new Int32Array([2]), 2, false],
    ]);
    const [stacked, typed, integers, truth] = collated as Tensor[];
    expect(String(stacked)).toBe("tensor([[1., 1.],\n        [0., 0.]])");
    expect(String(typed)).toBe("tensor([[1],\n        [2]], dtype=torch.int32)");
    expect(String(integers)).toBe("tensor([1, 2])");
    expect(String(truth)).toBe("tensor([ True, False])");
  });

  it("makes float64 of numbers when one of them has a fraction, or is no finite number", () => {
    for (const batch of [
      [1, 2.5],
      [2.5, 1],
      [1, Number.NaN],
      [Number.POSITIVE_INFINITY, 1],
    ]) {
      const t = data.default_collate(batch);
      expect(t.dtype).toBe(torch.float64);
      expect(t.tolist()).toEqual(batch);
    }
  });

  it("goes into arrays, objects and Maps, and keeps strings", () => {
    const batch = [
      { a: [1, "x"], m: new Map([["k", 1]]) },
      { a: [2, "y"], m: new Map([["k", 5]]) },
    ];
    const { a, m } = data.default_collate(batch) as unknown as { a: [Tensor, string[]]; m: Map<string, Tensor> };
    expect([plain(a[0]), a[1], m.get("k")?.tolist()]).toEqual([
      [1, 2],
      ["x", "y"],
      [1, 5],
    ]);
  });

  it("converts single samples without a batch dimension", () => {
    const converted = data.default_convert({ x: new Float32Array([1, 2]), list: [1, "a"], none: null });
    expect(String(converted.x)).toBe("tensor([1., 2.])");
    expect([converted.list, converted.none]).toEqual([[1, "a"], null]);
    const t = torch.ones(1);
    expect(data.default_convert([t])[0]).toBe(t);
  });
});

describe("mistakes", () => {
  const d = [1, 2];
  const x = torch.arange(5);
  const loader = (options: object) => new data.DataLoader(d, options as { batch_size: number });
  class Stream extends data.IterableDataset<number> {
    [Symbol.iterator]() {
      return [1, 2, 3].values();
    }
  }
  class NoLength extends data.Dataset<number> {
    get(index: number) {
      return index;
    }
  }
  class Odd extends data.Subset<number> {
    override get() {
      return 0;
    }
  }
  const wrong = (value: unknown) => value as never;

  const calls: Record<string, () => unknown> = {
    tensors: () => new data.TensorDataset(x, torch.arange(4)),
    "no tensor": () => new data.TensorDataset(wrong([1, 2])),
    "0-d tensor": () => new data.TensorDataset(torch.tensor(1)),
    "row out of range": () => new data.TensorDataset(x).get(7),
    "no datasets": () => new data.ConcatDataset([]),
    "concat stream": () => new data.ConcatDataset([new Stream()]),
    "concat below": () => new data.ConcatDataset([d, d]).get(-5),
    "concat beyond": () => new data.ConcatDataset([d, d]).get(4),
    "chain list": () => [...new data.ChainDataset([wrong(d)])],
    "chain length": () => new data.ChainDataset([wrong(d)]).length,
    "stack nothing": () => new data.StackDataset(),
    "stack lengths": () => new data.StackDataset(d, [1]),
    "stack both": () => new data.StackDataset(d, wrong({ text: d })),
    "subset beyond": () => new data.Subset(d, [0]).get(1),
    "subset override": () => new Odd(d, [0]),
    "stream by index": () => new Stream().get(0),
    "split sum": () => data.random_split(d, [1, 2]),
    "split fraction": () => data.random_split(d, [0.7, 0.5, -0.2]),
    "split fractions": () => data.random_split(d, [0.7, 0.5]),
    "random empty": () => new data.RandomSampler([]),
    "random num_samples": () => new data.RandomSampler(d, { num_samples: 2.5 }),
    "random replacement": () => new data.RandomSampler(d, { replacement: wrong(1) }),
    "random division": () => [...new data.RandomSampler([], { num_samples: 1 })],
    "random, empty range": () => [...new data.RandomSampler([], { replacement: true, num_samples: 1 })],
    "random no length": () => new data.RandomSampler(wrong(5)),
    "weights shape": () => new data.WeightedRandomSampler([[1]], 1),
    "weights num_samples": () => new data.WeightedRandomSampler([1], wrong(true)),
    "weights replacement": () => new data.WeightedRandomSampler([1], 1, wrong(null)),
    "weights too many": () => [...new data.WeightedRandomSampler([1], 2, false)],
    "batch_size=0": () => loader({ batch_size: 0 }),
    "batch_size=-1": () => loader({ batch_size: -1 }),
    "batch_size=2.5": () => loader({ batch_size: 2.5 }),
    "batch_size='a'": () => loader({ batch_size: "a" }),
    "batch_size=True": () => loader({ batch_size: true }),
    "drop_last=1": () => loader({ drop_last: 1 }),
    "sampler and shuffle": () => loader({ shuffle: true, sampler: [0] }),
    "batch_sampler and batch_size": () => loader({ batch_size: 2, batch_sampler: [[0]] }),
    "batch_sampler and shuffle": () => loader({ shuffle: true, batch_sampler: [[0]] }),
    "no batches, drop_last": () => loader({ batch_size: null, drop_last: true }),
    "stream and shuffle": () => new data.DataLoader(new Stream(), { shuffle: true }),
    "stream and sampler": () => new data.DataLoader(new Stream(), { sampler: [0] }),
    "stream and batch_sampler": () => new data.DataLoader(new Stream(), { batch_sampler: [[0]] }),
    "stream length": () => new data.DataLoader(new Stream()).length,
    "num_workers=-1": () => loader({ num_workers: -1 }),
    "timeout=-1": () => loader({ timeout: -1 }),
    "timeout=1": () => loader({ timeout: 1 })[Symbol.iterator](),
    prefetch_factor: () => loader({ prefetch_factor: 2 }),
    persistent_workers: () => loader({ persistent_workers: true }),
    multiprocessing_context: () => loader({ multiprocessing_context: "fork" }),
    "no dataset": () => new data.DataLoader(wrong(undefined)),
    "unknown option": () => loader({ batchsize: 2 }),
    "no length": () => [...new data.DataLoader(new NoLength())],
    "no length, shuffle": () => new data.DataLoader(new NoLength(), { shuffle: true }),
    "empty, shuffle": () => new data.DataLoader([], { shuffle: true }),
    assigned: () => Object.assign(loader({}), { batch_size: 2 }),
    "index beyond": () => [...new data.DataLoader(d, { sampler: [5] })],
    "collate nothing": () => data.default_collate([]),
    "collate None": () => data.default_collate([null]),
    "collate sizes": () => data.default_collate([[1], [2, 3]]),
    "collate list and number": () => data.default_collate<unknown>([[1], 2]),
    "collate keys": () => data.default_collate<unknown>([{ a: 1 }, { b: 1 }]),
    "collate shapes": () => data.default_collate([torch.zeros(2), torch.zeros(3)]),
  };

  it.each(Object.entries(recorded.errors))("are told in PyTorch's words: %s", (name, [type, text]) => {
    let error: unknown;
    try {
      calls[name]();
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(Error);
    const { name: found, message } = error as Error;
    expect(message.split("\n")[0]).toBe(text);
    // JavaScript divides by zero without an error
    expect(found).toBe(type === "ZeroDivisionError" ? "RuntimeError" : type);
  });

  it("are told where JavaScript has no counterpart: workers", () => {
    expect(() => loader({ num_workers: 2 })).toThrow("DataLoader with num_workers=2: there are no worker processes");
    expect(data.get_worker_info()).toBeNull();
  });

  it("warns that memory is not pinned", () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    expect([...loader({ pin_memory: true })]).toHaveLength(2);
    expect(warned).toHaveBeenCalledWith(
      "UserWarning: 'pin_memory' argument is set as true but no accelerator is found, then device pinned memory won't be used.",
    );
  });
});
