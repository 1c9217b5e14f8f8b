import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { optim, type Tensor, torch } from "../../src/index.js";

const { Adam, AdamW, Optimizer, SGD } = optim;

const parameter = (data: number[]): Tensor => torch.tensor(data, { dtype: torch.float32, requires_grad: true });
const bits = (...tensors: Tensor[]): unknown => tensors.map((t) => t.tolist());

/** Steps down the bowl p^2 / 2 + sin(p), whose gradient is another at every place. */
function train(optimizer: optim.Optimizer, params: readonly Tensor[], steps: number): void {
  for (let i = 0; i < steps; i++) {
    optimizer.step(() => {
      optimizer.zero_grad();
      const loss = params.map((p) => p.mul(p).div(2).add(p.sin()).sum()).reduce((a, b) => a.add(b));
      loss.backward();
      return loss;
    });
  }
}

const rate = fc.double({ min: 1e-4, max: 0.2, noNaN: true });
const decay = fc.double({ min: 0, max: 0.99, noNaN: true });

/** A way to build an optimizer for two parameters, with groups that differ. */
const builders: fc.Arbitrary<(a: Tensor, b: Tensor) => optim.Optimizer> = fc.oneof(
  fc
    .record({ lr: rate, momentum: decay, nesterov: fc.boolean(), weight_decay: decay, maximize: fc.boolean() })
    .map((o) => (a: Tensor, b: Tensor) => {
      const options = { ...o, nesterov: o.nesterov && o.momentum > 0 };
      return new SGD([{ params: a }, { params: b, weight_decay: 0.1 }], options);
    }),
  fc
    .record({ lr: rate, betas: fc.tuple(decay, decay), amsgrad: fc.boolean(), weight_decay: decay })
    .map((options) => (a: Tensor, b: Tensor) => new Adam([{ params: a }, { params: b, lr: 0.01 }], options)),
  fc
    .record({ lr: rate, betas: fc.tuple(decay, decay), amsgrad: fc.boolean() })
    .map((options) => (a: Tensor, b: Tensor) => new AdamW([a, b], options)),
);

describe("resuming", () => {
  it("n steps, save, load elsewhere, m steps are n + m steps, bit for bit", () => {
    const count = fc.integer({ min: 0, max: 8 });
    fc.assert(
      fc.property(builders, count, count, (build, n, m) => {
        const whole = [parameter([1, -2]), parameter([0.5])] as const;
        train(build(...whole), whole, n + m);

        const before = [parameter([1, -2]), parameter([0.5])] as const;
        const first = build(...before);
        train(first, before, n);
        const after = before.map((p) => p.detach().clone().requires_grad_()) as [Tensor, Tensor];
        const second = build(...after);
        second.load_state_dict(first.state_dict());
        train(first, before, 2); // what was loaded is a copy
        train(second, after, m);
        expect(bits(...after)).toEqual(bits(...whole));
      }),
    );
  });

  it("saved options win over those of the constructor", () => {
    const p = parameter([1]);
    const saved = new Adam([p], { lr: 0.5, betas: [0.1, 0.2], amsgrad: true }).state_dict();
    const optimizer = new Adam([p], { lr: 0.1 });
    optimizer.load_state_dict(saved);
    expect(optimizer.param_groups[0]).toMatchObject({ lr: 0.5, betas: [0.1, 0.2], amsgrad: true });
    expect(optimizer.param_groups[0].params[0]).toBe(p);
  });

  it("state takes the dtype of the parameter, the count of steps keeps its own", () => {
    const single = parameter([1, 2]);
    const first = new Adam([single]);
    train(first, [single], 3);
    const double = torch.tensor([1, 2], { dtype: torch.float64, requires_grad: true });
    const second = new Adam([double]);
    second.load_state_dict(first.state_dict());
    const { step, exp_avg } = second.state.get(double) as { step: Tensor; exp_avg: Tensor };
    expect([step.dtype, exp_avg.dtype]).toEqual([torch.float32, torch.float64]);
    expect(step.item()).toBe(3);
  });

  it("state dicts of older releases lack options and count steps in plain numbers", () => {
    const p = parameter([1, 2]);
    const optimizer = new AdamW([p], { maximize: true });
    const old = { lr: 0.1, betas: [0.9, 0.99], eps: 1e-8, weight_decay: 0.5, amsgrad: false, params: [0] };
    const moments = { exp_avg: torch.ones(2), exp_avg_sq: torch.ones(2) };
    optimizer.load_state_dict({ state: { 0: { step: 7, ...moments } }, param_groups: [old] });
    expect(optimizer.param_groups[0]).toMatchObject({ maximize: false, foreach: null, decoupled_weight_decay: true });
    expect(String(optimizer.state.get(p)!.step)).toBe("tensor(7.)");
    train(optimizer, [p], 1);
  });

  it("names are kept unless the state dict brings others", () => {
    const named = () => new SGD([["a", parameter([1])]] as [string, Tensor][], 0.1);
    const optimizer = named();
    const { state, param_groups } = named().state_dict();
    expect(param_groups[0].param_names).toEqual(["a"]);
    const { param_names: _, ...nameless } = param_groups[0];
    optimizer.load_state_dict({ state, param_groups: [nameless] });
    expect(optimizer.param_groups[0].param_names).toEqual(["a"]);
    optimizer.load_state_dict({ state, param_groups: [{ ...param_groups[0], param_names: ["b"] }] });
    expect(optimizer.param_groups[0].param_names).toEqual(["b"]);
  });
});

