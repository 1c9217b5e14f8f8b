import { RuntimeError, ValueError } from "../../python/errors.js";
import { Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import { type DType, empty, type Tensor, zeros } from "../../tensor/index.js";
import { uniform_ } from "../init.js";
import { Module } from "../module.js";
import { Parameter } from "../parameter.js";
import { gruCell, lstmCell, type MakeCell, oneStep, reluCell, type State, tanhCell } from "./cell.js";

/**
 * What RNNCell, LSTMCell and GRUCell share: `weight_ih` (gates * hidden_size, input_size), `weight_hh` (gates *
 * hidden_size, hidden_size), `bias_ih`, `bias_hh` (gates * hidden_size), uniform on [-1/sqrt(hidden_size),
 * 1/sqrt(hidden_size)).
 */
export class RNNCellBase extends Module {
  readonly input_size: number;
  readonly hidden_size: number;
  readonly bias: boolean;
  declare weight_ih: Parameter;
  declare weight_hh: Parameter;
  declare bias_ih: Parameter | null;
  declare bias_hh: Parameter | null;

  constructor(input_size: number, hidden_size: number, bias: boolean, num_chunks: number, dtype: DType | null = null) {
    super();
    this.input_size = input_size;
    this.hidden_size = hidden_size;
    this.bias = bias;
    const rows = num_chunks * hidden_size;
    this.register_parameter("weight_ih", new Parameter(empty(rows, input_size, { dtype })));
    this.register_parameter("weight_hh", new Parameter(empty(rows, hidden_size, { dtype })));
    this.register_parameter("bias_ih", bias ? new Parameter(empty(rows, { dtype })) : null);
    this.register_parameter("bias_hh", bias ? new Parameter(empty(rows, { dtype })) : null);
    this.reset_parameters();
  }

  /** Draws all parameters anew. */
  reset_parameters(): void {
    const bound = this.hidden_size > 0 ? 1 / Math.sqrt(this.hidden_size) : 0;
    for (const weight of this.parameters()) uniform_(weight, -bound, bound);
  }

  /** One step of `makeCell`; `names` are what error messages call the states. */
  protected run(makeCell: MakeCell, input: Tensor, hx: State | null, names: readonly string[]): State {
    const kind = this._get_name();
    const check = (what: string, t: Tensor) => {
      if (t.ndim === 1 || t.ndim === 2) return;
      throw new ValueError(`${kind}: Expected ${what} to be 1D or 2D, got ${t.ndim}D instead`);
    };
    check("input", input);
    hx?.forEach((state, i) => {
      check(names[i], state);
    });
    const batched = input.ndim === 2;
    const rows = batched ? input : input.unsqueeze(0);
    const state = hx ? (batched ? hx : hx.map((s) => s.unsqueeze(0))) : names.map(() => this.zeroState(rows));
    const { weight_ih: w_ih, weight_hh: w_hh, bias_ih: b_ih, bias_hh: b_hh } = this;
    const next = oneStep(makeCell, rows, state, { w_ih, w_hh, b_ih, b_hh, w_hr: null });
    return batched ? next : next.map((s) => s.squeeze(0));
  }

  private zeroState(rows: Tensor): Tensor {
    return zeros(rows.shape[0], this.hidden_size, { dtype: rows.dtype });
  }

  override extra_repr(): string {
    return `${this.input_size}, ${this.hidden_size}${this.bias ? "" : ", bias=False"}`;
  }
}

const rnnSignature = new Signature(
  "RNNCell(int input_size, int hidden_size, bool bias=True, str nonlinearity='tanh', str? device=None, ScalarType? dtype=None)",
);

/**
 * One step of {@link RNN}: `h' = tanh(W_ih x + b_ih + W_hh h + b_hh)`, or relu by `nonlinearity`. Input (N, input_size) or
 * (input_size), hidden state (N, hidden_size) or (hidden_size), zeros by default.
 *
 * @example
 * const cell = new nn.RNNCell(10, 20);
 * const hx = cell(torch.randn(3, 10)); // shape [3, 20]
 */
export class RNNCell extends RNNCellBase {
  readonly nonlinearity: string;

  constructor(...args: Arguments<typeof rnnSignature.text>) {
    const [input_size, hidden_size, bias, nonlinearity, , dtype] = rnnSignature.bind(args);
    super(input_size, hidden_size, bias, 1, dtype);
    this.nonlinearity = nonlinearity;
  }

  override forward(input: Tensor, hx: Tensor | null = null): Tensor {
    const cells: Record<string, MakeCell> = { tanh: tanhCell, relu: reluCell };
    if (!Object.hasOwn(cells, this.nonlinearity)) throw new RuntimeError(`Unknown nonlinearity: ${this.nonlinearity}`);
    return this.run(cells[this.nonlinearity], input, hx && [hx], ["hidden"])[0];
  }

  override extra_repr(): string {
    return super.extra_repr() + (this.nonlinearity === "tanh" ? "" : `, nonlinearity=${this.nonlinearity}`);
  }
}

const lstmSignature = new Signature(
  "LSTMCell(int input_size, int hidden_size, bool bias=True, str? device=None, ScalarType? dtype=None)",
);

/**
 * One step of {@link LSTM}: input (N, input_size) or (input_size), hidden and cell state (N, hidden_size) or
 * (hidden_size), zeros by default. Returns the next hidden and cell state.
 *
 * @example
 * const cell = new nn.LSTMCell(10, 20);
 * const [hx, cx] = cell(torch.randn(3, 10));
 */
export class LSTMCell extends RNNCellBase {
  constructor(...args: Arguments<typeof lstmSignature.text>) {
    const [input_size, hidden_size, bias, , dtype] = lstmSignature.bind(args);
    super(input_size, hidden_size, bias, 4, dtype);
  }

  override forward(input: Tensor, hx: readonly [h: Tensor, c: Tensor] | null = null): [h: Tensor, c: Tensor] {
    const [hy, cy] = this.run(lstmCell, input, hx, ["hx[0]", "hx[1]"]);
    return [hy, cy];
  }
}

const gruSignature = new Signature(
  "GRUCell(int input_size, int hidden_size, bool bias=True, str? device=None, ScalarType? dtype=None)",
);

/**
 * One step of {@link GRU}: input (N, input_size) or (input_size), hidden state (N, hidden_size) or (hidden_size), zeros
 * by default.
 *
 * @example
 * const cell = new nn.GRUCell(10, 20);
 * const hx = cell(torch.randn(3, 10)); // shape [3, 20]
 */
export class GRUCell extends RNNCellBase {
  constructor(...args: Arguments<typeof gruSignature.text>) {
    const [input_size, hidden_size, bias, , dtype] = gruSignature.bind(args);
    super(input_size, hidden_size, bias, 3, dtype);
  }

  override forward(input: Tensor, hx: Tensor | null = null): Tensor {
    return this.run(gruCell, input, hx && [hx], ["hidden"])[0];
  }
}
