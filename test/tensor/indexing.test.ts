import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import {
  arange,
  bool,
  float32,
  float64,
  int64,
  type NestedNumbers,
  tensor,
  uint8,
  zeros,
} from "../../src/tensor/index.js";
import { contiguousStrides, numelOf, type Shape } from "../../src/tensor/shape.js";
import { assert, indices, shapes, tensors } from "./elements.js";

/** Nested arrays of `values` in row-major order. */
function nest(shape: Shape, values: readonly unknown[]): unknown {
  if (shape.length === 0) return values[0];
  const step = values.length / shape[0];
  return Array.from({ length: shape[0] }, (_, i) => nest(shape.slice(1), values.slice(i * step, (i + 1) * step)));
}

// What x[...] means, said without strides

/** An index as the tests draw it. */
type Drawn =
  | { kind: "number"; at: number }
  | { kind: "slice"; start: number | null; end: number | null; step: number }
  | { kind: "rest" }
  | { kind: "new" }
  | { kind: "list"; shape: number[]; at: number[] }
  | { kind: "mask"; shape: number[]; on: boolean[] };

/** As a caller writes it; lists and masks as arrays or as tensors. */
function written(index: Drawn, asTensor: boolean): unknown {
  if (index.kind === "number") return index.at;
  if (index.kind === "rest") return "...";
  if (index.kind === "new") return null;
  if (index.kind === "slice") {
    const { start, end, step } = index;
    return `${start ?? ""}:${end ?? ""}${step === 1 ? "" : `:${step}`}`;
  }
  const nested = nest(index.shape, index.kind === "list" ? index.at : index.on) as NestedNumbers[];
  return asTensor ? tensor(nested, { dtype: index.kind === "list" ? int64 : bool }) : nested;
}

/** One dimension of the result, or a share in the dimensions of the lists, and what it says about a dimension of x. */
type Axis = { size: number; position: ((i: number) => number) | null } | { lists: number[] };

/** The shape of x[indices] and where each of its elements comes from, by the rules of NumPy after the numbers are applied. */
function meaning(shape: Shape, drawn: readonly Drawn[], listShape: Shape): [Shape, (index: number[]) => number[]] {
  const taken = drawn.reduce(
    (n, i) => n + (i.kind === "mask" ? i.shape.length : i.kind === "rest" || i.kind === "new" ? 0 : 1),
    0,
  );
  const axes: Axis[] = [];
  /** For each dimension of x its position: fixed, from an axis, or from list number `list`. */
  const from: ({ fixed: number } | { axis: Axis } | { list: number[] })[] = [];
  const whole = (size: number) => {
    const axis = { size, position: (i: number) => i };
    axes.push(axis);
    from.push({ axis });
  };
  const list = (at: number[]) => {
    axes.push({ lists: at });
    from.push({ list: at });
  };
  for (const index of drawn.some((i) => i.kind === "rest") ? drawn : [...drawn, { kind: "rest" } as const]) {
    const size = shape[from.length];
    if (index.kind === "number") from.push({ fixed: index.at < 0 ? index.at + size : index.at });
    else if (index.kind === "new") axes.push({ size: 1, position: null });
    else if (index.kind === "rest") for (let k = taken; k < shape.length; k++) whole(shape[from.length]);
    else if (index.kind === "slice") {
      const at = [...Array(size).keys()]
        .slice(index.start ?? 0, index.end ?? size)
        .filter((_, i) => i % index.step === 0);
      const axis = { size: at.length, position: (i: number) => at[i] };
      axes.push(axis);
      from.push({ axis });
    } else if (index.kind === "list") {
      const wrapped = index.at.map((i) => (i < 0 ? i + size : i));
      list(
        indices(listShape).map(
          (i) =>
            wrapped[
              flat(
                i.slice(-index.shape.length).map((k, d) => Math.min(k, index.shape[d] - 1)),
                index.shape,
              )
            ],
        ),
      );
    } else {
      const on = indices(index.shape).filter((_, i) => index.on[i]);
      for (const d of index.shape.keys()) list(on.map((position) => position[d]));
    }
  }
  const places = axes.flatMap((axis, i) => ("lists" in axis ? [i] : []));
  const together = places.every((p, i) => p === places[0] + i);
  const plain = axes.filter((axis) => !("lists" in axis)) as {
    size: number;
    position: ((i: number) => number) | null;
  }[];
  const before = places.length === 0 ? plain.length : together ? places[0] : 0;
  const sizes = plain.map((axis) => axis.size);
  const lists = places.length > 0 ? listShape : [];
  const result = [...sizes.slice(0, before), ...lists, ...sizes.slice(before)];
  return [
    result,
    (index) => {
      const plainIndex = [...index.slice(0, before), ...index.slice(before + lists.length)];
      const b = flat(index.slice(before, before + lists.length), lists);
      return from.map((f) => {
        if ("fixed" in f) return f.fixed;
        if ("list" in f) return f.list[b];
        const axis = f.axis as { position: (i: number) => number };
        return axis.position(plainIndex[plain.indexOf(f.axis as (typeof plain)[number])]);
      });
    },
  ];
}