describe("a step", () => {
  it("leaves parameters without a gradient alone, and remembers nothing of them", () => {
    const [a, b] = [parameter([1]), parameter([2])];
    const optimizer = new Adam([a, b]);
    a.sum().backward();
    optimizer.step();
    expect(b.item()).toBe(2);
    expect([optimizer.state.has(a), optimizer.state.has(b)]).toEqual([true, false]);
  });

  it("changes parameters in place and outside the graph", () => {
    const p = parameter([1, 2]);
    const optimizer = new SGD([p], 0.1, { momentum: 0.9 });
    const version = p._version;
    train(optimizer, [p], 2);
    expect(p.is_leaf && p.requires_grad).toBe(true);
    expect(p._version).toBe(version + 2);
  });

  it("returns what the closure returns, and null without one", () => {
    const p = parameter([1]);
    const optimizer = new SGD([p], 0.1);
    expect(optimizer.step(() => "loss")).toBe("loss");
    expect(optimizer.step({ closure: () => 3 })).toBe(3);
    expect(optimizer.step()).toBe(null);
  });

  it("uses the options that a group has at the time", () => {
    const p = parameter([1]);
    const optimizer = new SGD([p], 1);
    p.grad = torch.ones(1);
    optimizer.step();
    optimizer.param_groups[0].lr = 0.25;
    optimizer.step();
    expect(p.item()).toBe(-0.25);
  });

  it("finds the minimum of a bowl", () => {
    for (const build of [(p: Tensor) => new SGD([p], 0.1, 0.5), (p: Tensor) => new Adam([p], 0.05)]) {
      const p = parameter([3]);
      train(build(p), [p], 300);
      expect(p.item()).toBeCloseTo(-0.739085, 4); // where p = -cos(p)
    }
  });
});

describe("groups", () => {
  it("take what they lack from the optimizer, and are the objects that were given", () => {
    const given = { params: [parameter([1])], lr: 0.5 };
    const optimizer = new SGD([given, { params: parameter([2]) }], { lr: 0.1, momentum: 0.9 });
    expect(optimizer.param_groups[0]).toBe(given);
    expect(optimizer.param_groups.map((g) => [g.lr, g.momentum])).toEqual([
      [0.5, 0.9],
      [0.1, 0.9],
    ]);
  });

  it("may come later, and may be iterated only once", () => {
    const optimizer = new SGD([parameter([1])], 0.1);
    optimizer.add_param_group({ params: [parameter([2]), parameter([3])].values(), lr: 0.5 });
    expect(optimizer.state_dict().param_groups.map((g) => g.params)).toEqual([[0], [1, 2]]);
  });

  it("take no NaN and no text for a number", () => {
    const p = parameter([1]);
    expect(() => new SGD([{ params: p, lr: Number.NaN }])).toThrow("Invalid lr: nan");
    expect(() => new SGD([{ params: p, momentum: "0.9" }])).toThrow("'momentum' must be a number or a Tensor, not str");
    expect(() => new Adam([{ params: p, betas: [0.9, Number.NaN] }])).toThrow("Invalid betas: (0.9, nan)");
  });

  it("are checked for NaN in options that PyTorch lets through", () => {
    expect(() => new SGD([parameter([1])], Number.NaN)).toThrow("Invalid learning rate: nan");
    expect(() => new SGD([parameter([1])], { dampening: Number.NaN })).toThrow("Invalid dampening: nan");
  });
});

