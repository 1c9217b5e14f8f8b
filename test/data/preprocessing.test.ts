import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { type Label, LabelEncoder, type Matrix, NotFittedError, StandardScaler } from "../../src/data/preprocessing.js";
import { train_test_split } from "../../src/data/split.js";
import { AttributeError, ValueError } from "../../src/python/errors.js";
import recorded from "../fixtures/preprocessing.json" with { type: "json" };
import { articleMatrix } from "./article.js";

type Nullable = (number | null)[];
const errors: Record<string, string> = recorded.errors;
const anything = (value: unknown) => value as never;

/** NaN is null in JSON. */
const withNaN = (X: readonly Nullable[]): number[][] => X.map((row) => row.map((v) => v ?? Number.NaN));
const withoutNaN = (x: readonly number[] | null) => x?.map((v) => (Number.isNaN(v) ? null : v)) ?? null;

/** Numbers with at most six digits after the point, so that rounding errors stay small beside the spread. */
const cell = fc.integer({ min: -(10 ** 9), max: 10 ** 9 }).map((v) => v / 1e6);
const matrix = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 40 }))
  .chain(([m, n]) => fc.array(fc.array(cell, { minLength: m, maxLength: m }), { minLength: n, maxLength: n }));

describe("StandardScaler", () => {
  test.each(recorded.scalers)("has scikit-learn's digits: case %#", (fixture) => {
    const batches = (fixture.batches as unknown as Nullable[][]).map(withNaN);
    const scaler = new StandardScaler(fixture.options);
    for (const batch of batches) scaler.partial_fit(batch);
    expect(withoutNaN(scaler.mean_)).toEqual(fixture.mean);
    expect(withoutNaN(scaler.var_)).toEqual(fixture.var);
    expect(withoutNaN(scaler.scale_)).toEqual(fixture.scale);
    expect(scaler.n_samples_seen_).toEqual(fixture.seen);
    const Z = scaler.transform(batches[0]);
    expect(Z.map(withoutNaN)).toEqual(fixture.transformed);
    expect(scaler.inverse_transform(Z).map(withoutNaN)).toEqual(fixture.inverse);
  });

  it("standardises the article's rows to scikit-learn's digits", () => {
    const { X } = articleMatrix();
    const [X_train, X_test] = train_test_split(X, { test_size: 0.2, random_state: 2 });
    const scaler = new StandardScaler();
    const Z = scaler.fit_transform(X_train);
    const { article } = recorded;
    expect([scaler.mean_, scaler.var_, scaler.scale_]).toEqual([article.mean, article.var, article.scale]);
    expect([scaler.n_samples_seen_, scaler.n_features_in_]).toEqual([455, 30]);
    expect(Z.slice(0, 3)).toEqual(article.Z_train);
    expect(scaler.transform(X_test).slice(0, 3)).toEqual(article.Z_test);
  });

  it("gives columns of mean 0 and variance 1, constant ones of 0 alone", () => {
    fc.assert(
      fc.property(matrix, (X) => {
        const Z = new StandardScaler().fit_transform(X);
        for (let j = 0; j < X[0].length; j++) {
          const z = Z.map((row) => row[j]);
          const mean = z.reduce((a, b) => a + b) / z.length;
          const variance = z.reduce((sum, v) => sum + v * v, 0) / z.length - mean * mean;
          const constant = X.every((row) => row[j] === X[0][j]);
          expect(Math.abs(mean)).toBeLessThan(1e-6);
          expect(Math.abs(variance - (constant ? 0 : 1))).toBeLessThan(1e-6);
        }
      }),
    );
  });

  it("comes back from inverse_transform, whatever the options", () => {
    const options = fc.record({ with_mean: fc.boolean(), with_std: fc.boolean() });
    fc.assert(
      fc.property(matrix, options, (X, given) => {
        const scaler = new StandardScaler(given);
        const back = scaler.inverse_transform(scaler.fit_transform(X));
        for (const [i, row] of X.entries()) for (const [j, v] of row.entries()) expect(back[i][j]).toBeCloseTo(v, 9);
      }),
    );
  });

  it("learns from parts what it learns from the whole", () => {
    fc.assert(
      fc.property(matrix, fc.nat(), (X, at) => {
        fc.pre(X.length > 1);
        const cut = 1 + (at % (X.length - 1));
        const parts = new StandardScaler().partial_fit(X.slice(0, cut)).partial_fit(X.slice(cut));
        const whole = new StandardScaler().fit(X);
        expect(parts.n_samples_seen_).toBe(X.length);
        for (let j = 0; j < X[0].length; j++) {
          expect(parts.mean_![j]).toBeCloseTo(whole.mean_![j], 9);
          expect(Math.abs(parts.var_![j] - whole.var_![j])).toBeLessThanOrEqual(1e-9 * (1 + whole.var_![j]));
        }
      }),
    );
  });

  it("reads rows that are typed arrays and leaves its input alone", () => {
    const X = [
      [1, 2],
      [3, 8],
    ];
    const expected = new StandardScaler().fit_transform(X);
    for (const Row of [Float64Array, Float32Array]) {
      expect(new StandardScaler().fit_transform(X.map((row) => Row.from(row)))).toEqual(expected);
    }
    expect(X).toEqual([
      [1, 2],
      [3, 8],
    ]);
  });

  it("writes into plain rows when copy is false", () => {
    const X = [[1], [3]];
    const scaler = new StandardScaler({ copy: false }).fit(X);
    const Z = scaler.transform(X);
    expect(X).toEqual([[-1], [1]]);
    expect(Z[0]).toBe(X[0]);
    expect(scaler.transform(X, { copy: true })[0]).not.toBe(X[0]);
    expect(new StandardScaler().fit(X).inverse_transform(X, false)[0]).toBe(X[0]);
  });

  it("forgets with fit what it had learned", () => {
    const scaler = new StandardScaler().fit([[1, 2]]);
    expect(scaler.fit([[5], [7]]).mean_).toEqual([6]);
    expect(scaler.n_features_in_).toBe(1);
  });

  it("complains in scikit-learn's words", () => {
    const fitted = new StandardScaler().fit([[1, 2]]);
    const scalerOf = (X: unknown) => new StandardScaler().fit(X as Matrix);
    const calls: Record<string, () => unknown> = {
      "scaler, not fitted": () => new StandardScaler().transform([[1]]),
      "scaler, no mean_": () => new StandardScaler().mean_,
      "scaler, features": () => fitted.transform([[1, 2, 3]]),
      "scaler, partial_fit features": () => fitted.partial_fit([[1]]),
      "scaler, infinity": () => scalerOf([[1, Infinity]]),
      "scaler, text": () => scalerOf([["a", 1]]),
      "scaler, ragged": () => scalerOf([[1, 2], [3]]),
      "scaler, 1D": () => scalerOf([1, 2]),
      "scaler, scalar": () => scalerOf(5),
      "scaler, 3D": () => scalerOf([[[1]]]),
      "scaler, no rows": () => scalerOf([]),
      "scaler, no columns": () => scalerOf([[], []]),
      "scaler, unknown option": () => new StandardScaler(anything({ with_median: true })),
    };
    expect(Object.keys(errors)).toEqual(expect.arrayContaining(Object.keys(calls)));
    for (const [name, call] of Object.entries(calls)) expect(call, name).toThrow(errors[name]);
    expect(() => scalerOf(Float64Array.of(1))).toThrow(errors["scaler, 1D"]);
    expect(() => scalerOf([[1], null])).toThrow(errors["scaler, ragged"]);
    expect(() => scalerOf([[null]])).toThrow(TypeError);
    expect(() => new StandardScaler().transform([[1]])).toThrow(NotFittedError);
    expect(() => new StandardScaler().transform([[1]])).toThrow(ValueError);
    expect(() => new StandardScaler().scale_).toThrow(AttributeError);
    expect(() => new StandardScaler().fit([[1]], null, [1])).toThrow("sample_weight");
    expect(() => new StandardScaler().partial_fit([[1]], { sample_weight: [1] })).toThrow("sample_weight");
  });
});

