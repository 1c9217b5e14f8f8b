import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pythonExponential, pythonFixed, pythonFloat, pythonRepr } from "../../src/python/repr.js";
import recorded from "../fixtures/printing.json" with { type: "json" };

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

/** Reads what Python's repr wrote. */
function parse(text: string): number {
  return Number(text.replace("inf", "Infinity"));
}

describe("Python's texts of floats", () => {
  it("repr reads back as the same number and always shows that it is a float", () => {
    fc.assert(
      fc.property(finite, (x) => {
        const text = pythonFloat(x);
        expect(Object.is(Number(text), x)).toBe(true);
        expect(text).toMatch(/[.e]/);
      }),
    );
  });

  it("the fixed form has the digits asked for and is the nearest of its kind", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer({ min: 0, max: 8 }), (x, precision) => {
        const text = pythonFixed(x, precision);
        expect(text.split(".")[1]?.length ?? 0).toBe(precision);
        expect(Math.abs(Number(text) - x)).toBeLessThanOrEqual(0.5 * 10 ** -precision + 1e-9);
        expect(text.startsWith("-")).toBe(x < 0 || Object.is(x, -0));
      }),
    );
  });

  it("ties go to the even digit: k + 1/2 rounds to an even integer", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (k) => {
        expect(Math.abs(Number(pythonFixed(k + 0.5, 0))) % 2).toBe(0);
      }),
    );
  });

  it("the exponential form has one digit before the point, two or more in the exponent, and enough to read back", () => {
    fc.assert(
      fc.property(finite, (x) => {
        const text = pythonExponential(x, 16);
        expect(text).toMatch(/^-?\d\.\d{16}e[+-]\d{2,3}$/);
        expect(Object.is(Number(text), x)).toBe(true);
      }),
    );
  });

  it("agrees with JavaScript wherever there is no tie", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e20, noNaN: true }), fc.integer({ min: 0, max: 12 }), (x, precision) => {
        const tie = (x * 2 ** (precision + 1)) % 2 === 1;
        fc.pre(!tie);
        expect(pythonFixed(x, precision)).toBe(x.toFixed(precision));
      }),
    );
  });

  it("agrees with Python on the recorded numbers", () => {
    expect(recorded.floats.length).toBeGreaterThan(250);
    for (const [repr, precision, fixed, exponential] of recorded.floats as [string, number, string | null, string][]) {
      const x = parse(repr);
      expect(pythonFloat(x)).toBe(repr);
      if (fixed !== null) expect([repr, pythonFixed(x, precision)]).toEqual([repr, fixed]);
      expect([repr, pythonExponential(x, precision)]).toEqual([repr, exponential]);
    }
  });
});

describe("Python's repr of values", () => {
  it("agrees with Python on the recorded values", () => {
    for (const [value, list, tuple] of recorded.reprs) {
      expect(pythonRepr(value)).toBe(list);
      if (tuple !== undefined) expect(pythonRepr(value, { tuple: true })).toBe(tuple);
    }
  });

  it("prints whole numbers as int up to 2^53, everything else as float", () => {
    expect(pythonRepr(-0)).toBe("-0.0");
    expect(pythonRepr(1e300)).toBe("1e+300");
    expect(pythonRepr(2 ** 53 - 1)).toBe("9007199254740991");
    expect(pythonRepr(Number.NaN)).toBe("nan");
  });

  it("lets other objects say what they are", () => {
    expect(pythonRepr([{ toString: () => "tensor(1.)" }, undefined])).toBe("[tensor(1.), None]");
  });
});