const flat = (index: readonly number[], shape: Shape): number => {
  const rows = contiguousStrides(shape);
  return index.reduce((at, i, d) => at + i * rows[d], 0);
};

/** Random indices for a tensor of `shape`; all lists have shapes that broadcast to `listShape`. */
function drawnIndices(shape: Shape, advanced: boolean): fc.Arbitrary<{ drawn: Drawn[]; listShape: number[] }> {
  const bound = (size: number) => fc.option(fc.integer({ min: -size - 1, max: size + 1 }));
  const basic = (size: number): fc.Arbitrary<Drawn> =>
    fc.oneof(
      fc.integer({ min: -size, max: size - 1 }).map((at): Drawn => ({ kind: "number", at })),
      fc
        .tuple(bound(size), bound(size), fc.integer({ min: 1, max: 3 }))
        .map(([start, end, step]): Drawn => ({ kind: "slice", start, end, step })),
    );
  const list = (size: number, listShape: number[]): fc.Arbitrary<Drawn> =>
    fc.array(fc.boolean(), { minLength: 2, maxLength: 2 }).chain((ones) => {
      const own = listShape.map((n, d) => (ones[d] ? 1 : n));
      const n = numelOf(own);
      return fc
        .array(fc.integer({ min: -size, max: size - 1 }), { minLength: n, maxLength: n })
        .map((at): Drawn => ({ kind: "list", shape: own, at }));
    });
  const extras = fc.tuple(
    fc.option(fc.nat(4)),
    fc.option(fc.nat(4), { freq: 1 }),
    fc.oneof(fc.constant(shape.length), fc.nat(shape.length)),
  );
  return fc.tuple(shapes(1, 1, 2), extras).chain(([listShape, [rest, fresh, covered]]) =>
    fc
      .tuple(
        ...shape
          .slice(0, covered)
          .map((size) => (advanced ? fc.oneof(basic(size), list(size, listShape)) : basic(size))),
      )
      .map((each) => {
        const drawn: Drawn[] = [...each];
        // "..." lets the indices after it count from the end
        if (rest !== null && covered === shape.length) drawn.splice(rest, 0, { kind: "rest" });
        if (fresh !== null) drawn.splice(fresh, 0, { kind: "new" });
        const used = drawn.filter((i) => i.kind === "list") as { shape: number[] }[];
        const common = listShape.map((_, d) => Math.max(1, ...used.map((i) => i.shape[d])));
        return { drawn, listShape: common };
      }),
  );
}

