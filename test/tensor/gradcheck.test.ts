import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Function as AutogradFunction, type FunctionCtx } from "../../src/autograd/index.js";
import { gradcheck, gradgradcheck } from "../../src/tensor/gradcheck.js";
import {
  float32,
  float64,
  manual_seed,
  randn,
  type Tensor,
  tensor,
  torchFunctions as torch,
  zeros,
} from "../../src/tensor/index.js";

const leaf = (...shape: number[]): Tensor => randn(shape, { dtype: float64, requires_grad: true });
const vector = (...values: number[]): Tensor => tensor(values, { dtype: float64, requires_grad: true });

/** x^3, whose derivative is multiplied by `factor`, and its second derivative by `second`. */
function cube(factor: number, second = 1) {
  return class Cube extends AutogradFunction {
    static override forward(ctx: FunctionCtx, x: Tensor): Tensor {
      ctx.save_for_backward(x);
      return x.pow(3);
    }

    static override backward(ctx: FunctionCtx, grad: Tensor): Tensor {
      const [x] = ctx.saved_tensors as [Tensor];
      const right = grad.mul(x.pow(2)).mul(3 * factor);
      return right.detach().add(right.sub(right.detach()).mul(second));
    }
  };
}

const apply = (f: typeof AutogradFunction) => (x: Tensor) => f.apply(x) as Tensor;

afterEach(() => {
  vi.restoreAllMocks();
});

describe("gradcheck", () => {
  it("accepts right derivatives of any shape, and of several inputs and outputs", () => {
    manual_seed(0);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }), (shape) => {
        expect(gradcheck((x: Tensor) => x.sin().mul(x), leaf(...shape))).toBe(true);
        expect(gradcheck((x: Tensor, y: Tensor) => [x.mul(y), x.sub(y).exp()], [leaf(...shape), leaf(...shape)])).toBe(
          true,
        );
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  it("finds a derivative that is 1% off", () => {
    const x = vector(1, -2);
    expect(gradcheck(apply(cube(1)), [x])).toBe(true);
    expect(() => gradcheck(apply(cube(1.01)), [x])).toThrow(
      /^Jacobian mismatch for output 0 with respect to input 0,\n/,
    );
    expect(gradcheck(apply(cube(1.01)), [x], { raise_exception: false })).toBe(false);
    expect(gradcheck(apply(cube(1.01)), [x], { rtol: 0.1 })).toBe(true);
  });

  it("shows both Jacobians as PyTorch does", () => {
    const wrong = apply(cube(2));
    expect(() => gradcheck(wrong, [vector(1, 2)])).toThrow(
      "Jacobian mismatch for output 0 with respect to input 0,\n" +
        "numerical:tensor([[ 3.0000,  0.0000],\n        [ 0.0000, 12.0000]], dtype=torch.float64)\n" +
        "analytical:tensor([[ 6.,  0.],\n        [ 0., 24.]], dtype=torch.float64)\n",
    );
  });

  it("says which input and which output differ", () => {
    const wrong = apply(cube(1.5));
    const f = (x: Tensor, y: Tensor) => [x.mul(y), x.add(wrong(y))];
    expect(() => gradcheck(f, [leaf(2), leaf(2)])).toThrow("Jacobian mismatch for output 1 with respect to input 1,");
  });

  it("takes inputs that are no tensors, need no gradient, or are views with gaps", () => {
    const gaps = tensor([1, 9, 2, 9, 3, 9], { dtype: float64 }).view(3, 2).select(1, 0).detach().requires_grad_();
    expect(
      gradcheck(
        (x: Tensor, power: number, y: Tensor) => x.pow(power).mul(y),
        [gaps, 3, zeros(3, { dtype: float64 }).add(2)],
      ),
    ).toBe(true);
    expect(gaps.tolist()).toEqual([1, 2, 3]);
  });

  it("puts the inputs back after the differences, even if the function fails", () => {
    const x = vector(1, 2);
    let calls = 0;
    const fails = (t: Tensor) => {
      if (++calls === 3) throw new Error("no more");
      return t.exp();
    };
    expect(() => gradcheck(fails, [x])).toThrow("no more");
    expect(x.tolist()).toEqual([1, 2]);
  });

  it("checks that a function without a gradient is constant", () => {
    expect(gradcheck((x: Tensor) => x.detach().mul(0), [leaf(2)])).toBe(true);
    expect(() => gradcheck((x: Tensor) => x.detach().mul(2), [leaf(2)])).toThrow(
      "Numerical gradient for function expected to be zero",
    );
  });

  it("finds a backward that does not multiply by the gradient it is given", () => {
    class Forgetful extends AutogradFunction {
      static override forward(_: FunctionCtx, x: Tensor): Tensor {
        return x.mul(2);
      }

      static override backward(_: FunctionCtx, grad: Tensor): Tensor {
        return grad.mul(0).add(2);
      }
    }
    // with one element the Jacobian is right
    expect(() => gradcheck(apply(Forgetful), [leaf(1)])).toThrow("backward not multiplied by grad_output");
  });

  it("finds a backward that differs from pass to pass", () => {
    let passes = 0;
    class Drifting extends AutogradFunction {
      static override forward(_: FunctionCtx, x: Tensor): Tensor {
        return x.mul(2);
      }

      static override backward(_: FunctionCtx, grad: Tensor): Tensor {
        return grad.mul(2 + 1e-7 * passes++);
      }
    }
    expect(() => gradcheck(apply(Drifting), [leaf(2)])).toThrow(/^Backward is not reentrant/);
    expect(gradcheck(apply(Drifting), [leaf(2)], { nondet_tol: 1e-5 })).toBe(true);
  });

  it("finds a backward that cannot do without the gradient of an unused output", () => {
    const triple = (backwardOf: (used: Tensor[]) => Tensor) =>
      class Triple extends AutogradFunction {
        static override forward(ctx: FunctionCtx, x: Tensor): Tensor[] {
          ctx.set_materialize_grads(false);
          return [x.mul(2), x.mul(2), x.mul(2)];
        }

        static override backward(_: FunctionCtx, ...grads: (Tensor | null)[]): Tensor {
          return backwardOf(grads.filter((g) => g !== null));
        }
      };
    const check = (backwardOf: (used: Tensor[]) => Tensor, options = {}) =>
      gradcheck((x: Tensor) => triple(backwardOf).apply(x) as Tensor[], [leaf(2)], options);
    const right = (used: Tensor[]) => used.reduce((sum, g) => sum.add(g)).mul(2);
    expect(check(right)).toBe(true);
    const nonzero = (used: Tensor[]) => (used.length === 2 ? right(used).add(1) : right(used));
    expect(() => check(nonzero)).toThrow(/^Expected all input grads to be undefined or zero when/);
    const fails = (used: Tensor[]) => {
      if (used.length === 2) throw new TypeError("where is it?");
      return right(used);
    };
    expect(() => check(fails)).toThrow(/^Expected backward function to handle undefined output grads\./);
    expect(check(fails, { check_undefined_grad: false })).toBe(true);
  });

  it("rejects inputs that cannot be checked", () => {
    expect(() => gradcheck((x: Tensor) => x, [zeros(2)])).toThrow(
      "gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True.",
    );
    const repeated = zeros(1, { dtype: float64 }).expand(3).detach().requires_grad_();
    expect(() => gradcheck((x: Tensor) => x, [repeated])).toThrow(/^The 0th input has a dimension with stride 0\./);
  });

  it("warns about inputs that are not float64", () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    gradcheck((x: Tensor) => x.mul(2), [zeros(2, { dtype: float32, requires_grad: true })], { eps: 0.1 });
    expect(warned).toHaveBeenCalledWith(
      "UserWarning: Input #0 requires gradient and is not a double precision floating point or complex. This check will likely fail if all the inputs are not of double precision floating point or complex. ",
    );
  });

  it("names an option that is not supported, or unknown", () => {
    const check = (options: object) => () => gradcheck((x: Tensor) => x, [leaf(1)], options);
    expect(check({ check_forward_ad: true })).toThrow("check_forward_ad=True is not supported");
    expect(check({ check_batched_grad: true })).toThrow("check_batched_grad=True is not supported");
    expect(check({ check_backward_ad: false })).toThrow(
      "Expected at least one of check_forward_ad or check_backward_ad to be True",
    );
    expect(check({ epsilon: 1 })).toThrow("gradcheck() got an unexpected keyword argument 'epsilon'");
  });
});

