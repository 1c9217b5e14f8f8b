import { lr_scheduler, type optim, swa_utils } from "rushlight";

/** Builds a scheduler for a training of so many epochs, at each of which it is stepped. */
export type MakeScheduler = (optimizer: optim.Optimizer, epochs: number) => lr_scheduler.AnyScheduler;

/** Every scheduler, with the settings that suit the article's run: Adam from a learning rate of 0.001, 50 epochs. */
export const schedulers: Readonly<Record<string, MakeScheduler>> = {
  StepLR: (optimizer) => new lr_scheduler.StepLR(optimizer, { step_size: 20, gamma: 0.5 }),
  MultiStepLR: (optimizer, epochs) =>
    new lr_scheduler.MultiStepLR(optimizer, { milestones: [part(0.6, epochs), part(0.85, epochs)], gamma: 0.1 }),
  ConstantLR: (optimizer) => new lr_scheduler.ConstantLR(optimizer, { factor: 0.5, total_iters: 5 }),
  LinearLR: (optimizer, epochs) =>
    new lr_scheduler.LinearLR(optimizer, { start_factor: 1, end_factor: 0.05, total_iters: epochs }),
  ExponentialLR: (optimizer) => new lr_scheduler.ExponentialLR(optimizer, { gamma: 0.95 }),
  PolynomialLR: (optimizer, epochs) => new lr_scheduler.PolynomialLR(optimizer, { total_iters: epochs, power: 0.9 }),
  CosineAnnealingLR: (optimizer, epochs) =>
    new lr_scheduler.CosineAnnealingLR(optimizer, { T_max: epochs, eta_min: 1e-5 }),
  CosineAnnealingWarmRestarts: (optimizer) =>
    new lr_scheduler.CosineAnnealingWarmRestarts(optimizer, { T_0: 7, T_mult: 2, eta_min: 1e-5 }),
  LambdaLR: (optimizer) => new lr_scheduler.LambdaLR(optimizer, (epoch) => 1 / Math.sqrt(1 + epoch)),
  MultiplicativeLR: (optimizer) => new lr_scheduler.MultiplicativeLR(optimizer, (epoch) => (epoch < 10 ? 1 : 0.95)),
  CyclicLR: (optimizer) => new lr_scheduler.CyclicLR(optimizer, 2e-4, 2e-3, { step_size_up: 5, mode: "triangular2" }),
  OneCycleLR: (optimizer, epochs) => new lr_scheduler.OneCycleLR(optimizer, { max_lr: 0.005, total_steps: epochs }),
  ReduceLROnPlateau: (optimizer) => new lr_scheduler.ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 2 }),
  SequentialLR: (optimizer, epochs) => {
    const warmup = part(0.1, epochs);
    const parts = [
      new lr_scheduler.LinearLR(optimizer, { start_factor: 0.1, total_iters: warmup }),
      new lr_scheduler.CosineAnnealingLR(optimizer, { T_max: epochs }),
    ];
    return new lr_scheduler.SequentialLR(optimizer, parts, [warmup]);
  },
  ChainedScheduler: (optimizer) =>
    new lr_scheduler.ChainedScheduler([
      new lr_scheduler.LinearLR(optimizer, { start_factor: 0.1, total_iters: 5 }),
      new lr_scheduler.ExponentialLR(optimizer, { gamma: 0.95 }),
    ]),
  SWALR: (optimizer) => new swa_utils.SWALR(optimizer, { swa_lr: 2e-4, anneal_epochs: 10 }),
};

/** A share of the epochs, at least one of them. */
const part = (share: number, epochs: number): number => Math.max(1, Math.round(share * epochs));
