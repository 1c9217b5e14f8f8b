import fc from "fast-check";
import { expect, it } from "vitest";
import { nn, type Tensor, torch } from "../../../src/index.js";
import { disagreement, tensorOf } from "./sets.js";

/* Padding, interpolation and averages in WebAssembly: the same numbers, and gradients, as the plain loops. */

const F = nn.functional;

const image = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 2, max: 23 }), fc.integer({ min: 2, max: 37 }))
  .map(([c, h, w]) => [1, c, h, w]);
const size = fc.integer({ min: 1, max: 40 });

const maps: fc.Arbitrary<(x: Tensor) => Tensor> = fc.oneof(
  fc.record({ mode: fc.constantFrom("nearest", "nearest-exact", "bilinear", "bicubic"), to: fc.tuple(size, size) }).map(
    ({ mode, to }) =>
      (x: Tensor) =>
        F.interpolate(x, { size: to, mode }),
  ),
  fc.tuple(size, size).map((to) => (x: Tensor) => F.interpolate(x, { size: to, mode: "bilinear", antialias: true })),
  size.map((to) => (x: Tensor) => F.interpolate(x.squeeze(0), { size: to, mode: "linear" })),
  fc
    .record({ kernel_size: fc.integer({ min: 1, max: 2 }), stride: fc.integer({ min: 1, max: 3 }) })
    .map((options) => (x: Tensor) => F.avg_pool2d(x, { ...options, padding: options.kernel_size >> 1 })),
  fc.tuple(size, size).map((to) => (x: Tensor) => F.adaptive_avg_pool2d(x, to)),
  fc.tuple(fc.constantFrom("reflect", "replicate", "circular"), fc.tuple(...[0, 0, 0, 0].map(() => fc.nat(1)))).map(
    ([mode, pad]) =>
      (x: Tensor) =>
        F.pad(x, pad, mode),
  ),
);

it("give the same numbers as the plain loops, to the last bit", () => {
  fc.assert(
    fc.property(tensorOf(image), maps, (x, f) => {
      const results = () => {
        const input = x.detach().requires_grad_();
        const y = f(input);
        y.backward(torch.randn([...y.shape]));
        return [y, input.grad!];
      };
      expect(disagreement(results)).toBe(null);
    }),
    { numRuns: 300 },
  );
});

it("many planes go through in blocks", () => {
  const x = torch.randn(40, 3, 30, 31);
  for (const f of [(t: Tensor) => F.avg_pool2d(t, 2), (t: Tensor) => F.interpolate(t, { scale_factor: 1.5 })]) {
    expect(disagreement(() => [f(x)])).toBe(null);
  }
});
