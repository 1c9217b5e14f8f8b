import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nn, optim, type Tensor, torch } from "../../../src/index.js";
import { isRelaxed } from "../../../src/tensor/kernels/wasm/instance.js";
import { both } from "./sets.js";

/* What users see does not depend on which kernels run: the plain ones, or those in WebAssembly. */

/** The largest difference, relative to the largest number of the list, or to `least` if all are smaller. */
function distance(a: readonly number[][], b: readonly number[][], least = 1e-30): number {
  let most = 0;
  a.forEach((list, k) => {
    const scale = b[k].reduce((m, x) => Math.max(m, Number.isFinite(x) ? Math.abs(x) : 0), least);
    list.forEach((x, i) => {
      const y = b[k][i];
      if (Object.is(x, y)) return;
      const d = Math.abs(x - y) / scale;
      most = Number.isNaN(d) ? Number.POSITIVE_INFINITY : Math.max(most, d);
    });
  });
  return most;
}

/** Values and gradients of `f` at random tensors of the given shapes. */
const traced = (shapes: readonly (readonly number[])[], f: (...x: Tensor[]) => Tensor) => () => {
  const x = shapes.map((shape) => torch.randn([...shape], { requires_grad: true }));
  const y = f(...x);
  y.backward(torch.randn([...y.shape]));
  return [y.detach(), ...x.map((t) => t.grad!)];
};

it("a difference in the fifth digit, or a NaN, would be noticed", () => {
  expect(distance([[1, 2]], [[1, 2.0001]])).toBeGreaterThan(1e-5);
  expect(distance([[1, Number.NaN]], [[1, 2]])).toBe(Number.POSITIVE_INFINITY);
});

it("deterministic algorithms are those that round alike everywhere", () => {
  const before = isRelaxed();
  torch.use_deterministic_algorithms(true);
  expect(isRelaxed()).toBe(false);
  torch.use_deterministic_algorithms(false);
  expect(isRelaxed()).toBe(before);
});

const size = fc.integer({ min: 1, max: 40 });

