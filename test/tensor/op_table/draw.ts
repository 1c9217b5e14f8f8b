/** Draws the arguments of calls for the property tests of the op table. */
import fc from "fast-check";
import { bool, type DType, float64, int64 } from "../../../src/tensor/dtype.js";
import type { OpInfo } from "../../../src/tensor/op.js";
import * as ops from "../../../src/tensor/ops/index.js";
import { contiguousStrides, numelOf, type Shape } from "../../../src/tensor/shape.js";
import { Storage } from "../../../src/tensor/storage.js";
import { Tensor } from "../../../src/tensor/tensor.js";

/** Every entry of the table under the name by which its file exports it. */
export const table: readonly (readonly [string, OpInfo])[] = Object.entries(ops).map(([name, entry]) => [
  name,
  entry.info as OpInfo,
]);

/** The runs of each property are the same every time; SEED=n tries others. */
export const seed = Number(process.env.SEED ?? 1);

/** How the elements of a tensor lie in memory. */
export type Layout = "contiguous" | "offset" | "transposed" | "stepped" | "expanded";

/** Ops whose result depends on where in memory the elements lie; dropout draws in that order. */
export const readsMemory = new Set([
  "view",
  "view_as",
  "view_copy",
  "_unsafe_view",
  "as_strided",
  "bernoulli",
  "dropout",
  "alpha_dropout",
  "_as_strided",
  "as_strided_copy",
  "as_strided_scatter",
  "resize_",
  "resize_as_",
]);

/** All layouts in which each element has a place of its own. */
export const distinctLayouts: readonly Layout[] = ["contiguous", "offset", "transposed", "stepped"];
export const allLayouts: readonly Layout[] = [...distinctLayouts, "expanded"];

/** A tensor that is yet to be built: its elements row by row, and how they shall lie in memory. */
export class DrawnTensor {
  constructor(
    readonly shape: Shape,
    readonly values: readonly number[],
    readonly layout: Layout,
    /** int64 or bool for tensors of indices and masks; `null` for those whose dtype the test chooses. */
    readonly dtype: DType | null = null,
  ) {}

  /** The tensor, in memory of its own; gaps hold NaN, so that reading them shows. */
  build(dtype: DType, layout: Layout = this.layout): Tensor {
    const type = this.dtype ?? dtype;
    const [strides, offset] = place(this.shape, layout);
    const last = strides.reduce((at, stride, d) => at + stride * (this.shape[d] - 1), offset);
    const storage = Storage.allocate(type, numelOf(this.shape) === 0 ? 0 : last + 1);
    storage.data.fill(type.is_floating_point ? NaN : 1);
    const tensor = new Tensor(storage, type, this.shape, strides, offset);
    const rows = contiguousStrides(this.shape);
    this.values.forEach((value, i) => {
      let at = offset;
      rows.forEach((row, d) => {
        at += (Math.floor(i / row) % this.shape[d]) * strides[d];
      });
      storage.data[at] = value;
    });
    return tensor;
  }

  /** The same tensor with other elements. */
  with(values: readonly number[]): DrawnTensor {
    return new DrawnTensor(this.shape, values, this.layout, this.dtype);
  }
}

/** The dimension that the layout "expanded" repeats, if there is one. */
const repeated = (shape: Shape): number => shape.findIndex((size) => size > 1);

function place(shape: Shape, layout: Layout): [strides: number[], offset: number] {
  const rows = contiguousStrides(shape);
  if (layout === "offset") return [rows, 3];
  if (layout === "stepped") return [rows.map((stride) => 2 * stride), 1];
  if (layout === "transposed") return [contiguousStrides([...shape].reverse()).reverse(), 0];
  if (layout === "expanded") return [rows.map((stride, d) => (d === repeated(shape) ? 0 : stride)), 0];
  return [rows, 0];
}

/** Numbers that depend on the seed alone, uniform on [0, 1): mulberry32. */
export function uniform(from: number): () => number {
  let state = from | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A floating point tensor drawn from [low, high]; the elements are float32 numbers, so that both dtypes hold them. */
export function drawTensor(
  shape: Shape,
  random: () => number,
  layout: Layout,
  [low, high]: readonly [number, number] = [-2, 2],
): DrawnTensor {
  const values = Array.from({ length: numelOf(shape) }, () => Math.fround(low + (high - low) * random()));
  const d = repeated(shape);
  if (layout === "expanded" && d >= 0) {
    const row = contiguousStrides(shape)[d];
    values.forEach((_, i) => {
      values[i] = values[i - (Math.floor(i / row) % shape[d]) * row];
    });
  }
  return new DrawnTensor(shape, values, layout);
}

/** One call of an op: its arguments by name, with {@link DrawnTensor}s for tensors. */
export class Call {
  constructor(
    readonly info: OpInfo,
    readonly args: Readonly<Record<string, unknown>>,
    /** For what else the test wants to draw. */
    readonly seed: number,
  ) {}

  /** The tensors among the arguments, in order. */
  get tensors(): DrawnTensor[] {
    return collect(Object.values(this.args));
  }

  /** The arguments in the order of the signature, with each drawn tensor replaced. */
  bind(build: (drawn: DrawnTensor) => Tensor): readonly unknown[] {
    return this.info.signature.bind([replace(this.args, build) as Record<string, unknown>]);
  }

  /** For the report of a failure. */
  toString(): string {
    const show = (value: unknown): string => {
      if (value instanceof DrawnTensor) return `${value.layout} [${value.shape}] of [${value.values}]`;
      return Array.isArray(value) ? `[${value.map(show).join(", ")}]` : String(value);
    };
    const args = Object.entries(this.args).map(([name, value]) => `${name}: ${show(value)}`);
    return `${this.info.signature.text} with { ${args.join(", ")} }, seed ${this.seed}`;
  }

  [fc.toStringMethod](): string {
    return this.toString();
  }
}

function collect(value: unknown): DrawnTensor[] {
  if (value instanceof DrawnTensor) return [value];
  return Array.isArray(value) ? value.flatMap(collect) : [];
}

function replace(value: unknown, build: (drawn: DrawnTensor) => Tensor): unknown {
  if (value instanceof DrawnTensor) return build(value);
  if (Array.isArray(value)) return value.map((v) => replace(v, build));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, v]) => [name, replace(v, build)]));
}

