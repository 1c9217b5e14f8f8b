import { readFileSync } from "node:fs";
import fc from "fast-check";
import { nn, type Tensor, torch } from "rushlight";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

/* Recurrent networks: what follows from their definition, then what scripts/reference/recurrent.py recorded. */

const { pack_padded_sequence, pack_sequence, PackedSequence, pad_packed_sequence, pad_sequence } = nn.utils.rnn;
const { unpack_sequence, unpad_sequence } = nn.utils.rnn;
type PackedSequence = nn.utils.rnn.PackedSequence;

const double = { dtype: torch.float64 };
const z = (...size: number[]) => torch.zeros(size);
const close = (a: Tensor, b: Tensor, tolerance = 1e-10) => torch.allclose(a, b, tolerance, tolerance);

/** The tensors of what a network or a cell returns. */
const tensorsOf = (result: unknown): Tensor[] =>
  result instanceof PackedSequence
    ? [result.data]
    : Array.isArray(result)
      ? result.flatMap(tensorsOf)
      : [result as Tensor];

interface Network {
  readonly net: nn.LSTM | nn.GRU | nn.RNN;
  readonly states: number;
}

const networks: Record<string, (options: object) => Network> = {
  LSTM: (options) => ({ net: new nn.LSTM(2, 3, { ...options, ...double }), states: 2 }),
  GRU: (options) => ({ net: new nn.GRU(2, 3, { ...options, ...double }), states: 1 }),
  "RNN with tanh": (options) => ({ net: new nn.RNN(2, 3, { ...options, ...double }), states: 1 }),
  "RNN with relu": (options) => ({
    net: new nn.RNN(2, 3, { ...options, ...double, nonlinearity: "relu" }),
    states: 1,
  }),
};

const options = fc.record({
  num_layers: fc.integer({ min: 1, max: 2 }),
  bias: fc.boolean(),
  bidirectional: fc.boolean(),
});

describe.each(Object.entries(networks))("%s", (_, make) => {
  const call = (net: unknown, ...args: unknown[]) => (net as (...args: unknown[]) => [unknown, unknown])(...args);

  it("treats every sequence of a packed batch as if it were alone", () => {
    fc.assert(
      fc.property(options, fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }), (o, lengths) => {
        const { net } = make(o);
        const sequences = lengths.map((length) => torch.randn(length, 2, double));
        const [output, hx] = call(net, pack_sequence(sequences, false));
        const outputs = unpack_sequence(output as PackedSequence);
        sequences.forEach((sequence, i) => {
          const [alone, last] = call(net, sequence);
          expect(close(outputs[i], alone as Tensor)).toBe(true);
          tensorsOf(last).forEach((state, k) => {
            expect(close(tensorsOf(hx)[k].select(1, i), state)).toBe(true);
          });
        });
      }),
      { numRuns: 8 },
    );
  });

  it("may be run in two parts, the state handed over", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 }), fc.boolean(), (num_layers, batch_first) => {
        const { net } = make({ num_layers, batch_first });
        const x = torch.randn([3, 5, 2], double);
        const time = batch_first ? 1 : 0;
        const [whole, last] = call(net, x);
        const [first, middle] = call(net, x.narrow(time, 0, 2));
        const [second, end] = call(net, x.narrow(time, 2, x.shape[time] - 2), middle);
        expect(close(torch.cat([first as Tensor, second as Tensor], time), whole as Tensor)).toBe(true);
        tensorsOf(end).forEach((state, k) => {
          expect(close(state, tensorsOf(last)[k])).toBe(true);
        });
      }),
      { numRuns: 8 },
    );
  });

  it("has the gradients and second gradients of its values", () => {
    torch.manual_seed(1);
    const { net, states } = make({ bidirectional: true });
    const x = torch.randn([2, 2, 2], double).requires_grad_();
    const hx = Array.from({ length: states }, () => torch.randn([2, 2, 3], double).requires_grad_());
    const run = (input: Tensor, ...rest: Tensor[]) => {
      const given = rest.slice(0, states);
      return tensorsOf(call(net, input, states === 2 ? given : given[0]));
    };
    expect(torch.autograd.gradcheck(run, [x, ...hx, ...net.parameters()], { fast_mode: true })).toBe(true);
    expect(torch.autograd.gradgradcheck(run, [x, ...hx], null, { fast_mode: true })).toBe(true);
  });
});

describe("cells", () => {
  const cells = [
    ["LSTM", new nn.LSTMCell(2, 3, double), new nn.LSTM(2, 3, double)],
    ["GRU", new nn.GRUCell(2, 3, double), new nn.GRU(2, 3, double)],
    ["RNN", new nn.RNNCell(2, 3, double), new nn.RNN(2, 3, double)],
  ] as const;

  it.each(cells)("%s: the network is the cell, step by step", (_, cell, net) => {
    const parameters = Object.entries(cell.state_dict()).map(([name, p]) => [`${name}_l0`, p]);
    net.load_state_dict(Object.fromEntries(parameters));
    const x = torch.randn([4, 2, 2], double);
    const [output] = (net as nn.GRU)(x);
    let hx: unknown = null;
    x.unbind(0).forEach((step, t) => {
      hx = (cell as nn.GRUCell)(step, hx as Tensor | null);
      expect(close(tensorsOf(hx)[0], output.select(0, t))).toBe(true);
    });
  });
});

