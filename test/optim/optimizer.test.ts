import { describe, expect, it } from "vitest";
import { optim, type Tensor, torch } from "../../src/index.js";

const { Adam, AdamW, Optimizer, SGD } = optim;

const parameter = (data: number[]): Tensor => torch.tensor(data, { dtype: torch.float32, requires_grad: true });
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

describe("resuming", () => {
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

  it("so do the other numbers that are tensors", () => {
    const p = parameter([1]);
    const [nadam, asgd] = [new optim.NAdam([p]), new optim.ASGD([p])];
    const load = (optimizer: optim.Optimizer, values: optim.ParamState) =>
      optimizer.load_state_dict({ ...optimizer.state_dict(), state: { 0: values } });
    load(nadam, { step: 1, mu_product: 0.5, exp_avg: torch.zeros(1), exp_avg_sq: torch.zeros(1) });
    load(asgd, { step: 1, eta: 0.25, mu: 1, ax: torch.zeros(1) });
    expect(String(nadam.state.get(p)!.mu_product)).toBe("tensor(0.5000)");
    expect(String(asgd.state.get(p)!.eta)).toBe("tensor(0.2500)");
    for (const optimizer of [nadam, asgd]) train(optimizer, [p], 1);
  });

  it("numbers in the state of one's own optimizer stay numbers", () => {
    const p = parameter([1]);
    const optimizer = new Optimizer([p], { lr: 1 });
    optimizer.load_state_dict({ ...optimizer.state_dict(), state: { 0: { step: 3 } } });
    expect(optimizer.state.get(p)).toEqual({ step: 3 });
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

  it("takes a tensor of one element as learning rate for a number as parameter", () => {
    const lr = torch.tensor([0.1]);
    const all = [optim.AdamW, optim.NAdam, optim.RAdam, optim.ASGD, optim.Adafactor, optim.Rprop, optim.LBFGS];
    for (const Each of all) {
      const p = torch.tensor(3, { dtype: torch.float32, requires_grad: true });
      train(new Each([p], { lr }), [p], 2);
      expect(p.shape).toEqual([]);
      expect(p.item()).toBeLessThan(3);
    }
  });
});

describe("the minimum of a bowl", () => {
  const minimum = -0.739085; // where p = -cos(p)
  const builds: Record<string, (p: Tensor) => optim.Optimizer> = {
    SGD: (p) => new SGD([p], 0.1, 0.5),
    Adam: (p) => new Adam([p], 0.05),
    Adamax: (p) => new optim.Adamax([p], 0.05),
    NAdam: (p) => new optim.NAdam([p], 0.05),
    RAdam: (p) => new optim.RAdam([p], 0.05),
    Adagrad: (p) => new optim.Adagrad([p], 0.5),
    Adadelta: (p) => new optim.Adadelta([p], 20),
    RMSprop: (p) => new optim.RMSprop([p], { lr: 0.01, momentum: 0.5, centered: true, eps: 0.1 }),
    Rprop: (p) => new optim.Rprop([p]),
    ASGD: (p) => new optim.ASGD([p], { lr: 0.1, lambd: 0 }),
    Adafactor: (p) => new optim.Adafactor([p], 0.1),
    LBFGS: (p) => new optim.LBFGS([p], { line_search_fn: "strong_wolfe" }),
  };
  for (const [name, build] of Object.entries(builds)) {
    it(`is found by ${name}`, () => {
      const p = parameter([3]);
      train(build(p), [p], 400);
      expect(p.item()).toBeCloseTo(minimum, 2);
    });
  }
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

  it("that are refused leave the others as they are", () => {
    const p = parameter([1]);
    const optimizer = new SGD([p], 0.1);
    for (const bad of [{ params: p }, { params: p.mul(2) }, { params: [1] }, {}, [p]]) {
      expect(() => optimizer.add_param_group(bad as unknown as optim.ParamGroupInput)).toThrow();
    }
    expect(optimizer.param_groups.map((g) => g.params.length)).toEqual([1]);
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
    const { grad } = p;
    optimizer.zero_grad(false);
    expect(p.grad).toBe(grad); // the memory is kept, who holds it sees zeros
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

describe("RMSprop", () => {
  it("takes momentum up when a scheduler turns it on", () => {
    const p = parameter([1]);
    const optimizer = new optim.RMSprop([p]);
    train(optimizer, [p], 1);
    optimizer.param_groups[0].momentum = 0.9;
    train(optimizer, [p], 1);
    expect(Object.keys(optimizer.state.get(p)!)).toEqual(["step", "square_avg", "momentum_buffer"]);
  });
});

describe("Adagrad", () => {
  it("has state from the start, and gives it to groups that come later", () => {
    const [p, q] = [parameter([1]), parameter([2])];
    const optimizer = new optim.Adagrad([p], { initial_accumulator_value: 0.5 });
    expect(String(optimizer.state.get(p)!.sum)).toBe("tensor([0.5000])");
    optimizer.add_param_group({ params: q });
    q.grad = torch.ones(1);
    optimizer.step();
    expect(String(optimizer.state.get(q)!.sum)).toBe("tensor([1.5000])");
  });
});

describe("ASGD", () => {
  it("keeps the mean of the parameters once step t0 is past", () => {
    const p = parameter([0]);
    const optimizer = new optim.ASGD([p], { lr: 1, lambd: 0, t0: 0 });
    for (const grad of [-1, -2, -3]) {
      p.grad = torch.tensor([grad], { dtype: torch.float32 });
      optimizer.step();
    }
    expect([p.item(), (optimizer.state.get(p)!.ax as Tensor).item()]).toEqual([6, (3 + 6) / 2]);
  });
});

describe("Muon", () => {
  it("steps with singular values about 1, whatever those of the gradient", () => {
    const p = torch.zeros(3, 5, { requires_grad: true });
    const optimizer = new optim.Muon([p], { lr: 1, weight_decay: 0 });
    p.grad = torch.randn(3, 5).mul(torch.tensor([[100], [1], [0.1]]));
    optimizer.step();
    const gram = p.detach().matmul(p.detach().T);
    expect(gram.trace().item()).toBeGreaterThan(3 * 0.5 ** 2);
    expect(gram.trace().item()).toBeLessThan(3 * 1.5 ** 2);
  });

  it("refuses vectors at once, also in groups that come later, and bad iterations at the step", () => {
    const p = torch.ones(2, 3, { requires_grad: true });
    p.grad = torch.ones(2, 3);
    const optimizer = new optim.Muon([p]);
    expect(() => optimizer.add_param_group({ params: parameter([1, 2]) })).toThrow(
      "Muon only supports 2D parameters whereas we found a parameter with size: torch.Size([2])",
    );
    expect(optimizer.param_groups.length).toBe(1);
    expect(() => new optim.Muon([p], { ns_steps: 100 }).step()).toThrow("must be less than 100");
    expect(() => new optim.Muon([p], { ns_coefficients: [1, 2] }).step()).toThrow("a tuple of exactly 3 values");
  });
});

describe("LBFGS", () => {
  it("solves a quadratic problem in as many directions as it has, where SGD crawls", () => {
    const p = parameter([3, -1, 2]);
    const curvature = torch.tensor([1, 10, 100], { dtype: torch.float32 });
    const optimizer = new optim.LBFGS([p], { max_iter: 12, line_search_fn: "strong_wolfe" });
    optimizer.step(() => {
      optimizer.zero_grad();
      const loss = p.mul(p).mul(curvature).sum();
      loss.backward();
      return loss;
    });
    for (const x of p.tolist() as number[]) expect(x).toBeCloseTo(0, 3);
  });

  it("returns the loss before the step, also when there is nothing to do", () => {
    const p = parameter([2]);
    const optimizer = new optim.LBFGS([p]);
    const closure = () => {
      optimizer.zero_grad();
      const loss = p.mul(p).sum();
      loss.backward();
      return loss;
    };
    expect(optimizer.step(closure).item()).toBe(4);
    expect(optimizer.step({ closure }).item()).toBeCloseTo(0);
  });

  it("evaluates the model once an iteration, and not after the last", () => {
    const p = parameter([3]);
    const optimizer = new optim.LBFGS([p], { lr: 0.1, max_iter: 3, max_eval: 10 });
    train(optimizer, [p], 2);
    expect(optimizer.state.get(p)).toMatchObject({ func_evals: 6, n_iter: 6 });
  });

  it("needs a closure that returns the loss, one group, and a line search that exists", () => {
    const [p, q] = [parameter([1]), parameter([2])];
    const optimizer = new optim.LBFGS([p]);
    expect(() => optimizer.step()).toThrow("LBFGS.step() missing 1 required positional argument: 'closure'");
    expect(() => optimizer.step(() => {})).toThrow("The closure of LBFGS must return the loss.");
    expect(() => optimizer.add_param_group({ params: q })).toThrow("LBFGS doesn't support per-parameter options");
    expect(() => new optim.LBFGS([{ params: p }, { params: q }])).toThrow("doesn't support per-parameter options");
    const other = new optim.LBFGS([p], { line_search_fn: "armijo" });
    expect(() => train(other, [p], 1)).toThrow("only 'strong_wolfe' is supported");
  });
});

describe("what is not supported", () => {
  const p = parameter([1]);
  it("is an error that says what to do", () => {
    expect(() => new Adam([p], { capturable: true })).toThrow("capturable=True is not supported");
    expect(() => new SGD([p], { differentiable: true })).toThrow("write it as operations on the parameters");
    expect(() => new Adam([p], { betas: [0.9] } as never)).toThrow("argument 'betas' (position 3) must be pair");
    expect(() => new optim.SparseAdam([p])).toThrow("please consider Adam instead");
  });

  it("is the same error for every optimizer that has the argument", () => {
    const { Adadelta, Adamax, ASGD, NAdam, RAdam, RMSprop, Rprop } = optim;
    for (const Each of [AdamW, Adadelta, Adamax, ASGD, NAdam, RAdam, RMSprop, Rprop]) {
      expect(() => new Each([p], { capturable: true })).toThrow("capturable=True is not supported");
      expect(() => new Each([p], { differentiable: true })).toThrow("differentiable=True is not supported");
    }
    expect(() => new optim.Adagrad([p], { fused: true, foreach: true })).toThrow(
      "`fused` and `foreach` cannot be `True` together.",
    );
  });
});
