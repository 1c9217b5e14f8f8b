import { readFileSync } from "node:fs";
import fc from "fast-check";
import { nn, type Tensor, torch } from "rushlight";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

/* Attention and transformers: what follows from their definition, then what scripts/reference/transformers.py recorded. */

const F = nn.functional;
const double = { dtype: torch.float64 };
const randn = (...size: number[]) => torch.randn(size, double);
const z = (...size: number[]) => torch.zeros(size);
const close = (a: Tensor, b: Tensor, tolerance = 1e-10) => torch.allclose(a, b, tolerance, tolerance);
const sizes = fc.record({
  L: fc.integer({ min: 1, max: 4 }),
  S: fc.integer({ min: 1, max: 4 }),
  heads: fc.integer({ min: 1, max: 3 }),
});

beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));
afterEach(() => void vi.restoreAllMocks());

describe("scaled_dot_product_attention", () => {
  it("is a mean of the values, weighted by softmax of scores, in which masked positions count for nothing", () => {
    fc.assert(
      fc.property(sizes, fc.constantFrom("none", "bool", "float", "causal"), ({ L, S, heads }, kind) => {
        const [q, k, v] = [randn(2, heads, L, 3), randn(2, heads, S, 3), randn(2, heads, S, 2)];
        const allowed = kind === "causal" ? torch.ones(L, S).tril().bool() : torch.rand(L, S).gt(0.4);
        const added = z(L, S).double().masked_fill(allowed.logical_not(), -Infinity);
        const mask = { none: null, bool: allowed, float: added, causal: null }[kind];
        const got = F.scaled_dot_product_attention(q, k, v, mask, { is_causal: kind === "causal" });
        const scores = q.matmul(k.transpose(-2, -1)).div(Math.sqrt(3));
        const weights = (kind === "none" ? scores : scores.add(added)).softmax(-1).nan_to_num(0);
        expect(close(got, weights.matmul(v))).toBe(true);
      }),
    );
  });
});

