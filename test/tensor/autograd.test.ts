import fc from "fast-check";
import { type autograd, type Tensor, torch } from "rushlight";
import { describe, expect, it, vi } from "vitest";

/* Autograd as a user meets it. The formulas of the ops are tested with the op table, the engine on plain numbers. */

const leaf = (...values: number[]): Tensor => torch.tensor(values, { requires_grad: true, dtype: torch.float64 });

describe("backward", () => {
  it("adds to the gradients of the leaves", () => {
    const x = leaf(1, 2);
    x.pow(2).sum().backward();
    x.pow(2).sum().backward();
    expect(x.grad?.tolist()).toEqual([4, 8]);
  });

  it("gives each leaf a gradient of its own memory", () => {
    const a = leaf(1);
    const b = leaf(2);
    a.add(b).backward();
    a.grad!.add_(1);
    expect(b.grad?.tolist()).toEqual([1]);
  });

  it("keeps accumulating into the same tensor", () => {
    const x = leaf(1);
    x.mul(2).backward();
    const { grad } = x;
    x.mul(2).backward();
    expect(x.grad).toBe(grad);
    expect(grad?.tolist()).toEqual([4]);
  });

  it("takes a gradient for what is no scalar, by position or by name", () => {
    const x = leaf(1, 2);
    x.mul(3).backward(torch.tensor([1, 10], { dtype: torch.float64 }));
    x.mul(3).backward({ gradient: torch.tensor([1, 10], { dtype: torch.float64 }) });
    expect(x.grad?.tolist()).toEqual([6, 60]);
    expect(() => x.mul(3).backward()).toThrow("grad can be implicitly created only for scalar outputs");
    expect(() => x.mul(3).backward(torch.ones(3))).toThrow(
      "Mismatch in shape: grad_output[0] has a shape of torch.Size([3]) and output[0] has a shape of torch.Size([2]).",
    );
    expect(() => x.sum().backward({ gradiant: null } as object)).toThrow(
      "backward() got an unexpected keyword argument 'gradiant'",
    );
  });

  it("accumulates only into the inputs it is given", () => {
    const a = leaf(2);
    const b = leaf(3);
    a.mul(b).backward({ inputs: [a] });
    expect([a.grad?.tolist(), b.grad]).toEqual([[3], null]);
  });

  it("needs something that was recorded", () => {
    expect(() => torch.ones(1).backward()).toThrow(
      "element 0 of tensors does not require grad and does not have a grad_fn",
    );
  });

  it("frees what ops saved, unless told to keep it", () => {
    const x = leaf(3);
    const y = x.mul(x);
    y.backward({ retain_graph: true });
    y.backward();
    expect(x.grad?.tolist()).toEqual([12]);
    expect(() => y.backward()).toThrow("Trying to backward through the graph a second time");
    const z = x.add(1); // saves nothing, so it can be walked again
    z.backward();
    z.backward();
  });

  it("runs through a chain of 100,000 ops", () => {
    const x = leaf(1);
    let y: Tensor = x;
    for (let i = 0; i < 100_000; i++) y = y.add(0);
    y.backward();
    expect(x.grad?.tolist()).toEqual([1]);
  });
});

describe("autograd.grad", () => {
  it("returns gradients and touches none", () => {
    const x = leaf(2);
    const [dx] = torch.autograd.grad(x.pow(3), x);
    expect([dx?.tolist(), x.grad]).toEqual([[12], null]);
  });

  it("differentiates gradients", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 2, noNaN: true }), (value) => {
        const x = leaf(value);
        const [first] = torch.autograd.grad(x.pow(4), x, { create_graph: true });
        const [second] = torch.autograd.grad(first!, x, { create_graph: true });
        const [third] = torch.autograd.grad(second!, x);
        expect([first, second, third].map((d) => d!.item())).toEqual([
          expect.closeTo(4 * value ** 3, 8),
          expect.closeTo(12 * value ** 2, 8),
          expect.closeTo(24 * value, 8),
        ]);
      }),
    );
  });

  it("wants inputs that were used, or permission", () => {
    const x = leaf(1);
    const unused = leaf(1);
    expect(() => torch.autograd.grad(x.mul(2), unused)).toThrow(
      "The differentiated Tensor at index 0 appears to not have been used in the graph.",
    );
    expect(torch.autograd.grad(x.mul(2), unused, { allow_unused: true })).toEqual([null]);
    expect(torch.autograd.grad(x.mul(2), unused, { materialize_grads: true })[0]?.tolist()).toEqual([0]);
    expect(() => torch.autograd.grad(x.mul(2), torch.ones(1))).toThrow(
      "One of the differentiated Tensors does not require grad",
    );
  });

  it("reaches values inside the graph", () => {
    const x = leaf(3);
    const y = x.mul(x);
    const [dy, dx] = torch.autograd.grad(y.mul(y), [y, x]);
    expect([dy?.item(), dx?.item()]).toEqual([18, 108]);
  });
});

