import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { grad } from "../../../src/autograd/index.js";
import { type DType, dtypes } from "../../../src/tensor/dtype.js";
import { manual_seed, type NestedNumbers, tensor, zeros } from "../../../src/tensor/index.js";
import { chooseOverload, type OpInfo } from "../../../src/tensor/op.js";
import { Tensor } from "../../../src/tensor/tensor.js";
import { table, tensorsIn } from "./draw.js";

/** A value as scripts/reference/op_values.py writes it. */
type Recorded = number | string | boolean | null | Recorded[] | { [key: string]: Recorded };

interface RecordedCall {
  op: string;
  args: Recorded[];
  kwargs?: Record<string, Recorded>;
  result?: Recorded;
  error?: [type: string, message: string];
  grads?: { of: Recorded[]; to: Recorded[] | null };
}

const folder = new URL("../../fixtures/ops/", import.meta.url);
const recorded = readdirSync(folder).flatMap(
  (file) => JSON.parse(readFileSync(new URL(file, folder), "utf8")) as RecordedCall[],
);

const number = (value: Recorded): number =>
  Number(typeof value === "string" ? value.replace("inf", "Infinity") : value);

const numbers = (value: Recorded): NestedNumbers => (Array.isArray(value) ? value.map(numbers) : number(value));

const dtypeOf = (value: Recorded): DType | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? dtypes[Object.keys(value)[0]] : undefined;

/** Floating point tensors that ask for a gradient are added to `leaves`. */
function decode(value: Recorded, leaves: Tensor[] = []): unknown {
  if (Array.isArray(value)) return value.map((v) => decode(v, leaves));
  if (typeof value === "string" && value.startsWith("torch.")) return dtypes[value.slice(6)];
  if (typeof value !== "object" || value === null) return value;
  if ("number" in value) return number(value.number);
  const dtype = dtypeOf(value)!;
  const decoded = value.shape
    ? zeros(value.shape as number[], { dtype })
    : tensor(numbers(value[dtype.name]), { dtype });
  if (dtype.is_floating_point && !value.fixed) leaves.push(decoded.requires_grad_());
  return decoded;
}

/** The entries that a recorded name means. */
function entriesOf(op: string): OpInfo[] {
  const [, place, name] = /^(?:(\w+)\.)?(.*)$/.exec(op)!;
  const found = table
    .map(([, info]) => info)
    .filter((info) => `${info.name}${info.isInplace && op.endsWith("_") ? "_" : ""}` === name);
  const distinct = [...new Set(found)];
  if (place === "Tensor") return distinct.filter((info) => info.isMethod);
  return distinct.filter((info) => info.home === (place === "F" ? "nn.functional" : (place ?? "torch")));
}

interface Ready {
  info: OpInfo;
  run: () => unknown;
  leaves: Tensor[];
}

function prepare({ op, args, kwargs }: RecordedCall): Ready {
  const entries = entriesOf(op);
  if (entries.length === 0) throw new Error(`the table has no ${op}`);
  const leaves: Tensor[] = [];
  const given = args.map((v) => decode(v, leaves));
  const inPlace = op.endsWith("_");
  // a leaf may not be changed in place
  if (inPlace) given[0] = (given[0] as Tensor).clone();
  const named = kwargs && Object.fromEntries(Object.entries(kwargs).map(([name, v]) => [name, decode(v, leaves)]));
  const [info, bound] = chooseOverload(entries, named ? [...given, named] : given);
  manual_seed(0);
  return { info, run: () => (inPlace ? info.applyInPlace(bound) : info.call(bound)), leaves };
}

/** The entry that a call runs; `null` if there is none, about which the test of the call itself will complain. */
function entryOf(call: RecordedCall): OpInfo | null {
  try {
    return prepare(call).info;
  } catch {
    return null;
  }
}

const tolerances: Record<string, number> = { float32: 1e-5, float64: 1e-9 };

/** Compares with what PyTorch gave: dtype, shape, and elements up to rounding. */
function expectSame(got: unknown, want: Recorded, signOfZero = true): void {
  if (Array.isArray(want)) {
    if (!Array.isArray(got)) throw new Error(`expected ${want.length} values, got ${String(got)}`);
    expect(got.length).toBe(want.length);
    want.forEach((w, i) => {
      expectSame(got[i], w, signOfZero);
    });
    return;
  }
  const dtype = dtypeOf(want);
  if (!dtype) {
    expect(got).toEqual(decode(want));
    return;
  }
  if (!(got instanceof Tensor)) throw new Error(`expected a tensor, got ${String(got)}`);
  const reference = decode({ ...(want as Record<string, Recorded>), fixed: true }) as Tensor;
  expect({ dtype: got.dtype.name, shape: got.shape }).toEqual({ dtype: dtype.name, shape: reference.shape });
  const [x, y] = [got.toTypedArray(), reference.toTypedArray()];
  const tolerance = tolerances[dtype.name] ?? 0;
  const scale = Math.max(...Array.from(y, (v) => (Number.isFinite(v) ? Math.abs(v) : 0)), 1e-3);
  y.forEach((expected, i) => {
    const near = Math.abs(x[i] - expected) <= tolerance * (Math.abs(expected) + 0.1 * scale);
    const otherZero = signOfZero && expected === 0 && x[i] === 0;
    if (!Object.is(x[i], expected) && (!near || otherZero))
      throw new Error(`expected ${JSON.stringify(want)}, got ${got}`);
  });
}

const short = (call: RecordedCall): string => {
  const text = JSON.stringify(call.args) + (call.kwargs ? JSON.stringify(call.kwargs) : "");
  return text.length > 150 ? `${text.slice(0, 150)}...` : text;
};

describe("PyTorch's values", () => {
  // some calls warn
  beforeAll(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));
  afterAll(() => void vi.restoreAllMocks());

  it.each(recorded.map((call) => ({ call, name: `${call.op}(${short(call)})` })))("$name", ({ call }) => {
    const { error, grads } = call;
    if (error) {
      const entries = entriesOf(call.op);
      if (entries.length === 0) throw new Error(`the table has no ${call.op}`);
      expect(messageOf(() => prepare(call).run())).toBe(error.join(": "));
      return;
    }
    const { run, leaves } = prepare(call);
    const result = run();
    expectSame(result, call.result!);
    const made = tensorsIn(result).filter((t) => t.requires_grad);
    if (grads?.to === null) return;
    const recordedGradients = grads
      ? grads.of.map((g) => decode({ ...(g as Record<string, Recorded>), fixed: true }) as Tensor)
      : [];
    expect(made.length).toBe(recordedGradients.length);
    if (!grads) return;
    const found = grad(made, leaves, { grad_outputs: recordedGradients, allow_unused: true });
    grads.to!.forEach((want, i) => {
      // no gradient and a gradient of zeros mean the same
      if (want === null) expect(found[i] === null || found[i].toTypedArray().every((v) => v === 0)).toBe(true);
      else expectSame(found[i] ?? leaves[i].detach().mul(0), want, false);
    });
  });

  const covered = new Set(recorded.filter((call) => !call.error).map(entryOf));
  // what begins with an underscore is our own
  it.each(table.filter(([name]) => !name.startsWith("_")))("%s has a recorded call", (_, info) => {
    expect(covered.has(info)).toBe(true);
  });
});

/** The class and the first line of the error that `f` throws. */
function messageOf(f: () => unknown): string {
  try {
    return `no error, but ${String(f())}`;
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message.split("\n")[0]}`;
  }
}
