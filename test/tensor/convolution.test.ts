import fc from "fast-check";
import { nn, type Tensor, torch } from "rushlight";
import { describe, expect, it } from "vitest";

const F = nn.functional;
const float64 = { dtype: torch.float64 };

/** A call of conv_nd with its settings, one for each dimension. */
interface Drawn {
  image: number[];
  kernel: number[];
  stride: number[];
  padding: number[];
  dilation: number[];
  groups: number;
  inner: number;
  outer: number;
  n: number;
  seed: number;
}

const drawn: fc.Arbitrary<Drawn> = fc.integer({ min: 1, max: 3 }).chain((dims) => {
  const each = (min: number, max: number) => fc.array(fc.integer({ min, max }), { minLength: dims, maxLength: dims });
  return fc
    .record({
      image: each(1, 6),
      kernel: each(1, 3),
      stride: each(1, 3),
      padding: each(0, 2),
      dilation: each(1, 2),
      groups: fc.integer({ min: 1, max: 3 }),
      inner: fc.integer({ min: 1, max: 2 }),
      outer: fc.integer({ min: 1, max: 2 }),
      n: fc.integer({ min: 1, max: 2 }),
      seed: fc.nat(1000),
    })
    .filter(({ image, kernel, padding, dilation }) =>
      image.every((size, d) => size + 2 * padding[d] > dilation[d] * (kernel[d] - 1)),
    );
});

function tensors({ image, kernel, groups, inner, outer, n, seed }: Drawn): [x: Tensor, w: Tensor] {
  torch.manual_seed(seed);
  return [
    torch.randn([n, groups * inner, ...image], float64),
    torch.randn([groups * outer, inner, ...kernel], float64),
  ];
}

const convolve = (x: Tensor, w: Tensor, { image, stride, padding, dilation, groups }: Drawn): Tensor =>
  [F.conv1d, F.conv2d, F.conv3d][image.length - 1](x, w, null, stride, padding, dilation, groups);

/** All coordinates within the sizes. */
const coordinates = (sizes: readonly number[]): number[][] =>
  sizes.reduce<number[][]>(
    (all, size) => all.flatMap((at) => Array.from({ length: size }, (_, i) => [...at, i])),
    [[]],
  );

/** The definition, element by element, at output place `at` of channel `o` of image `i`. */
function element(
  x: Tensor,
  w: Tensor,
  { image, kernel, stride, padding, dilation, inner, outer }: Drawn,
  i: number,
  o: number,
  at: number[],
) {
  let sum = 0;
  for (let c = 0; c < inner; c++) {
    for (const k of coordinates(kernel)) {
      const place = at.map((p, d) => p * stride[d] - padding[d] + k[d] * dilation[d]);
      if (place.some((p, d) => p < 0 || p >= image[d])) continue;
      const channel = Math.floor(o / outer) * inner + c;
      sum += w.index([o, c, ...k]).item() * x.index([i, channel, ...place]).item();
    }
  }
  return sum;
}

const inner = (a: Tensor, b: Tensor): number => a.mul(b).sum().item();

