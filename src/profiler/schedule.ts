import { AssertionError } from "../python/errors.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { warn } from "../python/warnings.js";
import { ProfilerAction } from "./enumerated.js";

/** What to do in each step, counted from 0. */
export type ScheduleFunction = (step: number) => ProfilerAction;

const signature = new Signature(
  "schedule(*, int wait, int warmup, int active, int repeat=0, int skip_first=0, int skip_first_wait=0)",
);

/**
 * A schedule for {@link profile}: skips `skip_first` steps, then in cycles waits for `wait` steps, warms up for `warmup`
 * (events are not kept) and records `active`, `repeat` times or (0) to the end. With `skip_first_wait` other than 0 the
 * first cycle does not wait.
 *
 * @throws AssertionError for negative numbers, or without an active step
 * @example
 * const prof = torch.profiler.profile({ schedule: torch.profiler.schedule({ wait: 1, warmup: 1, active: 2 }) });
 */
export function schedule(...args: Arguments<typeof signature.text>): ScheduleFunction {
  const [wait, warmup, active, repeat, skip_first, skip_first_wait] = signature.bind(args);
  if (wait < 0 || warmup < 0 || active <= 0 || repeat < 0 || skip_first < 0) {
    throw new AssertionError(
      `Invalid profiler schedule arguments. Got wait=${wait} (need >= 0), warmup=${warmup} (need >= 0), active=${active} (need > 0), repeat=${repeat} (need >= 0), skip_first=${skip_first} (need >= 0).`,
    );
  }
  if (warmup === 0) warn("Profiler won't be using warmup, this can skew profiler results");
  const cycle = wait + warmup + active;
  return (step) => {
    if (step < 0) throw new AssertionError(`Step must be non-negative. Got ${step}.`);
    if (step < skip_first) return ProfilerAction.NONE;
    const since = step - skip_first + (skip_first_wait === 0 ? 0 : wait);
    if (repeat > 0 && since >= repeat * cycle) return ProfilerAction.NONE;
    const at = since % cycle;
    if (at < wait) return ProfilerAction.NONE;
    if (at < wait + warmup) return ProfilerAction.WARMUP;
    return at < cycle - 1 ? ProfilerAction.RECORD : ProfilerAction.RECORD_AND_SAVE;
  };
}