describe("zero_grad", () => {
  it("forgets the gradients, or sets them to 0 and takes them out of the graph", () => {
    const p = parameter([1, 2]);
    const optimizer = new SGD([p], 0.1);
    p.mul(p).sum().backward({ create_graph: true });
    optimizer.zero_grad({ set_to_none: false });
    expect(p.grad!.tolist()).toEqual([0, 0]);
    expect(p.grad!.requires_grad).toBe(false);
    optimizer.zero_grad();
    expect(p.grad).toBe(null);
  });
});

describe("hooks", () => {
  it("run around each step, those of all optimizers outside, until they are removed", () => {
    const optimizer = new SGD([parameter([1])], 0.1);
    const seen: string[] = [];
    const note = (text: string) => () => void seen.push(text);
    const handles = [
      optimizer.register_step_pre_hook(note("pre")),
      optimizer.register_step_post_hook(note("post")),
      optim.register_optimizer_step_pre_hook(note("pre of all")),
      optim.register_optimizer_step_post_hook(note("post of all")),
    ];
    optimizer.step(note("closure"));
    expect(seen).toEqual(["pre of all", "pre", "closure", "post", "post of all"]);
    for (const handle of handles) handle.remove();
    optimizer.step();
    expect(seen.length).toBe(5);
  });

  it("before a step may change its arguments, and may return nothing else", () => {
    const optimizer = new SGD([parameter([1])], 0.1);
    const handle = optimizer.register_step_pre_hook((_, args, kwargs) => [[() => [args.length, kwargs]], {}]);
    expect(optimizer.step({ closure: () => "mine" })).toMatchObject([0, { closure: expect.any(Function) }]);
    handle.remove();
    optimizer.register_step_pre_hook((() => 5) as unknown as optim.StepPreHook);
    expect(() => optimizer.step()).toThrow("must return None or a tuple of (new_args, new_kwargs), but got 5.");
  });

  it("see state dicts that are made and loaded", () => {
    const optimizer = new SGD([parameter([1])], 0.1);
    const seen: string[] = [];
    optimizer.register_state_dict_pre_hook(() => void seen.push("make"));
    optimizer.register_state_dict_post_hook((_, dict) => ({ ...dict, note: "made" }));
    optimizer.register_load_state_dict_pre_hook((_, dict) => void seen.push(`load ${"note" in dict}`));
    optimizer.register_load_state_dict_pre_hook(() => void seen.push("first"), { prepend: true });
    optimizer.register_load_state_dict_post_hook((o) => void seen.push(`loaded ${o === optimizer}`));
    optimizer.load_state_dict(optimizer.state_dict());
    expect(seen).toEqual(["make", "first", "load true", "loaded true"]);
  });
});

describe("an optimizer of one's own", () => {
  it("says what a step does to one parameter", () => {
    class SignSGD extends Optimizer {
      constructor(params: optim.Params, lr: number) {
        super(params, { lr });
      }
      protected override update(param: Tensor, grad: Tensor, group: optim.ParamGroup) {
        param.sub_(grad.sign().mul(group.lr));
      }
    }
    const p = parameter([1, -2]);
    const optimizer = new SignSGD([p], 0.5);
    optimizer.step(() => p.mul(p).sum().backward());
    expect(p.tolist()).toEqual([0.5, -1.5]);
    expect(String(optimizer)).toBe("SignSGD (\nParameter Group 0\n    lr: 0.5\n)");
  });
});

describe("what is not supported", () => {
  it("is an error that says what to do", () => {
    const p = parameter([1]);
    expect(() => new Adam([p], { capturable: true })).toThrow("capturable=True is not supported");
    expect(() => new SGD([p], { differentiable: true })).toThrow("write it as operations on the parameters");
    expect(() => new Adam([p], { betas: [0.9] } as never)).toThrow("argument 'betas' (position 3) must be pair");
  });
});