describe("MultiheadAttention", () => {
  it("is scaled_dot_product_attention of each head between linear layers, with and without weights", () => {
    fc.assert(
      fc.property(sizes, fc.boolean(), ({ L, S, heads }, batch_first) => {
        const attention = new nn.MultiheadAttention(2 * heads, heads, { batch_first, ...double });
        const [query, memory] = [randn(2, L, 2 * heads), randn(2, S, 2 * heads)];
        const lead = (t: Tensor) => (batch_first ? t : t.transpose(0, 1));
        const given = [query, memory, memory].map(lead) as [Tensor, Tensor, Tensor];
        const weights = attention.in_proj_weight!.chunk(3);
        const [q, k, v] = [query, memory, memory].map((t, i) =>
          F.linear(t, weights[i]).view(2, -1, heads, 2).transpose(1, 2),
        );
        const heard = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(2, L, -1);
        const expected = lead(attention.out_proj(heard));
        const [output, seen] = attention(...given);
        const [same, none] = attention(...given, { need_weights: false });
        expect(close(output, expected) && close(same, expected)).toBe(true);
        expect([seen!.shape, none]).toEqual([[2, L, S], null]);
        expect(close(seen!.sum(-1), torch.ones(2, L, double))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it("has the gradients and second gradients of its values", () => {
    torch.manual_seed(0);
    const attention = new nn.MultiheadAttention(4, 2, double);
    const options = { need_weights: false, attn_mask: torch.ones(3, 3).triu(1).bool(), is_causal: true };
    const run = (x: Tensor, y: Tensor) => attention(x, y, y, options)[0];
    const inputs = [randn(3, 2, 4).requires_grad_(), randn(3, 2, 4).requires_grad_()];
    expect(torch.autograd.gradcheck(run, inputs, { fast_mode: true })).toBe(true);
    expect(torch.autograd.gradgradcheck(run, inputs, null, { fast_mode: true })).toBe(true);
  });
});

describe("transformers", () => {
  it("under a causal mask no output depends on a later input", () => {
    torch.manual_seed(0);
    const layer = new nn.TransformerEncoderLayer(4, 2, 8, { dropout: 0, ...double });
    const x = randn(5, 1, 4).requires_grad_();
    const mask = nn.Transformer.generate_square_subsequent_mask(5, torch.float64);
    for (const is_causal of [true, false]) {
      x.grad = null;
      layer(x, { src_mask: mask, is_causal }).select(0, 2).mul(randn(4)).sum().backward();
      const touched = x.grad!.abs().sum([1, 2]).gt(0).tolist();
      expect(touched).toEqual([true, true, true, false, false]);
    }
  });

  it("a stack holds copies, not the layer itself", () => {
    const layer = new nn.TransformerEncoderLayer(4, 2, 8);
    const stack = new nn.TransformerEncoder(layer, 2, null, false);
    expect(stack.parameters()).toHaveLength(24);
    expect(new Set([...stack.parameters(), ...layer.parameters()]).size).toBe(36);
    expect(stack.get_parameter("layers.1.linear1.weight").equal(layer.linear1.weight)).toBe(true);
  });

  it("activations are given by name, as a function or as a module", () => {
    const build = (activation: string | ((x: Tensor) => Tensor)) => {
      torch.manual_seed(0);
      return new nn.TransformerEncoderLayer(4, 2, 8, { activation, dropout: 0 });
    };
    const x = torch.randn([3, 2, 4]);
    const [name, f, module] = ["gelu", F.gelu, new nn.GELU()].map(build);
    expect(f(x).equal(name(x)) && module(x).equal(name(x))).toBe(true);
    expect(build(F.silu)(x).equal(name(x))).toBe(false);
    expect([name, f, module].map((m) => m.activation_relu_or_gelu)).toEqual([2, 2, 2]);
  });
});

const recorded = JSON.parse(readFileSync("test/fixtures/transformers.json", "utf8"));

type Spec = { randn: number[] } | { bool: boolean[] } | { causal: number } | { same: number } | boolean;

interface Case {
  kind: "Transformer";
  args: unknown[];
  kwargs: object;
  call: Spec[];
  named: Record<string, Spec>;
  train: boolean;
  warnings: string[];
  repr: string;
  keys: string[];
  shapes: number[][];
  outputs: number[][];
  grads?: number[][];
}

function made(spec: Spec, given: readonly unknown[]): unknown {
  if (typeof spec === "boolean") return spec;
  if ("randn" in spec) return torch.randn(spec.randn);
  if ("bool" in spec) return torch.tensor(spec.bool);
  if ("causal" in spec) return nn.Transformer.generate_square_subsequent_mask(spec.causal);
  return given[spec.same];
}

function build({ kind, args, kwargs }: Case): nn.Module {
  const Kind = nn[kind] as unknown as new (...args: unknown[]) => nn.Module;
  if (!/Transformer(En|De)coder$/.test(kind)) return new Kind(...args, kwargs);
  const Layer = nn[`${kind}Layer` as "TransformerEncoderLayer"];
  return new Kind(new Layer(args[0] as { d_model: number; nhead: number }), ...args.slice(1), kwargs);
}

describe("as in PyTorch", () => {
  const near = (got: Tensor, want: number[], tolerance: number) =>
    close(got.flatten(), torch.tensor(want, { dtype: torch.float32 }), tolerance);

  it.each((recorded.cases as Case[]).map((c, i) => [`${i}: ${c.repr.split("\n")[0]}`, c] as const))("%s", (_, c) => {
    torch.manual_seed(0);
    const module = build(c).train(c.train);
    const given: unknown[] = [];
    for (const spec of c.call) given.push(made(spec, given));
    const named = Object.fromEntries(Object.entries(c.named).map(([name, spec]) => [name, made(spec, given)]));
    const run = () => (module as unknown as (...args: unknown[]) => Tensor | (Tensor | null)[])(...given, named);
    const result = c.train ? run() : torch.no_grad(run);
    const outputs = [result].flat().filter((t) => t !== null);
    expect(vi.mocked(console.warn).mock.calls.flat()).toEqual(c.warnings);
    expect(String(module)).toBe(c.repr);
    expect(Object.keys(module.state_dict())).toEqual(c.keys);
    expect(outputs.map((t) => t.shape)).toEqual(c.shapes);
    outputs.forEach((t, i) => void expect(near(t, c.outputs[i], 1e-5), `output ${i}`).toBe(true));
    if (!c.grads) return;
    const flat = torch.cat(outputs.map((t) => t.reshape(-1)));
    flat.backward(torch.arange(1, flat.numel() + 1).float());
    [...module.named_parameters()].forEach(([name, p], i) => {
      const grad = p.grad!.reshape(p.shape[0], -1).sum(1);
      // sums over long rows of large numbers of both signs
      expect(near(grad, c.grads![i], 2e-4), name).toBe(true);
    });
  });

  const m = new nn.MultiheadAttention(4, 2);
  const self = (x: Tensor, options: object) => m(x, x, x, options);

  // as in the script, by name
  const calls: Record<string, () => unknown> = {
    sizes: () => new nn.MultiheadAttention(0, 2),
    heads: () => new nn.MultiheadAttention(5, 2),
    "4-d": () => m(z(1, 1, 1, 4), z(1, 1, 4), z(1, 1, 4)),
    "key dims": () => m(z(3, 2, 4), z(2, 4), z(2, 4)),
    "unbatched value": () => m(z(3, 4), z(2, 4), z(1, 2, 4)),
    "padding dims": () => self(z(3, 2, 4), { key_padding_mask: z(3) }),
    "mask dims": () => self(z(3, 4), { attn_mask: z(3) }),
    "mask heads": () => self(z(3, 4), { attn_mask: z(3, 3, 3) }),
    "2-d mask": () => self(z(3, 2, 4), { attn_mask: z(3, 4) }),
    "3-d mask": () => self(z(3, 2, 4), { attn_mask: z(2, 3, 3) }),
    "padding batch": () => self(z(3, 2, 4), { key_padding_mask: z(1, 3) }),
    "padding length": () => self(z(3, 2, 4), { key_padding_mask: z(2, 2) }),
    "mask dtype": () => self(z(3, 2, 4), { attn_mask: z(3, 3).long() }),
    "hint alone": () => self(z(3, 2, 4), { is_causal: true }),
    embedding: () => self(z(3, 2, 6), {}),
    "value shape": () => m(z(3, 2, 4), z(3, 2, 4), z(2, 2, 4)),
    separate: () => new nn.MultiheadAttention(4, 2, { kdim: 3 })(z(3, 2, 4), z(3, 2, 3), z(2, 2, 4)),
    activation: () => new nn.TransformerEncoderLayer(4, 2, { activation: "swish" }),
    batch: () => new nn.Transformer(4, 2, 1, 1, 6)(z(3, 2, 4), z(3, 1, 4)),
    features: () => new nn.Transformer(4, 2, 1, 1, 6)(z(3, 2, 4), z(3, 2, 5)),
  };

  it.each(Object.entries(recorded.errors as Record<string, [string, string]>))("%s: refused", (name, want) => {
    let got: [string, string] = ["", "no error"];
    try {
      calls[name]();
    } catch (error) {
      got = [(error as Error).name, (error as Error).message.split("\n")[0]];
    }
    expect(got).toEqual(want);
  });
});
