import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  nnFunctions as F,
  float64,
  int64,
  type Tensor,
  tensor,
  torchFunctions as torch,
  uint8,
} from "../../src/tensor/index.js";
import { assert } from "./elements.js";
import { sameOutcomes } from "./outcomes.js";

sameOutcomes("activation");

const double = (...values: number[]) => tensor(values, { dtype: float64 });
const number = fc.double({ min: -30, max: 30, noNaN: true });
const close = (got: number, want: number, tolerance = 1e-13) =>
  expect(Math.abs(got - want)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(want)));

describe("activations are what their definitions say", () => {
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  const clip = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);
  const definitions: [string, (x: Tensor) => Tensor, (x: number) => number][] = [
    ["relu", (x) => x.relu(), (x) => Math.max(x, 0)],
    ["leaky_relu", (x) => F.leaky_relu(x, 0.2), (x) => (x > 0 ? x : 0.2 * x)],
    ["elu", (x) => F.elu(x, 1.5), (x) => (x > 0 ? x : 1.5 * (Math.exp(x) - 1))],
    ["celu", (x) => F.celu(x, 2), (x) => Math.max(0, x) + Math.min(0, 2 * (Math.exp(x / 2) - 1))],
    ["silu", (x) => F.silu(x), (x) => x * sigmoid(x)],
    ["mish", (x) => F.mish(x), (x) => x * Math.tanh(Math.log(1 + Math.exp(x)))],
    ["softplus", (x) => F.softplus(x, 2), (x) => (2 * x > 20 ? x : Math.log(1 + Math.exp(2 * x)) / 2)],
    ["logsigmoid", (x) => F.logsigmoid(x), (x) => Math.log(sigmoid(x))],
    ["hardsigmoid", (x) => F.hardsigmoid(x), (x) => clip(x + 3, 0, 6) / 6],
    ["hardswish", (x) => F.hardswish(x), (x) => (x * clip(x + 3, 0, 6)) / 6],
    ["hardtanh", (x) => F.hardtanh(x, -2, 3), (x) => clip(x, -2, 3)],
    ["softshrink", (x) => F.softshrink(x, 2), (x) => Math.sign(x) * Math.max(Math.abs(x) - 2, 0)],
    ["gelu", (x) => F.gelu(x), (x) => (x * torch.erfc(double(-x / Math.SQRT2)).item()) / 2],
  ];

  it.each(definitions)("%s", (_, f, g) => {
    assert(
      fc.property(number, (x) => {
        close(f(double(x)).item(), g(x));
      }),
    );
  });

  it("the tanh form of gelu is near the exact one, and not the same", () => {
    const x = double(-3, -1, 0.5, 2);
    const distance = F.gelu(x)
      .sub(F.gelu(x, { approximate: "tanh" }))
      .abs()
      .max()
      .item();
    expect(distance).toBeGreaterThan(1e-6);
    expect(distance).toBeLessThan(1e-3);
  });

  it("in place they write over the input and pass the gradient on", () => {
    for (const f of [
      F.elu,
      F.celu,
      F.silu,
      F.mish,
      F.hardtanh,
      F.relu6,
      F.hardsigmoid,
      F.hardswish,
      F.leaky_relu,
      F.selu,
    ]) {
      const run = (inplace: boolean) => {
        const leaf = double(-1.5, 0.5, 2).requires_grad_();
        const x = leaf.mul(1);
        const y = f(x, { inplace });
        y.mul(double(1, 2, 3))
          .sum()
          .backward();
        return [y.tolist(), leaf.grad!.tolist(), inplace === (x === y)];
      };
      expect(run(true)).toEqual(run(false));
    }
  });
});

