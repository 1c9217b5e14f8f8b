import { RuntimeError, ValueError } from "../../python/errors.js";
import { pythonFloat } from "../../python/repr.js";
import { Signature } from "../../python/signature.js";
import type { Arguments, Bound } from "../../python/signature-types.js";
import { warn } from "../../python/warnings.js";
import { type DType, empty, type Tensor, zeros } from "../../tensor/index.js";
import { uniform_ } from "../init.js";
import { Module } from "../module.js";
import { Parameter } from "../parameter.js";
import { PackedSequence } from "../utils/rnn.js";
import { gruCell, lstmCell, type MakeCell, reluCell, type State, tanhCell, type Weights } from "./cell.js";
import { runLayers } from "./layers.js";

/** The cell of each mode, and how many gates its weights hold one after the other. */
const MODES: Readonly<Record<string, { readonly makeCell: MakeCell; readonly gates: number }>> = {
  RNN_TANH: { makeCell: tanhCell, gates: 1 },
  RNN_RELU: { makeCell: reluCell, gates: 1 },
  GRU: { makeCell: gruCell, gates: 3 },
  LSTM: { makeCell: lstmCell, gates: 4 },
};

const signature = new Signature(
  "RNNBase(str mode, int input_size, int hidden_size, int num_layers=1, bool bias=True, bool batch_first=False, float dropout=0.0, bool bidirectional=False, int proj_size=0, str? device=None, ScalarType? dtype=None)",
);

/** Arguments bound to a signature; what RNNBase checks itself is refused in its words. */
export function bindRNN<const S extends string>(own: Signature<S>, args: readonly unknown[]): Bound<S> {
  try {
    return own.bind(args);
  } catch (error) {
    const told = /argument '(input_size|hidden_size|bias|batch_first)' .*must be (int|bool), not (\w+)/.exec(
      `${error}`,
    );
    if (told === null) throw error;
    throw new TypeError(`${told[1]} should be of type ${told[2]}, got: ${told[3]}`);
  }
}

/**
 * What RNN, LSTM and GRU share. Layer `k` has the parameters `weight_ih_lk`, `weight_hh_lk`, `bias_ih_lk`,
 * `bias_hh_lk` and, with a projection, `weight_hr_lk`; those of the backward direction end with `_reverse`. All start
 * uniform on [-1/sqrt(hidden_size), 1/sqrt(hidden_size)).
 */
export class RNNBase extends Module {
  readonly [parameter: `${"weight" | "bias"}_${"ih" | "hh" | "hr"}_l${string}`]: Parameter;

  readonly mode: string;
  readonly input_size: number;
  readonly hidden_size: number;
  readonly num_layers: number;
  readonly bias: boolean;
  readonly batch_first: boolean;
  dropout: number;
  readonly bidirectional: boolean;
  readonly proj_size: number;

  constructor(...args: Arguments<typeof signature.text>) {
    super();
    const bound = bindRNN(signature, args);
    [this.mode, this.input_size, this.hidden_size, this.num_layers, this.bias, this.batch_first, this.dropout] = bound;
    [, , , , , , , this.bidirectional, this.proj_size] = bound;
    const dtype = bound[10];
    check(this);
    const rows = MODES[this.mode].gates * this.hidden_size;
    for (let layer = 0; layer < this.num_layers; layer++) {
      const features = layer === 0 ? this.input_size : this.outputSize * this.directions;
      for (const suffix of this.suffixes) {
        const add = (name: string, ...size: number[]) =>
          this.register_parameter(`${name}_l${layer}${suffix}`, new Parameter(empty(size, { dtype })));
        add("weight_ih", rows, features);
        add("weight_hh", rows, this.outputSize);
        if (this.bias) {
          add("bias_ih", rows);
          add("bias_hh", rows);
        }
        if (this.proj_size > 0) add("weight_hr", this.proj_size, this.hidden_size);
      }
    }
    this.reset_parameters();
  }

