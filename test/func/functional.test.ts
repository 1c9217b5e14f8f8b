import { type Tensor, torch } from "rushlight";
import { describe, expect, it, vi } from "vitest";

const x = () => torch.tensor([1, 2], { dtype: torch.float64 });
const cubes = (v: Tensor): Tensor => v.pow(3).sum();

describe("torch.autograd.functional", () => {
  it("has the Jacobian and the Hessian of a function", () => {
    expect((torch.autograd.functional.jacobian((v: Tensor) => v.pow(2), x()) as Tensor).tolist()).toEqual([
      [2, 0],
      [0, 4],
    ]);
    expect((torch.autograd.functional.hessian(cubes, x()) as Tensor).tolist()).toEqual([
      [6, 0],
      [0, 12],
    ]);
  });
});

describe("torch.func", () => {
  it("turns a function into its gradient", () => {
    expect((torch.func.grad(cubes)(x()) as Tensor).tolist()).toEqual([3, 12]);
  });
});

describe("torch.utils.checkpoint", () => {
  it("computes again in the backward pass what it did not keep, with the same gradient", () => {
    const w = x().requires_grad_();
    const body = vi.fn((v: Tensor) => v.exp().mul(2));
    (torch.utils.checkpoint.checkpoint(body, w, { use_reentrant: false }) as Tensor).sum().backward();
    expect(body).toHaveBeenCalledTimes(2);
    expect(torch.allclose(w.grad!, x().exp().mul(2))).toBe(true);
  });
});

describe("anomaly mode", () => {
  it("names the derivative that made a NaN", () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    torch.autograd.set_detect_anomaly(true);
    try {
      const z = torch.tensor([-1], { requires_grad: true });
      expect(() => z.sqrt().sum().backward()).toThrow(
        "Function 'SqrtBackward0' returned nan values in its 0th output.",
      );
    } finally {
      torch.autograd.set_detect_anomaly(false);
      vi.restoreAllMocks();
    }
  });
});