describe("special functions are exact to the last digits", () => {
  // computed with thirty digits by mpmath
  const x = [-5.5, -2.25, -0.5, -1e-8, 0.001, 0.3, 0.9999, 1, 1.25, 2, 2.75, 6, 25];
  const values: [string, (x: Tensor) => Tensor, number[]][] = [
    [
      "erf",
      torch.erf,
      [
        -0.9999999999999927, -0.9985372834133188, -0.5204998778130465, -1.1283791670955126e-8, 0.0011283787909692365,
        0.3286267594591274, 0.8426592780487595, 0.8427007929497149, 0.9229001282564583, 0.9953222650189527,
        0.9998993780778803, 1.0, 1.0,
      ],
    ],
    [
      "erfc",
      torch.erfc,
      [
        1.9999999999999927, 1.9985372834133188, 1.5204998778130465, 1.0000000112837917, 0.9988716212090307,
        0.6713732405408726, 0.15734072195124052, 0.15729920705028513, 0.07709987174354177, 0.004677734981047266,
        0.00010062192211963684, 2.1519736712498913e-17, 8.300172571196523e-274,
      ],
    ],
    [
      "lgamma",
      torch.lgamma,
      [
        -4.517832174007742, 0.5555015450206475, 1.2655121234846454, 18.42068074972452, 6.907178885383853,
        1.0957979948180756, 5.7729791561193866e-5, 0.0, -0.09827183642181316, 0.0, 0.47521466691493713,
        4.787491742782046, 54.78472939811232,
      ],
    ],
    [
      "digamma",
      torch.digamma,
      [
        1.792911330399933, 4.158583564657972, 0.03648997397857652, 99999999.42278431, -1000.5755719318103,
        -3.502524222200133, -0.5773801703298691, -0.5772156649015329, -0.22745353337626542, 0.42278433509846713,
        0.8189010249754326, 1.7061176684318005, 3.198742512851974,
      ],
    ],
    [
      "polygamma(1)",
      (x) => torch.polygamma(1, x),
      [
        9.7033198653394, 19.379410511869136, 8.934802200544679, 1e16, 1000001.6425331958, 12.245364546107732,
        1.6451745107027036, 1.6449340668482264, 1.1973291545071107, 0.6449340668482264, 0.43757125764893073,
        0.18132295573711532, 0.04081066325722558,
      ],
    ],
    [
      "polygamma(4)",
      (x) => torch.polygamma(4, x),
      [
        -0.004525930280322061, 24481.479910902563, -3.4742498266672253, 2.4e41, -2.4000000000000024e16,
        -9883.46855549699, -24.89847787108568, -24.88626612344088, -8.375388637933733, -0.8862661234408782,
        -0.2025554733715731, -0.0063831913421128, -1.662971425007893e-5,
      ],
    ],
  ];

  it.each(values)("%s", (_, f, expected) => {
    const got = f(double(...x)).tolist() as number[];
    got.forEach((value, i) => {
      // left of 0, large terms of both signs cancel
      const lost = x[i] < 0 ? 1e-12 : 1e-15;
      expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(1e-13 * Math.abs(expected[i]) + lost);
    });
  });

  it("erfinv undoes erf, also near 1", () => {
    assert(
      fc.property(fc.double({ min: -5, max: 5, noNaN: true }), (x) => {
        const y = torch.erf(double(x));
        close(torch.erf(torch.erfinv(y)).item(), y.item(), 3e-16);
      }),
    );
    expect(torch.erfinv(double(1 - 2 ** -53)).item()).toBeCloseTo(5.863584748755168, 13);
  });

  it("obey their recurrences", () => {
    assert(
      fc.property(fc.double({ min: 0.01, max: 40, noNaN: true }), (x) => {
        const at = (f: (x: Tensor) => Tensor, v: number) => f(double(v)).item();
        close(at(torch.lgamma, x + 1), at(torch.lgamma, x) + Math.log(x));
        close(at(torch.digamma, x + 1), at(torch.digamma, x) + 1 / x);
        close(at(torch.erf, x) + at(torch.erfc, x), 1);
      }),
    );
  });
});

describe("bits", () => {
  const integer = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  const long = (x: number) => tensor([x], { dtype: int64 });

  it("and, or, xor and not are JavaScript's on 32 bits", () => {
    assert(
      fc.property(integer, integer, (x, y) => {
        expect(long(x).bitwise_and(y).item()).toBe(x & y);
        expect(long(x).bitwise_or(long(y)).item()).toBe(x | y);
        expect(long(x).bitwise_xor(y).item()).toBe(x ^ y);
        expect(long(x).bitwise_not().item()).toBe(~x);
      }),
    );
  });

  it("shifts multiply and divide by powers of two, past 32 bits", () => {
    assert(
      fc.property(integer, fc.integer({ min: 0, max: 21 }), (x, by) => {
        expect(long(x).bitwise_left_shift(by).item()).toBe(x * 2 ** by);
        expect(long(x).bitwise_right_shift(long(by)).item()).toBe(Math.floor(x / 2 ** by));
      }),
    );
    expect(tensor([1], { dtype: uint8 }).bitwise_not().item()).toBe(254);
  });
});
