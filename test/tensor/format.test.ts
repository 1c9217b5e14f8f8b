import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ValueError } from "../../src/python/errors.js";
import {
  formatParameter,
  formatTensor,
  get_printoptions,
  type Printable,
  type PrintOptions,
  set_printoptions,
} from "../../src/tensor/format.js";
import recorded from "../fixtures/printing.json" with { type: "json" };

interface Rule {
  start: number;
  step: number;
  modulus: number;
  scale: number;
}

interface Case {
  dtype: string;
  shape: number[];
  values: (number | string | boolean)[] | Rule;
  options?: Record<string, number | string | boolean>;
  requires_grad?: boolean;
  grad_fn?: string;
  parameter?: boolean;
  head?: string;
  default_dtype?: string;
  expected: string;
}

/** A printable over its values in row-major order. */
function printable(shape: readonly number[], values: readonly number[], dtype = "float32"): Printable {
  return {
    shape,
    dtype: { name: dtype, is_floating_point: dtype.startsWith("float") },
    read: (index) => values[index.reduce((offset, i, d) => offset * shape[d]! + i, 0)]!,
    requires_grad: false,
    gradFnName: null,
  };
}

const mod = (a: number, m: number) => ((a % m) + m) % m;
const number = (v: unknown) => Number(typeof v === "string" ? v.replace("inf", "Infinity") : v);
const count = (shape: readonly number[]) => shape.reduce((n, size) => n * size, 1);

function valuesOf({ values, shape }: Case): number[] {
  if (Array.isArray(values)) return values.map(number);
  const { start, step, modulus, scale } = values;
  return Array.from({ length: count(shape) }, (_, i) => mod(start + i * step, modulus) * scale);
}

function optionsOf(c: Case): Parameters<typeof set_printoptions>[0] {
  const entries = Object.entries(c.options ?? {});
  return Object.fromEntries(entries.map(([k, v]) => [k, v === "inf" ? Infinity : v]));
}

function print(c: Case): string {
  const values = c.dtype === "float32" ? valuesOf(c).map(Math.fround) : valuesOf(c);
  const t = { ...printable(c.shape, values, c.dtype), requires_grad: !!c.requires_grad, gradFnName: c.grad_fn ?? null };
  return c.parameter ? formatParameter(t, c.default_dtype) : formatTensor(t, c.head, c.default_dtype);
}

afterEach(() => set_printoptions({ profile: "default" }));

describe("printing agrees with PyTorch", () => {
  const cases = recorded.cases as unknown as Case[];

  it("has cases of every dtype and of zero to four dimensions", () => {
    expect(cases.length).toBeGreaterThanOrEqual(250);
    const dtypes = [...new Set(cases.map((c) => c.dtype))].sort();
    expect(dtypes).toEqual(["bool", "float32", "float64", "int32", "int64", "uint8"]);
    expect([...new Set(cases.map((c) => c.shape.length))].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it.each(cases.map((c, i) => [i, c.dtype, c.shape.join("x"), c] as const))("case %i: %s of %s", (_i, _d, _s, c) => {
    set_printoptions(optionsOf(c));
    expect(print(c)).toBe(c.expected);
  });
});

describe("properties of the text", () => {
  const shape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

  /** The nested arrays that the brackets show. */
  function parse(text: string): unknown {
    const inside = text.slice("tensor(".length, text.lastIndexOf("]") + 1);
    return JSON.parse(inside.replace(/(\d)\.(?!\d)/g, "$1.0"));
  }

  function shapeOf(nested: unknown): number[] {
    return Array.isArray(nested) ? [nested.length, ...shapeOf(nested[0])] : [];
  }

  it("the brackets show the shape", () => {
    fc.assert(
      fc.property(shape, fc.integer({ min: 1, max: 100 }), (shape, linewidth) => {
        set_printoptions({ linewidth });
        const t = printable(
          shape,
          Array.from({ length: count(shape) }, (_, i) => i / 8),
        );
        expect(shapeOf(parse(formatTensor(t)))).toEqual(shape);
      }),
    );
  });

  it("values printed with 16 digits after the first read back exactly, sign of zero included", () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 20 }), fc.boolean(), (values, split) => {
        set_printoptions({ precision: 16, sci_mode: true });
        const text = formatTensor(printable(split ? [1, values.length] : [values.length], values, "float64"));
        expect((parse(text) as number[]).flat()).toEqual(values);
      }),
    );
  });

  it("every number of a tensor is equally wide and no line exceeds linewidth", () => {
    const normal = fc.double({ min: -100, max: 100, noNaN: true }).map((x) => x + 0); // without -0, which may stick out
    fc.assert(
      fc.property(fc.array(normal, { minLength: 2, maxLength: 60 }), (values) => {
        const text = formatTensor(printable([values.length], values));
        const numbers = text.slice("tensor([".length, -2).split(/,\n {8}|, /);
        expect(new Set(numbers.map((n) => n.length)).size).toBe(1);
        for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
      }),
    );
  });

  it("a summary shows three items at each end of every long dimension", () => {
    fc.assert(
      fc.property(fc.integer({ min: 101, max: 300 }), fc.integer({ min: 7, max: 12 }), (rows, columns) => {
        set_printoptions({ threshold: 700 });
        const t = printable(
          [rows, columns],
          Array.from({ length: rows * columns }, (_, i) => i),
          "int64",
        );
        const lines = formatTensor(t).split("\n");
        expect(lines.length).toBe(7);
        expect(lines[3]!.trim()).toBe("...,");
        expect(lines[0]!.match(/\d+/g)!.map(Number)).toEqual([0, 1, 2, columns - 3, columns - 2, columns - 1]);
        expect(lines[6]).toContain(String(rows * columns - 1));
      }),
    );
  });

  it("only the elements shown are read", () => {
    const read = vi.fn(() => 1);
    formatTensor({ ...printable([1000, 1000], []), read });
    expect(new Set(read.mock.calls.map(String)).size).toBe(36);
  });
});

describe("set_printoptions", () => {
  it("takes positions and names, and get_printoptions gives back what it takes", () => {
    set_printoptions(2, 50, { linewidth: 100, sci_mode: false });
    const expected: PrintOptions = { precision: 2, threshold: 50, edgeitems: 3, linewidth: 100, sci_mode: false };
    const saved = get_printoptions();
    expect(saved).toEqual(expected);
    set_printoptions({ profile: "full" });
    expect(get_printoptions().threshold).toBe(Infinity);
    set_printoptions(saved);
    expect(get_printoptions()).toEqual(expected);
  });

  it("keeps what is not given, except sci_mode", () => {
    set_printoptions({ precision: 7, sci_mode: true });
    set_printoptions({ edgeitems: 2 });
    expect(get_printoptions()).toMatchObject({ precision: 7, edgeitems: 2, sci_mode: null });
  });

  it("hands out a copy", () => {
    get_printoptions().precision = 9;
    expect(get_printoptions().precision).toBe(4);
  });

  it("refuses what cannot be printed, and then changes nothing", () => {
    for (const bad of [{ precision: -1 }, { precision: 101 }, { edgeitems: -1 }, { threshold: Number.NaN }]) {
      expect(() => set_printoptions({ linewidth: 10, ...bad })).toThrow(ValueError);
    }
    expect(() => set_printoptions({ profile: "shrt" })).toThrow("unknown profile 'shrt'");
    expect(() => set_printoptions({ profile: "toString" })).toThrow(ValueError);
    expect(get_printoptions().linewidth).toBe(80);
  });
});
