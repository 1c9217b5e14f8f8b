import * as fc from "fast-check";
import { expect, it } from "vitest";
import { arrayOf, callOn, float32, matrixOf, tame, wasm } from "./wasm_memory.js";

it("fill", () => {
  fc.assert(
    fc.property(fc.nat(40), float32, (n, value) => {
      expect(callOn(new Float32Array(n), [], (out) => wasm.fill(out, value, n))).toEqual(
        new Float32Array(n).fill(value),
      );
    }),
  );
});

it("copyMatrix copies, transposes and takes any strides", () => {
  const strides = fc.constantFrom("rows", "columns", "apart");
  fc.assert(
    fc.property(fc.nat(11), fc.nat(11), strides, fc.nat(3), (rows, columns, layout, gap) => {
      const [xRow, xColumn] =
        layout === "rows" ? [columns + gap, 1] : layout === "columns" ? [1, rows + gap] : [2 * columns + gap, 2];
      const x = Float32Array.from({ length: rows * xRow + columns * xColumn + 1 }, (_, i) => i + 1);
      const outRow = columns + gap;
      const out = new Float32Array(rows * outRow).fill(-1);
      const found = callOn(out, [x], (o, a) => wasm.copyMatrix(o, outRow, a, xRow, xColumn, rows, columns));
      const expected = out.map((before, i) => {
        const [r, c] = [Math.floor(i / outRow), i % outRow];
        return c < columns ? x[r * xRow + c * xColumn] : before;
      });
      expect(found).toEqual(expected);
    }),
  );
});

it("gatherRows and scatterAddRows", () => {
  const table = matrixOf(tame, 6, 11).filter(({ rows }) => rows > 0);
  fc.assert(
    fc.property(table, fc.array(fc.nat(5), { maxLength: 12 }), ({ rows, columns, x }, chosen) => {
      const index = Int32Array.from(chosen, (i) => i % rows);
      const n = index.length;
      const gathered = callOn(new Float32Array(n * columns), [x, index], (out, t, i) =>
        wasm.gatherRows(out, t, i, n, columns),
      );
      expect(gathered).toEqual(gathered.map((_, i) => x[index[Math.floor(i / columns)] * columns + (i % columns)]));

      const skipped = 1;
      const added = callOn(x, [gathered, index], (t, g, i) => wasm.scatterAddRows(t, g, i, n, columns, skipped));
      const expected = x.slice();
      gathered.forEach((v, i) => {
        const row = index[Math.floor(i / columns)];
        if (row !== skipped) expected[row * columns + (i % columns)] += v;
      });
      expect(added).toEqual(expected);
    }),
  );
});

it("conversions between float32, float64, int32 and bytes", () => {
  fc.assert(
    fc.property(arrayOf(float32, 30), fc.array(fc.double(), { maxLength: 30 }), fc.nat(3), (x, wide, skipped) => {
      const doubles = Float64Array.from(wide);
      const n = wide.length;
      expect(callOn(new Float32Array(n), [doubles], (out, a) => wasm.doubleToFloat(out, a, n))).toEqual(
        Float32Array.from(doubles),
      );
      expect(callOn(new Float64Array(x.length), [x], (out, a) => wasm.floatToDouble(out, a, x.length))).toEqual(
        Float64Array.from(x),
      );
      const ints = Int32Array.from(wide, (_, i) => (i * 2654435761) | 0);
      expect(callOn(new Float32Array(n), [ints], (out, a) => wasm.intToFloat(out, a, n))).toEqual(
        Float32Array.from(ints),
      );
      expect(callOn(new Int32Array(n), [Float64Array.from(ints)], (out, a) => wasm.doubleToInt(out, a, n))).toEqual(
        ints,
      );
      const bytes = Uint8Array.from(ints);
      const rest = Math.max(n - skipped, 0);
      expect(callOn(new Float32Array(rest), [bytes], (out, a) => wasm.byteToFloat(out, a + skipped, rest))).toEqual(
        Float32Array.from(bytes.subarray(Math.min(skipped, n))),
      );
    }),
  );
});
