import { RuntimeError, ValueError } from "../../python/errors.js";
import { int64 } from "../dtype.js";
import { distances, distancesFromProducts, distancesGradient, type Pairs } from "../kernels/distances.js";
import { op, quicker } from "../op.js";
import { normGradient } from "../reduction.js";
import { rowsOf } from "../rows.js";
import { broadcastShapes, numelOf, type Shape } from "../shape.js";
import { Tensor } from "../tensor.js";

/** Distances of rows from rows. */

const MODES = ["use_mm_for_euclid_dist_if_necessary", "use_mm_for_euclid_dist", "donot_use_mm_for_euclid_dist"];

/** So many rows are enough to find Euclidean distances from a product of matrices. */
const MANY = 25;

/**
 * The `p`-norms of the differences of each row of `x1` and each row of `x2`. The Euclidean distances of more than 25 rows
 * come from a product of matrices, unless `compute_mode` forbids it.
 */
export const cdist = op(
  "cdist(Tensor x1, Tensor x2, float p=2.0, str? compute_mode='use_mm_for_euclid_dist_if_necessary') -> Tensor",
)({
  forward: (x1, x2, p, compute_mode) => {
    checkPairs(x1, x2, p, compute_mode);
    const all = allPairs(x1, x2);
    const { pairs, batch } = all;
    if (usesProducts(x1, x2, p, compute_mode)) {
      const out = all.x1.matmul(all.x2.mT).contiguous();
      eachOf(batch, [out, all.x1, all.x2], ([o, x, y]) => distancesFromProducts(o, x, y, pairs));
      return out;
    }
    const out = Tensor.empty([...all.lead, pairs.n, pairs.m], x1.dtype);
    eachOf(batch, [out, all.x1, all.x2], ([o, x, y]) => distances(o, x, y, pairs, p));
    return out;
  },
  derivatives: {
    x1: ["x1 x2 result", (g, { x1, x2, result, p, compute_mode }) => slope(g, x1, x2, result, p, compute_mode)],
    x2: ["x1 x2 result", (g, { x1, x2, result, p, compute_mode }) => slope(g.mT, x2, x1, result.mT, p, compute_mode)],
  },
  nodeName: (x1, x2, p, compute_mode) => (usesProducts(x1, x2, p, compute_mode) ? "ViewBackward0" : "CdistBackward0"),
  samples: [
    { x1: [2, 3], x2: [4, 3] },
    { x1: [2, 1, 2, 3], x2: [3, 2, 3], p: 1 },
    { x1: [2, 3], x2: [2, 3], p: 3 },
    { x1: [2, 3], x2: [2, 3], p: Infinity },
    { x1: [2, 3], x2: [2, 2, 3], compute_mode: "use_mm_for_euclid_dist" },
  ],
  example: ["torch.cdist(torch.zeros(1, 2), torch.tensor([[0.3, 0.4]]))", "tensor([[0.5000]])"],
});

function checkPairs(x1: Tensor, x2: Tensor, p: number, compute_mode: string | null): void {
  if (compute_mode !== null && !MODES.includes(compute_mode)) {
    throw new ValueError(`${compute_mode} is not a valid value for compute_mode`, `It is one of ${MODES.join(", ")}.`);
  }
  for (const [name, { ndim }] of [["X1", x1] as const, ["X2", x2] as const]) {
    if (ndim < 2) throw new RuntimeError(`cdist only supports at least 2D tensors, ${name} got: ${ndim}D`);
  }
  const [width, other] = [x1, x2].map(({ shape }) => shape[shape.length - 1]);
  if (width !== other) {
    throw new RuntimeError(`X1 and X2 must have the same number of columns. X1: ${width} X2: ${other}`);
  }
  for (const [name, { dtype }] of [["X1", x1] as const, ["X2", x2] as const]) {
    if (dtype.is_floating_point) continue;
    throw new RuntimeError(`cdist only supports floating-point dtypes, ${name} got: ${dtype.scalarName}`);
  }
  if (x1.dtype !== x2.dtype) {
    throw new RuntimeError(`expected scalar type ${x1.dtype.scalarName} but found ${x2.dtype.scalarName}`);
  }
  if (!(p >= 0)) throw new RuntimeError("cdist only supports non-negative p values");
}

const heightOf = ({ shape, ndim }: Tensor): number => shape[ndim - 2];

