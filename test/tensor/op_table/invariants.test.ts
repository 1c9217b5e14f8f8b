import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backward } from "../../../src/autograd/index.js";
import { float32, float64 } from "../../../src/tensor/dtype.js";
import { manual_seed } from "../../../src/tensor/generator.js";
import * as library from "../../../src/tensor/index.js";
import type { OpInfo } from "../../../src/tensor/op.js";
import { sameShape } from "../../../src/tensor/shape.js";
import { Tensor } from "../../../src/tensor/tensor.js";
import { type Call, callsOf, distinctLayouts, floatsOf, run, seed, table, tensorsIn } from "./draw.js";

const holds = (info: OpInfo, property: (call: Call) => void, numRuns = 15): void => {
  fc.assert(
    fc.property(callsOf(info), (call) => {
      manual_seed(0);
      property(call);
    }),
    { seed, numRuns },
  );
};

/** Everything that can be seen of a result: dtypes, shapes and elements. */
function seen(result: unknown): unknown {
  if (result instanceof Tensor)
    return { dtype: String(result.dtype), shape: result.shape, values: [...result.toTypedArray()] };
  return Array.isArray(result) ? result.map(seen) : result;
}

/** Are two results the same up to rounding? */
function expectClose(got: unknown, want: unknown, tolerance: number): void {
  const [a, b] = [tensorsIn(got), tensorsIn(want)];
  if (b.length === 0) expect(got).toEqual(want);
  expect(a.map((t) => t.shape)).toEqual(b.map((t) => t.shape));
  a.forEach((t, k) => {
    const [x, y] = [t.toTypedArray(), b[k].toTypedArray()];
    x.forEach((value, i) => {
      const near = Object.is(value, y[i]) || Math.abs(value - y[i]) <= tolerance * (1 + Math.abs(y[i]));
      if (!near) throw new Error(`element ${i} is ${value}, not ${y[i]}`);
    });
  });
}

const pure = table.filter(([, info]) => !info.onlyInPlace);
const isRandom = (info: OpInfo) =>
  info.name.includes("dropout") || info.signature.parameters.some((p) => p.type.includes("Generator"));

describe("each op of the table", () => {
  it.each(pure)("%s leaves its inputs untouched", (_, info) => {
    holds(info, (call) => {
      const args = call.bind((t) => t.build(float64));
      const before = tensorsIn([...args]).map((t) => [seen(t), t.strides, t.offset, t._version]);
      info.call(args);
      expect(tensorsIn([...args]).map((t) => [seen(t), t.strides, t.offset, t._version])).toEqual(before);
    });
  });

  // random draws fill memory in its order, as PyTorch's do; resize_ reads the memory
  const drawsInto = (info: OpInfo) => info.onlyInPlace && isRandom(info);
  const anywhere = table.filter(([name, info]) => !["resize_", "resize_as_"].includes(name) && !drawsInto(info));
  it.each(anywhere)("%s gives the same in any memory layout", (_, info) => {
    holds(info, (call) => {
      const layout = info.onlyInPlace ? distinctLayouts[call.seed % 4] : undefined;
      const got = run(call, float64, layout);
      manual_seed(0);
      expectClose(got, run(call, float64, "contiguous"), 1e-12);
    });
  });

  const determined = table.filter(([, info]) => !isRandom(info));
  it.each(determined)("%s gives the same in float32 and float64", (_, info) => {
    holds(info, (call) => {
      const [single, double] = [float32, float64].map((dtype) => {
        manual_seed(0);
        return run(call, dtype, "contiguous");
      });
      expectClose(single, double, 2e-4);
      const dtypes = tensorsIn(single).map((t) => t.dtype);
      tensorsIn(double).forEach((t, k) => {
        // the dtype follows the inputs, unless the call names one
        expect(dtypes[k] === t.dtype || (dtypes[k] === float32 && t.dtype === float64)).toBe(true);
      });
    });
  });

  it.each(table.filter(([, info]) => info.spec.view))("%s is a view: its result shares the memory", (_, info) => {
    holds(info, (call) => {
      const args = call.bind((t) => t.build(float64));
      const self = args[0] as Tensor;
      for (const view of tensorsIn(info.call(args))) {
        expect(view.storage).toBe(self.storage);
        expect(view._base).toBe(self);
        expect(view.version).toBe(self.version);
      }
    });
  });

  // _unsafe_view shares memory that nobody else will see
  const makesMemory = pure.filter(([, info]) => info.spec.forward && !info.spec.view && info.name !== "_unsafe_view");
  it.each(makesMemory)("%s is no view: its result has memory of its own", (_, info) => {
    holds(info, (call) => {
      const args = call.bind((t) => t.build(float64));
      const storages = tensorsIn([...args]).map((t) => t.storage);
      for (const made of tensorsIn(info.call(args))) {
        expect(storages).not.toContain(made.storage);
        expect(made._base).toBeNull();
      }
    });
  });
});

