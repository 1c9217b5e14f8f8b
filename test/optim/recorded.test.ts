import { describe, expect, it, vi } from "vitest";
import { optim, type Tensor, torch } from "../../src/index.js";
import recorded from "../fixtures/optim_traces.json" with { type: "json" };

const { Adam, SGD } = optim;
type Options = Record<string, unknown>;
type Constructor = new (params: unknown, options: Options) => optim.Optimizer;

/** Recorded options as values: `{ tensor: data }` stands for a tensor. */
function value(x: unknown): unknown {
  if (Array.isArray(x)) return x.map(value);
  if (typeof x !== "object" || x === null) return x;
  return torch.tensor((x as { tensor: number[] }).tensor, { dtype: torch.float32 });
}

const values = (options: Options): Options =>
  Object.fromEntries(Object.entries(options).map(([name, x]) => [name, value(x)]));

function build(name: string, { groups, ...options }: Options): { w: Tensor; b: Tensor; optimizer: optim.Optimizer } {
  const [w, b] = [recorded.start.w, recorded.start.b].map((data) =>
    torch.tensor(data, { dtype: torch.float32, requires_grad: true }),
  );
  const each = groups as Options[] | undefined;
  const params = each ? [w, b].map((p, i) => ({ params: [p], ...values(each[i]) })) : [w, b];
  const Named = optim[name as "SGD"] as unknown as Constructor;
  return { w, b, optimizer: new Named(params, values(options)) };
}

/** `p * curvature - pull`, the recorded problem. */
function gradient(p: Tensor, name: "w" | "b"): Tensor {
  const of = (data: number[] | number[][]) => torch.tensor(data, { dtype: torch.float32 });
  return p.detach().mul(of(recorded.curvature[name])).sub(of(recorded.pull[name]));
}

const title = (name: string, options: Options) => `${name} ${JSON.stringify(options)}`;

describe("twelve steps agree with PyTorch to 1e-6", () => {
  for (const { name, options, steps } of [...recorded.traces, ...recorded["newer traces"]]) {
    it(title(name, options), () => {
      const { w, b, optimizer } = build(name, options);
      steps.forEach((expected, i) => {
        const closure = () => {
          expect(torch.is_grad_enabled()).toBe(true);
          optimizer.zero_grad();
          w.grad = gradient(w, "w");
          if (i % 3 !== 2) b.grad = gradient(b, "b");
          return i;
        };
        expect(optimizer.step(closure)).toBe(i);
        const now = [...(w.flatten().tolist() as number[]), ...(b.tolist() as number[])];
        now.forEach((x, k) => {
          const error = Math.abs(x - expected[k]) / Math.max(1, Math.abs(expected[k]));
          expect(error, `step ${i}, element ${k}: ${x}, not ${expected[k]}`).toBeLessThan(1e-6);
        });
      });
    });
  }
});

describe("texts and state dicts are laid out as PyTorch's", () => {
  for (const layout of recorded.layouts) {
    it(title(layout.name, layout.options), () => {
      const { w, optimizer } = build(layout.name, layout.options);
      for (let i = 0; i < 2; i++) {
        w.grad = torch.ones_like(w);
        optimizer.step();
      }
      expect(String(optimizer)).toBe(layout.repr);
      const { state, param_groups } = optimizer.state_dict();
      expect(Object.keys(param_groups[0])).toEqual(layout["group keys"]);
      expect(param_groups.map((g) => g.params)).toEqual(layout.ids);
      const kinds = Object.entries(state).map(([id, s]) => [
        id,
        Object.fromEntries(
          Object.entries(s).map(([n, t]) => [n, [String((t as Tensor).dtype), [...(t as Tensor).shape]]]),
        ),
      ]);
      expect(Object.fromEntries(kinds)).toEqual(layout["state keys"]);
    });
  }
});