describe("both sets of kernels give the same values and gradients", () => {
  const unary: [string, (x: Tensor) => Tensor][] = [
    ["relu", (x) => x.relu()],
    ["sigmoid", (x) => x.sigmoid()],
    ["tanh", (x) => x.tanh()],
    ["exp", (x) => x.exp()],
    ["leaky_relu", (x) => nn.functional.leaky_relu(x, 0.2)],
    ["hardtanh", (x) => nn.functional.hardtanh(x)],
    ["elu", (x) => nn.functional.elu(x, 0.7)],
    ["selu", (x) => nn.functional.selu(x)],
    ["softplus", (x) => nn.functional.softplus(x, 2, 1)],
    ["celu", (x) => nn.functional.celu(x)],
    ["hardswish", (x) => nn.functional.hardswish(x.mul(3))],
    ["hardsigmoid", (x) => nn.functional.hardsigmoid(x.mul(3))],
    ["mish", (x) => nn.functional.mish(x)],
    ["logsigmoid", (x) => nn.functional.logsigmoid(x)],
    ["threshold", (x) => nn.functional.threshold(x, 0.1, 2)],
    ["softshrink", (x) => nn.functional.softshrink(x, 0.3)],
    ["hardshrink", (x) => nn.functional.hardshrink(x, 0.3)],
    ["in place", (x) => nn.functional.elu(nn.functional.relu6(x.mul(2).sub(1), true).sub(1), 0.5, true)],
    ["threshold in place", (x) => nn.functional.threshold(x.mul(2), 0.3, 1, true)],
    ["erf", (x) => x.erf().add(x.erfc().mul(2))],
    ["sine and cosine", (x) => x.mul(1e6).sin().mul(x.cos())],
    ["inverse tangent", (x) => x.atan()],
    ["powers", (x) => x.pow(3).add(x.pow(5)).add(x.abs().add(0.1).pow(1.7))],
    ["powers of numbers", (x) => torch.pow(2.5, x).add(x.exp2())],
    ["pow_", (x) => x.abs().add(0.1).pow_(1.3)],
    ["log", (x) => x.abs().log()],
    ["sqrt", (x) => x.abs().sqrt()],
    ["norm", (x) => x.norm()],
    ["norm of rows", (x) => x.norm(2, 1, true)],
    ["square root as a power", (x) => x.abs().pow(0.5)],
    ["reciprocal root as a power", (x) => x.abs().pow(-0.5)],
    ["softmax", (x) => x.softmax(-1)],
    ["log_softmax", (x) => x.log_softmax(1)],
    ["variance", (x) => x.var()],
    ["variances of columns", (x) => x.var(0, false)],
    ["standard deviations of rows", (x) => x.std(1, { keepdim: true })],
    [
      "one element and all",
      (x) =>
        x
          .mul(x.sum())
          .sub(x.mean([0, 1], true))
          .div_(x.sum().exp()),
    ],
    ["sum over rows", (x) => x.sum(0)],
    ["sum over columns", (x) => x.sum(1, true)],
    ["mean", (x) => x.mean()],
    [
      "sum over all but the middle",
      (x) =>
        torch
          .stack([x, x.mul(2), x.exp()])
          .permute([1, 0, 2])
          .contiguous()
          .sum([0, 2]),
    ],
    [
      "mean over all but the middle",
      (x) =>
        torch
          .stack([x, x.mul(2)])
          .transpose(0, 1)
          .contiguous()
          .mean([0, 2], true),
    ],
    ["with a number", (x) => x.mul(3).add(1).div(7).rsub(2)],
    ["of a transpose", (x) => x.t().mul(2).sigmoid()],
  ];
  it.each(unary)("%s", (_, f) => {
    fc.assert(
      fc.property(size, size, (m, n) => {
        expect(distance(...both(traced([[m, n]], f)))).toBeLessThan(1e-5);
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ["add", (x, y) => x.add(y)],
    ["sub", (x, y) => x.sub(y)],
    ["mul", (x, y) => x.mul(y)],
    ["div", (x, y) => x.div(y.abs().add(1))],
    ["atan2", (x, y) => x.atan2(y.abs().add(0.3))],
    ["power", (x, y) => x.abs().add(0.3).pow(y)],
    ["logaddexp", (x, y) => torch.logaddexp(x, y)],
    ["xlogy", (x, y) => x.xlogy(y.abs().add(0.3))],
    ["smooth_l1", (x, y) => x._smooth_l1_loss(y, "sum", 0.6)],
    ["huber", (x, y) => x._huber_loss(y, "mean", 0.6)],
  ] as [string, (x: Tensor, y: Tensor) => Tensor][])("%s of tensors that broadcast", (_, f) => {
    fc.assert(
      fc.property(size, size, fc.constantFrom("same", "row", "column", "turned row", "one"), (m, n, how) => {
        const other = { same: [m, n], row: [n], column: [m, 1], "turned row": [1, n], one: [1, 1] }[how];
        // the gradient of what is spread out is a sum, of which much may cancel
        expect(distance(...both(traced([[m, n], other], f)), 0.02)).toBeLessThan(1e-4);
        expect(distance(...both(traced([other, [m, n]], f)), 0.02)).toBeLessThan(1e-4);
      }),
      { numRuns: 25 },
    );
  });

  it("matrix products, turned and in batches", () => {
    fc.assert(
      fc.property(size, size, size, fc.constantFrom(1, 2, 3), (m, k, n, batch) => {
        expect(
          distance(
            ...both(
              traced(
                [
                  [m, k],
                  [k, n],
                ],
                (x, y) => x.mm(y),
              ),
            ),
          ),
        ).toBeLessThan(1e-5);
        expect(
          distance(
            ...both(
              traced(
                [
                  [k, m],
                  [n, k],
                ],
                (x, y) => x.t().mm(y.t()),
              ),
            ),
          ),
        ).toBeLessThan(1e-5);
        expect(
          distance(
            ...both(
              traced(
                [
                  [batch, m, k],
                  [batch, k, n],
                ],
                (x, y) => x.bmm(y),
              ),
            ),
          ),
        ).toBeLessThan(1e-5);
        const linear = (x: Tensor, w: Tensor, b: Tensor) => torch.nn.functional.linear(x, w, b);
        expect(distance(...both(traced([[m, k], [n, k], [n]], linear)))).toBeLessThan(1e-5);
      }),
      { numRuns: 20 },
    );
  });

  it("convolution and max pooling", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(1, 2, 4),
        fc.integer({ min: 4, max: 9 }),
        fc.integer({ min: 1, max: 2 }),
        fc.integer({ min: 0, max: 1 }),
        (n, channels, side, stride, padding) => {
          const layer = (x: Tensor, w: Tensor, b: Tensor) =>
            torch.nn.functional.max_pool2d(torch.nn.functional.conv2d(x, w, b, { stride, padding }), 2, {
              ceil_mode: true,
            });
          const shapes = [[n, channels, side, side], [4, channels, 3, 3], [4]];
          expect(distance(...both(traced(shapes, layer)))).toBeLessThan(1e-5);
        },
      ),
      { numRuns: 25 },
    );
  });

  const F = nn.functional;
  const normalizations: [string, (x: Tensor, w: Tensor, b: Tensor) => Tensor][] = [
    ["batch_norm", (x, w, b) => F.batch_norm(x, null, null, w, b, true)],
    [
      "batch_norm by running statistics",
      (x, w, b) => F.batch_norm(x, torch.ones(w.shape[0]), torch.ones(w.shape[0]), w, b),
    ],
    ["batch_norm of a matrix", (x, w, b) => F.batch_norm(x.select(2, 0), null, null, w, b, true)],
    ["layer_norm", (x, w, b) => F.layer_norm(x.transpose(1, 2), [w.shape[0]], w, b)],
    ["rms_norm", (x, w, b) => F.rms_norm(x.transpose(1, 2), [w.shape[0]], w.mul(b))],
    ["group_norm", (x, w, b) => F.group_norm(x, 1, w, b)],
    [
      "group_norm of pairs",
      (x, w, b) => F.group_norm(torch.cat([x, x.sin()], 1), w.shape[0], w.repeat(2), b.repeat(2)),
    ],
    ["instance_norm", (x, w, b) => F.instance_norm(x, null, null, w, b)],
  ];
  it.each(normalizations)("%s", (_, f) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 24 }),
        fc.integer({ min: 5, max: 40 }),
        fc.integer({ min: 4, max: 9 }),
        (n, channels, length) => {
          expect(distance(...both(traced([[n, channels, length], [channels], [channels]], f)))).toBeLessThan(3e-5);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("normalizations of more elements than the cache holds", () => {
    const layer = (x: Tensor, w: Tensor, b: Tensor) => F.layer_norm(x, [w.shape[0]], w, b);
    expect(distance(...both(traced([[37, 1501], [1501], [1501]], layer)))).toBeLessThan(1e-4);
    const group = (x: Tensor, w: Tensor, b: Tensor) => F.group_norm(x, 3, w, b);
    expect(distance(...both(traced([[7, 6, 2011], [6], [6]], group)))).toBeLessThan(1e-4);
  });

  it("attention, whole, causal and masked, where rows may see nothing", () => {
    fc.assert(
      fc.property(
        fc.constantFrom([], [3], [2, 2]),
        fc.integer({ min: 1, max: 19 }),
        fc.integer({ min: 1, max: 23 }),
        fc.constantFrom("none", "causal", "truths", "numbers", "row"),
        (lead, l, s, how) => {
          const attend = (q: Tensor, k: Tensor, v: Tensor, numbers: Tensor) => {
            const mask = numbers.gt(0);
            const attn_mask = { truths: mask, numbers, row: mask.select(0, 0), none: null, causal: null }[how];
            return nn.functional.scaled_dot_product_attention(q, k, v, { attn_mask, is_causal: how === "causal" });
          };
          const shapes = [
            [...lead, l, 4],
            [...lead, s, 4],
            [...lead, s, 5],
          ];
          const body = () => {
            const numbers = torch.randn(l, s);
            numbers.select(0, l - 1).fill_(Number.NEGATIVE_INFINITY);
            // a row that sees one position has gradients of 0, up to rounding
            return traced(shapes, (q, k, v) => attend(q, k, v, numbers))().map((t) => t.add(1));
          };
          expect(distance(...both(body))).toBeLessThan(1e-5);
        },
      ),
      { numRuns: 60 },
    );
  });

  const criteria: [string, () => readonly Tensor[]][] = [
    ["BCELoss", () => traced([[40, 3]], (x) => new nn.BCELoss()(x.sigmoid(), torch.rand(40, 3)))()],
    ["BCEWithLogitsLoss", () => traced([[40, 3]], (x) => new nn.BCEWithLogitsLoss()(x, torch.rand(40, 3)))()],
    ["MSELoss", () => traced([[40, 3]], (x) => new nn.MSELoss({ reduction: "sum" })(x, torch.rand(40, 3)))()],
    ["CrossEntropyLoss", () => traced([[40, 7]], (x) => new nn.CrossEntropyLoss()(x, torch.randint(0, 7, [40])))()],
  ];
  it.each(criteria)("%s", (_, body) => {
    expect(distance(...both(body))).toBeLessThan(1e-5);
  });
});

