import { RuntimeError } from "../../python/errors.js";
import { type Tensor, torchFunctions } from "../../tensor/index.js";
import type { Cell, MakeCell, State, Weights } from "./cell.js";

const { cat, dropout, stack } = torchFunctions;

/**
 * A sequence as its time steps: matrices with a row for each batch element that still runs. All are of one height
 * unless the sequence is packed, where they become lower.
 */
type Steps = readonly Tensor[];

/** How time steps lie in one tensor: (T, N, features), or packed one after the other. */
interface Layout {
  split(sequence: Tensor): Steps;
  join(steps: Steps): Tensor;
}

const padded: Layout = {
  split: (sequence) => sequence.unbind(0),
  join: (steps) => stack(steps),
};

const packed = (batchSizes: readonly number[]): Layout => ({
  split: (sequence) => sequence.split(batchSizes),
  join: (steps) => cat(steps),
});

/** What {@link runLayers} runs. */
interface Layers {
  readonly makeCell: MakeCell;
  /** Of each layer the weights of its directions: one, or forward and backward. */
  readonly weights: readonly (readonly Weights[])[];
  /** The probability of zeroing an element of what one layer passes to the next. */
  readonly dropout: number;
}

/**
 * Runs `input` through stacked layers: (T, N, features), or packed data with its `batchSizes`. `state` holds tensors of
 * the shape (layers * directions, N, units). Returns the output of the last layer and the last states.
 */
export function runLayers(
  { makeCell, weights, dropout: p }: Layers,
  input: Tensor,
  batchSizes: readonly number[] | null,
  state: State,
): { output: Tensor; state: State } {
  const layout = batchSizes ? packed(batchSizes) : padded;
  const initial = state.map((s) => s.unbind(0));
  const last: State[] = [];
  let output = input;
  weights.forEach((directions, layer) => {
    const outputs = directions.map((direction, d) => {
      const cell = makeCell(direction);
      const steps = layout.split(cell.project(output));
      if (steps.length === 0) throw new RuntimeError("Expected sequence length to be larger than 0 in RNN");
      const from = initial.map((s) => s[layer * directions.length + d]);
      const run = d === 0 ? runForward(cell, steps, from) : runBackward(cell, steps, from);
      last.push(run.state);
      return layout.join(run.outputs);
    });
    output = outputs.length === 1 ? outputs[0] : cat(outputs, -1);
    if (p > 0 && layer < weights.length - 1) output = dropout(output, p, true);
  });
  return { output, state: initial.map((_, i) => stack(last.map((s) => s[i]))) };
}

interface Run {
  readonly outputs: Steps;
  readonly state: State;
}

/** From the first step to the last. The last rows of the states are final when their sequences end. */
function runForward(cell: Cell, steps: Steps, initial: State): Run {
  const outputs: Tensor[] = [];
  const ended: State[] = [];
  let state = initial;
  for (const step of steps) {
    const [running, before] = [step.shape[0], state[0].shape[0]];
    if (running < before) {
      ended.unshift(state.map((s) => s.narrow(0, running, before - running)));
      state = state.map((s) => s.narrow(0, 0, running));
    }
    state = cell.step(step, state);
    outputs.push(state[0]);
  }
  return { outputs, state: ended.length === 0 ? state : state.map((s, i) => cat([s, ...ended.map((e) => e[i])])) };
}

/** From the last step to the first. A sequence that is shorter than others begins later, with its initial state. */
function runBackward(cell: Cell, steps: Steps, initial: State): Run {
  const outputs: Tensor[] = [];
  const first = (n: number) => initial.map((s) => (n === s.shape[0] ? s : s.narrow(0, 0, n)));
  let state: State = first(steps[steps.length - 1].shape[0]);
  for (const step of steps.toReversed()) {
    const [running, before] = [step.shape[0], state[0].shape[0]];
    if (running > before) state = state.map((s, i) => cat([s, initial[i].narrow(0, before, running - before)]));
    state = cell.step(step, state);
    outputs.unshift(state[0]);
  }
  return { outputs, state };
}
