import { readFileSync } from "node:fs";
import { type Tensor, torch } from "rushlight";
import { describe, expect, it } from "vitest";

/* Which gradient PyTorch chooses where a function has a kink, several largest elements, or a domain that ends. */

type Nested = number | string | Nested[];
interface Recorded {
  call: string;
  x: Nested | null;
  y: Nested | null;
  value: Nested;
  grads: (Nested | null)[];
}
const recorded: Recorded[] = JSON.parse(
  readFileSync(new URL("../fixtures/subgradients.json", import.meta.url), "utf8"),
);

/** Recorded numbers with NaN and infinities, which JSON writes as Python's words. */
const numbers = (value: Nested): NestedNumbers =>
  Array.isArray(value)
    ? value.map(numbers)
    : typeof value === "string"
      ? Number(value.replace("inf", "Infinity"))
      : value;
type NestedNumbers = number | NestedNumbers[];

const leaf = (value: Nested | null): Tensor | null =>
  value === null ? null : torch.tensor(numbers(value), { dtype: torch.float64, requires_grad: true });

/** The gradients of sum(value * [1, 2, 3, ...]). */
function differentiate(value: Tensor, leaves: readonly Tensor[]): (Tensor | null)[] {
  if (!value.requires_grad) return leaves.map(() => null);
  const weights = torch.arange(1, value.numel() + 1, { dtype: torch.float64 }).view([...value.shape]);
  return torch.autograd.grad<Tensor>(value, leaves, { grad_outputs: weights, allow_unused: true });
}

function expectNear(got: unknown, want: unknown, what: string): void {
  if (Array.isArray(want)) {
    expect(Array.isArray(got) && got.length, what).toBe(want.length);
    want.forEach((w, i) => {
      expectNear((got as unknown[])[i], w, what);
    });
  } else if (typeof want === "number" && Number.isFinite(want)) {
    // PyTorch rounds some constants to float32
    expect(Math.abs((got as number) - want), what).toBeLessThanOrEqual(1e-7 * (1 + Math.abs(want)));
  } else expect(got, what).toBe(want);
}

describe("where there is no derivative, PyTorch's choice", () => {
  it.each(recorded.map((r) => [`${r.call} at ${JSON.stringify(r.x)}, ${JSON.stringify(r.y)}`, r] as const))(
    "%s",
    (_, r) => {
      const [x, y] = [leaf(r.x), leaf(r.y)];
      const call = new Function("torch", "F", "x", "y", `return ${r.call}`);
      const value: Tensor = call(torch, torch.nn.functional, x, y);
      expectNear(value.tolist(), numbers(r.value), "value");
      const leaves = [x, y].filter((v) => v !== null);
      const grads = differentiate(value, leaves);
      expect(grads.map((g) => g === null)).toEqual(r.grads.map((g) => g === null));
      grads.forEach((g, i) => {
        if (g) expectNear(g.tolist(), numbers(r.grads[i]!), `gradient of ${"xy"[r.x === null ? 1 : i]}`);
      });
    },
  );
});