describe("convolution", () => {
  it("is its definition, element by element", () => {
    const property = fc.property(drawn, (call) => {
      const [x, w] = tensors(call);
      const y = convolve(x, w, call);
      const [i, o] = [call.seed % call.n, call.seed % y.shape[1]];
      for (const at of coordinates(y.shape.slice(2)).slice(0, 12)) {
        expect(y.index([i, o, ...at]).item()).toBeCloseTo(element(x, w, call, i, o, at), 10);
      }
    });
    fc.assert(property, { numRuns: 60, seed: 1 });
  });

  it("has the transposed convolution as its transpose", () => {
    const property = fc.property(drawn, (call) => {
      const [x, w] = tensors(call);
      const y = convolve(x, w, call);
      const z = torch.randn_like(y);
      const { image, kernel, stride, padding, dilation, groups } = call;
      const more = image.map(
        (size, d) => size - ((y.shape[2 + d] - 1) * stride[d] - 2 * padding[d] + dilation[d] * (kernel[d] - 1) + 1),
      );
      // PyTorch refuses to add more than a step
      if (more.some((n, d) => n >= Math.max(stride[d], dilation[d]))) return;
      const transpose = [F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d][image.length - 1];
      const back = transpose(z, w, null, stride, padding, more, groups, dilation);
      expect(back.shape).toEqual(x.shape);
      expect(inner(y, z)).toBeCloseTo(inner(x, back), 9);
    });
    fc.assert(property, { numRuns: 100, seed: 1 });
  });

  it("is the same for images taken together and one by one, also where their columns are cut into pieces", () => {
    const [x, w, b] = [torch.randn(3, 2, 150, 150), torch.randn(2, 2, 3, 3), torch.randn(2)];
    const [all, one] = [x, x.index(["1:2"])].map((images) => {
      const leaf = images.clone().requires_grad_();
      const weight = w.clone().requires_grad_();
      const y = F.conv2d(leaf, weight, b, 1, 1);
      y.backward(y.detach());
      return { y: y.detach(), x: leaf.grad!, w: weight.grad! };
    });
    expect(torch.allclose(all.y.index(["1:2"]), one.y, 1e-4, 1e-5)).toBe(true);
    expect(torch.allclose(all.x.index(["1:2"]), one.x, 1e-4, 1e-4)).toBe(true);
    const sum = [0, 1, 2].reduce<Tensor>((total, i) => {
      const weight = w.clone().requires_grad_();
      const y = F.conv2d(x.index([`${i}:${i + 1}`]), weight, b, 1, 1);
      y.backward(y.detach());
      return total.add(weight.grad!);
    }, torch.zeros_like(w));
    expect(torch.allclose(all.w, sum, 1e-3, 0.5)).toBe(true);
    expect(torch.allclose(all.w, one.w, 1e-3, 0.5)).toBe(false);
  });

  it("computes with memory in any layout", () => {
    const x = torch.randn(2, 5, 6, 4, float64).permute([0, 3, 1, 2]);
    const w = torch.randn(3, 3, 4, 2, float64).transpose(1, 2);
    const expected = F.conv2d(x.contiguous(), w.contiguous());
    expect(torch.allclose(F.conv2d(x, w), expected)).toBe(true);
  });
});

describe("windows as columns", () => {
  it("add up to as many copies of each pixel as there are windows over it", () => {
    const settings = { kernel_size: [2, 3], padding: 1, stride: [1, 2] };
    const x = torch.randn(2, 3, 5, 4, float64);
    const there = (images: Tensor) => F.fold(F.unfold(images, settings), { output_size: [5, 4], ...settings });
    expect(torch.allclose(there(x), x.mul(there(torch.ones_like(x))))).toBe(true);
  });

  it("times the weight are a convolution", () => {
    const [x, w] = [torch.randn(2, 3, 5, 4, float64), torch.randn(4, 3, 2, 2, float64)];
    const product = w.flatten(1).matmul(F.unfold(x, 2)).view(2, 4, 4, 3);
    expect(torch.allclose(product, F.conv2d(x, w))).toBe(true);
  });
});

describe("resampling", () => {
  it("to the same size changes nothing, and of a constant image gives the constant", () => {
    const x = torch.rand(1, 2, 5, 6);
    for (const mode of ["nearest", "nearest-exact", "bilinear", "bicubic", "area"]) {
      expect(torch.allclose(F.interpolate(x, { size: [5, 6], mode }), x, 1e-5, 1e-6)).toBe(true);
      const flat = F.interpolate(torch.ones(1, 1, 5, 6), { size: [7, 3], mode });
      expect(torch.allclose(flat, torch.ones(1, 1, 7, 3), 1e-5, 1e-6)).toBe(true);
    }
  });

  it("by the identity's grid changes nothing", () => {
    const x = torch.randn(2, 3, 4, 5, float64);
    const theta = torch.eye(3, float64).index([":2"]).expand([2, 2, 3]);
    for (const align_corners of [true, false]) {
      const grid = F.affine_grid(theta, [2, 3, 4, 5], align_corners);
      for (const mode of ["bilinear", "nearest", "bicubic"]) {
        expect(torch.allclose(F.grid_sample(x, grid, mode, "zeros", align_corners), x)).toBe(true);
      }
    }
  });

  it("follows a linear function exactly, with its gradient", () => {
    const ramp = torch.arange(6, float64).view(1, 1, 6).requires_grad_();
    const y = F.interpolate(ramp, { size: 11, mode: "linear", align_corners: true });
    expect(torch.allclose(y.flatten(), torch.arange(11, float64).div(2))).toBe(true);
    const shuffled = F.pixel_unshuffle(F.pixel_shuffle(torch.arange(16).view(1, 4, 2, 2), 2), 2);
    expect(shuffled.flatten().equal(torch.arange(16))).toBe(true);
  });
});
