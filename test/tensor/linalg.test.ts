import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nnFunctions as F, float64, type Tensor, torchFunctions as torch } from "../../src/tensor/index.js";
import { numelOf, type Shape } from "../../src/tensor/shape.js";
import { assert, indices } from "./elements.js";
import { DrawnTensor, distinctLayouts } from "./op_table/draw.js";
import { sameOutcomes } from "./outcomes.js";

sameOutcomes("linalg");

const size = fc.integer({ min: 0, max: 9 });

/** A tensor of small integers, whose products are exact, in any layout. */
const filled = (shape: Shape): fc.Arbitrary<Tensor> =>
  fc
    .tuple(
      fc.array(fc.integer({ min: -4, max: 4 }), { minLength: numelOf(shape), maxLength: numelOf(shape) }),
      fc.constantFrom(...distinctLayouts),
    )
    .map(([values, layout]) => new DrawnTensor(shape, values, layout).build(float64));

const sumOver = (n: number, f: (k: number) => number): number =>
  Array.from({ length: n }, (_, k) => f(k)).reduce((a, b) => a + b, 0);

/** Element by element, with -0 for 0. */
function expectElements(got: Tensor, shape: Shape, f: (index: number[]) => number): void {
  expect(got.shape).toEqual(shape);
  for (const index of indices(shape)) expect(got.read(index) + 0).toBe(f(index) + 0);
}

describe("matrix products", () => {
  it("mm sums rows times columns, for all sizes and layouts", () => {
    const pairs = fc.tuple(size, size, size).chain(([m, k, n]) => fc.tuple(filled([m, k]), filled([k, n])));
    assert(
      fc.property(pairs, ([x, y]) => {
        const [m, k] = x.shape;
        expectElements(x.mm(y), [m, y.shape[1]], ([i, j]) => sumOver(k, (p) => x.read([i, p]) * y.read([p, j])));
      }),
      300,
    );
  });

  it("bmm multiplies the matrices of a batch one by one", () => {
    const pairs = fc
      .tuple(size, size, size, size)
      .chain(([b, m, k, n]) => fc.tuple(filled([b, m, k]), filled([b, k, n])));
    assert(
      fc.property(pairs, ([x, y]) => {
        const products = x.bmm(y);
        for (let b = 0; b < x.shape[0]; b++) {
          expect(products.select(0, b).tolist()).toEqual(x.select(0, b).mm(y.select(0, b)).tolist());
        }
      }),
    );
  });

  it("matmul of batches that broadcast is the product of the matrices at each index", () => {
    const cases = fc.tuple(fc.constantFrom([2], [1], [3, 1], [1, 2], []), fc.constantFrom([2], [3, 2], [1], []));
    const pairs = cases.chain(([a, b]) => fc.tuple(filled([...a, 2, 3]), filled([...b, 3, 2])));
    assert(
      fc.property(pairs, ([x, y]) => {
        const product = x.matmul(y);
        const lead = product.shape.slice(0, -2);
        const [wideX, wideY] = [x.expand([...lead, 2, 3]), y.expand([...lead, 3, 2])];
        expectElements(product, [...lead, 2, 2], (index) => {
          const [i, j] = index.slice(-2);
          const at = index.slice(0, -2);
          return sumOver(3, (p) => wideX.read([...at, i, p]) * wideY.read([...at, p, j]));
        });
      }),
    );
  });

  it("a vector counts as a row at the left and as a column at the right", () => {
    assert(
      fc.property(filled([3]), filled([3, 2]), filled([2, 2, 3]), (v, x, batch) => {
        expect(v.matmul(x).tolist()).toEqual(v.unsqueeze(0).mm(x).squeeze(0).tolist());
        expect(x.t().matmul(v).tolist()).toEqual(x.t().mm(v.unsqueeze(1)).squeeze(1).tolist());
        expect(batch.matmul(v).tolist()).toEqual(batch.matmul(v.unsqueeze(1)).squeeze(-1).tolist());
        expect(v.matmul(v).tolist()).toEqual(v.mul(v).sum().tolist());
      }),
    );
  });

  it("addmm, addmv, baddbmm, addbmm and addr scale and add", () => {
    const scales = fc.tuple(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -2, max: 2 }));
    assert(
      fc.property(filled([4]), filled([2, 3]), filled([3, 4]), scales, (v, x, y, [beta, alpha]) => {
        const options = { beta, alpha };
        const expected = x.mm(y).mul(alpha).add(v.mul(beta));
        const same = (got: Tensor, want: Tensor) => expect(got.sub(want).abs().max().item()).toBe(0);
        same(v.addmm(x, y, options), expected);
        same(v.baddbmm(x.unsqueeze(0), y.unsqueeze(0), options), expected.unsqueeze(0));
        same(v.addbmm(x.unsqueeze(0), y.unsqueeze(0), options), expected);
        same(v.addmv(y.t(), x.select(0, 0), options), expected.select(0, 0));
        same(
          v.addr(x.select(1, 0), y.select(0, 0), options),
          x.select(1, 0).outer(y.select(0, 0)).mul(alpha).add(v.mul(beta)),
        );
      }),
    );
  });

  it("linear is a product with the transposed weight, for inputs of every rank", () => {
    const inputs = fc.constantFrom([3], [2, 3], [2, 2, 3], [0, 3]).chain((shape) => filled(shape));
    assert(
      fc.property(inputs, filled([4, 3]), filled([4]), (x, weight, bias) => {
        expect(F.linear(x, weight, bias).tolist()).toEqual(x.matmul(weight.t()).add(bias).tolist());
        expect(F.linear(x, weight).tolist()).toEqual(x.matmul(weight.t()).tolist());
      }),
    );
  });
});

