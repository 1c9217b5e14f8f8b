import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { RandomState } from "../../src/data/random_state.js";
import { type SplitOptions, train_test_split } from "../../src/data/split.js";
import recorded from "../fixtures/preprocessing.json" with { type: "json" };

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const ascending = (x: readonly number[]) => x.toSorted((a, b) => a - b);
const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 });

/** A number of rows and sizes that fit it. */
const splittable = fc.integer({ min: 2, max: 200 }).chain((n) =>
  fc
    .record({
      n: fc.constant(n),
      test_size: fc.oneof(fc.integer({ min: 1, max: n - 1 }), fc.double({ min: 0.001, max: 1 - 1 / n, noNaN: true })),
      random_state: seed,
      shuffle: fc.boolean(),
    })
    .filter(({ test_size }) => (test_size < 1 ? Math.ceil(test_size * n) : test_size) < n),
);

describe("RandomState", () => {
  it("permutes as NumPy's legacy generator does", () => {
    for (const { seed, n, permutation } of recorded.permutations) {
      expect(new RandomState(seed).permutation(n)).toEqual(permutation);
    }
  });

  it("permutes a copy of an array as it permutes its indices", () => {
    fc.assert(
      fc.property(seed, fc.array(fc.string()), (s, x) => {
        const before = x.slice();
        const permuted = new RandomState(s).permutation(x);
        expect(x).toEqual(before);
        expect(permuted).toEqual(new RandomState(s).permutation(x.length).map((i) => x[i]));
      }),
    );
  });

  it("takes a seed of its own when it is given none", () => {
    const one = new RandomState().permutation(100);
    expect(ascending(one)).toEqual(range(100));
    expect(new RandomState(null).permutation(100)).not.toEqual(one);
  });

  it("rejects seeds that are no 32-bit integers", () => {
    for (const bad of [-1, 2 ** 32, 0.5, Number.NaN]) expect(() => new RandomState(bad)).toThrow(recorded.errors.seed);
  });
});

