import { enable_grad, no_grad } from "../autograd/index.js";
import { RuntimeError, ValueError, withHelp } from "../python/errors.js";
import { Signature } from "../python/signature.js";
import type { Arguments, Named } from "../python/signature-types.js";
import { float32, Tensor, torchFunctions } from "../tensor/index.js";
import { checkLearningRate, type Hyperparameter, numberOf } from "./hyperparameter.js";
import { type Closure, Optimizer } from "./optimizer.js";
import type { ParamGroup, ParamGroupInput } from "./param_group.js";
import { type Point, strongWolfe } from "./strong_wolfe.js";

const signature = new Signature(
  "LBFGS(Params params, float|Tensor lr=1, int max_iter=20, int? max_eval=None, float tolerance_grad=1e-7, float tolerance_change=1e-9, int history_size=100, str? line_search_fn=None)",
);
const stepSignature = new Signature("step(Callable? closure=None)");

/** The parameter group of {@link LBFGS}. */
export type LBFGSGroup = ParamGroup & Omit<Named<typeof signature.text>, "params" | "max_eval"> & { max_eval: number };

/** What is remembered of all parameters; it stands at the first one. */
interface LBFGSState {
  [name: string]: unknown;
  func_evals: number;
  n_iter: number;
  /** Of the last iteration: the direction, the step size, the gradient and the loss before it. */
  d?: Tensor;
  t?: Hyperparameter;
  prev_flat_grad?: Tensor;
  prev_loss?: number;
  /** The last changes of the gradient, y, those of the parameters, s, and 1 / (y · s). */
  old_dirs?: Tensor[];
  old_stps?: Tensor[];
  ro?: Tensor[];
  /** The first guess at the inverse Hessian is this times the identity. */
  H_diag?: Hyperparameter;
  /** Room for the coefficients of the two loops. */
  al?: (Tensor | null)[];
}

/**
 * L-BFGS (Liu and Nocedal, 1989): Newton's method with a Hessian estimated from the last gradients. For losses that are
 * computed from all the data. One step makes up to `max_iter` iterations and needs a closure that evaluates the model
 * again. For the parameters p, all in one vector, with gradient g:
 *
 *     y = gₖ - gₖ₋₁, s = pₖ - pₖ₋₁            the last `history_size` pairs with y · s > 1e-10 estimate the
 *     d = -H g                                inverse Hessian H, starting from (y · s) / (y · y)
 *     p ← p + t d                             t = lr, or by line search; at first t = lr min(1, 1 / |g|₁)
 *
 * It takes one parameter group only.
 *
 * Arguments: `params`, `lr` (1), `max_iter` (20), `max_eval` (null: 1.25 max_iter), `tolerance_grad` (1e-7: the largest
 * gradient at which to stop), `tolerance_change` (1e-9: the smallest change of loss or parameters at which to go on),
 * `history_size` (100), `line_search_fn` (null or `"strong_wolfe"`).
 *
 * @throws ValueError for a negative or NaN learning rate and for several groups
 * @example
 * const optimizer = new optim.LBFGS(model.parameters(), { line_search_fn: "strong_wolfe" });
 * optimizer.step(() => {
 *   optimizer.zero_grad();
 *   const loss = criterion(model(x), y);
 *   loss.backward();
 *   return loss;
 * });
 */
export class LBFGS extends Optimizer<LBFGSGroup> {
  constructor(...args: Arguments<typeof signature.text>) {
    const [params, lr, max_iter, max_eval, tolerance_grad, tolerance_change, history_size, line_search_fn] =
      signature.bind(args);
    checkLearningRate(lr);
    super(params, {
      lr,
      max_iter,
      max_eval: max_eval ?? Math.floor((max_iter * 5) / 4),
      tolerance_grad,
      tolerance_change,
      history_size,
      line_search_fn,
    });
  }

  override add_param_group(param_group: ParamGroupInput): void {
    super.add_param_group(param_group);
    if (this.param_groups.length === 1) return;
    this.param_groups.pop();
    throw new ValueError(
      "LBFGS doesn't support per-parameter options (parameter groups)",
      "Give all parameters in one list.",
    );
  }

  /**
   * Makes up to `max_iter` iterations.
   *
   * @param closure clears the gradients, evaluates the model, calls `backward()` and returns the loss
   * @returns the loss before the step
   */
  override step(closure?: null): null;
  override step<T>(closure: Closure<T>): T;
  override step(...args: unknown[]): unknown {
    const [closure] = stepSignature.bind(args);
    if (closure === null) {
      throw new TypeError(
        withHelp(
          "LBFGS.step() missing 1 required positional argument: 'closure'",
          "It evaluates the loss several times in one step: optimizer.step(() => { optimizer.zero_grad(); ...; return loss; }).",
        ),
      );
    }
    return no_grad(() => this.iterate(() => enable_grad(closure)));
  }