function usesProducts(x1: Tensor, x2: Tensor, p: number, compute_mode: string | null): boolean {
  if (p !== 2 || compute_mode === MODES[2]) return false;
  return compute_mode === MODES[1] || heightOf(x1) > MANY || heightOf(x2) > MANY;
}

/** Both tensors with the leading dimensions of both, in order. */
function allPairs(x1: Tensor, x2: Tensor) {
  const lead = broadcastShapes(x1.shape.slice(0, -2), x2.shape.slice(0, -2));
  const spread = (x: Tensor) =>
    x
      .detach()
      .expand([...lead, ...x.shape.slice(-2)])
      .contiguous();
  const pairs: Pairs = { n: heightOf(x1), m: heightOf(x2), width: x1.shape[x1.ndim - 1] };
  return { lead, pairs, batch: numelOf(lead), x1: spread(x1), x2: spread(x2) };
}

/** Calls `run` with the elements of each of `batch` equal parts of tensors that lie row by row. */
function eachOf(batch: number, tensors: readonly Tensor[], run: (parts: ReturnType<typeof rowsOf>[]) => void): void {
  const rows = tensors.map(rowsOf);
  for (let b = 0; b < batch; b++) {
    run(rows.map((a) => a.subarray((b * a.length) / batch, ((b + 1) * a.length) / batch)));
  }
}

/** The gradient of distances for the first of the two. */
const slope = (g: Tensor, x: Tensor, y: Tensor, distance: Tensor, p: number, compute_mode: string | null): Tensor =>
  usesProducts(x, y, p, compute_mode)
    ? slopeByProducts(g, x, y, distance)
    : slopeOfDifferences(g, { x, y, distance, p })!;

/** The sum over y of `g (x - y) / distance`, and nothing where the distance is 0. */
function slopeByProducts(g: Tensor, x: Tensor, y: Tensor, distance: Tensor): Tensor {
  const zero = distance.eq(0);
  const ratio = g.div(distance.masked_fill(zero, 1)).masked_fill(zero, 0);
  return x.mul(ratio.sum(-1, true)).sub(ratio.matmul(y));
}

interface Measured {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly distance: Tensor;
  readonly p: number;
}

const slopeOfDifferences = quicker<Measured, Tensor>(
  (g, { x, y, distance, p }) => {
    const all = allPairs(x, y);
    const out = Tensor.empty(all.x1.shape, x.dtype);
    const parts = [out, g.contiguous(), distance.contiguous(), all.x1, all.x2];
    if (p !== 0) eachOf(all.batch, parts, ([o, gs, d, a, b]) => distancesGradient(o, gs, d, a, b, all.pairs, p));
    return out;
  },
  (g, { x, y, distance, p }) => {
    const differences = x.unsqueeze(-2).sub(y.unsqueeze(-3));
    const [slopes, lengths] = [g.unsqueeze(-1), distance.unsqueeze(-1)];
    if (p === 0) return differences.mul(0).sum(-2);
    // the largest get the whole gradient each, where there are several
    if (p === Infinity) return slopes.mul(differences.sign()).mul(differences.abs().eq(lengths)).sum(-2);
    return normGradient(slopes, differences, lengths, p, -1)!.sum(-2);
  },
);

/** The places in an (N, N) matrix above its diagonal, row by row. */
function placesAbove(n: number): Tensor {
  const places = new Float64Array((n * (n - 1)) / 2);
  for (let i = 0, at = 0; i < n; i++) for (let j = i + 1; j < n; j++) places[at++] = i * n + j;
  const shape: Shape = [places.length];
  return Tensor.of(places, shape, int64);
}

/** The `p`-norms of the differences of each row (N, D) and each later one: N (N - 1) / 2 of them. */
export const pdist = op("pdist(Tensor input, float p=2.0) -> Tensor")({
  composite: (input, p) => {
    if (input.ndim !== 2) throw new RuntimeError(`pdist only supports 2D tensors, got: ${input.ndim}D`);
    if (!input.dtype.is_floating_point) throw new RuntimeError("pdist only supports floating-point dtypes");
    if (!(p >= 0)) throw new RuntimeError("pdist only supports non-negative p values");
    return cdist(input, input, p, MODES[2]).reshape(-1).index_select(0, placesAbove(input.shape[0]));
  },
  samples: [{ input: [3, 2] }, { input: [4, 2], p: 1 }],
  example: ["torch.pdist(torch.tensor([[0, 0.5], [3, 4.5], [0, 4.5]]))", "tensor([5., 4., 3.])"],
});
