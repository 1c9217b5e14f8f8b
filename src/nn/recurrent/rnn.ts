import { RuntimeError, ValueError } from "../../python/errors.js";
import { isKeywords, Signature } from "../../python/signature.js";
import type { Arguments } from "../../python/signature-types.js";
import type { Tensor } from "../../tensor/index.js";
import type { PackedSequence } from "../utils/rnn.js";
import { bindRNN, RNNBase } from "./base.js";

/** A call with a tensor gives a tensor, one with a packed sequence a packed sequence. */
interface Calls<State> {
  (input: Tensor, hx?: State | null | { hx: State | null }): [output: Tensor, hx: State];
  (input: PackedSequence, hx?: State | null | { hx: State | null }): [output: PackedSequence, hx: State];
}

const forwardSignature = new Signature("forward(Tensor|PackedSequence input, Tensor? hx=None)");
const lstmForwardSignature = new Signature("forward(Tensor|PackedSequence input, Tensor[]? hx=None)");

/** Hidden and cell state. */
type TwoStates = readonly [h: Tensor, c: Tensor];

const rnnSignature = new Signature(
  "RNNBase(int input_size, int hidden_size, int num_layers=1, str nonlinearity='tanh', bool bias=True, bool batch_first=False, float dropout=0.0, bool bidirectional=False, str? device=None, ScalarType? dtype=None)",
);

export interface RNN extends Calls<Tensor> {}

/**
 * An Elman network of `num_layers` layers: `h_t = tanh(W_ih x_t + b_ih + W_hh h_(t-1) + b_hh)`, or relu by
 * `nonlinearity`.
 *
 * Input (T, N, input_size), with `batch_first` (N, T, input_size), unbatched (T, input_size), or a PackedSequence; `hx`
 * (num_layers * directions, N, hidden_size), zeros by default. Returns the output (T, N, directions * hidden_size) of the
 * last layer and the last hidden state of each. The parameters are those of {@link RNNBase}.
 *
 * @example
 * const rnn = new nn.RNN(10, 20, 2);
 * const [output, hn] = rnn(torch.randn(5, 3, 10), torch.randn(2, 3, 20));
 * output.shape // [5, 3, 20]
 */
export class RNN extends RNNBase {
  readonly nonlinearity: string;

  constructor(...args: Arguments<typeof rnnSignature.text>) {
    refuseProjection(args);
    const [input_size, hidden_size, num_layers, nonlinearity, ...rest] = bindRNN(rnnSignature, args);
    if (nonlinearity !== "tanh" && nonlinearity !== "relu") {
      throw new ValueError(`Unknown nonlinearity '${nonlinearity}'. Select from 'tanh' or 'relu'.`);
    }
    const [bias, batch_first, dropout, bidirectional, device, dtype] = rest;
    const mode = nonlinearity === "tanh" ? "RNN_TANH" : "RNN_RELU";
    super(mode, { input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, device, dtype });
    this.nonlinearity = nonlinearity;
  }

  // biome-ignore lint/suspicious/noExplicitAny: a call has the types of the interface
  override forward(...args: Arguments<typeof forwardSignature.text>): any {
    const [input, hx] = forwardSignature.bind(args);
    const { output, state } = this.run(input, hx && [hx]);
    return [output, state[0]];
  }
}

type LSTMSignature =
  "LSTM(int input_size, int hidden_size, int num_layers=1, bool bias=True, bool batch_first=False, float dropout=0.0, bool bidirectional=False, int proj_size=0, str? device=None, ScalarType? dtype=None)";

export interface LSTM extends Calls<TwoStates> {}

/**
 * Long short-term memory of `num_layers` layers. With the gates `i`, `f`, `o` (sigmoid) and `g` (tanh), each
 * `W_ih x_t + b_ih + W_hh h_(t-1) + b_hh` of its block of rows:
 *
 *     c_t = f c_(t-1) + i g
 *     h_t = o tanh(c_t)
 *
 * With `proj_size` the output is `W_hr h_t`. Input as for {@link RNN}; the state is the pair of `h` (num_layers *
 * directions, N, hidden_size or proj_size) and `c` (num_layers * directions, N, hidden_size).
 *
 * @example
 * const lstm = new nn.LSTM(10, 20, 2);
 * const [output, [hn, cn]] = lstm(torch.randn(5, 3, 10));
 * output.shape // [5, 3, 20]
 */
export class LSTM extends RNNBase {
  constructor(...args: Arguments<LSTMSignature>) {
    super("LSTM", ...args);
  }

  protected override get stateSizes(): readonly number[] {
    return [this.outputSize, this.hidden_size];
  }

  // biome-ignore lint/suspicious/noExplicitAny: a call has the types of the interface
  override forward(...args: Arguments<typeof lstmForwardSignature.text>): any {
    const [input, hx] = lstmForwardSignature.bind(args);
    if (hx && (!Array.isArray(hx) || hx.length !== 2)) {
      throw new RuntimeError(
        "lstm expects two hidden states",
        "The state of an LSTM is [h, c], hidden and cell state.",
      );
    }
    const { output, state } = this.run(input, hx && [hx].flat());
    return [output, state];
  }
}

const gruSignature = new Signature(
  "RNNBase(int input_size, int hidden_size, int num_layers=1, bool bias=True, bool batch_first=False, float dropout=0.0, bool bidirectional=False, str? device=None, ScalarType? dtype=None)",
);

export interface GRU extends Calls<Tensor> {}

/**
 * Gated recurrent units of `num_layers` layers. With the gates `r` and `z` (sigmoid):
 *
 *     n_t = tanh(W_in x_t + b_in + r (W_hn h_(t-1) + b_hn))
 *     h_t = (1 - z) n_t + z h_(t-1)
 *
 * Input, state and output as for {@link RNN}.
 *
 * @example
 * const gru = new nn.GRU(10, 20, { bidirectional: true });
 * const [output, hn] = gru(torch.randn(5, 3, 10));
 * output.shape // [5, 3, 40]
 */
export class GRU extends RNNBase {
  constructor(...args: Arguments<typeof gruSignature.text>) {
    refuseProjection(args);
    const [input_size, hidden_size, num_layers, bias, batch_first, dropout, ...rest] = bindRNN(gruSignature, args);
    const [bidirectional, device, dtype] = rest;
    super("GRU", { input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, device, dtype });
  }

  // biome-ignore lint/suspicious/noExplicitAny: a call has the types of the interface
  override forward(...args: Arguments<typeof forwardSignature.text>): any {
    const [input, hx] = forwardSignature.bind(args);
    const { output, state } = this.run(input, hx && [hx]);
    return [output, state[0]];
  }
}

function refuseProjection(args: readonly unknown[]): void {
  const last = args.at(-1);
  if (isKeywords(last) && "proj_size" in last) {
    throw new ValueError("proj_size argument is only supported for LSTM, not RNN or GRU");
  }
}