  /** How many directions there are. */
  private get directions(): number {
    return this.bidirectional ? 2 : 1;
  }

  private get suffixes(): readonly string[] {
    return this.bidirectional ? ["", "_reverse"] : [""];
  }

  /** Features of the hidden state, which is the output. */
  protected get outputSize(): number {
    return this.proj_size > 0 ? this.proj_size : this.hidden_size;
  }

  /** Draws all parameters anew. */
  reset_parameters(): void {
    const bound = 1 / Math.sqrt(this.hidden_size);
    for (const weight of this.parameters()) uniform_(weight, -bound, bound);
  }

  /** The parameters of each layer and direction. */
  get all_weights(): Parameter[][] {
    return this.weights.flat().map((w) => Object.values(w).filter((p) => p !== null));
  }

  private get weights(): Weights[][] {
    return Array.from({ length: this.num_layers }, (_, layer) =>
      this.suffixes.map((suffix) => {
        const at = `l${layer}${suffix}` as const;
        return {
          w_ih: this[`weight_ih_${at}`],
          w_hh: this[`weight_hh_${at}`],
          b_ih: this.bias ? this[`bias_ih_${at}`] : null,
          b_hh: this.bias ? this[`bias_hh_${at}`] : null,
          w_hr: this.proj_size > 0 ? this[`weight_hr_${at}`] : null,
        };
      }),
    );
  }

  /** There is nothing to do: on a GPU it would lay the weights out one after another. */
  flatten_parameters(): void {}

  /** The sizes of a state's last dimension: of the hidden state, and for LSTM of the cell state. */
  protected get stateSizes(): readonly number[] {
    return [this.outputSize];
  }

  /** Checks, fills in and reorders what was given, runs the layers, and undoes the reordering. */
  protected run(input: Tensor | PackedSequence, hx: State | null): { output: Tensor | PackedSequence; state: State } {
    if (input instanceof PackedSequence) {
      const { data, batch_sizes, sorted_indices, unsorted_indices } = input;
      const sizes = batch_sizes.tolist() as number[];
      const sorted = hx && sorted_indices ? hx.map((s) => s.index_select(1, sorted_indices)) : hx;
      const { output, state } = this.runLayers(data, sizes, sorted);
      return {
        output: new PackedSequence(output, batch_sizes, sorted_indices, unsorted_indices),
        state: unsorted_indices ? state.map((s) => s.index_select(1, unsorted_indices)) : state,
      };
    }
    const { batched, dim } = this.checkDims(input, hx);
    const { output, state } = this.runLayers(
      batched ? input : input.unsqueeze(dim),
      null,
      batched || hx === null ? hx : hx.map((s) => s.unsqueeze(1)),
    );
    if (batched) return { output, state };
    return { output: output.squeeze(dim), state: state.map((s) => s.squeeze(1)) };
  }

  private checkDims(input: Tensor, hx: State | null): { batched: boolean; dim: number } {
    const name = this.mode.replace(/_.*/, "");
    if (input.ndim !== 2 && input.ndim !== 3) {
      const what = name === "RNN" ? `${input.ndim}D tensor` : `${input.ndim}D`;
      throw new ValueError(
        `${name}: Expected input to be 2D or 3D, got ${what} instead`,
        "The input is (time, batch, features), with batch_first (batch, time, features), or one sequence (time, features).",
      );
    }
    const batched = input.ndim === 3;
    if (hx?.some((s) => s.ndim !== input.ndim)) {
      const how = `${batched ? "batched 3-D" : "unbatched 2-D"} input, hx`;
      const dims = hx.map((s) => `${s.ndim}-D`);
      const [them, got] = hx.length > 1 ? [" and cx", `(${dims.join(", ")}) tensors`] : ["", `${dims[0]} tensor`];
      throw new RuntimeError(`For ${how}${them} should also be ${input.ndim}-D but got ${got}`);
    }
    return { batched, dim: this.batch_first ? 0 : 1 };
  }