describe("errors begin with PyTorch's texts", () => {
  const p = torch.zeros(2, { requires_grad: true });
  const q = torch.zeros(2, { requires_grad: true });
  const sgd = (params: unknown, options: Options = {}) => new (SGD as unknown as Constructor)(params, options);
  const adam = (options: Options) => new (Adam as unknown as Constructor)([p], options);
  const load = (change: (state: optim.OptimizerStateDict) => void) => {
    const state = sgd([p, q]).state_dict();
    change(state);
    sgd([p, q]).load_state_dict(state);
  };
  const tensor = (...data: number[]) => torch.tensor(data.length === 1 ? data[0] : data, { dtype: torch.float32 });

  const mistakes: Record<string, () => unknown> = {
    "a tensor instead of a list": () => sgd(p),
    "a number instead of a list": () => sgd(5),
    "an empty list": () => sgd([]),
    "a number among the parameters": () => sgd([p, 5]),
    "a group after tensors": () => sgd([p, { params: q }]),
    "a tensor after groups": () => sgd([{ params: q }, p]),
    "a group without params": () => sgd([{ lr: 1 }]),
    "a set of parameters": () => sgd([{ params: new Set([p, q]) }]),
    "a tensor that was computed": () => sgd([p.mul(2)]),
    "a parameter in two groups": () => sgd([{ params: [p, q] }, { params: q }]),
    "some names missing": () => sgd([["a", p], q]),
    "a group with names beside one without": () => sgd([p]).add_param_group({ params: [["q", q]] }),
    "a group without names beside one with": () => sgd([["p", p]]).add_param_group({ params: [q] }),
    "a required option missing": () => new optim.Optimizer([{ params: [p] }], { lr: optim.required }),
    "an unknown option": () => sgd([p], { foo: 1 }),
    "lr negative": () => sgd([p], { lr: -1 }),
    "lr a negative tensor": () => adam({ lr: tensor(-1) }),
    "lr a tensor of two": () => sgd([p], { lr: tensor(0.1, 0.2) }),
    "lr a tensor with foreach": () => adam({ lr: tensor(0.1), foreach: true }),
    "lr nan": () => adam({ lr: Number.NaN }),
    "momentum negative": () => sgd([p], { momentum: -0.5 }),
    "weight_decay negative": () => sgd([p], { weight_decay: -0.5 }),
    "nesterov without momentum": () => sgd([p], { nesterov: true }),
    "nesterov with dampening": () => sgd([p], { momentum: 0.9, dampening: 0.1, nesterov: true }),
    "eps negative": () => adam({ eps: -1 }),
    "beta 0 too large": () => adam({ betas: [1, 0.9] }),
    "beta 1 negative": () => adam({ betas: [0, -1] }),
    "beta 0 a tensor, beta 1 none": () => adam({ betas: [tensor(0.9), 0.9] }),
    "fused and foreach": () => adam({ fused: true, foreach: true }),
    "step of the base class": () => new optim.Optimizer([p], {}).step(),
    "loading fewer groups": () => load((s) => s.param_groups.pop()),
    "loading a smaller group": () => load((s) => s.param_groups[0].params.pop()),
    "loading no state dict": () => sgd([p]).load_state_dict({} as optim.OptimizerStateDict),
  };

  it("for every recorded mistake", () => {
    expect(Object.keys(mistakes)).toEqual(Object.keys(recorded.errors));
  });

  for (const [name, [type, text]] of Object.entries(recorded.errors)) {
    it(name, () => {
      let error: unknown;
      try {
        mistakes[name]();
      } catch (e) {
        error = e;
      }
      expect(error).toBeInstanceOf(Error);
      expect((error as Error).name).toBe(type);
      expect((error as Error).message.split("\n")[0]).toBe(text);
    });
  }

  it("and a parameter that is listed twice is warned of", () => {
    const said = vi.spyOn(console, "warn").mockImplementation(() => {});
    sgd([p, p]);
    expect(said.mock.calls.map(([text]) => text)).toEqual(
      recorded["duplicate warning"].map((text) => `UserWarning: ${text}`),
    );
    said.mockRestore();
  });
});
