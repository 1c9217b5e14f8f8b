import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { boxMuller } from "../../src/tensor/box_muller.js";
import {
  bernoulli,
  cauchy,
  exponential,
  geometric,
  log_normal,
  normal,
  normalOneByOne,
  uniform,
} from "../../src/tensor/distributions.js";
import { default_generator, Generator, initial_seed, manual_seed, seed } from "../../src/tensor/generator.js";
import { setEnabled } from "../../src/tensor/kernels/wasm/instance.js";
import { MT19937 } from "../../src/tensor/mt19937.js";
import { multinomial, randint, random, randperm } from "../../src/tensor/random_integers.js";

interface Call {
  call: string;
  dtype: string;
  n: number;
  args: (number | boolean | null)[];
  values: number[];
  state: string;
  kept: number | null;
}
interface Fixture {
  weights: number[];
  probabilities: number[];
  resume: { state: string; calls: Call[] };
  runs: { seed: number | string; initial_seed: number | string; calls: Call[] }[];
}
const fixture: Fixture = JSON.parse(readFileSync(new URL("../fixtures/random_draws.json", import.meta.url), "utf8"));

type Floats = Float32Array | Float64Array;
const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

/** Makes a recorded call on `g`. */
function draw(g: Generator, { call, dtype, n, args }: Call): ArrayLike<number> {
  const array = arrays[dtype as keyof typeof arrays];
  const [a, b] = args as [number, number];
  if (call === "multinomial") {
    return multinomial(array.from(fixture.weights) as Floats, 3, a, args[1] as boolean, g);
  }
  if (call === "bernoulli_each") {
    const p = new array(n) as Floats;
    for (let i = 0; i < n; i++) p[i] = fixture.probabilities[i % fixture.probabilities.length];
    const out = new Uint8Array(n);
    bernoulli(out, p, g);
    return out;
  }
  const out = new array(n);
  if (call === "uniform") uniform(out as Floats, a, b, g);
  else if (call === "normal") normal(out as Floats, a, b, g);
  else if (call === "log_normal") log_normal(out as Floats, a, b, g);
  else if (call === "exponential") exponential(out as Floats, a, g);
  else if (call === "cauchy") cauchy(out as Floats, a, b, g);
  else if (call === "geometric") geometric(out, a, g);
  else if (call === "bernoulli") bernoulli(out, a, g);
  else if (call === "randperm") randperm(out, g);
  else if (call === "random") random(out, { name: dtype }, g);
  else if (call === "randint") randint(out, { name: dtype }, a, b, g);
  else throw new Error(`no such call: ${call}`);
  return out;
}

/** The state's hash without the normal it may keep. */
function hash(g: Generator): string {
  const state = g.get_state().fill(0, 5024, 5032);
  return createHash("sha256").update(state).digest("hex").slice(0, 16);
}

/** How far two numbers lie apart, in units in the last place of the largest of the two and `scale`. */
function ulps(dtype: string, a: number, b: number, scale = 0): number {
  if (a === b) return 0;
  const exponent = Math.floor(Math.log2(Math.max(Math.abs(a), Math.abs(b), scale)));
  return Math.abs(a - b) / 2 ** (exponent - (dtype === "float32" ? 23 : 52));
}

/** Calls that go through log, sin, cos, tan or exp, whose last digits differ from one library to the next. */
const rounded = new Set(["normal", "log_normal", "exponential", "cauchy"]);

function replay(g: Generator, call: Call): void {
  const where = `${call.call} ${call.dtype} n=${call.n} ${JSON.stringify(call.args)}`;
  const values = Array.from(draw(g, call));
  const expected = call.dtype === "float32" ? call.values.map(Math.fround) : call.values.map(Number);
  if (rounded.has(call.call)) {
    // a sum with the median loses digits where the two cancel
    const scale = call.call === "cauchy" ? Math.abs(Number(call.args[0])) : 0;
    const worst = Math.max(...values.map((v, i) => ulps(call.dtype, v, expected[i], scale)));
    expect(values.length, where).toBe(expected.length);
    expect(worst, where).toBeLessThanOrEqual(call.dtype === "float32" ? 4 : 16);
  } else {
    expect(values, where).toEqual(expected);
  }
  expect(hash(g), `the state after ${where}`).toBe(call.state);
  expect(g.cachedNormal === null, where).toBe(call.kept === null);
  expect(ulps("float64", g.cachedNormal ?? 0, call.kept ?? 0), `the normal kept after ${where}`).toBeLessThanOrEqual(4);
}