describe("sequences of different lengths", () => {
  const lists = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });

  it("come back whole from padding and from packing", () => {
    fc.assert(
      fc.property(lists, fc.boolean(), fc.integer({ min: 0, max: 2 }), (lengths, batch_first, more) => {
        const sequences = lengths.map((length) => torch.randn(length, 2));
        const same = (got: Tensor[]) => got.forEach((s, i) => void expect(s.equal(sequences[i])).toBe(true));
        const padded = pad_sequence(sequences, { batch_first });
        same(unpad_sequence(padded, torch.tensor(lengths), batch_first));
        const packed = pack_padded_sequence(padded, lengths, { batch_first, enforce_sorted: false });
        expect(packed.data.shape[0]).toBe(lengths.reduce((a, b) => a + b));
        same(unpack_sequence(packed));
        const total_length = Math.max(...lengths) + more;
        const [again, found] = pad_packed_sequence(packed, { batch_first, padding_value: 7, total_length });
        expect(found.tolist()).toEqual(lengths);
        expect(again.shape[batch_first ? 1 : 0]).toBe(total_length);
        expect(again.eq(7).sum().item()).toBe(2 * lengths.reduce((sum, length) => sum + total_length - length, 0));
      }),
    );
  });

  it("pass gradients on to the elements, none to the padding", () => {
    const x = torch.ones([3, 2], double).requires_grad_();
    const [padded] = pad_packed_sequence(pack_padded_sequence(x, [1, 3], { enforce_sorted: false }));
    padded.mul(torch.arange(6).view(3, 2)).sum().backward();
    expect(x.grad!.tolist()).toEqual([
      [0, 1],
      [0, 3],
      [0, 5],
    ]);
  });
});

const recorded = JSON.parse(readFileSync("test/fixtures/recurrent.json", "utf8"));

interface Case {
  kind: "LSTM";
  args: [number, number];
  kwargs: object;
  shape: number[];
  states: number[][];
  lengths: number[] | null;
  repr: string;
  state: Record<string, number[]>;
  outputs: number[][];
  grads: number[][];
}