/** All tensors inside a result. */
export function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  return Array.isArray(value) ? value.flatMap(tensorsIn) : [];
}

type SampleArgs = Readonly<Record<string, unknown>>;

/** Calls of an op: one of its samples, or else tensors whose shapes broadcast, with random elements and layouts. */
export function callsOf(
  info: OpInfo,
  // what shares memory cannot be written to
  layouts: readonly Layout[] = info.onlyInPlace ? distinctLayouts : allLayouts,
): fc.Arbitrary<Call> {
  const { samples } = info.spec;
  const sample = samples ? fc.constantFrom(...samples) : broadcastingSamples(info);
  const possible = readsMemory.has(info.name) ? (["contiguous"] as const) : layouts;
  const layout = fc.array(fc.constantFrom(...possible), { minLength: 4, maxLength: 4 });
  return fc
    .tuple(sample, layout, fc.noShrink(fc.nat()))
    .map(([args, places, from]) => drawCall(info, args, places, from));
}

function drawCall(info: OpInfo, sample: SampleArgs, layouts: readonly Layout[], from: number): Call {
  const random = uniform(from);
  let drawn = 0;
  const tensor = (spec: unknown, domain: readonly [number, number] | undefined): DrawnTensor => {
    const layout = layouts[drawn++ % layouts.length];
    if (Array.isArray(spec)) return drawTensor(spec as number[], random, layout, domain);
    const [kind, data] = Object.entries(spec as Record<string, unknown>)[0];
    const { shape, values } = flatten(data);
    // indices and masks are no values to repeat
    return new DrawnTensor(shape, values, layout === "expanded" ? "contiguous" : layout, kind === "int" ? int64 : bool);
  };
  const inside = (value: unknown): unknown => {
    if (isGiven(value)) return tensor(value, undefined);
    return Array.isArray(value) ? value.map(inside) : value;
  };
  const args = Object.entries(sample).map(([name, value]): [string, unknown] => {
    const type = info.signature.parameters.find((p) => p.name === name)?.type ?? "";
    const domain = info.spec.domain?.[name];
    if (!type.includes("Tensor")) return [name, inside(value)];
    if (type.startsWith("Tensor[]") && Array.isArray(value)) return [name, value.map((v) => tensor(v, domain))];
    const isTensor = isGiven(value) || (Array.isArray(value) && value.every((n) => typeof n === "number"));
    return [name, isTensor ? tensor(value, domain) : inside(value)];
  });
  return new Call(info, Object.fromEntries(args), from);
}

/** Is this a tensor given whole, `{ int: [0, 2] }` or `{ bool: [true] }`? */
function isGiven(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && (keys[0] === "int" || keys[0] === "bool");
}

function flatten(data: unknown): { shape: number[]; values: number[] } {
  const shape: number[] = [];
  for (let level = data; Array.isArray(level); level = level[0]) shape.push(level.length);
  return { shape, values: [data].flat(Infinity).map(Number) };
}

/** Shapes of up to three dimensions that broadcast to one another, for every tensor argument that must be given. */
function broadcastingSamples(info: OpInfo): fc.Arbitrary<SampleArgs> {
  const required = info.signature.parameters.filter((p) => p.required);
  const odd = required.find((p) => !/^Tensor(\|(Scalar|float))?$/.test(p.type));
  if (odd) throw new Error(`${info.name}: the argument '${odd.name}' cannot be drawn; give the entry samples`);
  const common = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 });
  return common.chain((shape) => {
    const part = fc
      .tuple(fc.nat(shape.length), fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }))
      .map(([skip, stretched]) => shape.slice(skip).map((size, d) => (stretched[d] ? 1 : size)));
    const forms = required.map((p): [string, fc.Arbitrary<unknown>] => {
      const [low, high] = info.spec.domain?.[p.name] ?? [-2, 2];
      const number = fc.nat(100).map((n) => Math.fround(low + ((high - low) * (n + 0.37)) / 101));
      const tensor = required.length === 1 ? fc.constant(shape) : part;
      return [p.name, p.type === "Tensor" ? tensor : fc.oneof(tensor, number)];
    });
    return fc.record(Object.fromEntries(forms));
  });
}

/** The inputs of a call that a gradient may be asked for. */
export const floatsOf = (call: Call): DrawnTensor[] => call.tensors.filter((t) => t.dtype === null);

/** Runs a call with every tensor built in a dtype, and in one layout if that is given. */
export function run(call: Call, dtype: DType = float64, layout?: Layout): unknown {
  return call.info.call(call.bind((drawn) => drawn.build(dtype, layout)));
}
