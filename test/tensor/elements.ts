/** What the tests of movement and indexing share: tensors that count, and every index of a shape. */
import fc from "fast-check";
import { expect } from "vitest";
import { int64, type Tensor } from "../../src/tensor/index.js";
import { numelOf, type Shape } from "../../src/tensor/shape.js";
import { DrawnTensor, distinctLayouts, type Layout, seed } from "./op_table/draw.js";

export const assert = <T>(property: fc.IProperty<T>, numRuns = 100): void => fc.assert(property, { seed, numRuns });

/** A tensor that counts its elements row by row: each knows where it comes from. */
export const counting = (shape: Shape, layout: Layout): Tensor =>
  new DrawnTensor(
    shape,
    Array.from({ length: numelOf(shape) }, (_, i) => i),
    layout,
  ).build(int64);

export const shapes = (minLength = 0, min = 0, maxLength = 4): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min, max: 4 }), { minLength, maxLength });

export const tensors = (minLength = 0, min = 0): fc.Arbitrary<Tensor> =>
  fc
    .tuple(shapes(minLength, min), fc.constantFrom(...distinctLayouts))
    .map(([shape, layout]) => counting(shape, layout));

/** A tensor and dimensions of it, some counted from the end. */
export const withDims = (count: number, min = 0): fc.Arbitrary<[Tensor, number[]]> =>
  tensors(1, min).chain((x) =>
    fc.tuple(
      fc.constant(x),
      fc.array(fc.integer({ min: -x.ndim, max: x.ndim - 1 }), { minLength: count, maxLength: count }),
    ),
  );

/** A dimension counted from the front. */
export const wrap = (dim: number, x: Tensor): number => (dim < 0 ? dim + x.ndim : dim);

/** All indices of a shape, in row-major order. */
export function indices(shape: Shape): number[][] {
  return shape.reduce<number[][]>(
    (all, size) => all.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  );
}

const address = (x: Tensor, index: readonly number[]): number =>
  index.reduce((at, i, d) => at + i * x.strides[d], x.offset);

/** Element `index` of `view` is element `source(index)` of `x`, at the same place of the same memory. */
export function expectView(view: Tensor, x: Tensor, shape: Shape, source: (index: number[]) => number[]): void {
  expect(view.shape).toEqual(shape);
  expect(view.storage).toBe(x.storage);
  expect(view._base).toBe(x);
  for (const index of indices(shape)) expect(address(view, index)).toBe(address(x, source(index)));
}

/** Element `index` of `copy` equals element `source(index)` of `x` (0 for `null`); the memory is another. */
export function expectCopy(copy: Tensor, x: Tensor, shape: Shape, source: (index: number[]) => number[] | null): void {
  expect(copy.shape).toEqual(shape);
  expect(copy.storage).not.toBe(x.storage);
  for (const index of indices(shape)) {
    const from = source(index);
    expect(copy.read(index)).toBe(from === null ? 0 : x.read(from));
  }
}