const anySeed = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), fc.integer({ min: -1000, max: 1000 }));

afterEach(() => vi.restoreAllMocks());

describe("the draws of PyTorch", () => {
  it.each(fixture.runs)("come back for seed $seed, call after call", (run) => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const g = new Generator().manual_seed(BigInt(run.seed));
    expect(String(g.initial_seed())).toBe(String(run.initial_seed));
    for (const call of run.calls) replay(g, call);
  });

  it("go on from a state that PyTorch saved", () => {
    const state = new Uint8Array(Buffer.from(fixture.resume.state, "base64"));
    const g = new Generator().set_state(state);
    expect(g.get_state()).toEqual(state);
    for (const call of fixture.resume.calls) replay(g, call);
  });

  it("are those of the C++ standard's mt19937, whose 10000th is prescribed", () => {
    const twister = new MT19937();
    for (let i = 1; i < 10000; i++) twister.random();
    expect(twister.random()).toBe(4123659995);
  });

  it("see only the low 32 bits of a seed", () => {
    fc.assert(
      fc.property(anySeed, (s) => {
        const low = Number(BigInt.asUintN(32, BigInt(s)));
        expect(new Generator().manual_seed(s).random()).toBe(new MT19937(low).random());
      }),
    );
  });
});

describe("a generator", () => {
  it("gives the same draws for the same seed", () => {
    fc.assert(
      fc.property(anySeed, fc.integer({ min: 1, max: 50 }), (s, n) => {
        const [a, b] = [new Float32Array(n), new Float32Array(n)];
        normal(a, 0, 1, new Generator().manual_seed(s));
        const used = new Generator().manual_seed(5);
        normal(new Float32Array(3), 0, 1, used);
        normal(b, 0, 1, used.manual_seed(s));
        expect(b).toEqual(a);
      }),
    );
  });

  it("returns to a saved state, the kept normal included", () => {
    fc.assert(
      fc.property(anySeed, fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 5 }), (s, skip, normals) => {
        const g = new Generator().manual_seed(s);
        for (let i = 0; i < skip; i++) g.random();
        normal(new Float64Array(normals), 0, 1, g);
        const state = g.get_state();
        const [a, b, c] = [new Float64Array(5), new Float64Array(5), new Float64Array(5)];
        normal(a, 0, 1, g);
        normal(b, 0, 1, g.set_state(state));
        const other = new Generator().set_state(state);
        normal(c, 0, 1, other);
        expect(b).toEqual(a);
        expect(c).toEqual(a);
        expect(other.initial_seed()).toBe(g.initial_seed());
        expect(other.get_state()).toEqual(g.get_state());
      }),
      { numRuns: 30 },
    );
  });

  it("reads a state that lies inside a larger buffer", () => {
    const g = new Generator().manual_seed(3);
    const larger = new Uint8Array(6000);
    larger.set(g.get_state(), 7);
    expect(new Generator().set_state(larger.subarray(7, 7 + 5056)).random()).toBe(g.random());
  });

  it("tells its seed as a number as long as that is exact", () => {
    const g = new Generator();
    expect(g.initial_seed()).toBe(67280421310721);
    expect(g.manual_seed(2 ** 53 - 1).initial_seed()).toBe(2 ** 53 - 1);
    expect(g.manual_seed(2n ** 53n).initial_seed()).toBe(2n ** 53n);
    expect(g.manual_seed(-1).initial_seed()).toBe(2n ** 64n - 1n);
    expect(g.manual_seed(-(2n ** 63n)).initial_seed()).toBe(2n ** 63n);
  });

  it("draws 64 bits with the high half first, and 53 of them as a number", () => {
    fc.assert(
      fc.property(anySeed, (s) => {
        const [a, b, c] = [0, 0, 0].map(() => new Generator().manual_seed(s));
        const wide = a.random64();
        expect(wide).toBe(BigInt(b.random()) * 2n ** 32n + BigInt(b.random()));
        expect(BigInt(c.random53())).toBe(wide % 2n ** 53n);
      }),
    );
  });

  it("fills arrays with what it would draw one by one", () => {
    fc.assert(
      fc.property(anySeed, fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 6 }), (seed, lengths) => {
        const [g, other] = [new Generator().manual_seed(seed), new Generator().manual_seed(seed)];
        for (const n of lengths) {
          const draws = new Uint32Array(n);
          g.fill(draws);
          expect(draws.findIndex((x) => x !== other.random())).toBe(-1);
          expect(g.random()).toBe(other.random());
        }
        expect(hash(g)).toBe(hash(other));
      }),
    );
  });

  it("refuses seeds with PyTorch's words", () => {
    const g = new Generator();
    for (const s of [2n ** 64n, -(2n ** 63n) - 1n, 2 ** 64]) {
      expect(() => g.manual_seed(s)).toThrow(/^Overflow when unpacking long long\n/);
    }
    expect(() => g.manual_seed(1.5)).toThrow(/^manual_seed expected a long, but got float\n/);
    expect(() => g.manual_seed("5" as unknown as number)).toThrow(/^manual_seed expected a long, but got str\n/);
    expect(() => manual_seed(Number.NaN)).toThrow(/^manual_seed expected a long, but got float\n/);
  });

  it("refuses states with PyTorch's words", () => {
    const g = new Generator();
    const wrong = "Expected a CPUGeneratorImplState of size 5056 but found the input RNG state size to be 5055";
    expect(() => g.set_state(new Uint8Array(5055))).toThrow(wrong);
    expect(() => g.set_state(new Uint8Array(5056))).toThrow("Invalid mt19937 state");
    expect(() => g.set_state([1] as unknown as Uint8Array)).toThrow("RNG state must be a torch.ByteTensor");
  });

  it("is the default one where none is given", () => {
    expect(manual_seed(42.9)).toBe(default_generator);
    expect(initial_seed()).toBe(42);
    const [a, b] = [new Float32Array(4), new Float32Array(4)];
    uniform(a, 0, 1);
    uniform(b, 0, 1, new Generator().manual_seed(42));
    expect(a).toEqual(b);
    const fresh = seed();
    expect(Number.isSafeInteger(fresh)).toBe(true);
    expect(initial_seed()).toBe(fresh);
    expect(seed()).not.toBe(fresh);
  });
});

