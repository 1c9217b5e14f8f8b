import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { grad } from "../../src/autograd/index.js";
import { arange, float64, type Tensor, tensor, zeros } from "../../src/tensor/index.js";

interface Recorded {
  y: unknown;
  grad_fn: string;
  gradients: (number[] | number[][] | null)[];
}
const recorded: Record<string, Recorded> = JSON.parse(
  readFileSync(new URL("../fixtures/views.json", import.meta.url), "utf8"),
);

/** A program of scripts/reference/views.py. */
type Program = (x: Tensor, w: Tensor) => Tensor;

/** The derivative of a number, itself to be differentiated. */
const derivative = (loss: Tensor, of: Tensor): Tensor => grad(loss, of, { create_graph: true })[0]!;

/** Runs statements on `y` and returns it. */
function changed(y: Tensor, change: (y: Tensor) => void): Tensor {
  change(y);
  return y;
}

const programs: Record<string, Program> = {
  assigned_row: (x, w) => x.clone().index_put_([0], w),
  assigned_number: (x, w) => x.mul(w).index_put_(["1:", -1], 7),
  scaled_column: (x, w) => changed(x.clone(), (y) => y.index([":", 1]).mul_(w.index(":3"))),
  view_of_view: (x, w) => changed(x.clone(), (y) => y.t().index("1:3").index(0).add_(w.index(":3"))),
  changed_view: (x, w) => x.clone().index(0).mul_(w),
  view_of_changed_base: (x, w) => {
    const y = x.clone();
    const v = y.index(1);
    y.mul_(w);
    return v;
  },
  sibling_view: (x, w) => {
    const y = x.clone();
    const a = y.index(0);
    const b = y.index([":", 0]);
    a.mul_(w);
    return b.mul(b);
  },
  two_writes: (x, w) => changed(x.clone().index_put_("0:2", w), (y) => y.index(1).mul_(x.index(2))),
  row_from_row: (x) => changed(x.clone(), (y) => y.index_put_(0, y.index(1).exp())),
  diagonal_filled: (x, w) => changed(x.clone(), (y) => y.diagonal().copy_(w.index(0))),
  whole_written: (x, w) => x.clone().index_put_(":", w),
  rows_by_list: (x, w) => x.clone().index_put_([[2, 0]], w),
  added_rows: (x, w) => x.clone().index_put_([tensor([0, 0, 2])], w, true),
  masked_number: (x, w) => x.mul(w).index_put_(x.gt(0), 0.5),
  masked_values: (x, w) => x.clone().index_put_(x.gt(1.1), w),
  slice_and_list: (x, w) => x.clone().index_put_(["1:", [0, 3]], w.index(":2")),
  written_through_window: (x, w) =>
    changed(x.flatten().clone(), (y) => y.as_strided([2, 2], [5, 1], 1).mul_(w.index(":2"))),
  overlapping_windows: (x, w) => x.as_strided([3, 2], [2, 1], 1).mul(w.index(":2")),
  strides_of_repeated_rows: (x, w) => w.expand(3, 4).as_strided([2, 4], [0, 1]).mul(x.index(":2")),
  windows: (x, w) => x.unfold(1, 2, 1).mul(w.index(":2")),
  rows_by_unbind: (x, w) => {
    const [a, b] = x.unbind();
    return a.mul(b).mul(w);
  },
  uneven_pieces: (x) => {
    const [a, b] = x.split([1, 3], { dim: 1 });
    return a.mul(b.exp());
  },
  unused_piece: (x) => x.chunk(2, { dim: 1 })[1],
  repeated_rows: (x, w) => x.index([[0, 0, 2]]).mul(w),
  scattered_back: (x, w) => zeros(3, 4, { dtype: float64 }).index_put_(1, w).mul(x),
  transposed_copy: (x, w) => x.t().clone().index_put_(0, w.index(":3")),
  detached_transposed: (x, w) =>
    changed(x.clone().t().detach().index_put_(0, w.index(":3")), (y) => y.index(["1:", 2]).mul_(w.index("1:"))),
  second_derivative_of_windows: (x, w) => derivative(x.index("1:").mul(x.index(":-1")).mul(w).pow(2).sum(), x),
  second_derivative_of_strides: (x, w) => derivative(x.as_strided([3, 3], [2, 1]).pow(3).sum(), x).mul(w),
  second_derivative_of_a_write: (x, w) => derivative(x.pow(2).index_put_(0, w.pow(3)).pow(2).sum(), w).mul(x.index(0)),
  second_derivative_of_rows: (x, w) =>
    derivative(
      x
        .index([":", [1, 1, 3]])
        .pow(3)
        .mul(w.index(":3"))
        .sum(),
      x,
    ).mul(w),
};

/** Nested numbers up to rounding. */
const near = (value: unknown): unknown =>
  typeof value === "number" ? expect.closeTo(value, 9) : Array.isArray(value) ? value.map(near) : value;

describe("views and in-place writes", () => {
  it("are tried in all the programs that were recorded", () => {
    expect(Object.keys(programs)).toEqual(Object.keys(recorded));
  });

  it.each(Object.entries(programs))("give PyTorch's values and gradients in %s", (name, program) => {
    const { y, grad_fn, gradients } = recorded[name];
    const x = arange(12, { dtype: float64 }).reshape(3, 4).mul(0.3).sub(1.1).requires_grad_();
    const w = tensor([0.5, -1.5, 2, 0.7], { dtype: float64 }).requires_grad_();
    const got = program(x, w);
    expect(got.tolist()).toEqual(near(y));
    expect(got.grad_fn?.name()).toBe(grad_fn);
    const weights = arange(1, got.numel() + 1, { dtype: float64 }).view(got.shape);
    const found = grad(got.mul(weights).sum(), [x, w], { allow_unused: true });
    found.forEach((g, i) => {
      // no gradient and a gradient of zeros mean the same
      if (g) expect(g.tolist()).toEqual(near(gradients[i] ?? g.mul(0).tolist()));
      else expect([gradients[i] ?? 0].flat(2).every((v) => v === 0)).toBe(true);
    });
  });
});
