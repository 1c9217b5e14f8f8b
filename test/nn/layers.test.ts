import { readFileSync } from "node:fs";
import { nn, Tensor, torch } from "rushlight";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

/* Layers and losses against what scripts/reference/layers.py recorded: printing, initial weights, outputs, state. */

type Numbers = number | null | Numbers[];
type Input = { values: Numbers } | number[] | [number[], number];

interface Case {
  name: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
  inputs: Input[];
  error?: string;
  repr?: string;
  state?: Record<string, Numbers>;
  train?: Numbers[];
  eval?: Numbers;
}

const cases = JSON.parse(readFileSync("test/fixtures/layers.json", "utf8").replaceAll("Infinity", "null")) as Case[];

function drawn(spec: Input): Tensor {
  if (!Array.isArray(spec)) return torch.tensor(spec.values as number[]);
  const [first, high] = spec;
  return Array.isArray(first) ? torch.randint(high as number, first) : torch.randn(spec as number[]);
}

/** Up to eight elements of an output, or of each of several. */
function some(output: unknown): Numbers {
  if (!(output instanceof Tensor)) return (output as Tensor[]).map(some);
  const flat = [...output.detach().toTypedArray()];
  const step = Math.max(1, Math.floor(flat.length / 8));
  return flat.filter((_, i) => i % step === 0).slice(0, 8);
}

function expectClose(got: Numbers, want: Numbers): void {
  if (Array.isArray(want)) {
    expect(got).toHaveLength(want.length);
    for (const [i, w] of want.entries()) expectClose((got as Numbers[])[i], w);
  } else if (want === null) expect(got).toBe(Infinity);
  else expect(Math.abs((got as number) - want)).toBeLessThanOrEqual(2e-6 * (1 + Math.abs(want)));
}

const classes = nn as unknown as Record<string, new (...args: unknown[]) => nn.Module>;

function made({ name, args, kwargs, inputs }: Case): { module: nn.Module; tensors: Tensor[] } {
  torch.manual_seed(0);
  const module = new classes[name](...args, kwargs);
  return { module, tensors: inputs.map(drawn) };
}

describe("layers and losses", () => {
  beforeAll(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));
  afterAll(() => void vi.restoreAllMocks());

  const title = ({ name, args, kwargs }: Case) =>
    `${name}(${JSON.stringify(args).slice(1, -1)}) ${JSON.stringify(kwargs)}`;
  it.each(cases.map((recorded) => ({ recorded, title: title(recorded) })))("$title", ({ recorded }) => {
    if (recorded.error !== undefined) {
      const attempt = () => {
        const { module, tensors } = made(recorded);
        module(...tensors);
        module(...tensors);
      };
      expect(attempt).toThrow();
      try {
        attempt();
      } catch (error) {
        const { name, message } = error as Error;
        expect(`${name}: ${message.split("\n")[0]}`).toBe(recorded.error);
      }
      return;
    }
    const { module, tensors } = made(recorded);
    for (const want of recorded.train!) expectClose(some(module(...tensors)), want);
    module.eval();
    expectClose(some(module(...tensors)), recorded.eval!);
    expect(String(module)).toBe(recorded.repr);
    const state = Object.entries(module.state_dict());
    expect(state.map(([key]) => key)).toEqual(Object.keys(recorded.state!));
    for (const [key, tensor] of state) expectClose(some(tensor), recorded.state![key]);
  });
});

describe("what is left out says so", () => {
  it("SyncBatchNorm, and sparse gradients of embeddings", () => {
    expect(() => new nn.SyncBatchNorm(3)).toThrow("SyncBatchNorm is not supported");
    const table = new nn.Embedding(3, 2, { sparse: true });
    expect(() => table(torch.tensor([1]))).toThrow("embedding: sparse=True is not supported");
  });
});
