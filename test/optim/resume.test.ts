import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { optim, Tensor, torch } from "../../src/index.js";

type Build = (groups: optim.ParamGroupInput[]) => optim.Optimizer;

const rate = fc.double({ min: 1e-4, max: 0.2, noNaN: true });
const decay = fc.double({ min: 0, max: 0.99, noNaN: true });
const epsilon = fc.constantFrom(1e-8, 1e-3);
const betas = fc.tuple(decay, decay);
const common = { lr: rate, weight_decay: decay, maximize: fc.boolean() };

/** Random ways to build each optimizer. */
const optimizers: Record<string, fc.Arbitrary<Build>> = {
  SGD: fc
    .record({ ...common, momentum: decay, nesterov: fc.boolean() })
    .map((o) => (groups) => new optim.SGD(groups, { ...o, nesterov: o.nesterov && o.momentum > 0 })),
  "SGD with a tensor lr": rate.map((lr) => (groups) => new optim.SGD(groups, torch.tensor(lr), 0.9)),
  Adam: fc
    .record({ ...common, betas, eps: epsilon, amsgrad: fc.boolean(), decoupled_weight_decay: fc.boolean() })
    .map((o) => (groups) => new optim.Adam(groups, o)),
  AdamW: fc.record({ ...common, betas, amsgrad: fc.boolean() }).map((o) => (groups) => new optim.AdamW(groups, o)),
  Adamax: fc.record({ ...common, betas, eps: epsilon }).map((o) => (groups) => new optim.Adamax(groups, o)),
  NAdam: fc
    .record({ ...common, betas, momentum_decay: decay, decoupled_weight_decay: fc.boolean() })
    .map((o) => (groups) => new optim.NAdam(groups, o)),
  RAdam: fc
    .record({ ...common, betas, decoupled_weight_decay: fc.boolean() })
    .map((o) => (groups) => new optim.RAdam(groups, o)),
  Adagrad: fc
    .record({ ...common, lr_decay: decay, initial_accumulator_value: decay })
    .map((o) => (groups) => new optim.Adagrad(groups, o)),
  Adadelta: fc.record({ ...common, rho: decay }).map((o) => (groups) => new optim.Adadelta(groups, o)),
  RMSprop: fc
    .record({ ...common, alpha: decay, momentum: decay, centered: fc.boolean(), eps: fc.constant(1e-3) })
    .map((o) => (groups) => new optim.RMSprop(groups, o)),
  Rprop: fc
    .record({ lr: rate, maximize: fc.boolean(), etas: fc.tuple(fc.constantFrom(0.3, 0.5), fc.constantFrom(1.1, 2)) })
    .map((o) => (groups) => new optim.Rprop(groups, o)),
  ASGD: fc
    .record({ ...common, lambd: decay, alpha: decay, t0: fc.integer({ min: 0, max: 10 }) })
    .map((o) => (groups) => new optim.ASGD(groups, o)),
  Adafactor: fc
    .record({ ...common, beta2_decay: decay.map((x) => -x), d: decay.map((x) => 1 + x) })
    .map((o) => (groups) => new optim.Adafactor(groups, o)),
  Muon: fc
    .record({ lr: rate, weight_decay: decay, momentum: decay, nesterov: fc.boolean() })
    .map((o) => (groups) => new optim.Muon(groups, o)),
  LBFGS: fc
    .record({
      lr: rate,
      max_iter: fc.integer({ min: 1, max: 5 }),
      history_size: fc.integer({ min: 1, max: 4 }),
      line_search_fn: fc.constantFrom(null, "strong_wolfe"),
    })
    .map(
      (o) =>
        ([{ params }, { params: more }]) =>
          new optim.LBFGS([params, more].flat() as Tensor[], o),
    ),
};

const matrix = (data: number[][]): Tensor => torch.tensor(data, { dtype: torch.float32, requires_grad: true });
const start = () =>
  [
    matrix([
      [1, -2, 0.3],
      [0.1, 2, -0.7],
    ]),
    matrix([[0.5], [-1.5]]),
  ] as const;

/** Groups with options of their own. */
const grouped = ([a, b]: readonly Tensor[]): optim.ParamGroupInput[] => [{ params: [a] }, { params: [b], lr: 0.03 }];

/** Steps down p^2 / 2 + sin(p), whose gradient is another at every place; every other time one parameter has none. */
function train(optimizer: optim.Optimizer, params: readonly Tensor[], first: number, steps: number): void {
  for (let i = first; i < first + steps; i++) {
    const used = params.slice(0, 1 + (i % 2));
    optimizer.step(() => {
      optimizer.zero_grad();
      const loss = used.map((p) => p.mul(p).div(2).add(p.sin()).sum()).reduce((a, b) => a.add(b));
      loss.backward();
      return loss;
    });
  }
}

/** Tensors by their numbers' texts, because JSON knows neither -0 nor infinity. */
const toText = (state: unknown): string =>
  JSON.stringify(state, (_, x) => {
    if (!(x instanceof Tensor)) return x;
    const data = (x.flatten().tolist() as number[]).map((v) => (Object.is(v, -0) ? "-0" : String(v)));
    return { data, shape: x.shape, dtype: x.dtype.name };
  });

const fromText = (text: string): optim.OptimizerStateDict =>
  JSON.parse(text, (_, x) => {
    if (x === null || typeof x !== "object" || !("dtype" in x)) return x;
    return torch.tensor(x.data.map(Number), { dtype: torch[x.dtype as "float32"] }).view(x.shape);
  });

const numbers = (params: readonly Tensor[]): unknown => params.map((p) => p.tolist());

describe("n steps, save as text, load elsewhere, m steps are n + m steps, bit for bit", () => {
  const count = fc.integer({ min: 0, max: 8 });

  for (const [name, builds] of Object.entries(optimizers)) {
    it(name, () => {
      fc.assert(
        fc.property(builds, count, count, (build, n, m) => {
          const whole = start();
          train(build(grouped(whole)), whole, 0, n + m);

          const before = start();
          const first = build(grouped(before));
          train(first, before, 0, n);
          const text = toText(first.state_dict());
          const after = before.map((p) => p.detach().clone().requires_grad_());
          const second = build(grouped(after));
          second.load_state_dict(fromText(text));
          train(first, before, n, 2); // shares nothing with what was saved
          train(second, after, n, m);
          expect(numbers(after)).toEqual(numbers(whole));
        }),
        { numRuns: 40 },
      );
    });
  }

  it("covers every optimizer", () => {
    const exported = Object.entries(optim).filter(
      ([name, x]) => name !== "Optimizer" && (x as { prototype?: unknown }).prototype instanceof optim.Optimizer,
    );
    expect(Object.keys(optimizers)).toEqual(expect.arrayContaining(exported.map(([name]) => name)));
  });

  it("and would not without the state, so that the check can fail", () => {
    const [whole, after] = [start(), start()];
    const optimizer = new optim.Adam(grouped(whole));
    train(optimizer, whole, 0, 4);
    const first = new optim.Adam(grouped(after));
    train(first, after, 0, 2);
    const second = new optim.Adam(grouped(after));
    second.load_state_dict({ ...first.state_dict(), state: {} });
    train(second, after, 2, 2);
    expect(numbers(after)).not.toEqual(numbers(whole));
  });
});