describe("the forms of an op agree", () => {
  const functions: Record<string, Record<string, unknown>> = {
    torch: library.torchFunctions,
    "nn.functional": library.nnFunctions,
    linalg: library.linalgFunctions,
    special: library.specialFunctions,
    masked: library.maskedFunctions,
  };

  it.each(table.filter(([, info]) => info.home in functions))("%s as a function", (_, info) => {
    holds(info, (call) => {
      const f = functions[info.home][info.name] as (...args: unknown[]) => unknown;
      const layout = info.onlyInPlace ? distinctLayouts[call.seed % 4] : undefined;
      const want = seen(run(call, float64, layout));
      manual_seed(0);
      expect(
        seen(f(...call.bind((t) => t.build(float64, layout)).slice(0, info.signature.positional), keywordsOf(call))),
      ).toEqual(want);
    });
  });

  it.each(table.filter(([, info]) => info.isMethod))("%s as a method", (_, info) => {
    holds(info, (call) => {
      const want = seen(run(call, float64, "contiguous"));
      const [self, ...others] = call.bind((t) => t.build(float64, "contiguous"));
      // a number where the tensor may be one has no methods
      if (!(self instanceof Tensor)) return;
      manual_seed(0);
      const rest = others.slice(0, info.signature.positional - 1);
      expect(seen(method(self, info.name)(...rest, keywordsOf(call)))).toEqual(want);
    });
  });

  it.each(table.filter(([, info]) => info.isInplace))("%s in place", (_, info) => {
    holds(info, (call) => {
      const result = run(call, float64, "contiguous") as Tensor;
      const layout = distinctLayouts[call.seed % 4];
      const [self, ...others] = call.bind((t) => t.build(float64, layout)) as [Tensor, ...unknown[]];
      if (!(self instanceof Tensor)) return;
      const change = () =>
        method(self, `${info.name}_`)(...others.slice(0, info.signature.positional - 1), keywordsOf(call));
      if (!sameShape(self.shape, result.shape)) {
        expect(change).toThrow(/doesn't match the broadcast shape|shape/);
        return;
      }
      const [version, storage] = [self._version, self.storage];
      expect(change()).toBe(self);
      expect(self._version).toBe(version + 1);
      expect(self.storage).toBe(storage);
      expectClose(self, result.to(float64), 1e-12);
    });
  });

  it.each(table.filter(([, info]) => info.isInplace))("%s in place, gradients", (_, info) => {
    holds(info, (call) => {
      const gradients = (inPlace: boolean): unknown => {
        const leaves: Tensor[] = [];
        const args = call.bind((t) => {
          const leaf = t.build(float64, "contiguous");
          if (t.dtype === null) leaves.push(leaf.requires_grad_());
          return leaf;
        });
        const own = [(args[0] as Tensor).clone(), ...args.slice(1)];
        const result = inPlace ? info.applyInPlace(own) : (info.call(own) as Tensor);
        if (!result.requires_grad) return leaves.map(() => null);
        const weights = result.detach().mul(0.5).add(1).to(result.dtype);
        backward(result, weights);
        return leaves.map((leaf) => leaf.grad && seen(leaf.grad));
      };
      const [self] = call.bind((t) => t.build(float64));
      const result = run(call) as Tensor;
      const fits = self instanceof Tensor && sameShape(self.shape, result.shape) && result.dtype === float64;
      if (fits) expect(gradients(true)).toEqual(gradients(false));
    });
  });
});

const method = (self: Tensor, name: string) =>
  ((self as unknown as Record<string, (...args: unknown[]) => unknown>)[name] as (...args: unknown[]) => unknown).bind(
    self,
  );

/** The arguments of a call that can only be given by name. */
function keywordsOf(call: Call): Record<string, unknown> {
  const { parameters, positional } = call.info.signature;
  const bound = call.bind((t) => t.build(float64));
  return Object.fromEntries(
    parameters.flatMap((p, i) => (i >= positional && p.name in call.args ? [[p.name, bound[i]]] : [])),
  );
}

describe("the documented example of each op", () => {
  const torch = {
    ...library,
    ...library.torchFunctions,
    nn: { functional: library.nnFunctions },
    linalg: library.linalgFunctions,
    special: library.specialFunctions,
    masked: library.maskedFunctions,
  };

  it.each(table)("%s prints what it says", (_, info) => {
    const [code, prints] = info.spec.example;
    const result: unknown = new Function("torch", "nn", `return ${code}`)(torch, torch.nn);
    expect(inspect(result, { breakLength: Infinity })).toBe(prints);
  });
});

describe("what an op keeps for its backward pass", () => {
  /** Runs the op, writes to argument `at` (or the result), and then runs the backward. Does it complain? */
  function complains(call: Call, at: number): boolean | null {
    const args = call.bind((t) => {
      const built = t.build(float64, "contiguous");
      return t.dtype === null ? built.requires_grad_() : built;
    });
    const all = tensorsIn(call.info.call(args));
    const results = all.filter((t) => t.requires_grad);
    const victims = (at === args.length ? all : tensorsIn(args[at])).filter((t) => t.numel() > 0);
    if (results.length === 0 || victims.length === 0) return null;
    for (const t of victims) t.detach().copy_(t.detach().clone());
    try {
      backward(
        results,
        results.map((t) => library.ones_like(t)),
      );
      return false;
    } catch (error) {
      if (/modified by an inplace operation/.test(String(error))) return true;
      throw error;
    }
  }

  const recorded = pure.filter(([, info]) => info.differentiable.length > 0 && !info.spec.view);
  const places = recorded.flatMap(([name, info]) =>
    [...info.tensors, info.signature.parameters.length].map((at) => ({
      name,
      info,
      at,
      what: info.signature.parameters[at]?.name ?? "result",
      kept: info.differentiable.some((d) => d.keeps.includes(at)),
    })),
  );

  const verdicts = (info: OpInfo, at: number) =>
    fc.sample(callsOf(info, distinctLayouts), { seed, numRuns: 20 }).map((call) => complains(call, at));

  it.each(places.filter((p) => p.kept))("$name notices that $what was changed, as it needs it", ({ info, at }) => {
    expect(verdicts(info, at)).toContain(true);
  });

  it.each(places.filter((p) => !p.kept))(
    "$name does not mind that $what was changed, as it does not need it",
    ({ info, at }) => {
      expect(verdicts(info, at)).not.toContain(true);
    },
  );
});

describe("these tests", () => {
  it("draw tensors in every layout, and inputs to differentiate", () => {
    const [, add] = table.find(([name]) => name === "add")!;
    const calls = fc.sample(callsOf(add), { seed, numRuns: 200 });
    const layouts = new Set(calls.flatMap((call) => call.tensors.map((t) => t.layout)));
    expect(layouts.size).toBe(5);
    expect(calls.every((call) => floatsOf(call).length > 0)).toBe(true);
  });
});