describe("index", () => {
  const basicCalls = tensors(0, 1).chain((x) => fc.tuple(fc.constant(x), drawnIndices(x.shape, false)));
  const calls = tensors(1, 1).chain((x) => fc.tuple(fc.constant(x), drawnIndices(x.shape, true), fc.boolean()));

  it("with numbers, slices, new dimensions and the ellipsis gives a view of the elements meant", () => {
    assert(
      fc.property(basicCalls, ([x, { drawn }]) => {
        const [shape, source] = meaning(x.shape, drawn, []);
        const y = x.index(drawn.map((i) => written(i, false)));
        expect(y.shape).toEqual(shape);
        expect(y.storage).toBe(x.storage);
        for (const index of indices(shape)) expect(y.read(index)).toBe(x.read(source(index)));
      }),
    );
  });

  it("with lists among them copies the elements meant", () => {
    assert(
      fc.property(calls, ([x, { drawn, listShape }, asTensor]) => {
        const [shape, source] = meaning(x.shape, drawn, listShape);
        const y = x.index(drawn.map((i) => written(i, asTensor)));
        expect(y.shape).toEqual(shape);
        expect(y.storage === x.storage).toBe(!drawn.some((i) => i.kind === "list"));
        for (const index of indices(shape)) expect(y.read(index)).toBe(x.read(source(index)));
      }),
      400,
    );
  });

  it("puts the dimensions of lists that other dimensions separate in front", () => {
    const x = arange(120).view(2, 3, 4, 5);
    const lists = [
      [0, 1, 2],
      [3, 3, 0],
    ];
    expect(x.index([":", lists[0], ":", lists[1]]).shape).toEqual([3, 2, 4]);
    expect(x.index([":", lists[0], null, lists[1]]).shape).toEqual([3, 2, 1, 5]);
    expect(x.index([":", ":", lists[0], lists[1]]).shape).toEqual([2, 3, 3]);
    // a number is applied before
    expect(x.index([":", lists[0], 1, lists[1]]).shape).toEqual([2, 3]);
  });

  it("with a mask takes the elements where it is true", () => {
    const masked = tensors(1, 1).chain((x) =>
      fc.integer({ min: 0, max: x.ndim - 1 }).chain((first) =>
        fc.integer({ min: first + 1, max: x.ndim }).chain((end) => {
          const shape = x.shape.slice(first, end);
          const on = fc.array(fc.boolean(), { minLength: numelOf(shape), maxLength: numelOf(shape) });
          return fc.tuple(fc.constant(x), fc.constant(first), fc.constant(shape), on, fc.boolean());
        }),
      ),
    );
    assert(
      fc.property(masked, ([x, first, shape, on, asTensor]) => {
        const mask: Drawn = { kind: "mask", shape, on };
        const drawn: Drawn[] = [
          ...Array.from({ length: first }, (): Drawn => ({ kind: "slice", start: null, end: null, step: 1 })),
          mask,
        ];
        const [want, source] = meaning(x.shape, drawn, [on.filter(Boolean).length]);
        const y = x.index(drawn.map((i) => written(i, asTensor)));
        expect(y.shape).toEqual(want);
        for (const index of indices(want)) expect(y.read(index)).toBe(x.read(source(index)));
      }),
    );
  });

  it("takes a single index without an array around it", () => {
    const x = arange(6).view(2, 3);
    expect(x.index(1).tolist()).toEqual([3, 4, 5]);
    expect(x.index("1:").tolist()).toEqual([[3, 4, 5]]);
    expect(x.index(" 0 : 2 : 2 ").tolist()).toEqual([[0, 1, 2]]);
    expect(x.index(null).shape).toEqual([1, 2, 3]);
    expect(x.index("...").tolist()).toEqual(x.tolist());
    expect(x.index(x.gt(3)).tolist()).toEqual([4, 5]);
    expect(x.index(tensor([1, 1])).tolist()).toEqual([
      [3, 4, 5],
      [3, 4, 5],
    ]);
    expect(x.index(tensor(-1)).tolist()).toEqual([3, 4, 5]);
    expect(x.index([]).tolist()).toEqual(x.tolist());
    expect(x.index([[]]).shape).toEqual([0, 3]);
  });

  it("knows truth values, which make a dimension of size 1 or 0", () => {
    const x = arange(6).view(2, 3);
    expect(x.index(true).shape).toEqual([1, 2, 3]);
    expect(x.index(false).shape).toEqual([0, 2, 3]);
    expect(x.index([true, 0]).tolist()).toEqual([[0, 1, 2]]);
    expect(x.index([0, tensor(true)]).tolist()).toEqual([[0, 1, 2]]);
  });

  it("takes uint8 as a mask, with a warning", () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    expect(
      arange(3)
        .index(tensor([1, 0, 1], { dtype: uint8 }))
        .tolist(),
    ).toEqual([0, 2]);
    expect(warned).toHaveBeenCalledWith(
      "UserWarning: indexing with dtype torch.uint8 is now deprecated, please use a dtype torch.bool instead.",
    );
    vi.restoreAllMocks();
  });

  it("does not notice when its list of positions changes later", () => {
    const x = arange(3, { dtype: float64 }).requires_grad_();
    const positions = tensor([0, 2]);
    const y = x.index(positions);
    positions.fill_(1);
    y.sum().backward();
    expect(x.grad!.tolist()).toEqual([1, 0, 1]);
  });
});