describe("what is recorded", () => {
  it("is nothing inside no_grad, and again something inside enable_grad", () => {
    const x = leaf(1);
    expect(torch.no_grad(() => x.mul(2)).requires_grad).toBe(false);
    expect(torch.no_grad(() => torch.enable_grad(() => x.mul(2))).requires_grad).toBe(true);
    expect(torch.set_grad_enabled(false, () => torch.is_grad_enabled())).toBe(false);
    expect(torch.is_grad_enabled()).toBe(true);
  });

  it("ends with the block of `using`", () => {
    {
      using _ = torch.no_grad();
      expect(torch.is_grad_enabled()).toBe(false);
    }
    expect(torch.is_grad_enabled()).toBe(true);
  });

  it("comes back after an error", () => {
    expect(() =>
      torch.no_grad(() => {
        throw new Error("x");
      }),
    ).toThrow("x");
    expect(torch.is_grad_enabled()).toBe(true);
  });

  it("leaves out detached tensors, which share memory", () => {
    const x = leaf(1, 2);
    const y = x.mul(2).detach();
    expect([y.requires_grad, y.is_leaf, y.grad_fn]).toEqual([false, true, null]);
    const shared = x.detach();
    shared.fill_(5);
    expect(x.tolist()).toEqual([5, 5]);
  });

  it("can be read: names, edges, leaves", () => {
    const x = leaf(1);
    const y = x.mul(2).add(1);
    expect(y.grad_fn?.name()).toBe("AddBackward0");
    const [[mul]] = y.grad_fn!.next_functions;
    expect(mul?.name()).toBe("MulBackward0");
    const [[accumulate]] = mul!.next_functions;
    expect(accumulate?.name()).toBe("AccumulateGrad");
    expect(String(y)).toBe("tensor([3.], dtype=torch.float64, grad_fn=<AddBackward0>)");
  });

  it("may only be switched on for floats, and off for leaves", () => {
    expect(() => torch.tensor([1, 2]).requires_grad_()).toThrow(
      "only Tensors of floating point dtype can require gradients",
    );
    expect(() => {
      leaf(1).mul(2).requires_grad = false;
    }).toThrow("you can only change requires_grad flags of leaf variables.");
  });
});

describe("changes in place", () => {
  it("are not for leaves, outside no_grad", () => {
    const x = leaf(1);
    expect(() => x.add_(1)).toThrow("a leaf Variable that requires grad is being used in an in-place operation.");
    expect(() => x.view(1).add_(1)).toThrow(
      "a view of a leaf Variable that requires grad is being used in an in-place operation.",
    );
    torch.no_grad(() => x.add_(1));
    expect(x.tolist()).toEqual([2]);
  });

  it("are noticed by ops that saved the tensor, and only by those", () => {
    const x = leaf(1);
    const y = x.mul(2);
    const z = y.mul(y);
    y.add_(1);
    expect(() => z.backward()).toThrow(
      "one of the variables needed for gradient computation has been modified by an inplace operation: [torch.DoubleTensor [1]], which is output 0 of Add, is at version 1; expected version 0 instead.",
    );
    const a = x.mul(2);
    const b = a.add(1);
    a.mul_(5);
    b.backward();
    expect(x.grad?.tolist()).toEqual([2]);
  });

  it("take part in the graph, through views as well", () => {
    const x = leaf(1, 2, 3);
    const y = x.mul(1);
    y.narrow(0, 0, 2).mul_(10);
    expect(y.grad_fn?.name()).toBe("CopySlices");
    y.sum().backward();
    expect(x.grad?.tolist()).toEqual([10, 10, 1]);
  });

  it("of a base show in the history of its views", () => {
    const x = leaf(1, 2);
    const y = x.mul(1);
    const view = y.view(2, 1);
    y.mul_(3);
    view.sum().backward();
    expect(x.grad?.tolist()).toEqual([3, 3]);
  });

  it("with a tensor that requires a gradient make the changed one require it", () => {
    const w = leaf(2, 3);
    const buffer = torch.zeros(4, { dtype: torch.float64 });
    buffer.narrow(0, 1, 2).copy_(w.mul(2));
    expect(buffer.requires_grad).toBe(true);
    buffer.mul(torch.arange(4).double()).sum().backward();
    expect(w.grad?.tolist()).toEqual([2, 4]);
  });
});

