import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Tensor, torch } from "../../../src/index.js";
import { float } from "./floats.js";
import { disagreement, tensorOf } from "./sets.js";

/* Element by element: what compares, chooses, or is rounded once gives the same bits with either set of kernels. */

describe("comparisons, choices and logic", () => {
  const few = fc.constantFrom(0, -0, 1, 2, -3, Infinity, -Infinity, Number.NaN, 1e-40);
  const shape = fc.tuple(fc.integer({ min: 1, max: 11 }), fc.integer({ min: 1, max: 21 }));
  /** A matrix, by rows or columns, and one that broadcasts with it. */
  const pair = shape.chain(([m, n]) =>
    fc.tuple(
      fc.oneof(
        tensorOf(fc.constant([m, n]), few),
        tensorOf(fc.constant([n, m]), few).map((x) => x.t()),
      ),
      tensorOf(fc.constantFrom([m, n], [n], [m, 1], [1, n], [2, m, n], []), few),
    ),
  );
  const number = fc.oneof(few, fc.boolean());

  it("comparisons of tensors, and with numbers", () => {
    fc.assert(
      fc.property(pair, number, ([x, y], c) => {
        const all = (y: Tensor | number | boolean) => [x.eq(y), x.ne(y), x.lt(y), x.le(y), x.gt(y), x.ge(y)];
        expect(disagreement(() => [...all(y), ...all(c), y.lt(x), x.isnan()])).toBeNull();
      }),
      { numRuns: 150 },
    );
  });

  it("logic of their results", () => {
    fc.assert(
      fc.property(pair, ([x, y]) => {
        const [a, b] = [x.gt(0), y.le(1)];
        const results = () => [a.logical_and(b), a.logical_or(b), a.logical_xor(b), a.logical_not(), x.logical_not()];
        expect(disagreement(results)).toBeNull();
      }),
      { numRuns: 100 },
    );
  });

  it("where and masked_fill", () => {
    fc.assert(
      fc.property(pair, few, ([x, y], c) => {
        const mask = y.gt(0);
        const results = () => [
          ...[torch.where(mask, x, y), torch.where(mask, y, x), torch.where(x.isnan(), y, x)],
          ...[torch.where(mask, x, c), torch.where(mask, c, x), torch.where(mask, y.select(-1, 0).sum(), x)],
          ...(mask.ndim <= x.ndim ? [x.masked_fill(mask, c)] : []),
        ];
        if (y.ndim > 0) expect(disagreement(results)).toBeNull();
      }),
      { numRuns: 100 },
    );
  });

  it("clamp and its gradient, at bounds that are zeros of either sign, infinite or NaN, and in the wrong order", () => {
    fc.assert(
      fc.property(pair, few, few, ([x], lo, hi) => {
        const gradients = () => {
          const leaf = x.detach().requires_grad_();
          const results = [leaf.clamp(lo, hi), leaf.clamp_min(lo), leaf.clamp_max(hi), leaf.clamp({ max: lo })];
          if (lo <= hi) results.push(torch.nn.functional.hardtanh(leaf, lo, hi));
          for (const result of results) result.backward(torch.ones([...x.shape]));
          return [...results.map((t) => t.detach()), leaf.grad!];
        };
        expect(disagreement(gradients)).toBeNull();
      }),
      { numRuns: 100 },
    );
  });

  it("conversions of bools and integers", () => {
    fc.assert(
      fc.property(pair, ([x]) => {
        const mask = x.gt(0);
        const whole = torch.where(x.isfinite(), x, 0).long();
        const results = [mask.float(), mask.long(), mask.int(), whole.int(), whole.float(), whole.bool(), x.bool()];
        x.toTypedArray().forEach((v, i) => {
          const n = Number.isFinite(v) ? Math.trunc(v) || 0 : 0;
          const expected = [+(v > 0), +(v > 0), +(v > 0), n, n, +(n !== 0), +(v !== 0)];
          expect(results.map((t) => t.reshape(-1).toTypedArray()[i])).toEqual(expected);
        });
      }),
      { numRuns: 20 },
    );
  });
});