describe("train_test_split", () => {
  it("splits row by row as scikit-learn does", () => {
    for (const { n, options, train, test } of recorded.splits) {
      expect(train_test_split(range(n), options as SplitOptions)).toEqual([train, test]);
    }
  });

  it("stratifies row by row as scikit-learn does", () => {
    for (const { n, options, train, test } of recorded.stratified) {
      expect(train_test_split(range(n), options as SplitOptions)).toEqual([train, test]);
    }
  });

  it("gives the article's split", () => {
    const [train, test] = train_test_split(range(569), { test_size: 0.2, random_state: 2 });
    expect(train).toEqual(recorded.article.train);
    expect(test).toEqual(recorded.article.test);
  });

  it("is a partition, with the same seed the same one, and leaves its input alone", () => {
    fc.assert(
      fc.property(splittable, ({ n, ...options }) => {
        const rows = range(n);
        const [train, test] = train_test_split(rows, options);
        expect(ascending([...train, ...test])).toEqual(range(n));
        expect(rows).toEqual(range(n));
        expect(test).toHaveLength(options.test_size < 1 ? Math.ceil(options.test_size * n) : options.test_size);
        expect(train_test_split(rows, options)).toEqual([train, test]);
      }),
    );
  });

  it("keeps the rows of all arrays together", () => {
    fc.assert(
      fc.property(splittable, ({ n, ...options }) => {
        const X = range(n).map((i) => [i, -i]);
        const names = range(n).map(String);
        const [X_train, X_test, names_train, names_test, w_train, w_test] = train_test_split(
          X,
          names,
          Float32Array.from(range(n)),
          options,
        );
        expect(names_train).toEqual(X_train.map(([i]) => String(i)));
        expect(names_test).toEqual(X_test.map(([i]) => String(i)));
        expect(w_train).toEqual(Float32Array.from(X_train, ([i]) => i!));
        expect(w_test).toEqual(Float32Array.from(X_test, ([i]) => i!));
        for (const row of X_train) expect(row).toBe(X[row[0]]);
      }),
    );
  });

  it("stratifies to within one row of each class's share", () => {
    const labelled = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 0, maxLength: 150 });
    fc.assert(
      fc.property(labelled, seed, (labels, random_state) => {
        const y = ["a", "a", "a", "b", "b", "b", "c", "c", "c", ...labels];
        const [train, test] = train_test_split(y, { test_size: 0.4, random_state, stratify: y });
        expect([...train, ...test].sort()).toEqual(y.toSorted());
        for (const label of ["a", "b", "c"]) {
          const share = (y.filter((l) => l === label).length * train.length) / y.length;
          expect(Math.abs(train.filter((l) => l === label).length - share)).toBeLessThan(1);
        }
      }),
    );
  });

  it("draws on from a generator that it is given", () => {
    const random = new RandomState(7);
    const first = train_test_split(range(50), { random_state: random });
    expect(first).toEqual(train_test_split(range(50), { random_state: 7 }));
    expect(train_test_split(range(50), { random_state: random })).not.toEqual(first);
  });

  it("splits differently each time without a seed", () => {
    expect(train_test_split(range(200))).not.toEqual(train_test_split(range(200)));
  });

  it("gives each part the type of its array", () => {
    const X: number[][] = [[1], [2], [3]];
    const frozen: readonly string[] = ["a", "b", "c"];
    const [X_train, X_test, n_train, , f_train, f_test] = train_test_split(X, frozen, new Float32Array(3), {
      test_size: 1,
    });
    expectTypeOf(X_train).toEqualTypeOf<number[][]>();
    expectTypeOf(X_test).toEqualTypeOf<number[][]>();
    expectTypeOf(n_train).toEqualTypeOf<string[]>();
    expectTypeOf(f_train).toExtend<Float32Array>();
    expect(f_test).toBeInstanceOf(Float32Array);
    const many: number[][][] = [X, X];
    const parts = train_test_split(...many);
    expectTypeOf(parts).toEqualTypeOf<number[][][]>();
    const [ints] = train_test_split(new BigInt64Array(2));
    expect(ints).toBeInstanceOf(BigInt64Array);
  });

  it("complains in scikit-learn's words", () => {
    const rows = range(10);
    const five = [0, 1, 2, 3, 4, 0, 1, 2, 3, 4];
    const anything = (value: unknown) => value as never;
    const calls: Record<string, () => unknown> = {
      "no arrays": () => train_test_split(),
      lengths: () => train_test_split(rows, rows, [1, 2], [3]),
      None: () => train_test_split(anything(null)),
      "one row": () => train_test_split([1]),
      "no rows": () => train_test_split([]),
      "test_size=0": () => train_test_split(rows, { test_size: 0 }),
      "test_size=1.5": () => train_test_split(rows, { test_size: 1.5 }),
      "test_size='a'": () => train_test_split(rows, { test_size: anything("a") }),
      "test_size=nan": () => train_test_split(rows, { test_size: Number.NaN }),
      "test_size=10": () => train_test_split(rows, { test_size: 10 }),
      "train_size=-0.1": () => train_test_split(rows, { train_size: -0.1 }),
      "train_size=11": () => train_test_split(rows, { train_size: 11 }),
      "floats over 1": () => train_test_split(rows, { test_size: 0.6, train_size: 0.6 }),
      "ints over n": () => train_test_split(rows, { test_size: 6, train_size: 6 }),
      "train empty": () => train_test_split(rows, { train_size: 0.05 }),
      "random_state=-1": () => train_test_split(rows, { random_state: -1 }),
      "random_state=2**32": () => train_test_split(rows, { random_state: 2 ** 32 }),
      "random_state=1.5": () => train_test_split(rows, { random_state: 1.5 }),
      "stratify, no shuffle": () => train_test_split(rows, { shuffle: false, stratify: rows }),
      "stratify, lengths": () => train_test_split(rows, { stratify: [0, 0, 0, 0, 0] }),
      "stratify, rare": () => train_test_split(rows, { stratify: [..."bbbbbbbbca"] }),
      "stratify, small test": () => train_test_split(rows, { stratify: five, test_size: 2 }),
      "stratify, small train": () => train_test_split(rows, { stratify: five, train_size: 2 }),
      "stratify, NaN": () => train_test_split(rows, { stratify: [0, 0, 0, 0, 0, 0, 0, 0, 0, Number.NaN] }),
    };
    const texts: Record<string, string> = recorded.errors;
    expect(Object.keys(texts)).toEqual(expect.arrayContaining(Object.keys(calls)));
    for (const [name, call] of Object.entries(calls)) expect(call, name).toThrow(texts[name]);
  });

  it("names the options it knows when it meets another", () => {
    const typo = { testsize: 0.2 } as SplitOptions;
    expect(() => train_test_split([1, 2, 3], typo)).toThrow(TypeError);
    expect(() => train_test_split([1, 2, 3], typo)).toThrow(/unexpected keyword argument 'testsize'[\s\S]*test_size/);
  });

  it("leaves out several labels a row", () => {
    const y = [[0], [1], [0], [1]] as never;
    expect(() => train_test_split([1, 2, 3, 4], { stratify: y })).toThrow("one label a row");
  });
});