describe("LabelEncoder", () => {
  test.each(recorded.encoders)("numbers labels as scikit-learn does: case %#", ({ y, encoded, classes }) => {
    const labels = (y as (string | null)[]).map((label) => label ?? Number.NaN);
    const encoder = new LabelEncoder();
    expect(encoder.fit_transform(labels)).toEqual(encoded);
    expect(encoder.classes_.map((label) => (Number.isNaN(label) ? null : label))).toEqual(classes);
    expect(encoder.inverse_transform(encoded)).toEqual(labels);
  });

  it("comes back from inverse_transform", () => {
    const labels: fc.Arbitrary<Label[]> = fc.oneof(
      fc.array(fc.string({ unit: "grapheme" })),
      fc.array(fc.integer()),
      fc.array(fc.boolean()),
    );
    fc.assert(
      fc.property(labels, (y) => {
        const encoder = new LabelEncoder();
        const encoded = encoder.fit_transform(y);
        expect(encoder.inverse_transform(encoded)).toEqual(y);
        expect(new Set(encoded).size).toBe(encoder.classes_.length);
        expect(new Set(y)).toEqual(new Set(encoder.classes_));
      }),
    );
  });

  it("makes malignant 1 and benign 0", () => {
    const { diagnosis } = articleMatrix();
    const y = new LabelEncoder<string>().fit_transform(diagnosis);
    const [, y_test] = train_test_split(y, { test_size: 0.2, random_state: 2 });
    expect(y_test).toEqual(recorded.article.y_test);
  });

  it("complains in scikit-learn's words", () => {
    const fitted = new LabelEncoder().fit(["a", "b"]);
    const calls: Record<string, () => unknown> = {
      "encoder, not fitted": () => new LabelEncoder().transform(["a"]),
      "encoder, no classes_": () => new LabelEncoder().classes_,
      "encoder, 2D": () =>
        new LabelEncoder().fit(
          anything([
            ["a", "b"],
            ["c", "d"],
          ]),
        ),
      "encoder, mixed": () => new LabelEncoder().fit(["a", 1]),
      "encoder, number out of range": () => fitted.inverse_transform([2, 5, 0, -1]),
    };
    expect(Object.keys(errors)).toEqual(expect.arrayContaining(Object.keys(calls)));
    for (const [name, call] of Object.entries(calls)) expect(call, name).toThrow(errors[name]);
    expect(() => fitted.transform(["x", "a", "x"])).toThrow(
      "y contains previously unseen labels: ['x']\n\nfit() saw ['a', 'b'].",
    );
    expect(() => new LabelEncoder().fit([1, 2]).transform([3, 1, 5])).toThrow("unseen labels: [3, 5]");
    expect(() => fitted.inverse_transform([0.5])).toThrow("unseen labels: [0.5]");
    expect(() => new LabelEncoder().inverse_transform([0])).toThrow(NotFittedError);
    expect(() => new LabelEncoder().fit(anything(null))).toThrow(TypeError);
    expect(() => new LabelEncoder().fit(anything(["a", null]))).toThrow("Got ['NoneType', 'str']");
  });
});