describe("arithmetic of tensors that lie in any way", () => {
  const shape = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 40 }));
  const pair = shape.chain(([m, n]) =>
    fc.tuple(
      fc.oneof(
        tensorOf(fc.constant([m, n])),
        tensorOf(fc.constant([n, m])).map((x) => x.t()),
        tensorOf(fc.constant([m, 1])),
      ),
      fc.oneof(
        tensorOf(fc.constantFrom([m, n], [n], [2, 1, n], [2, m, 1])),
        tensorOf(fc.constant([n, m])).map((x) => x.t()),
      ),
    ),
  );

  it("sums, differences, products, quotients and extremes", () => {
    fc.assert(
      fc.property(pair, ([x, y]) => {
        const results = () => [x.add(y), x.sub(y), y.mul(x), x.div(y), x.maximum(y), y.minimum(x)];
        expect(disagreement(results)).toBeNull();
      }),
      { numRuns: 100 },
    );
  });

  it("scaled sums, squares and reciprocals", () => {
    fc.assert(
      fc.property(pair, float, ([x, y], alpha) => {
        const results = () => [x.add(y, { alpha }), x.pow(2), x.pow(-1), x.pow(1), x.clone().pow_(2), x.square()];
        expect(disagreement(results)).toBeNull();
      }),
      { numRuns: 100 },
    );
  });

  it("scaled sums and differences, addcmul, addcdiv, lerp, beside and in place", () => {
    fc.assert(
      fc.property(pair, float, ([x, y], c) => {
        const z = y.flip(-1);
        const results = () => {
          const all = [x.sub(y, { alpha: c }), x.lerp(y, c), x.lerp(y, z), torch.addcmul(x, y, z, { value: c })];
          const target = y.clone();
          const [a, b, d] = [z.clone(), y.add(1), y.sub(2)];
          target.sub_(a, { alpha: c }).addcmul_(a, target, { value: c }).lerp_(b, c).addcdiv_(target, d).lerp_(a, d);
          return [...all, torch.addcdiv(x, z, y, { value: c }), target, target.add_(y, { alpha: 2 })];
        };
        expect(disagreement(results)).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  it("in place with an operand that overlaps, which is read before it is written", () => {
    const n = 20000;
    const results = () => {
      const all = torch.arange(n + 8).float();
      all.narrow(0, 4, n).add_(all.narrow(0, 0, n), { alpha: 2 });
      return [all];
    };
    expect(disagreement(results)).toBeNull();
  });

  it("gradients of maximum and minimum, halves where they are equal", () => {
    const few = fc.constantFrom(0, -0, 1, 2, -3, Infinity, Number.NaN);
    fc.assert(
      fc.property(tensorOf(fc.constantFrom([7, 9], [4, 40]), few), tensorOf(fc.constant([9]), few), (x, y) => {
        const results = () => {
          const [a, b] = [x.detach().requires_grad_(), x.flip(0).requires_grad_()];
          const g = x.roll(1, 1);
          torch.maximum(a, b).backward(g);
          torch.minimum(a, b).backward(g);
          if (x.shape[1] === 9) torch.minimum(a, y).backward(g);
          return [a.grad!, b.grad!];
        };
        expect(disagreement(results)).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  it("one number that is spread out, and other layouts, with numbers and functions of one argument", () => {
    fc.assert(
      fc.property(pair, float, ([x, y], c) => {
        const one = x.reshape(-1).narrow(0, 0, 1).view(1, 1).expand(20, 30);
        const results = () => [
          ...[one.neg(), one.mul(c), one.rsub(c), one.abs(), x.t().mul(c), x.t().neg(), y.flip(0).floor()],
          ...[one.mul(one.add(1)), one.add(1).div(one), one.maximum(one.add(c)), one.clamp(-1, c)],
          ...[x.t().clamp(-1, 1), one.clone().mul_(one)],
        ];
        expect(disagreement(results)).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  it("gradients of sums, which are one number everywhere", () => {
    fc.assert(
      fc.property(pair, ([x]) => {
        const results = () => {
          const leaf = x.detach().requires_grad_();
          torch.nn.functional.leaky_relu(leaf, 0.5).sum().backward();
          torch.nn.functional.hardswish(leaf.neg()).mul(2).mean().backward();
          leaf.relu().rsub(1).sum().backward();
          return [leaf.grad!];
        };
        expect(disagreement(() => results().map((t) => t.mul(2 ** 10).round()))).toBeNull();
      }),
      { numRuns: 40 },
    );
  });
});
