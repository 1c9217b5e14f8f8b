import type { Shape } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** One of the elements that a sample weighs, along one dimension: its coordinate and its weight, each [N, samples]. */
interface Tap {
  readonly at: Tensor;
  readonly weight: Tensor;
}

/** How coordinates outside the image are read. */
export type Outside = "zeros" | "border" | "reflection";

/** From [-1, 1] to elements: -1 and 1 are the centres of the outermost ones with `align_corners`, else their edges. */
function unnormalized(x: Tensor, size: number, align_corners: boolean): Tensor {
  return align_corners
    ? x
        .add(1)
        .div(2)
        .mul(size - 1)
    : x.add(1).mul(size).sub(1).div(2);
}

/** Moved to the nearest place inside; there, and on the edge, the gradient is 0. */
function clipped(x: Tensor, size: number): Tensor {
  const inside = x.gt(0).logical_and(x.lt(size - 1));
  return x.where(inside, x.detach().clamp(0, size - 1));
}

/** Mirrored at the outermost centres with `align_corners`, else at the edges, as often as it takes. */
function reflected(x: Tensor, size: number, align_corners: boolean): Tensor {
  const low = align_corners ? 0 : -0.5;
  const span = align_corners ? size - 1 : size;
  if (span === 0) return x.mul(0);
  const distance = x.sub(low).abs();
  const flips = distance.detach().div(span).floor();
  const rest = distance.sub(flips.mul(span));
  return rest.where(flips.remainder(2).eq(0), rest.neg().add(span)).add(low);
}

function inside(x: Tensor, size: number, outside: Outside, align_corners: boolean): Tensor {
  if (outside === "zeros") return x;
  return clipped(outside === "reflection" ? reflected(x, size, align_corners) : x, size);
}

/** The cubic convolution weights of the four neighbours at `t` past the second one, with the free parameter -0.75. */
function cubicWeights(t: Tensor): Tensor[] {
  const a = -0.75;
  const back = t.neg().add(1);
  // ((a + 2) x - (a + 3)) x^2 + 1 for the two inner ones, a x (1 - x)^2 for the outer ones
  const near = (x: Tensor) =>
    x
      .mul(a + 2)
      .sub(a + 3)
      .mul(x)
      .mul(x)
      .add(1);
  const far = (x: Tensor, y: Tensor) => x.mul(a).mul(y).mul(y);
  return [far(t, back), near(t), near(back), far(back, t)];
}

function tapsOf(x: Tensor, size: number, mode: string, outside: Outside, align_corners: boolean): Tap[] {
  if (mode === "bicubic") {
    const low = x.detach().floor();
    return cubicWeights(x.sub(low)).map((weight, k) => ({
      at: inside(low.add(k - 1), size, outside, align_corners),
      weight,
    }));
  }
  const place = inside(x, size, outside, align_corners);
  // a weight of 1 whose gradient is 0
  if (mode === "nearest") return [{ at: place.detach().round(), weight: place.floor().clamp(0, 0).add(1) }];
  const low = place.detach().floor();
  const share = place.sub(low);
  return [
    { at: low, weight: share.neg().add(1) },
    { at: low.add(1), weight: share },
  ];
}

/**
 * Samples of images [N, C, ...sizes] at the places of a grid [N, ...places, dims], whose last dimension counts from the
 * image's last one: [N, C, ...places].
 */
export function sampleGrid(
  input: Tensor,
  grid: Tensor,
  mode: string,
  outside: Outside,
  align_corners: boolean,
): Tensor {
  const [n, c, ...sizes] = input.shape;
  const places = grid.shape.slice(1, -1);
  const rows = grid.reshape([n, places.reduce((a, b) => a * b, 1), sizes.length]);
  const taps = sizes.map((size, d) => {
    const x = unnormalized(rows.select(2, sizes.length - 1 - d), size, align_corners);
    return tapsOf(x, size, mode, outside, align_corners);
  });
  const pixels = input.reshape([n, c, sizes.reduce((a, b) => a * b, 1)]);
  const terms = combinations(taps).map((chosen) => weighted(pixels, chosen, sizes));
  return terms.reduce((sum, term) => sum.add(term)).reshape([n, c, ...places]);
}

/** Every choice of one tap for each dimension. */
const combinations = (taps: readonly Tap[][]): Tap[][] =>
  taps.reduce<Tap[][]>((lists, each) => lists.flatMap((list) => each.map((tap) => [...list, tap])), [[]]);

/** The pixels that the chosen taps see, times their weights; 0 beyond the edge. */
function weighted(pixels: Tensor, chosen: readonly Tap[], sizes: Shape): Tensor {
  const [n, c] = pixels.shape;
  const seen = chosen.map(({ at }, d) => at.ge(0).logical_and(at.le(sizes[d] - 1)));
  const visible = seen.reduce((a, b) => a.logical_and(b)).unsqueeze(1);
  const index = chosen.reduce<Tensor | null>((sum, { at }, d) => {
    const own = at
      .detach()
      .clamp(0, sizes[d] - 1)
      .nan_to_num(0)
      .long();
    return sum === null ? own : sum.mul(sizes[d]).add(own);
  }, null)!;
  const values = pixels.gather(2, index.unsqueeze(1).expand([n, c, index.shape[1]]));
  const shown = values.where(visible, values.detach().mul(0).nan_to_num(0, 0, 0));
  return shown.mul(
    chosen
      .map(({ weight }) => weight)
      .reduce((a, b) => a.mul(b))
      .unsqueeze(1),
  );
}
