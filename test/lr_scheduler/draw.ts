import fc from "fast-check";
import type { Options } from "./traces.js";

/* Random configurations of every scheduler, as the fixtures describe them: name and options. */

export type Description = readonly [name: string, options: Options];

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const integer = (min: number, max: number) => fc.integer({ min, max });
const described = (name: string, options: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Description> =>
  fc.record(options).map((drawn) => [name, drawn]);

const gamma = number(0.3, 1.2);
const total_iters = integer(1, 30);
const eta_min = fc.constantFrom(0, 0.001);

/** Schedulers that are no compositions and take no metric, and may come first in one. */
export const simple: Record<string, fc.Arbitrary<Description>> = {
  StepLR: described("StepLR", { step_size: integer(1, 9), gamma }),
  MultiStepLR: described("MultiStepLR", { milestones: fc.array(integer(1, 30), { maxLength: 4 }), gamma }),
  ConstantLR: described("ConstantLR", { factor: number(0.1, 1), total_iters }),
  LinearLR: described("LinearLR", { start_factor: number(0.1, 1), end_factor: number(0, 1), total_iters }),
  ExponentialLR: described("ExponentialLR", { gamma }),
  PolynomialLR: described("PolynomialLR", { total_iters, power: number(0.3, 3) }),
  CosineAnnealingLR: described("CosineAnnealingLR", { T_max: integer(1, 30), eta_min }),
  CosineAnnealingWarmRestarts: described("CosineAnnealingWarmRestarts", {
    T_0: integer(1, 9),
    T_mult: integer(1, 3),
    eta_min,
  }),
  LambdaLR: described("LambdaLR", { lr_lambda: fc.constantFrom("inverse", ["steps", "inverse"]) }),
  MultiplicativeLR: described("MultiplicativeLR", { lr_lambda: fc.constant("alternating") }),
};

const cycles: Record<string, fc.Arbitrary<Description>> = {
  CyclicLR: described("CyclicLR", {
    base_lr: number(0.001, 0.1),
    max_lr: fc.tuple(number(0.1, 1), number(0.1, 1)),
    step_size_up: integer(1, 9),
    step_size_down: fc.option(integer(1, 9)),
    mode: fc.constantFrom("triangular", "triangular2", "exp_range"),
    gamma: number(0.8, 1),
    cycle_momentum: fc.boolean(),
  }),
  OneCycleLR: described("OneCycleLR", {
    max_lr: number(0.1, 1),
    total_steps: integer(60, 90),
    pct_start: number(0.1, 0.4),
    anneal_strategy: fc.constantFrom("cos", "linear"),
    cycle_momentum: fc.boolean(),
    three_phase: fc.boolean(),
  }),
  SWALR: described("SWALR", {
    swa_lr: number(0.01, 0.1),
    anneal_epochs: integer(0, 20),
    anneal_strategy: fc.constantFrom("cos", "linear"),
  }),
  ReduceLROnPlateau: described("ReduceLROnPlateau", {
    mode: fc.constantFrom("min", "max"),
    factor: number(0.2, 0.9),
    patience: integer(0, 3),
    threshold_mode: fc.constantFrom("rel", "abs"),
    cooldown: integer(0, 2),
    min_lr: fc.constantFrom(0, [0.01, 0.001]),
  }),
};

const part = fc.oneof(...Object.values(simple));
const anyPart = fc.oneof(part, cycles.ReduceLROnPlateau, cycles.CyclicLR);
const chain = described("ChainedScheduler", {
  schedulers: fc.tuple(part, fc.oneof(part, cycles.ReduceLROnPlateau)),
});

/** Every scheduler by name, compositions of all kinds of parts included. */
export const every: Record<string, fc.Arbitrary<Description>> = {
  ...simple,
  ...cycles,
  ChainedScheduler: chain,
  SequentialLR: described("SequentialLR", {
    schedulers: fc.tuple(part, fc.oneof(anyPart, chain), fc.oneof(anyPart, chain)),
    milestones: fc.tuple(integer(1, 9), integer(10, 20)),
  }),
};
