import "../../../src/tensor/index.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AnySpec, OpInfo } from "../../../src/tensor/op.js";
import { Tensor } from "../../../src/tensor/tensor.js";
import { checkFirst, checkSecond } from "./check_gradients.js";
import { Call, callsOf, type DrawnTensor, distinctLayouts, floatsOf, seed, table } from "./draw.js";

/** Some calls of an op, as a property would draw them. */
const someCalls = (info: OpInfo, count: number): Call[] =>
  fc.sample(callsOf(info, distinctLayouts), { seed, numRuns: count });

describe("each op of the table", () => {
  it.each(table)("%s: the backward agrees with differences along a random direction", (_, info) => {
    const property = fc.property(callsOf(info, distinctLayouts), (call) => {
      checkFirst(call);
      // what an argument needs must be kept also where it alone asks for a gradient
      for (const input of floatsOf(call)) checkFirst(call, [input]);
    });
    fc.assert(property, { seed, numRuns: 20 });
  });

  it.each(table)("%s: so do the second derivatives", (_, info) => {
    fc.assert(
      fc.property(callsOf(info, distinctLayouts), (call) => void checkSecond(call)),
      { seed, numRuns: 15 },
    );
  });
});

// The checker itself

type Formula = (grad: unknown, saved: unknown) => unknown;
type Derivatives = NonNullable<AnySpec["derivatives"]>;

/** The op with what `change` makes of the derivative of the argument `name`. */
function sabotaged(
  info: OpInfo,
  name: string,
  change: (saves: string, formula: Formula) => Derivatives[string],
): OpInfo {
  const { derivatives } = info.spec;
  const derivative = derivatives![name];
  const [saves, formula] = typeof derivative === "function" ? (["", derivative] as const) : derivative;
  const changed = { ...info.spec, derivatives: { ...derivatives, [name]: change(saves, formula) } };
  return new OpInfo(info.signature, () => changed);
}

const gradientTimes =
  (factor: (g: Tensor) => Tensor) =>
  (saves: string, formula: Formula): Derivatives[string] => [
    saves,
    (g: unknown, saved: unknown) => {
      const result = formula(g, saved);
      if (result instanceof Tensor) return factor(result);
      return Array.isArray(result) ? result.map((t) => t && factor(t)) : result;
    },
  ];

/** A gradient 1% too large. */
const tooLarge = gradientTimes((g) => g.mul(1.01));
/** A gradient that is right, but whose own derivative is 1% too large. */
const tooSteep = gradientTimes((g) => g.detach().add(g.sub(g.detach()).mul(1.01)));
/** A formula of which something that it reads is not kept. */
const without =
  (name: string) =>
  (saves: string, formula: Formula): Derivatives[string] => [
    saves
      .split(" ")
      .filter((s) => s !== name)
      .join(" "),
    formula,
  ];

/** The tensors of a call that are, or are in, the argument `name`. */
function tensorsOf(call: Call, name: string): DrawnTensor[] {
  const given = [call.args[name]].flat();
  return floatsOf(call).filter((t) => given.includes(t));
}

/** Is an op found to be wrong in at least one call? */
function isCaught(info: OpInfo, calls: readonly Call[], check: (call: Call) => unknown): boolean {
  return calls.some((call) => {
    try {
      check(new Call(info, call.args, call.seed));
      return false;
    } catch {
      return true;
    }
  });
}

/** Is the gradient for an argument 0 in all calls, as that of `floor`? Then 1% of it is nothing. */
function isFlat(argument: string, calls: readonly Call[]): boolean {
  return calls.every((call) => checkFirst(call, tensorsOf(call, argument)).every((derivative) => derivative === 0));
}

const formulas = table.flatMap(([name, info]) =>
  Object.entries(info.spec.derivatives ?? {}).map(([argument, d]) => ({
    name,
    argument,
    info,
    saves: typeof d === "function" ? [] : d[0].split(" ").filter((s) => s !== ""),
  })),
);

describe("the checker of gradients", () => {
  it.each(formulas)("notices that the gradient of $name for $argument is 1% off", ({ info, argument }) => {
    const calls = someCalls(info, 20);
    const caught = isCaught(sabotaged(info, argument, tooLarge), calls, checkFirst);
    expect(caught || isFlat(argument, calls)).toBe(true);
  });

  const curved = ["mul", "div", "pow", "exp", "log", "sqrt", "sin", "tanh", "sigmoid", "matmul", "mm"];
  it.each(formulas.filter((f) => curved.includes(f.name)))(
    "notices that a second derivative of $name for $argument is 1% off",
    ({ info, argument }) => {
      const wrong = sabotaged(info, argument, tooSteep);
      const calls = someCalls(info, 20);
      expect(isCaught(wrong, calls, checkFirst)).toBe(false);
      expect(isCaught(wrong, calls, checkSecond)).toBe(true);
    },
  );

  it.each(formulas.flatMap((f) => f.saves.map((kept) => ({ ...f, kept }))))(
    "notices that $name does not keep $kept for the gradient of $argument",
    ({ info, argument, kept }) => {
      const check = (call: Call) => checkFirst(call, tensorsOf(call, argument));
      expect(isCaught(sabotaged(info, argument, without(kept)), someCalls(info, 20), check)).toBe(true);
    },
  );
});
