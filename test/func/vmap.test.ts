import fc from "fast-check";
import { type Tensor, torch } from "rushlight";
import { describe, expect, it } from "vitest";

const { vmap, grad } = torch.func;
const functions: readonly ((x: Tensor) => Tensor)[] = [
  (x) => x.sin(),
  (x) => x.sum(),
  (x) => x.mul(x).cumsum(0),
  (x) => x.softmax(0).unsqueeze(0),
  (x) => x.flip(0).sub(x.mean()),
  (x) => torch.outer(x.flatten(), x.flatten()),
];
const drawn = fc.record({
  f: fc.constantFrom(...functions),
  shape: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 3 }),
  dim: fc.integer({ min: -2, max: 1 }),
  out: fc.integer({ min: -1, max: 0 }),
  seed: fc.nat(1000),
});

function draw({ shape, seed }: { shape: number[]; seed: number }): Tensor {
  torch.manual_seed(seed);
  return torch.randn(shape, { dtype: torch.float64 });
}

describe("vmap", () => {
  it("is the stack of what the function makes of each slice, and so is its gradient", () => {
    fc.assert(
      fc.property(drawn, (d) => {
        const x = draw(d).requires_grad_();
        const mapped = vmap(d.f, { in_dims: d.dim, out_dims: d.out })(x) as Tensor;
        const stacked = torch.stack(x.unbind(d.dim).map(d.f), d.out);
        expect(mapped.tolist()).toEqual(stacked.tolist());
        const weights = torch.randn(mapped.shape, { dtype: torch.float64 });
        const [got, want] = [mapped, stacked].map((y) => torch.autograd.grad(y.mul(weights).sum(), x)[0]!);
        expect(torch.allclose(got, want)).toBe(true);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it("may be nested", () => {
    fc.assert(
      fc.property(fc.tuple(fc.constantFrom(...functions), fc.nat(1000)), ([f, seed]) => {
        const x = draw({ shape: [2, 3, 4], seed });
        const twice = vmap(vmap(f))(x) as Tensor;
        const loops = torch.stack(x.unbind(0).map((rows) => torch.stack(rows.unbind(0).map(f))));
        expect(twice.tolist()).toEqual(loops.tolist());
      }),
      { seed: 2, numRuns: 20 },
    );
  });

  it("of a gradient gives a gradient for each sample; what is passed whole stands with in_dims null", () => {
    const loss = (w: Tensor, x: Tensor) => x.matmul(w).tanh().pow(2);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(1000), (n, seed) => {
        const x = draw({ shape: [n, 3], seed });
        const w = draw({ shape: [3], seed: seed + 1 });
        const each = vmap(grad(loss), { in_dims: [null, 0] })(w, x) as Tensor;
        const leaf = w.clone().requires_grad_();
        const loop = x.unbind(0).map((row) => torch.autograd.grad(loss(leaf, row), leaf)[0]!);
        expect(torch.allclose(each, torch.stack(loop))).toBe(true);
      }),
      { seed: 3, numRuns: 20 },
    );
  });
});