describe("gradgradcheck", () => {
  it("accepts right second derivatives", () => {
    manual_seed(0);
    expect(gradgradcheck((x: Tensor, y: Tensor) => torch.sigmoid(x).mul(y), [leaf(2, 2), leaf(2)])).toBe(true);
    expect(gradgradcheck((x: Tensor) => [x.exp(), x.pow(3)], [leaf(3)], { gen_non_contig_grad_outputs: true })).toBe(
      true,
    );
    expect(gradgradcheck((x: Tensor) => x.pow(3), [leaf(2)], vector(1, 2))).toBe(true);
    expect(gradgradcheck((x: Tensor) => x.pow(3), leaf(2), { grad_outputs: [vector(1, 2)] })).toBe(true);
  });

  it("finds a second derivative that is 1% off where the first is right", () => {
    const wrong = apply(cube(1, 1.01));
    expect(gradcheck(wrong, [vector(1, -2)])).toBe(true);
    expect(() => gradgradcheck(wrong, [vector(1, -2)])).toThrow(
      /^Jacobian mismatch for output 0 with respect to input 0,/,
    );
    expect(gradgradcheck(wrong, [vector(1, -2)], null, { raise_exception: false })).toBe(false);
  });

  it("finds a backward that is not differentiable", () => {
    class Cut extends AutogradFunction {
      static override forward(ctx: FunctionCtx, x: Tensor): Tensor {
        ctx.save_for_backward(x);
        return x.pow(2);
      }

      static override backward(ctx: FunctionCtx, grad: Tensor): Tensor {
        return grad.mul((ctx.saved_tensors[0] as Tensor).detach()).mul(2);
      }
    }
    expect(() => gradgradcheck(apply(Cut), [vector(1, 2)])).toThrow(/Jacobian mismatch/);
  });
});