  private runLayers(input: Tensor, batchSizes: number[] | null, hx: State | null): { output: Tensor; state: State } {
    this.checkInput(input, batchSizes !== null);
    const turned = this.batch_first && batchSizes === null;
    const steps = turned ? input.transpose(0, 1) : input;
    const state = this.initialState(input.dtype, batchSizes ? batchSizes[0] : steps.shape[1], hx);
    const layers = {
      makeCell: MODES[this.mode].makeCell,
      weights: this.weights,
      dropout: this.training ? this.dropout : 0,
    };
    const { output, state: last } = runLayers(layers, steps, batchSizes, state);
    return { output: turned ? output.transpose(0, 1) : output, state: last };
  }

  private checkInput(input: Tensor, packed: boolean): void {
    const { dtype } = this.weight_ih_l0;
    if (input.dtype !== dtype) {
      throw new ValueError(
        `RNN input dtype (${input.dtype}) does not match weight dtype (${dtype}). Convert input: input.to(${dtype}), or convert model: model.to(${input.dtype})`,
      );
    }
    const dims = packed ? 2 : 3;
    if (input.ndim !== dims) throw new RuntimeError(`input must have ${dims} dimensions, got ${input.ndim}`);
    const features = input.shape[dims - 1];
    if (features !== this.input_size) {
      throw new RuntimeError(
        `input.size(-1) must be equal to input_size. Expected ${this.input_size}, got ${features}`,
        "The last dimension of the input holds the features of one time step.",
      );
    }
  }

  private initialState(dtype: DType, batch: number, hx: State | null): State {
    const layers = this.num_layers * this.directions;
    return this.stateSizes.map((size, i) => {
      const given = hx?.[i];
      if (!given) return zeros(layers, batch, size, { dtype });
      const expected = [layers, batch, size];
      if (String(given.shape) !== String(expected)) {
        const what = this.stateSizes.length > 1 ? `hidden[${i}] size` : "hidden size";
        throw new RuntimeError(
          `Expected ${what} (${expected.join(", ")}), got [${given.shape.join(", ")}]`,
          "A state is (num_layers * directions, batch, size), also with batch_first.",
        );
      }
      return given;
    });
  }

  override extra_repr(): string {
    let text = `${this.input_size}, ${this.hidden_size}`;
    if (this.proj_size !== 0) text += `, proj_size=${this.proj_size}`;
    if (this.num_layers !== 1) text += `, num_layers=${this.num_layers}`;
    if (!this.bias) text += `, bias=False`;
    if (this.batch_first) text += `, batch_first=True`;
    if (this.dropout !== 0) text += `, dropout=${pythonFloat(this.dropout)}`;
    if (this.bidirectional) text += `, bidirectional=True`;
    return text;
  }
}

function check({ mode, input_size, hidden_size, num_layers, dropout, proj_size }: RNNBase): void {
  if (!(dropout >= 0 && dropout <= 1)) {
    throw new ValueError(
      "dropout should be a number in range [0, 1] representing the probability of an element being zeroed",
    );
  }
  if (dropout > 0 && num_layers === 1) {
    warn(
      `dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects num_layers greater than 1, but got dropout=${dropout} and num_layers=${num_layers}`,
    );
  }
  if (input_size <= 0) throw new ValueError("input_size must be greater than zero");
  if (hidden_size <= 0) throw new ValueError("hidden_size must be greater than zero");
  if (num_layers <= 0) throw new ValueError("num_layers must be greater than zero");
  if (proj_size < 0) throw new ValueError("proj_size should be a positive integer or zero to disable projections");
  if (proj_size >= hidden_size) throw new ValueError("proj_size has to be smaller than hidden_size");
  if (!Object.hasOwn(MODES, mode)) throw new ValueError(`Unrecognized RNN mode: ${mode}`);
}
