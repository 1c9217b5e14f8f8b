import { describe, expect, it, vi } from "vitest";
import { optim, type Tensor, torch } from "../../src/index.js";
import { type Point, strongWolfe } from "../../src/optim/strong_wolfe.js";
import recorded from "../fixtures/optim_db.json" with { type: "json" };

const { LBFGS } = optim;
type Options = Record<string, unknown>;
type Constructor = new (params: unknown, options: Options) => optim.Optimizer;

const classOf = (name: string) => optim[name as "Adam"] as unknown as Constructor;
const title = (desc: string, options: unknown) => `${desc} ${JSON.stringify(options)}`.trim();

/** Recorded options as values: `{ tensor: data }` stands for a tensor. */
function value(x: unknown): unknown {
  if (Array.isArray(x)) return x.map(value);
  if (typeof x !== "object" || x === null) return x;
  return torch.tensor((x as { tensor: number[] }).tensor, { dtype: torch.float32 });
}

const values = (options: Options): Options =>
  Object.fromEntries(Object.entries(options).map(([name, x]) => [name, value(x)]));

/** Eight numbers, spread over tensors of these shapes. */
function spread(
  numbers: readonly number[],
  shapes: readonly (readonly number[])[],
  dtype: typeof torch.float32,
): Tensor[] {
  let start = 0;
  return shapes.map((shape) => {
    const end = start + shape.reduce((a, b) => a * b, 1);
    const part = numbers.slice(start, end);
    start = end;
    return torch.tensor(part, { dtype }).view(...shape);
  });
}

function build(
  name: string,
  { groups, shapes, dtype, ...options }: Options,
): { params: Tensor[]; optimizer: optim.Optimizer } {
  const of = (shapes ?? (name === "Muon" ? "matrices" : "default")) as keyof typeof recorded.shapes;
  const precision = (dtype ?? (name === "LBFGS" ? "float64" : "float32")) as "float32";
  const params = spread(recorded.start, recorded.shapes[of], torch[precision]).map((p) => p.clone().requires_grad_());
  const each = groups as Options[] | undefined;
  const given = each ? params.map((p, i) => ({ params: [p], ...values(each[i]) })) : params;
  return { params, optimizer: new (classOf(name))(given, values(options)) };
}

/** The recorded problem, the last parameter left out or not. */
function lossOf(params: readonly Tensor[], leaveOutLast = false): Tensor {
  const shapes = params.map((p) => p.shape);
  const { dtype } = params[0];
  const curvatures = spread(recorded.curvature, shapes, dtype);
  const pulls = spread(recorded.pull, shapes, dtype);
  const terms = params.map((p, i) =>
    curvatures[i].mul(p).mul(p).div(2).sub(pulls[i].mul(p)).add(p.mul(p).add(1).sqrt()).sum(),
  );
  return (leaveOutLast ? terms.slice(0, -1) : terms).reduce((a, b) => a.add(b));
}

describe("twelve steps agree with PyTorch to 1e-6", () => {
  for (const { name, desc, options, steps } of recorded.traces) {
    it(title(`${name} ${desc}`, options), () => {
      const { params, optimizer } = build(name, options);
      steps.forEach((expected, i) => {
        optimizer.step(() => {
          optimizer.zero_grad();
          const loss = lossOf(params, params.length > 1 && i % 3 === 2);
          loss.backward();
          return loss;
        });
        const now = params.flatMap((p) => p.flatten().tolist() as number[]);
        now.forEach((x, k) => {
          const error = Math.abs(x - expected[k]) / Math.max(1, Math.abs(expected[k]));
          expect(error, `step ${i}, element ${k}: ${x}, not ${expected[k]}`).toBeLessThan(1e-6);
        });
      });
    });
  }
});