/** Sums the products of the operands' elements over all values of the letters that the result lacks. */
function bruteForce(
  equation: string,
  operands: readonly Tensor[],
): { shape: number[]; at: (index: number[]) => number } {
  const [left, output] = equation.split("->") as [string, string];
  const inputs = left.split(",");
  const sizes = new Map(inputs.flatMap((labels, k) => [...labels].map((c, d) => [c, operands[k].shape[d]] as const)));
  const summed = [...sizes.keys()].filter((c) => !output.includes(c));
  const at = (index: number[]) =>
    indices(summed.map((c) => sizes.get(c)!))
      .map((rest) => {
        const value = new Map([
          ...[...output].map((c, d) => [c, index[d]] as const),
          ...summed.map((c, d) => [c, rest[d]] as const),
        ]);
        return inputs.reduce(
          (product, labels, k) => product * operands[k].read([...labels].map((c) => value.get(c)!)),
          1,
        );
      })
      .reduce((a, b) => a + b, 0);
  return { shape: [...output].map((c) => sizes.get(c)!), at };
}

describe("einsum", () => {
  const labels = fc.array(fc.constantFrom<string[]>("i", "j", "k", "l"), { maxLength: 3 });
  const sizes: Record<string, number> = { i: 2, j: 3, k: 1, l: 2 };
  const problems = fc
    .tuple(fc.array(labels, { minLength: 1, maxLength: 3 }), fc.shuffledSubarray(["i", "j", "k", "l"]))
    .chain(([inputs, order]) => {
      const present = order.filter((c) => inputs.some((labels) => labels.includes(c)));
      const equation = `${inputs.map((l) => l.join("")).join(",")}->${present.join("")}`;
      return fc.tuple(fc.constant(equation), ...inputs.map((l) => filled(l.map((c) => sizes[c]))));
    });

  it("agrees with the sum over all letters, for any equation", () => {
    assert(
      fc.property(problems, ([equation, ...operands]) => {
        const { shape, at } = bruteForce(equation, operands);
        expectElements(torch.einsum(equation, ...operands), shape, at);
      }),
      400,
    );
  });

  it("tensordot, inner, outer, kron, trace and bilinear are special cases", () => {
    const einsum = (equation: string, ...operands: Tensor[]) => torch.einsum(equation, ...operands);
    const same = (got: Tensor, want: Tensor) => expect(got.add(0).tolist()).toEqual(want.add(0).tolist()); // 0 is -0
    assert(
      fc.property(
        filled([2, 3]),
        filled([3, 2]),
        filled([2, 3, 2]),
        filled([2]),
        filled([2, 3, 3]),
        (x, y, z, v, w) => {
          const places = [
            [0, 1],
            [2, 1],
          ];
          same(torch.tensordot(x, z, places), einsum("ij,kji->k", x, z));
          same(torch.tensordot(x, y, 1), einsum("ij,jk->ik", x, y));
          same(x.inner(z.transpose(1, 2)), einsum("ij,akj->iak", x, z.transpose(1, 2)));
          same(v.outer(y.select(1, 0)), einsum("i,j->ij", v, y.select(1, 0)));
          same(x.kron(y), torch.einsum("ij,kl->ikjl", x, y).reshape(6, 6));
          same(x.mm(y).trace(), einsum("ii->", x.mm(y)));
          same(F.bilinear(x, y.t(), w), einsum("bi,kij,bj->bk", x, w, y.t()));
        },
      ),
    );
  });
});