describe("both sets of kernels train alike", () => {
  const optimizers: [string, (p: Iterable<Tensor>) => optim.Optimizer][] = [
    ["Adam", (p) => new optim.Adam(p, { lr: 0.01 })],
    ["Adam with amsgrad and a penalty", (p) => new optim.Adam(p, { lr: 0.01, amsgrad: true, weight_decay: 0.1 })],
    ["AdamW, maximizing", (p) => new optim.AdamW(p, { lr: 0.01, maximize: true })],
    ["SGD", (p) => new optim.SGD(p, { lr: 0.1 })],
    ["SGD with momentum", (p) => new optim.SGD(p, { lr: 0.1, momentum: 0.9, nesterov: true, weight_decay: 0.01 })],
    ["RMSprop", (p) => new optim.RMSprop(p, { lr: 0.01 })],
    ["Adagrad", (p) => new optim.Adagrad(p, { lr: 0.1 })],
  ];
  it.each(optimizers)("%s", (_, make) => {
    // more steps than it takes for parameters and state to move into the kernels' memory
    const results = both(() => {
      const model = new nn.Sequential(new nn.Linear(20, 33), new nn.Tanh(), new nn.Linear(33, 2));
      const optimizer = make(model.parameters());
      const [x, y] = [torch.randn(16, 20), torch.randn(16, 2)];
      for (let i = 0; i < 25; i++) {
        optimizer.zero_grad();
        new nn.MSELoss()(model(x), y).backward();
        optimizer.step();
      }
      return model.parameters();
    });
    expect(distance(...results)).toBeLessThan(isRelaxed() ? 2e-3 : 5e-4);
  });
});

