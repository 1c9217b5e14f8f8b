import fc from "fast-check";
import { expect, it } from "vitest";
import { torch } from "../../src/index.js";

it("unique sorts the different elements, says where each is and how often", () => {
  const numbers = fc.oneof(
    fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-40),
    fc.integer({ min: -9, max: 9 }),
  );
  const kind = fc.constantFrom(torch.float32, torch.float64, torch.int64, torch.uint8);
  fc.assert(
    fc.property(fc.array(numbers, { maxLength: 150 }), kind, (list, dtype) => {
      const usable = dtype.is_floating_point ? list : list.filter(Number.isFinite);
      const x = torch.tensor(usable.map((v) => (dtype === torch.uint8 ? Math.abs(v) : v))).to(dtype);
      const values = [...x.toTypedArray()];
      // NaN is equal to nothing, and the greatest
      const whole = values.filter((v) => !Number.isNaN(v));
      const different = [...new Set(whole)].sort((a, b) => a - b);
      const nans = values.filter((v) => Number.isNaN(v));

      const [found, places, counts] = torch.unique(x, { return_inverse: true, return_counts: true });
      const expected = [...different, ...nans];
      expect([...found.toTypedArray()].map((v) => v + 0)).toEqual(expected.map((v) => v + 0));
      expect([...found.index([places]).toTypedArray()].map((v) => v + 0)).toEqual(values.map((v) => v + 0));
      expect([...counts.toTypedArray()]).toEqual(
        expected.map((v) => (Number.isNaN(v) ? 1 : whole.filter((w) => w === v).length)),
      );
    }),
  );
});
