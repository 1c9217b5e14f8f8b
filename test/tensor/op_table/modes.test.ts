import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { backward, grad, graph, inference_mode } from "../../../src/autograd/index.js";
import { type DType, float32, float64 } from "../../../src/tensor/dtype.js";
import { manual_seed } from "../../../src/tensor/index.js";
import type { OpInfo } from "../../../src/tensor/op.js";
import { reuse } from "../../../src/tensor/temporaries.js";
import { Tensor } from "../../../src/tensor/tensor.js";
import { type Call, callsOf, distinctLayouts, seed, table, tensorsIn } from "./draw.js";

/* What modes and hooks make of every op of the table. */

const holds = (info: OpInfo, property: (call: Call) => void): void => {
  fc.assert(fc.property(callsOf(info, distinctLayouts), property), { seed, numRuns: 4 });
};

/** A call on leaves of its own, and its outputs that have a gradient. */
function recorded(call: Call, dtype: DType = float64): { leaves: Tensor[]; outputs: Tensor[] } {
  const leaves: Tensor[] = [];
  const args = call.bind((t) => {
    const tensor = t.build(dtype);
    if (t.dtype === null) leaves.push(tensor.requires_grad_());
    return tensor;
  });
  manual_seed(0);
  return { leaves, outputs: tensorsIn(call.info.call(args)).filter((t) => t.grad_fn !== null) };
}

const gradients = (call: Call, dtype: DType = float64, passes = 1): (readonly number[] | null)[] => {
  const { leaves, outputs } = recorded(call, dtype);
  const weighted = outputs.map((t) =>
    t.mul(
      Tensor.of(
        Float64Array.from({ length: t.numel() }, (_, i) => 1 + i),
        t.shape,
        float64,
      ).converted(dtype),
    ),
  );
  if (weighted.length === 0) return [];
  const sums = weighted.map((t) => t.sum());
  for (let i = 0; i < passes; i++) backward(sums, { retain_graph: true });
  return leaves.map((t) => t.grad && [...t.grad.toTypedArray()]);
};

const differentiable = table.filter(([, { spec, onlyInPlace }]) => spec.derivatives && !onlyInPlace);

describe("what an op saves", () => {
  it.each(differentiable)("%s may be kept in another form between the passes", (_, info) => {
    holds(info, (call) => {
      const want = gradients(call);
      const kept: (readonly [Float64Array, Tensor])[] = [];
      const pack = (t: Tensor) => kept.push([Float64Array.from(t.toTypedArray()), t.detach()]) - 1;
      const unpack = (at: number) => {
        const [values, like] = kept[at];
        return Tensor.of(values.slice(), like.shape, float64).converted(like.dtype);
      };
      expect(graph.saved_tensors_hooks(pack, unpack, () => gradients(call))).toEqual(want);
    });
  });

  it("is what is unpacked, not what lies where it lay: a hook that doubles is noticed", () => {
    const x = Tensor.of(Float64Array.of(1, 2, 3), [3], float64).requires_grad_();
    const y = graph.saved_tensors_hooks(
      (t: Tensor) => t.mul(2),
      (t: Tensor) => t,
      () => x.mul(x),
    );
    expect(grad(y.sum(), x)[0]?.tolist()).toEqual([4, 8, 12]);
  });
});

describe("memory that a backward pass uses again", () => {
  afterEach(() => reuse());

  it.each(differentiable)("%s reads none that is free", (_, info) => {
    holds(info, (call) => {
      reuse({ from: Number.POSITIVE_INFINITY });
      const want = gradients(call, float32, 2);
      reuse({ from: 0, poison: true });
      expect(gradients(call, float32, 2)).toEqual(want);
    });
  });
});

describe("inference mode", () => {
  const computing = table.filter(([, { spec, onlyInPlace }]) => spec.forward && !spec.view && !onlyInPlace);
  it.each(computing)("%s gives the same values, outside the graph", (_, info) => {
    holds(info, (call) => {
      const want = recorded(call);
      const made = inference_mode(() => recorded(call));
      expect(made.outputs).toEqual([]);
      const results = inference_mode(() => {
        manual_seed(0);
        return tensorsIn(info.call(call.bind((t) => t.build(float64))));
      });
      for (const t of results) expect([t.is_inference(), t.requires_grad, t.grad_fn]).toEqual([true, false, null]);
      manual_seed(0);
      const outside = tensorsIn(info.call(call.bind((t) => t.build(float64))));
      expect(results.map((t) => [...t.toTypedArray()])).toEqual(outside.map((t) => [...t.toTypedArray()]));
      expect(want.leaves.length).toBe(made.leaves.length);
    });
  });
});
