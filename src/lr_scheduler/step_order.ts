import type { Optimizer } from "../optim/index.js";
import { warn } from "../python/warnings.js";
import { targetOf } from "./target.js";

/* To warn of a wrong order of steps, schedulers wrap `optimizer.step` in a function that notes the call. */

const tracked = new WeakSet<Function>();
const stepped = new WeakSet<Optimizer>();

/** Notes from here on when the optimizer is stepped. */
export function trackSteps(given: Optimizer): void {
  const { optimizer } = targetOf(given);
  if (tracked.has(optimizer.step)) return;
  const step = optimizer.step as (...args: unknown[]) => unknown;
  const noting = (...args: unknown[]): unknown => {
    stepped.add(optimizer);
    return Reflect.apply(step, optimizer, args);
  };
  replaceStep(optimizer, noting as Optimizer["step"]);
}

/** Makes of a copy of an optimizer one that does nothing when it is stepped, and of whose order nobody complains. */
export function pretendStepped(optimizer: Optimizer): void {
  replaceStep(optimizer, (() => null) as Optimizer["step"]);
  stepped.add(optimizer);
}

function replaceStep(optimizer: Optimizer, step: Optimizer["step"]): void {
  optimizer.step = step;
  tracked.add(step);
}

/** At a scheduler's first step after the constructor's: was the optimizer stepped before? */
export function checkStepOrder(given: Optimizer): void {
  const { optimizer } = targetOf(given);
  if (!tracked.has(optimizer.step)) {
    warn(
      "Seems like `optimizer.step()` has been overridden after learning rate scheduler initialization. Please, make sure to call `optimizer.step()` before `lr_scheduler.step()`. See more details at https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate",
    );
  } else if (!stepped.has(optimizer)) {
    warn(
      "Detected call of `lr_scheduler.step()` before `optimizer.step()`. In PyTorch 1.1.0 and later, you should call them in the opposite order: `optimizer.step()` before `lr_scheduler.step()`.  Failure to do this will result in PyTorch skipping the first value of the learning rate schedule. See more details at https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate",
    );
  }
}