describe("a line search looks where PyTorch's looks, and chooses what it chooses", () => {
  for (const { polynomial, max_evaluations, looked, chose } of recorded["line searches"]) {
    it(`along ${JSON.stringify(polynomial)} from ${looked[0]}, ${max_evaluations} times`, () => {
      const places: number[] = [];
      const at = (t: number): Point<null> => ({
        t,
        f: polynomial.reduce((sum, c, k) => sum + c * t ** (k + 1), 0),
        gradient: null,
        slope: polynomial.reduce((sum, c, k) => sum + (k + 1) * c * t ** k, 0),
      });
      const { point, evaluations } = strongWolfe({
        evaluate: (t) => {
          places.push(t);
          return at(t);
        },
        origin: at(0),
        t: looked[0],
        reach: 1,
        tolerance_change: 1e-9,
        max_evaluations,
        round: (x) => x,
      });
      expect(evaluations).toBe(looked.length);
      expect(places.length).toBe(looked.length);
      for (const [i, t] of places.entries()) expect(Math.abs(t / looked[i] - 1)).toBeLessThan(1e-6);
      expect(Math.abs(point.t - chose)).toBeLessThanOrEqual(1e-6 * chose);
    });
  }
});

/** The type of a state's value in Python: dtype and shape of a tensor, the first two elements of a list. */
function kind(x: unknown): unknown {
  if (Array.isArray(x)) return x.slice(0, 2).map(kind);
  if (x === null) return "NoneType";
  return typeof x === "number" ? "number" : [String((x as Tensor).dtype), [...(x as Tensor).shape]];
}

/** JavaScript has one type for Python's int and float. */
const unified = (state: unknown): unknown => JSON.parse(JSON.stringify(state).replace(/"(int|float)"/g, '"number"'));

describe("texts and state dicts are laid out as PyTorch's", () => {
  for (const { name, options, repr, "group keys": keys, state } of recorded.layouts) {
    it(title(name, options), () => {
      const { params, optimizer } = build(name, options);
      for (let i = 0; i < 2; i++) {
        optimizer.zero_grad();
        lossOf(params).backward();
        if (optimizer instanceof LBFGS) optimizer.step(() => lossOf(params));
        else optimizer.step();
      }
      expect(String(optimizer)).toBe(repr);
      const dict = optimizer.state_dict();
      expect(Object.keys(dict.param_groups[0])).toEqual(keys);
      const kinds = Object.entries(dict.state).map(([id, of]) => [
        id,
        Object.fromEntries(Object.entries(of).map(([key, x]) => [key, kind(x)])),
      ]);
      expect(Object.fromEntries(kinds)).toEqual(unified(state));
    });
  }
});

interface EncodedParam {
  param: number;
  shape: number[];
}

/** Recorded parameters: `{ param: n, shape }` is the n-th tensor. */
function decoded(x: unknown, seen: Tensor[] = []): unknown {
  if (Array.isArray(x)) return x.map((v) => decoded(v, seen));
  if (typeof x !== "object" || x === null) return x;
  if (!("param" in x)) return Object.fromEntries(Object.entries(x).map(([name, v]) => [name, decoded(v, seen)]));
  const { param, shape } = x as EncodedParam;
  seen[param] ??= torch.ones(shape, { requires_grad: true });
  return seen[param];
}

/** JavaScript cannot tell 1 from 1.0. */
const unifyNumbers = (text: string): string => text.replace(/(\d)\.0\b/g, "$1");

describe("bad inputs are answered in PyTorch's words", () => {
  for (const [name, mistakes] of Object.entries(recorded.mistakes)) {
    for (const [desc, params, options, type, text] of mistakes as [string, unknown, Options, string, string][]) {
      it(`${name}: ${desc}`, () => {
        const said: string[] = [];
        const spy = vi.spyOn(console, "warn").mockImplementation((line: string) => void said.push(line));
        try {
          new (classOf(name))(decoded(params), values(options));
        } catch (error) {
          said.push(`${(error as Error).name}: ${(error as Error).message.split("\n")[0]}`);
        }
        spy.mockRestore();
        expect(said.map(unifyNumbers)).toEqual([`${type}: ${unifyNumbers(text)}`]);
      });
    }
  }
});