describe("hooks", () => {
  it("of a tensor see, and may replace, its gradient", () => {
    const x = leaf(1);
    const y = x.mul(3);
    const seen: number[] = [];
    y.register_hook((g) => {
      seen.push(g.item());
      return g.mul(10);
    });
    const handle = x.register_hook((g) => {
      seen.push(g.item());
    });
    y.mul(2).backward();
    expect([seen, x.grad?.tolist()]).toEqual([[2, 60], [60]]);
    handle.remove();
    x.mul(1).backward();
    expect(seen).toHaveLength(2);
  });

  it("of a node see both sides", () => {
    const x = leaf(1);
    const y = x.mul(3);
    const hook = vi.fn();
    y.grad_fn!.register_hook(hook);
    y.backward();
    const [[inputs, outputs]] = hook.mock.calls;
    expect([inputs[0].item(), outputs[0].item()]).toEqual([3, 1]);
  });

  it("after accumulation see the leaf", () => {
    const x = leaf(1);
    x.register_post_accumulate_grad_hook((p) => {
      p.grad = null;
    });
    x.mul(2).backward();
    expect(x.grad).toBeNull();
  });

  it("retain_grad keeps the gradient of a computed tensor, after its hooks", () => {
    const x = leaf(1);
    const y = x.mul(2);
    y.retain_grad();
    y.register_hook((g) => g.mul(5));
    y.mul(3).backward();
    expect([y.grad?.tolist(), x.grad?.tolist()]).toEqual([[15], [30]]);
  });

  it("and .grad of a computed tensor warns", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    expect(leaf(1).mul(2).grad).toBeNull();
    expect(warn.mock.calls[0]?.[0]).toMatch(
      /^UserWarning: The \.grad attribute of a Tensor that is not a leaf Tensor is being accessed/,
    );
    warn.mockRestore();
  });
});

describe("custom Functions", () => {
  class Cube extends torch.autograd.Function {
    static override forward(ctx: autograd.FunctionCtx, x: Tensor, scale: number): Tensor {
      ctx.save_for_backward(x);
      ctx.scale = scale;
      return x.pow(3).mul(scale);
    }
    static override backward(ctx: autograd.FunctionCtx, grad: Tensor) {
      const [x] = ctx.saved_tensors;
      return [grad.mul(x.pow(2)).mul(3 * ctx.scale), null];
    }
  }

  it("bring their own derivative, which can be differentiated again", () => {
    const x = leaf(2);
    const y = Cube.apply(x, 2);
    expect(y.grad_fn.name()).toBe("CubeBackward");
    const [first] = torch.autograd.grad(y, x, { create_graph: true });
    const [second] = torch.autograd.grad(first!, x);
    expect([first!.item(), second!.item()]).toEqual([24, 24]);
    expect(torch.autograd.gradcheck((t: Tensor) => Cube.apply(t, 0.5), [leaf(1.5)])).toBe(true);
  });

  it("say so when backward returns too few gradients, and when one is missing", () => {
    class Short extends Cube {
      static override backward(_: autograd.FunctionCtx, grad: Tensor) {
        return [grad];
      }
    }
    expect(() => Short.apply(leaf(1), 1).backward()).toThrow(
      "function ShortBackward returned an incorrect number of gradients (expected 2, got 1)",
    );
    class Bare extends torch.autograd.Function {}
    expect(() => Bare.apply(leaf(1))).toThrow("You must implement the forward function for custom autograd.Function.");
  });

  it("notice saved tensors that were changed, and graphs that were freed", () => {
    const x = leaf(2).mul(1);
    const y = Cube.apply(x, 1);
    x.add_(1);
    expect(() => y.backward()).toThrow("modified by an inplace operation");
    const z = Cube.apply(leaf(1), 1);
    z.backward();
    expect(() => z.backward()).toThrow("Trying to backward through the graph a second time");
  });
});