describe("a storage that has moved into the kernels' memory", () => {
  it("is the same to all who look at it, and keeps what is written", () => {
    const w = torch.randn(50, 50);
    const view = w.index([1]);
    const before = w.tolist();
    for (let i = 0; i < 20; i++) w.mm(w);
    expect(w.storage.address).toBeGreaterThan(0);
    expect(w.tolist()).toEqual(before);
    view.fill_(7);
    expect(w.index([1, 3]).item()).toBe(7);
    expect(w.untyped_storage().data[50]).toBe(7);
    const copy = w.clone();
    w.add_(1);
    expect(view.index([0]).item()).toBe(8);
    expect(copy.index([1, 0]).item()).toBe(7);
  });

  it("never is an array that a user has", () => {
    const array = new Float32Array(2500).fill(1);
    const w = torch.from_numpy(array).view(50, 50);
    for (let i = 0; i < 20; i++) w.mm(w);
    expect(w.storage.address).toBe(0);
    array[0] = 5;
    expect(w.index([0, 0]).item()).toBe(5);
  });
});

describe("gradients lend their memory to the next ones only where nobody has seen them", () => {
  const model = () => {
    torch.manual_seed(1);
    return new nn.Linear(8, 8);
  };
  const pass = (m: nn.Linear, scale: number) => m(torch.ones(4, 8)).mul(scale).sum().backward();

  it("a gradient in a user's hand does not change", () => {
    const m = model();
    const optimizer = new optim.SGD(m.parameters(), { lr: 0.1 });
    pass(m, 1);
    const held = m.weight.grad!;
    const values = held.tolist();
    optimizer.zero_grad();
    pass(m, 5);
    expect(held.tolist()).toEqual(values);
    expect(m.weight.grad!.tolist()).not.toEqual(values);
  });

  it("nor one that a hook has kept", () => {
    const m = model();
    const optimizer = new optim.SGD(m.parameters(), { lr: 0.1 });
    const kept: (Tensor | null)[] = [];
    m.weight.register_post_accumulate_grad_hook((p) => void kept.push(p.grad));
    m.weight.register_hook((g) => void kept.push(g));
    for (const scale of [1, 2, 3]) {
      pass(m, scale);
      optimizer.zero_grad();
    }
    expect(kept.map((g) => g!.index([0, 0]).item())).toEqual([4, 4, 8, 8, 12, 12]);
  });
});