describe("as in PyTorch", () => {
  beforeAll(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));
  afterAll(() => void vi.restoreAllMocks());

  const near = (got: Tensor, want: number[]) =>
    close(got, torch.tensor(want, { dtype: torch.float32 }).view([...got.shape]), 1e-5);

  it.each(recorded.cases as Case[])("$repr draws its weights, computes and differentiates", (c) => {
    torch.manual_seed(0);
    const net = new nn[c.kind](...c.args, c.kwargs);
    const x = torch.randn(c.shape);
    const hx = c.states.map((size) => torch.randn(size));
    const given = c.lengths === null ? x : pack_padded_sequence(x, c.lengths, { enforce_sorted: false });
    const state = hx.length === 2 ? hx : hx[0];
    const outputs = tensorsOf((net as unknown as (...args: unknown[]) => unknown)(given, state));
    expect(String(net)).toBe(c.repr);
    const shapes = Object.entries(net.state_dict()).map(([name, p]) => [name, p.shape]);
    expect(shapes).toEqual(Object.entries(c.state));
    outputs.forEach((output, i) => void expect(near(output, c.outputs[i]), `output ${i}`).toBe(true));
    const flat = torch.cat(outputs.map((t) => t.reshape(-1)));
    flat.backward(torch.arange(1, flat.numel() + 1).float());
    net.parameters().forEach((p, i) => void expect(near(p.grad!.sum(-1), c.grads[i]), `gradient ${i}`).toBe(true));
  });

  // as in the script, by name
  const calls: Record<string, () => unknown> = {
    projection: () => new nn.GRU(3, 4, { proj_size: 2 } as never),
    nonlinearity: () => new nn.RNN(3, 4, { nonlinearity: "sin" }),
    "cell nonlinearity": () => new nn.RNNCell(3, 4, { nonlinearity: "sin" })(z(2, 3)),
    "input size": () => new nn.LSTM(0, 4),
    "hidden size": () => new nn.LSTM(3, -1),
    layers: () => new nn.LSTM(3, 4, 0),
    dropout: () => new nn.LSTM(3, 4, { dropout: 1.5 }),
    "negative projection": () => new nn.LSTM(3, 4, { proj_size: -1 }),
    "large projection": () => new nn.LSTM(3, 4, { proj_size: 4 }),
    "float size": () => new nn.GRU(3.5, 4),
    bias: () => new nn.RNN(3, 4, { bias: 1 as never }),
    batch_first: () => new nn.LSTM(3, 4, { batch_first: "yes" as never }),
    missing: () => new nn.GRU(...([3] as unknown as [number, number])),
    unknown: () => new nn.LSTM(3, 4, { wide: true } as never),
    mode: () => new nn.RNNBase("TRANSFORMER", 3, 4),
    dtype: () => new nn.GRU(3, 4)(torch.zeros(5, 2, 3, double)),
    "4-d": () => new nn.LSTM(3, 4)(z(5, 2, 3, 1)),
    "1-d": () => new nn.RNN(3, 4)(z(3)),
    features: () => new nn.GRU(3, 4)(z(5, 2, 4)),
    "no steps": () => new nn.GRU(3, 4)(z(0, 2, 3)),
    "unbatched state": () => new nn.GRU(3, 4)(z(5, 2, 3), z(1, 4)),
    "batched state": () => new nn.LSTM(3, 4)(z(5, 3), [z(1, 1, 4), z(1, 1, 4)]),
    "state size": () => new nn.RNN(3, 4)(z(5, 2, 3), z(1, 3, 4)),
    "cell state size": () => new nn.LSTM(3, 4)(z(5, 2, 3), [z(1, 2, 4), z(1, 2, 3)]),
    "packed features": () => new nn.RNN(3, 4)(pack_sequence([z(2, 4)])),
    "packed dimensions": () => new nn.RNN(3, 4)(pack_sequence([z(2)])),
    "cell features": () => new nn.LSTMCell(3, 4)(z(2, 5)),
    "cell hidden": () => new nn.GRUCell(3, 4)(z(2, 3), z(2, 5)),
    "cell batch": () => new nn.LSTMCell(3, 4)(z(2, 3), [z(2, 4), z(3, 4)]),
    "cell input": () => new nn.RNNCell(3, 4)(z(1, 1, 3)),
    "cell states": () => new nn.LSTMCell(3, 4)(z(2, 3), [z(2, 4), z(1, 2, 4)]),
    "pack empty": () => pack_padded_sequence(z(0, 2), [1, 1]),
    "pack lengths": () => pack_padded_sequence(z(3, 2), [3]),
    "pack unsorted": () => pack_padded_sequence(z(3, 2), [1, 3]),
    "pack zero": () => pack_padded_sequence(z(3, 2), [3, 0]),
    total_length: () => pad_packed_sequence(pack_sequence([z(3)]), { total_length: 2 }),
    "no sequences": () => pad_sequence([]),
    side: () => pad_sequence([z(1), z(2)], { padding_side: "top" }),
    lengths: () => unpad_sequence(z(3, 2), torch.tensor([1])),
  };

  it.each(Object.entries(recorded.errors as Record<string, [string, string]>))("%s is refused", (name, want) => {
    let got: [string, string] = ["", "no error"];
    try {
      calls[name]();
    } catch (error) {
      got = [(error as Error).name, (error as Error).message.split("\n")[0]];
    }
    expect(got).toEqual(want);
  });

  it("the state may be given by name", () => {
    const [lstm, gru, h] = [new nn.LSTM(3, 4), new nn.GRU(3, 4), torch.ones(1, 2, 4)];
    const x = torch.ones(5, 2, 3);
    expect(gru(x, { hx: h })[0].equal(gru(x, h)[0])).toBe(true);
    expect(lstm(x, { hx: [h, h] })[0].equal(lstm(x, [h, h])[0])).toBe(true);
    expect(lstm(x, [h, h])[0].equal(lstm(x)[0])).toBe(false);
    expect(() => lstm(x, [h] as never)).toThrow("lstm expects two hidden states");
  });

  it("dropout of a single layer is warned of", () => {
    new nn.LSTM(3, 4, { dropout: 0.5 });
    expect(console.warn).toHaveBeenLastCalledWith(
      "UserWarning: dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects num_layers greater than 1, but got dropout=0.5 and num_layers=1",
    );
  });

  it("packed and padded sequences print and lie as PyTorch's", () => {
    const { utils } = recorded;
    const [a, b, c] = [torch.tensor([1, 2]), torch.tensor([3]), torch.tensor([4, 5, 6])];
    const packed = pack_sequence([a, b, c], { enforce_sorted: false });
    const lists = (tensors: Tensor[]) => tensors.map((t) => t.tolist());
    expect(String(packed)).toBe(utils.packed);
    expect(String(pack_sequence([c, a, b]))).toBe(utils.sorted);
    expect(String(packed.to(torch.float64))).toBe(utils.double);
    expect(String(packed.double())).toBe(utils.double);
    expect(packed.double().long().data.equal(packed.data)).toBe(true);
    expect(lists(pad_packed_sequence(packed))).toEqual(utils.padded);
    expect(lists(pad_packed_sequence(packed, true, -1, 4))).toEqual(utils.wide);
    expect(pad_sequence([a, b, c]).tolist()).toEqual(utils.pad);
    expect(pad_sequence([a, b, c], true, 9, "left").tolist()).toEqual(utils.left);
  });
});