describe("the distributions", () => {
  const bounds = fc
    .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 1e6, noNaN: true }))
    .map(([from, width]) => [from, from + width] as const);

  it("keep uniform draws between their bounds", () => {
    fc.assert(
      fc.property(anySeed, bounds, fc.constantFrom(Float32Array, Float64Array), (s, [from, to], array) => {
        const out = new array(50);
        uniform(out, from, to, new Generator().manual_seed(s));
        const [low, high] = array.of(from, to);
        expect(Math.min(...out)).toBeGreaterThanOrEqual(low);
        expect(Math.max(...out)).toBeLessThanOrEqual(high);
      }),
    );
  });

  it("turn uniforms into normals as the functions of Math do, rounded to float32", () => {
    const { fround } = Math;
    const least = fc.integer({ min: 0, max: 2 ** 24 - 1 }).map((k) => k * 2 ** -24);
    const uniforms = fc.array(fc.oneof(least, fc.constantFrom(0, 2 ** -24, 0.25, 0.5, 0.75, 1 - 2 ** -24)), {
      minLength: 16,
      maxLength: 16,
    });
    fc.assert(
      fc.property(uniforms, (u) => {
        const out = Float32Array.from(u);
        boxMuller(out, 0, 1);
        for (let j = 0; j < 8; j++) {
          const radius = fround(Math.sqrt(-2 * fround(Math.log(1 - u[j]))));
          const theta = fround(fround(2 * Math.PI) * u[j + 8]);
          expect(ulps("float32", out[j], fround(radius * fround(Math.cos(theta))))).toBeLessThanOrEqual(2);
          expect(ulps("float32", out[j + 8], fround(radius * fround(Math.sin(theta))))).toBeLessThanOrEqual(2);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("are the same with the kernels and without", () => {
    const drawAll = () => {
      const g = new Generator().manual_seed(7);
      const out = [1000, 1024, 20011].map((n) => new Float32Array(n));
      for (const part of out) normal(part, 0.5, 3, g);
      const words = new Uint32Array(5000);
      g.fill(words);
      return { out, words, state: hash(g) };
    };
    const fast = drawAll();
    setEnabled(false);
    try {
      expect(drawAll()).toEqual(fast);
    } finally {
      setEnabled(true);
    }
  });

  it("keep integers between their bounds", () => {
    fc.assert(
      fc.property(anySeed, fc.integer(), fc.integer({ min: 1, max: 2 ** 40 }), (s, low, width) => {
        const out = new Float64Array(20);
        randint(out, { name: "int64" }, low, low + width, new Generator().manual_seed(s));
        expect(out.every((v) => Number.isInteger(v) && v >= low && v < low + width)).toBe(true);
      }),
    );
  });

  it("permute: each index comes once", () => {
    fc.assert(
      fc.property(anySeed, fc.integer({ min: 0, max: 300 }), (s, n) => {
        const out = new Float64Array(n);
        randperm(out, new Generator().manual_seed(s));
        expect(Array.from(out.sort())).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });

  it("sample no category of weight 0, and none twice without replacement", () => {
    const weight = fc.constantFrom(0, 0.5, 1, 20);
    const weights = fc.array(weight, { minLength: 1, maxLength: 20 }).filter((w) => w.some((x) => x > 0));
    fc.assert(
      fc.property(anySeed, weights, fc.boolean(), fc.boolean(), (s, w, replacement, single) => {
        const positive = w.filter((x) => x > 0).length;
        const rows = (single ? Float32Array : Float64Array).from([...w, ...w]);
        const out = multinomial(rows, w.length, positive, replacement, new Generator().manual_seed(s));
        expect(out.length).toBe(2 * positive);
        expect(out.every((j) => w[j] > 0)).toBe(true);
        if (!replacement) expect(new Set(out.subarray(0, positive)).size).toBe(positive);
      }),
    );
  });

  it("have their means and spreads", () => {
    const n = 20000;
    const g = new Generator().manual_seed(0);
    const moments = (fill: (out: Float64Array) => void) => {
      const out = new Float64Array(n);
      fill(out);
      const mean = out.reduce((a, b) => a + b) / n;
      return [mean, Math.sqrt(out.reduce((a, b) => a + (b - mean) ** 2, 0) / n)];
    };
    const close = ([mean, std]: number[], m: number, s: number) => {
      expect(Math.abs(mean - m)).toBeLessThan((5 * s) / Math.sqrt(n));
      expect(std / s).toBeCloseTo(1, 1);
    };
    close(
      moments((x) => uniform(x, -1, 3, g)),
      1,
      4 / Math.sqrt(12),
    );
    close(
      moments((x) => normal(x, 3, 2, g)),
      3,
      2,
    );
    close(
      moments((x) => normalOneByOne(x, 3, 2, g)),
      3,
      2,
    );
    close(
      moments((x) => exponential(x, 4, g)),
      1 / 4,
      1 / 4,
    );
    close(
      moments((x) => geometric(x, 0.25, g)),
      4,
      Math.sqrt(0.75) / 0.25,
    );
    close(
      moments((x) => bernoulli(x, 0.3, g)),
      0.3,
      Math.sqrt(0.21),
    );
    close(
      moments((x) => log_normal(x, 0, 0.5, g)),
      Math.exp(0.125),
      Math.sqrt(Math.exp(0.25) * (Math.exp(0.25) - 1)),
    );
  });

  it("draw nothing for nothing", () => {
    const g = new Generator().manual_seed(1);
    const before = g.get_state();
    const none = new Float32Array(0);
    uniform(none, 0, 1, g);
    normal(none, 0, 1, g);
    bernoulli(none, 0.5, g);
    randperm(none, g);
    randint(none, { name: "float32" }, 0, 5, g);
    expect(multinomial(none, 3, 2, true, g).length).toBe(0);
    expect(g.get_state()).toEqual(before);
  });

  it("warn where float32 has no odd integers any more", () => {
    const spy = vi.spyOn(console, "warn").mockImplementation(() => {});
    randint(new Float32Array(2), { name: "float32" }, 0, 2 ** 25);
    expect(spy.mock.calls).toHaveLength(1);
    expect(spy.mock.calls[0][0]).toContain("to - 1 is out of bounds [-(2^24), 2^24]. Due to precision limitations");
  });

  const f = new Float32Array(3);
  it.each<[string, () => void]>([
    ["uniform_ expects to return a [from, to) range, but found from=0.333333 > to=0.1", () => uniform(f, 1 / 3, 0.1)],
    ["range, but found from=1.23457e+06 > to=1e-05", () => uniform(f, 1234567, 1e-5)],
    [
      "uniform_ expects to-from <= std::numeric_limits<Float>::max(), but found to=3e+38 and",
      () => uniform(f, -3e38, 3e38),
    ],
    ["from is out of bounds for float", () => uniform(f, Number.NaN, 1)],
    ["to is out of bounds for float", () => uniform(f, 0, 1e39)],
    ["normal expects std >= 0.0, but found std -1", () => normal(f, 0, -1)],
    ["normal expects std >= 0.0, but found std nan", () => normal(f, 0, Number.NaN)],
    ["exponential_ expects lambda > 0.0, but found lambda=0", () => exponential(f, 0)],
    ["log_normal_ expects std > 0.0, but found std=0", () => log_normal(f, 0, 0)],
    ["cauchy_ expects sigma > 0.0, but found sigma=-1", () => cauchy(f, 0, -1)],
    ["geometric_ expects p to be in (0, 1), but got p=1", () => geometric(f, 1)],
    ["bernoulli_ expects p to be in [0, 1], but got p=1.5", () => bernoulli(f, 1.5)],
    ["Expected p_in >= 0 && p_in <= 1 to be true, but got false.", () => bernoulli(f, Float32Array.of(0, 1, 2))],
    [
      "random_ expects 'from' to be less than 'to', but got from=5 >= to=5",
      () => randint(f, { name: "float32" }, 5, 5),
    ],
    ["to - 1 is out of bounds for unsigned char", () => randint(new Uint8Array(1), { name: "uint8" }, 0, 300)],
    ["from is out of bounds for unsigned char", () => randint(new Uint8Array(1), { name: "uint8" }, -1, 3)],
    ["to - 1 is out of bounds for bool", () => randint(new Uint8Array(1), { name: "bool" }, 0, 3)],
    ["cannot sample n_sample <= 0 samples", () => multinomial(f, 3, 0, true)],
    ["cannot sample n_sample > prob_dist.size(-1) samples without replacement", () => multinomial(f, 3, 4, false)],
    [
      "probability tensor contains either `inf`, `nan` or element < 0",
      () => multinomial(Float32Array.of(-1, 2), 2, 1, true),
    ],
    [
      "invalid multinomial distribution (sum of probabilities <= 0)",
      () => multinomial(new Float32Array(3), 3, 1, false),
    ],
  ])("complain: %s", (message, call) => {
    expect(call).toThrow(message);
  });
});