describe("index_put_", () => {
  const calls = tensors(1, 1).chain((x) => fc.tuple(fc.constant(x), drawnIndices(x.shape, true)));

  it("adds values at all places meant, as often as each is meant", () => {
    assert(
      fc.property(calls, ([x, { drawn, listShape }]) => {
        const [shape, source] = meaning(x.shape, drawn, listShape);
        const values = arange(1, numelOf(shape) + 1).view(shape);
        const want = x.clone();
        for (const index of indices(shape)) {
          const place = source(index).reduce((at, i, d) => at + i * want.strides[d], 0);
          want.storage.data[place] += values.read(index);
        }
        const written_ = drawn.map((i) => written(i, true));
        expect(x.index_put(written_, values, true).tolist()).toEqual(want.tolist());
        expect(x.index_put_(written_, values, { accumulate: true })).toBe(x);
        expect(x.tolist()).toEqual(want.tolist());
      }),
    );
  });

  it("writes one of the values meant for each place, and nowhere else", () => {
    assert(
      fc.property(calls, ([x, { drawn, listShape }]) => {
        const [shape, source] = meaning(x.shape, drawn, listShape);
        const values = arange(100, 100 + numelOf(shape)).view(shape);
        const allowed = new Map(indices(x.shape).map((i) => [String(i), [x.read(i)]]));
        for (const index of indices(shape)) {
          const place = String(source(index));
          const meant = allowed.get(place)!;
          allowed.set(place, [...meant.filter((v) => v >= 100), values.read(index)]);
        }
        const y = x.index_put(
          drawn.map((i) => written(i, false)),
          values,
        );
        for (const index of indices(x.shape)) expect(allowed.get(String(index))).toContain(y.read(index));
      }),
    );
  });

  it("takes numbers and values that broadcast", () => {
    const x = zeros(2, 3);
    x.index_put_([0], 1).index_put_([":", [0, 2]], tensor([5, 6], { dtype: float32 }));
    x.index_put_(x.eq(0), zeros(1, 1, 1).add(9));
    expect(x.tolist()).toEqual([
      [5, 1, 6],
      [5, 9, 6],
    ]);
    expect(arange(3).index_put_(0, 1.5).tolist()).toEqual([1, 1, 2]);
    expect(
      tensor([false, false])
        .index_put_([[0, 0]], true, true)
        .tolist(),
    ).toEqual([true, false]);
  });

  it("reads values before it writes where both share memory", () => {
    const x = arange(4);
    x.index_put_([[1, 2, 3]], x.index(":3"));
    expect(x.tolist()).toEqual([0, 0, 1, 2]);
    x.index_put_("1:", x.index(":3"));
    expect(x.tolist()).toEqual([0, 0, 0, 1]);
  });
});
