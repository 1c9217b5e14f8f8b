import { RuntimeError } from "../../python/errors.js";
import { type Tensor, torchFunctions } from "../../tensor/index.js";
import { linear } from "../functional.js";

const { _gru_gates, _linear, _lstm_gates } = torchFunctions;

/** The parameters of one layer and direction. Those of LSTM and GRU hold one block of rows for each gate. */
export interface Weights {
  readonly w_ih: Tensor;
  readonly w_hh: Tensor;
  readonly b_ih: Tensor | null;
  readonly b_hh: Tensor | null;
  /** Projects the output of an LSTM to fewer features. */
  readonly w_hr: Tensor | null;
}

/** The hidden state, which is the output of a step, and for LSTM the cell state. */
export type State = readonly Tensor[];

/** A recurrent cell: how inputs enter, those of all time steps in one matrix product, and one step. */
export interface Cell {
  project(input: Tensor): Tensor;
  step(projected: Tensor, state: State): State;
}

export type MakeCell = (weights: Weights) => Cell;

/** Both biases of a cell that adds them anyway. */
const bothBiases = ({ b_ih, b_hh }: Weights): Tensor | null => (b_ih && b_hh ? b_ih.add(b_hh) : (b_ih ?? b_hh));

/** `h' = activation(W_ih x + b_ih + W_hh h + b_hh)`. */
const elman =
  (activation: (x: Tensor) => Tensor): MakeCell =>
  (weights) => ({
    project: (input) => linear(input, weights.w_ih, bothBiases(weights)),
    step: (projected, [hx]) => [activation(_linear(projected, hx, weights.w_hh))],
  });

export const tanhCell: MakeCell = elman((x) => x.tanh());
export const reluCell: MakeCell = elman((x) => x.relu());

/** The gates r, z, n; the reset gate r applies to `W_hn h + b_hn`, so the two biases stay apart. */
export const gruCell: MakeCell = ({ w_ih, w_hh, b_ih, b_hh }) => ({
  project: (input) => linear(input, w_ih, b_ih),
  step: (projected, [hx]) => [_gru_gates([projected, linear(hx, w_hh, b_hh), hx])[0]],
});

/** The gates i, f, g, o. */
export const lstmCell: MakeCell = (weights) => ({
  project: (input) => linear(input, weights.w_ih, bothBiases(weights)),
  step: (projected, [hx, cx]) => {
    const [hy, cy] = _lstm_gates([_linear(projected, hx, weights.w_hh), cx]);
    return [weights.w_hr ? linear(hy, weights.w_hr) : hy, cy];
  },
});

/** One step on its own: input (N, input_size), each state (N, hidden_size). */
export function oneStep(makeCell: MakeCell, input: Tensor, state: State, weights: Weights): State {
  const [features, expected] = [input.size(1), weights.w_ih.size(1)];
  if (features !== expected) {
    throw new RuntimeError(
      `input has inconsistent input_size: got ${features} expected ${expected}`,
      "The last dimension of the input holds the input_size features of each batch element.",
    );
  }
  state.forEach((hx, i) => {
    checkState(input, hx, weights.w_hh.size(1), i);
  });
  const cell = makeCell(weights);
  return cell.step(cell.project(input), state);
}

function checkState(input: Tensor, hx: Tensor, expected: number, i: number): void {
  const [batch, hidden] = [hx.size(0), hx.size(1)];
  if (batch !== input.size(0)) {
    throw new RuntimeError(`Input batch size ${input.size(0)} doesn't match hidden${i} batch size ${batch}`);
  }
  if (hidden !== expected) {
    throw new RuntimeError(`hidden${i} has inconsistent hidden_size: got ${hidden}, expected ${expected}`);
  }
}
