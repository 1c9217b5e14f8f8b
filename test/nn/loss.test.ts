import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { grad } from "../../src/autograd/index.js";
import { nnFunctions as F, float64, type Tensor, tensor } from "../../src/tensor/index.js";
import { assert } from "../tensor/elements.js";
import { sameOutcomes } from "../tensor/outcomes.js";

sameOutcomes("loss");

const double = (values: number[] | number[][]) => tensor(values, { dtype: float64 });
const list = (n: number, min: number, max: number) =>
  fc.array(fc.double({ min, max, noNaN: true }), { minLength: n, maxLength: n });
const same = (got: Tensor, want: number[]) =>
  (got.tolist() as number[]).forEach((value, i) =>
    expect(Math.abs(value - want[i])).toBeLessThan(1e-12 * (1 + Math.abs(want[i]))),
  );
const none = { reduction: "none" };

describe("losses of pairs are what their definitions say", () => {
  const definitions: [
    string,
    (x: Tensor, t: Tensor, options: { reduction: string }) => Tensor,
    (x: number, t: number) => number,
  ][] = [
    ["mse_loss", F.mse_loss, (x, t) => (x - t) ** 2],
    ["l1_loss", F.l1_loss, (x, t) => Math.abs(x - t)],
    ["smooth_l1_loss", F.smooth_l1_loss, (x, t) => (Math.abs(x - t) < 1 ? (x - t) ** 2 / 2 : Math.abs(x - t) - 0.5)],
    ["huber_loss", F.huber_loss, (x, t) => (Math.abs(x - t) < 1 ? (x - t) ** 2 / 2 : Math.abs(x - t) - 0.5)],
    ["binary_cross_entropy", F.binary_cross_entropy, (x, t) => -(t * Math.log(x) + (1 - t) * Math.log(1 - x))],
    ["kl_div", F.kl_div, (x, t) => t * (Math.log(t) - x)],
  ];

  it.each(definitions)("%s", (_, loss, f) => {
    assert(
      fc.property(list(4, 0.01, 0.99), list(4, 0.01, 0.99), (x, t) => {
        const expected = x.map((v, i) => f(v, t[i]));
        const sum = expected.reduce((a, b) => a + b, 0);
        same(loss(double(x), double(t), none), expected);
        same(loss(double(x), double(t), { reduction: "sum" }).reshape(1), [sum]);
        if (loss !== F.kl_div) same(loss(double(x), double(t), { reduction: "mean" }).reshape(1), [sum / 4]);
      }),
    );
  });

  it("binary_cross_entropy_with_logits is binary_cross_entropy of the sigmoid, with weights", () => {
    assert(
      fc.property(list(3, -8, 8), list(3, 0, 1), list(3, 0.5, 2), (x, t, w) => {
        const [logits, target, weight] = [double(x), double(t), double(w)];
        const p = logits.sigmoid();
        const expected = F.binary_cross_entropy(p, target, { weight, reduction: "none" });
        const got = F.binary_cross_entropy_with_logits(logits, target, { weight, reduction: "none" });
        expect(got.sub(expected).abs().max().item()).toBeLessThan(1e-10);
        const positive = F.binary_cross_entropy_with_logits(logits, target, { pos_weight: weight, reduction: "none" });
        same(
          positive,
          x.map((v, i) => w[i] * t[i] * Math.log(1 + Math.exp(-v)) + (1 - t[i]) * Math.log(1 + Math.exp(v))),
        );
      }),
    );
  });
});

describe("binary cross-entropy at the edges", () => {
  it("cuts logarithms off at -100 and keeps gradients finite", () => {
    const p = double([0, 1, 0, 1]).requires_grad_();
    const loss = F.binary_cross_entropy(p, double([0, 1, 1, 0]), none);
    same(loss, [0, 0, 100, 100]);
    const [g] = grad([loss.sum()], [p]);
    same(g!, [0, 0, -1e12, 1e12]);
  });

  it("with logits neither overflows nor loses small losses", () => {
    const x = double([1000, -1000, 40]).requires_grad_();
    const loss = F.binary_cross_entropy_with_logits(x, double([0, 0, 1]), none);
    same(loss, [1000, 0, 4.248354255291589e-18]);
    loss.sum().backward();
    same(x.grad!, [1, 0, -4.248354255291589e-18]);
  });
});

describe("losses of classes", () => {
  const problems = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 2, max: 4 })).chain(([n, c]) =>
    fc.record({
      x: fc.array(list(c, -3, 3), { minLength: n, maxLength: n }),
      t: fc.array(fc.integer({ min: 0, max: c - 1 }), { minLength: n, maxLength: n }),
      w: list(c, 0.5, 2),
      smoothing: fc.constantFrom(0, 0.1, 1),
    }),
  );

  const logSoftmax = (row: number[]) => {
    const sum = row.map(Math.exp).reduce((a, b) => a + b, 0);
    return row.map((v) => v - Math.log(sum));
  };

  it("cross_entropy with indices is cross_entropy with the smoothed one-hot probabilities", () => {
    assert(
      fc.property(problems, ({ x, t, w, smoothing }) => {
        const c = w.length;
        const rows = t.map((k) => w.map((_, j) => (j === k ? 1 - smoothing : 0) + smoothing / c));
        const expected = x.map((row, i) => -logSoftmax(row).reduce((s, log, j) => s + log * w[j] * rows[i][j], 0));
        const options = { weight: double(w), reduction: "none" };
        same(F.cross_entropy(double(x), tensor(t), { ...options, label_smoothing: smoothing }), expected);
        same(F.cross_entropy(double(x), double(rows), options), expected);
      }),
    );
  });

  it("the mean divides by the weights of the targets, and ignored targets count nothing", () => {
    assert(
      fc.property(problems, fc.nat(3), ({ x, t, w }, ignored) => {
        const options = { weight: double(w), ignore_index: ignored };
        const kept = t.flatMap((k, i) => (k === ignored ? [] : [i]));
        const total = kept.reduce((s, i) => s + w[t[i]], 0);
        const sum = kept.reduce((s, i) => s - w[t[i]] * logSoftmax(x[i])[t[i]], 0);
        same(F.cross_entropy(double(x), tensor(t), { ...options, reduction: "sum" }).reshape(1), [sum]);
        const mean = F.cross_entropy(double(x), tensor(t), options);
        if (kept.length > 0) same(mean.reshape(1), [sum / total]);
        else expect(mean.item()).toBeNaN();
      }),
    );
  });

  it("the gradient of cross_entropy is softmax minus one-hot", () => {
    assert(
      fc.property(problems, ({ x, t }) => {
        const scores = double(x).requires_grad_();
        F.cross_entropy(scores, tensor(t), { reduction: "sum" }).backward();
        const expected = x.map((row, i) => logSoftmax(row).map((log, j) => Math.exp(log) - (j === t[i] ? 1 : 0)));
        same(scores.grad!.reshape(-1), expected.flat());
      }),
    );
  });

  it("further dimensions are further examples", () => {
    assert(
      fc.property(problems, ({ x, t, w }) => {
        const options = { weight: double(w) };
        const flat = F.cross_entropy(double(x), tensor(t), options);
        // (N, C) as one image of N pixels: (1, C, N)
        const image = F.cross_entropy(double(x).t().unsqueeze(0), tensor(t).unsqueeze(0), options);
        same(image.reshape(1), [flat.item()]);
      }),
    );
  });
});