  private iterate(closure: () => unknown): unknown {
    const group = this.param_groups[0];
    const { params, max_iter, max_eval, tolerance_grad, tolerance_change, history_size, line_search_fn } = group;
    const lr = numberOf(group.lr);
    const state = this.stateOf<LBFGSState>(params[0], () => ({ func_evals: 0, n_iter: 0 }));

    const answer = closure();
    let loss = valueOf(answer);
    let gradient = flatGradient(params);
    let evaluations = 1;
    state.func_evals++;
    if (largest(gradient) <= tolerance_grad) return answer;

    for (let i = 1; i <= max_iter; i++) {
      state.n_iter++;
      const first = state.n_iter === 1;
      if (first) forget(state);
      else remember(state, gradient, history_size);
      const direction = first ? gradient.neg() : descent(state, gradient, history_size);
      let t = lr * (first ? Math.min(1, gradient.abs().sum().reciprocal().item()) : 1);
      Object.assign(state, { d: direction, t, prev_flat_grad: gradient.clone(), prev_loss: loss });
      const before = loss;
      const slope = gradient.dot(direction).item();
      if (slope > -tolerance_change) break;

      let used = 0;
      if (line_search_fn === null) {
        move(params, direction, t);
        // after the last iteration nobody asks: with other data in the next step it would be for nothing
        if (i < max_iter) {
          loss = valueOf(closure());
          gradient = flatGradient(params);
          used = 1;
        }
      } else {
        if (line_search_fn !== "strong_wolfe") throw new RuntimeError("only 'strong_wolfe' is supported");
        const found = strongWolfe({
          evaluate: (t) => explore(params, direction, t, closure),
          origin: { t: 0, f: loss, gradient, slope },
          t,
          reach: largest(direction),
          tolerance_change,
          max_evaluations: max_eval - evaluations,
          round: direction.dtype === float32 ? Math.fround : (x) => x,
        });
        ({ t, f: loss, gradient } = found.point);
        used = found.evaluations;
        state.t = t;
        move(params, direction, t);
      }
      evaluations += used;
      state.func_evals += used;

      if (evaluations >= max_eval || largest(gradient) <= tolerance_grad) break;
      if (largest(direction.mul(t)) <= tolerance_change || Math.abs(loss - before) < tolerance_change) break;
    }
    return answer;
  }
}

function forget(state: LBFGSState): void {
  Object.assign(state, { old_dirs: [], old_stps: [], ro: [], H_diag: 1 });
}

/** Notes how the gradient changed on the last move. */
function remember(state: LBFGSState, gradient: Tensor, history_size: number): void {
  const { d, t, prev_flat_grad, old_dirs, old_stps, ro } = state as Required<LBFGSState>;
  const y = gradient.sub(prev_flat_grad);
  const s = d.mul(numberOf(t));
  const ys = y.dot(s);
  if (!(ys.item() > 1e-10)) return;
  if (old_dirs.length === history_size) for (const list of [old_dirs, old_stps, ro]) list.shift();
  old_dirs.push(y);
  old_stps.push(s);
  ro.push(ys.reciprocal());
  state.H_diag = ys.div(y.dot(y));
}

/** `-H g`, by the two loops over the history that stand for the inverse Hessian H. */
function descent(state: LBFGSState, gradient: Tensor, history_size: number): Tensor {
  const { old_dirs, old_stps, ro, H_diag } = state as Required<LBFGSState>;
  state.al ??= new Array(history_size).fill(null);
  const al = state.al;
  const q = gradient.neg();
  for (let i = old_dirs.length - 1; i >= 0; i--) {
    const a = old_stps[i].dot(q).mul(ro[i]);
    al[i] = a;
    q.add_(old_dirs[i], { alpha: -a.item() });
  }
  const r = q.mul(H_diag);
  for (let i = 0; i < old_dirs.length; i++) {
    const b = old_dirs[i].dot(r).mul(ro[i]);
    r.add_(old_stps[i], { alpha: al[i]!.sub(b).item() });
  }
  return r;
}

/** All gradients in one vector, 0 where there is none. */
const flatGradient = (params: readonly Tensor[]): Tensor =>
  torchFunctions.cat(params.map((p) => p.grad?.flatten() ?? Tensor.empty([p.numel()], p.dtype)));

/** `p ← p + t d` for the parameters, whose directions stand in one vector. */
function move(params: readonly Tensor[], direction: Tensor, t: number): void {
  let start = 0;
  for (const param of params) {
    const end = start + param.numel();
    param.add_(direction.index([`${start}:${end}`]).view(param.shape), { alpha: t });
    start = end;
  }
}

/** The loss and its gradient at step size t; the parameters are put back, bit for bit. */
function explore(params: readonly Tensor[], direction: Tensor, t: number, closure: () => unknown): Point<Tensor> {
  const origin = params.map((p) => p.detach().clone());
  move(params, direction, t);
  const f = valueOf(closure());
  const gradient = flatGradient(params);
  params.forEach((param, i) => void param.copy_(origin[i]));
  return { t, f, gradient, slope: gradient.dot(direction).item() };
}

const largest = (x: Tensor): number => x.abs().max().item();

/** The loss that a closure returned, as a number. */
function valueOf(loss: unknown): number {
  if (loss instanceof Tensor) return loss.item();
  if (typeof loss === "number") return loss;
  throw new TypeError(
    withHelp(
      `float() argument must be a string or a real number, not '${loss === null || loss === undefined ? "NoneType" : typeof loss}'`,
      "The closure of LBFGS must return the loss.",
    ),
  );
}
