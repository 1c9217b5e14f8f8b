/** A place along the search direction d, at step size t: the loss f, its gradient, and its slope `gradient · d` there. */
export interface Point<G> {
  readonly t: number;
  readonly f: number;
  readonly gradient: G;
  readonly slope: number;
}

interface Search<G> {
  /** The loss and its gradient at step size t. */
  readonly evaluate: (t: number) => Point<G>;
  /** The point at t = 0. */
  readonly origin: Point<G>;
  /** The step size to try first. */
  readonly t: number;
  /** How far the farthest coordinate moves at t = 1. */
  readonly reach: number;
  /** Brackets in which no coordinate moves farther than this are not searched any more. */
  readonly tolerance_change: number;
  readonly max_evaluations: number;
  /** Rounds to the dtype in which PyTorch computes with slopes, which are tensors there. */
  readonly round: (x: number) => number;
}

/** The loss must fall at least by this share of what the slope at the start promises (Armijo). */
const c1 = 1e-4;
/** The slope must become at most this share of that at the start. */
const c2 = 0.9;

/**
 * A step size that meets the strong Wolfe conditions `f(t) <= f(0) + c1 t f'(0)` and `|f'(t)| <= c2 |f'(0)|`, by
 * bracketing and zooming in with cubic interpolation (Nocedal and Wright, Numerical Optimization, section 3.5).
 *
 * @returns the best point found, and how often the loss was evaluated
 */
export function strongWolfe<G>(search: Search<G>): { point: Point<G>; evaluations: number } {
  const { evaluate, origin, reach, tolerance_change, max_evaluations, round } = search;
  const tooHigh = (p: Point<G>) => p.f > round(origin.f + round(c1 * p.t * origin.slope));
  const isFlat = (p: Point<G>) => Math.abs(p.slope) <= round(-c2 * origin.slope);

  let point = evaluate(search.t);
  let previous = origin;
  let count = 0; // evaluations after the first
  let bracket: [Point<G>, Point<G>] | null = null;
  while (count < max_evaluations && bracket === null) {
    if (tooHigh(point) || (count > 1 && point.f >= previous.f)) bracket = [previous, point];
    else if (isFlat(point)) return { point, evaluations: count + 1 };
    else if (point.slope >= 0) bracket = [previous, point];
    else {
      const farther = [point.t + 0.01 * (point.t - previous.t), point.t * 10] as const;
      const t = interpolate(previous, point, farther, round);
      previous = point;
      point = evaluate(t);
      count++;
    }
  }
  bracket ??= [origin, point];

  const byHeight = ([a, b]: [Point<G>, Point<G>]) => (a.f <= b.f ? { low: 0, high: 1 } : { low: 1, high: 0 });
  let { low, high } = byHeight(bracket);
  let closeBefore = false;
  for (; count < max_evaluations; count++) {
    const near = Math.min(bracket[0].t, bracket[1].t);
    const far = Math.max(bracket[0].t, bracket[1].t);
    if ((far - near) * reach < tolerance_change) break;

    let t = interpolate(bracket[0], bracket[1], [near, far], round);
    // an end that is met again and again: go a tenth of the bracket inside
    const margin = 0.1 * (far - near);
    const close = Math.min(far - t, t - near) < margin;
    const inside: boolean = close && (closeBefore || t >= far || t <= near);
    if (inside) t = Math.abs(t - far) < Math.abs(t - near) ? far - margin : near + margin;
    closeBefore = close && !inside;

    point = evaluate(t);
    if (tooHigh(point) || point.f >= bracket[low].f) {
      bracket[high] = point;
      ({ low, high } = byHeight(bracket));
    } else {
      const flat = isFlat(point);
      if (!flat && point.slope * (bracket[high].t - bracket[low].t) >= 0) bracket[high] = bracket[low];
      bracket[low] = point;
      if (flat) {
        count++;
        break;
      }
    }
  }
  return { point: bracket[low], evaluations: count + 1 };
}

/** The minimum of the cubic through two points with their slopes, within bounds; their middle where it has none. */
function interpolate<G>(
  p: Point<G>,
  q: Point<G>,
  [lowest, highest]: readonly [number, number],
  round: (x: number) => number,
): number {
  const [a, b] = p.t <= q.t ? [p, q] : [q, p];
  const d1 = round(round(p.slope + q.slope) - round((3 * (p.f - q.f)) / (p.t - q.t)));
  const square = round(round(d1 * d1) - round(p.slope * q.slope));
  if (!(square >= 0)) return (lowest + highest) / 2;
  const d2 = round(Math.sqrt(square));
  const share = round(round(round(b.slope + d2) - d1) / round(round(b.slope - a.slope) + 2 * d2));
  const t = round(b.t - round((b.t - a.t) * share));
  return Math.min(Math.max(t, lowest), highest);
}
