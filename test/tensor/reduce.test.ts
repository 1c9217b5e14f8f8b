import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { float32, float64, rand, type Tensor, tensor, torchFunctions as torch, zeros } from "../../src/tensor/index.js";
import { assert, indices, wrap } from "./elements.js";
import { allLayouts, DrawnTensor } from "./op_table/draw.js";
import { sameOutcomes } from "./outcomes.js";

sameOutcomes("reduce");

/** Tensors of few values, so that ties and zeros are common, in every memory layout. */
const tensors = (minSize = 1): fc.Arbitrary<Tensor> =>
  fc
    .tuple(
      fc.array(fc.integer({ min: minSize, max: 4 }), { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...allLayouts),
    )
    .chain(([shape, layout]) => {
      const n = shape.reduce((a, b) => a * b, 1);
      const values = fc.array(fc.constantFrom(-2, -1, -0.5, 0, 0.5, 1, 3), { minLength: n, maxLength: n });
      return values.map((v) =>
        new DrawnTensor(shape, v, "contiguous").build(float64, layout === "expanded" ? "contiguous" : layout),
      );
    });

const withDim = fc
  .tuple(tensors(), fc.integer({ min: -3, max: 2 }))
  .filter(([x, dim]) => dim >= -x.ndim && dim < x.ndim);

/** The lines of `x` along `dim`, with the index of the place each stands at. */
function lines(x: Tensor, dim: number): { at: number[]; line: number[] }[] {
  const d = wrap(dim, x);
  return indices(x.shape.with(d, 1)).map((at) => ({
    at,
    line: Array.from({ length: x.shape[d] }, (_, i) => x.read(at.with(d, i))),
  }));
}

/** Does `f` of each line along `dim` give the element of `result` at its place? */
function expectLines(result: Tensor, x: Tensor, dim: number, f: (line: number[]) => number): void {
  for (const { at, line } of lines(x, dim)) expect(result.read(at)).toBeCloseTo(f(line), 10);
}

const add = (a: number, b: number) => a + b;
const mean = (line: number[]) => line.reduce(add, 0) / line.length;

describe("reductions along a dimension", () => {
  const references: [string, (x: Tensor, dim: number) => Tensor, (line: number[]) => number][] = [
    ["sum", (x, dim) => x.sum(dim, true), (line) => line.reduce(add, 0)],
    ["mean", (x, dim) => x.mean(dim, true), mean],
    ["prod", (x, dim) => x.prod(dim, true), (line) => line.reduce((a, b) => a * b, 1)],
    ["amax", (x, dim) => x.amax(dim, true), (line) => Math.max(...line)],
    ["amin", (x, dim) => x.amin(dim, true), (line) => Math.min(...line)],
    ["argmax", (x, dim) => x.argmax(dim, true), (line) => line.indexOf(Math.max(...line))],
    ["argmin", (x, dim) => x.argmin(dim, true), (line) => line.indexOf(Math.min(...line))],
    ["all", (x, dim) => x.all(dim, true), (line) => +line.every((v) => v !== 0)],
    ["any", (x, dim) => x.any(dim, true), (line) => +line.some((v) => v !== 0)],
    [
      "var",
      (x, dim) => x.var({ dim, correction: 0, keepdim: true }),
      (line) => mean(line.map((v) => (v - mean(line)) ** 2)),
    ],
    ["norm", (x, dim) => x.norm(3, dim, true), (line) => Math.cbrt(line.map((v) => Math.abs(v) ** 3).reduce(add, 0))],
    ["logsumexp", (x, dim) => x.logsumexp(dim, true), (line) => Math.log(line.map(Math.exp).reduce(add, 0))],
    [
      "median",
      (x, dim) => x.median(dim, true).values,
      (line) => line.toSorted((a, b) => a - b)[(line.length - 1) >> 1],
    ],
  ];

  it.each(references)("%s agrees with its definition on every line, in any memory layout", (_, reduce, f) => {
    assert(fc.property(withDim, ([x, dim]) => expectLines(reduce(x, dim), x, dim, f)));
  });

  it("keepdim only changes the shape, and several dimensions are reduced one after the other", () => {
    assert(
      fc.property(withDim, ([x, dim]) => {
        const d = wrap(dim, x);
        expect(x.sum(dim).shape).toEqual(x.shape.toSpliced(d, 1));
        expect(x.sum(dim).unsqueeze(d).tolist()).toEqual(x.sum(dim, true).tolist());
        const rest = x.shape.map((_, i) => i).filter((i) => i !== d);
        if (rest.length > 0) expect(x.sum(dim).sum().item()).toBeCloseTo(x.sum([...rest, d]).item(), 10);
      }),
    );
  });

  it("sums in double precision: a million float32 tenths make 100000", () => {
    const x = zeros(1_000_000, { dtype: float32 }).add(0.1);
    expect(x.sum().item()).toBeCloseTo(100000, 1);
    expect(x.view(1000, 1000).sum(0).sum().item()).toBeCloseTo(100000, 1);
  });
});

describe("running reductions", () => {
  const references: [string, (x: Tensor, dim: number) => Tensor, (line: number[]) => number][] = [
    ["cumsum", (x, dim) => x.cumsum(dim), (line) => line.reduce(add, 0)],
    ["cumprod", (x, dim) => x.cumprod(dim), (line) => line.reduce((a, b) => a * b, 1)],
    ["cummax", (x, dim) => x.cummax(dim).values, (line) => Math.max(...line)],
    ["cummin", (x, dim) => x.cummin(dim).values, (line) => Math.min(...line)],
    ["logcumsumexp", (x, dim) => x.logcumsumexp(dim), (line) => Math.log(line.map(Math.exp).reduce(add, 0))],
  ];

  it.each(references)("%s is the reduction of every beginning of a line", (_, scan, f) => {
    assert(
      fc.property(withDim, ([x, dim]) => {
        const result = scan(x, dim);
        const d = wrap(dim, x);
        for (const { at, line } of lines(x, dim)) {
          line.forEach((_, i) => expect(result.read(at.with(d, i))).toBeCloseTo(f(line.slice(0, i + 1)), 10));
        }
      }),
    );
  });
});

describe("order", () => {
  it("sort is stable both ways, and its indices fetch its values", () => {
    assert(
      fc.property(withDim, fc.boolean(), ([x, dim], descending) => {
        const { values, indices: places } = x.sort(dim, descending);
        expect(x.gather(dim, places).tolist()).toEqual(values.tolist());
        const d = wrap(dim, x);
        for (const { at, line } of lines(x, dim)) {
          const order = line
            .map((_, i) => i)
            .sort((i, j) => (descending ? line[j] - line[i] : line[i] - line[j]) || i - j);
          expect(line.map((_, i) => places.read(at.with(d, i)))).toEqual(order);
        }
      }),
    );
  });

  it("topk and kthvalue are parts of sort", () => {
    assert(
      fc.property(withDim, fc.nat(3), fc.boolean(), ([x, dim], k, largest) => {
        const d = wrap(dim, x);
        fc.pre(k < x.shape[d]);
        const sorted = x.sort(dim, largest).values;
        expect(x.topk(k, dim, largest).values.tolist()).toEqual(sorted.narrow(d, 0, k).tolist());
        expect(x.kthvalue(k + 1, dim).values.tolist()).toEqual(x.sort(dim).values.select(d, k).tolist());
      }),
    );
  });

  it("mode is the smallest of the most frequent elements", () => {
    assert(
      fc.property(withDim, ([x, dim]) => {
        const { values, indices: places } = x.mode(dim, true);
        expect(x.gather(dim, places).tolist()).toEqual(values.tolist());
        expectLines(values, x, dim, (line) => {
          const times = (v: number) => line.filter((u) => u === v).length;
          return Math.min(...line.filter((v) => times(v) === Math.max(...line.map(times))));
        });
      }),
    );
  });
});

describe("gradients where they are not obvious", () => {
  const gradient = (f: (x: Tensor) => Tensor, values: number[]): number[] => {
    const x = tensor(values, { dtype: float64 }).requires_grad_();
    f(x).backward();
    return x.grad!.tolist() as number[];
  };

  it("prod and cumprod are right with one zero and with two", () => {
    expect(gradient((x) => x.prod(), [2, 0, 3])).toEqual([0, 6, 0]);
    expect(gradient((x) => x.prod(), [0, 0, 3])).toEqual([0, 0, 0]);
    expect(gradient((x) => x.cumprod(0).sum(), [2, 0, 3])).toEqual([1, 8, 0]);
  });

  it("prod with two zeros has the second derivative that remains", () => {
    const x = tensor([0, 0, 3], { dtype: float64 }).requires_grad_();
    x.prod().backward({ create_graph: true });
    const [first] = [x.grad!];
    x.grad = null;
    first.select(0, 0).backward();
    expect(x.grad!.tolist()).toEqual([0, 3, 0]);
  });

  it("the largest elements share the gradient of amax and max; max along a dimension gives it to the first", () => {
    expect(gradient((x) => x.amax(), [1, 3, 3])).toEqual([0, 0.5, 0.5]);
    expect(gradient((x) => x.max(), [1, 3, 3])).toEqual([0, 0.5, 0.5]);
    expect(gradient((x) => x.max(0).values, [1, 3, 3])).toEqual([0, 1, 0]);
  });

  it("norm and std have gradient 0 where they are 0", () => {
    for (const p of [1, 1.5, 2, 3, Infinity]) expect(gradient((x) => x.norm(p), [0, 0])).toEqual([0, 0]);
    expect(gradient((x) => x.std(), [1, 1, 1])).toEqual([0, 0, 0]);
  });

  it("logcumsumexp does not overflow, also in its gradient", () => {
    const [a, b, c] = gradient((x) => x.logcumsumexp(0).sum(), [-1000, 0, 1000]);
    expect([a, b, c].every(Number.isFinite)).toBe(true);
    expect([a, b, c]).toEqual([1, 1, 1]);
  });
});

it("softmax is not moved by a constant, sums to 1, and log_softmax is its logarithm", () => {
  assert(
    fc.property(withDim, fc.integer({ min: -1000, max: 1000 }), ([x, dim], c) => {
      const y = torch.softmax(x, dim);
      expect(
        y
          .sub(torch.softmax(x.add(c), dim))
          .abs()
          .max()
          .item(),
      ).toBeLessThan(1e-12);
      expect(y.sum(dim).sub(1).abs().max().item()).toBeLessThan(1e-12);
      expect(torch.log_softmax(x, dim).sub(y.log()).abs().max().item()).toBeLessThan(1e-12);
    }),
  );
});

it("large sums over the first, the last and all dimensions agree", () => {
  const x = rand(37, 53, { dtype: float64 });
  const [rows, columns] = [x.sum(1).sum().item(), x.sum(0).sum().item()];
  expect(rows).toBeCloseTo(x.sum().item(), 9);
  expect(columns).toBeCloseTo(x.t().sum().item(), 9);
});
