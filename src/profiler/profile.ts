import { observe, observer } from "../autograd/observer.js";
import { writeFile } from "../io/files.js";
import { AssertionError, NotImplementedError, RuntimeError, ValueError } from "../python/errors.js";
import { pythonRepr } from "../python/repr.js";
import { registerType, Signature } from "../python/signature.js";
import type { Arguments, Named } from "../python/signature-types.js";
import { warn, warnOnce } from "../python/warnings.js";
import { ProfilerAction, ProfilerActivity } from "./enumerated.js";
import { EventList } from "./event_list.js";
import type { FunctionEvent, FunctionEventAvg } from "./events.js";
import { type RecordFunction, record_function } from "./record_function.js";
import { Recorder } from "./recorder.js";
import type { ScheduleFunction } from "./schedule.js";

/** A global in Node and browsers alike. */
declare class TextEncoder {
  encode(text: string): Uint8Array;
}

declare module "../python/signature-types.js" {
  interface Vocabulary {
    ProfilerActivity: ProfilerActivity;
    ProfilerSchedule: ScheduleFunction;
    TraceHandler: (prof: Profile) => void;
  }
}
const isFunction = (value: unknown): boolean => typeof value === "function";
registerType("ProfilerActivity", (value) => value instanceof ProfilerActivity);
registerType("ProfilerSchedule", isFunction);
registerType("TraceHandler", isFunction);

const text =
  "profile(*, ProfilerActivity[]? activities=None, ProfilerSchedule? schedule=None, TraceHandler? on_trace_ready=None, bool record_shapes=False, bool profile_memory=False, bool with_stack=False, bool with_flops=False, bool with_modules=False, any experimental_config=None, any execution_trace_observer=None, bool acc_events=False, bool? use_cuda=None, Callable? custom_trace_id_callback=None, float? post_processing_timeout_s=None)";
const signature = new Signature(text);
const averages = new Signature(
  "key_averages(bool group_by_input_shape=False, int group_by_stack_n=0, bool group_by_overload_name=False)",
);

/** What may be given to {@link profile} by name. */
export type ProfileOptions = Partial<Named<typeof text>>;
type Options = Named<typeof text>;

/** @throws AssertionError unless the CPU is to be observed */
function checkActivities({ activities, use_cuda }: Options): void {
  if (activities === null && use_cuda === null) return;
  const chosen = new Set([activities ?? ProfilerActivity.CPU].flat());
  if (use_cuda !== null) warn("`use_cuda` is deprecated, use `activities` argument instead", "FutureWarning");
  if (use_cuda) chosen.add(ProfilerActivity.CUDA);
  if (chosen.size === 0) throw new AssertionError("No valid profiler activities found");
  for (const { name } of chosen) {
    if (name !== "CPU") warn(`${name} is not available, disabling ${name} profiling`);
  }
  if (!chosen.has(ProfilerActivity.CPU)) throw new AssertionError("No activities specified for the profiler");
}

/** A profiler: it records from when it is made, and ends with the block of `using`. See {@link profile}. */
export class Profile implements Disposable {
  /** How often {@link step} was called. */
  step_num = 0;
  private readonly options: Options;
  private readonly schedule: ScheduleFunction;
  private action: ProfilerAction;
  private running = false;
  private recorder: Recorder | null = null;
  private recorded: readonly FunctionEvent[] | null = null;
  private cycles = 0;
  private stepScope: RecordFunction | null = null;
  private readonly metadata = new Map<string, unknown>();
  private traceId: unknown = "";

  /** @internal */
  constructor(...args: Arguments<typeof text>) {
    const options = signature.bindNamed(args);
    if (options.experimental_config !== null || options.execution_trace_observer !== null) {
      throw new NotImplementedError(
        "experimental_config and execution_trace_observer are not supported",
        "They configure the libraries that PyTorch's profiler is built on.",
      );
    }
    checkActivities(options);
    this.options = options;
    this.schedule = options.schedule ?? (() => ProfilerAction.RECORD);
    this.action = this.schedule(0);
    this.start();
  }

  /** Begins to record, from nothing: what was recorded before is forgotten. */
  start(): void {
    if (this.running) this.drop();
    this.running = true;
    this.recorded = null;
    this.cycles = 0;
    this.transit(ProfilerAction.NONE, this.action);
    this.beginStep();
  }

  /** Ends the recording. */
  stop(): void {
    this.endStep();
    if (this.running) this.transit(this.action, null);
    this.running = false;
  }

  /** Tells the profiler that the next step of its schedule begins. */
  step(): void {
    this.endStep();
    const before = this.action;
    this.step_num++;
    this.action = this.schedule(this.step_num);
    if (!this.running) return;
    this.transit(before, this.action);
    this.beginStep();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  /**
   * What was recorded, in the order in which it began.
   *
   * @throws AssertionError if nothing was
   */
  events(): EventList<FunctionEvent> {
    const events = this.recorder?.events ?? this.recorded;
    if (!events) throw new AssertionError("Profiler must be initialized before accessing events");
    return EventList.of_(events, this.options);
  }

  /** The sums by name, see {@link EventList.key_averages}. */
  key_averages(...args: Arguments<typeof averages.text>): EventList<FunctionEventAvg> {
    const [byShape, byStack, byOverload] = averages.bind(args);
    if (!this.recorder && !this.recorded) {
      throw new AssertionError("Profiler must be initialized before getting key averages");
    }
    return this.events().key_averages(byShape, byStack, byOverload);
  }

  /** Writes a Chrome trace to a file; in a browser `prof.events().chromeTrace()` gives its text. */
  export_chrome_trace(path: string): void {
    if (!this.recorder && !this.recorded) {
      throw new AssertionError("Profiler must be initialized before exporting chrome trace");
    }
    if (path.endsWith(".gz")) {
      throw new NotImplementedError("compressed traces are not written", "Give a path that ends in .json.");
    }
    this.write(path, this.events().chromeTrace(this.metadata));
  }

  /** Writes the stacks for a flame graph, a line a stack and its self time; needs `with_stack`. */
  export_stacks(path: string, metric = "self_cpu_time_total"): void {
    const metrics = ["cpu", "cuda", "xpu", "privateuse1"].map((device) => `self_${device}_time_total`);
    if (!metrics.includes(metric)) throw new ValueError(`metric should be one of: ${pythonRepr(metrics)}`);
    const lines = this.events().flatMap(({ stack, self_cpu_time_total }) => {
      const time = metric === metrics[0] ? Math.trunc(self_cpu_time_total) : 0;
      if (stack.length === 0 || time <= 0) return [];
      const frames = stack.map((frame) => frame.replace(/[ ;\t\n]/g, "_"));
      return `${frames.reverse().join(";")} ${time}\n`;
    });
    this.write(path, lines.join(""));
  }

  /** Adds a text to the trace. */
  add_metadata(key: string, value: string): void {
    this.metadata.set(key, value);
  }

  /** Adds a value, given as JSON, to the trace. */
  add_metadata_json(key: string, value: string): void {
    this.metadata.set(key, JSON.parse(value));
  }

  /** The identity of the trace, from `custom_trace_id_callback`. */
  get_trace_id(): unknown {
    return this.traceId;
  }

  private write(path: string, content: string): void {
    writeFile(path, new TextEncoder().encode(content), "prof.events().chromeTrace() returns the text of the trace.");
  }

  private beginStep(): void {
    if (this.options.schedule !== null && this.running)
      this.stepScope = record_function(`ProfilerStep#${this.step_num}`);
  }

  private endStep(): void {
    this.stepScope?.[Symbol.dispose]();
    this.stepScope = null;
  }

  /** From what was done in a step to what is to be done in the next; `null` ends it all. */
  private transit(before: ProfilerAction, after: ProfilerAction | null): void {
    const goesOn = after?.records ?? false;
    if (before === ProfilerAction.RECORD_AND_SAVE || (before.records && after === null)) {
      this.endTrace();
      this.options.on_trace_ready?.(this);
      if (goesOn) this.beginTrace();
    } else if (before === ProfilerAction.RECORD) {
      if (goesOn) return;
      warn(`Incorrect schedule: RECORD followed by ${after?.name}`);
      this.endTrace();
    } else if (goesOn) this.beginTrace();
    else if (before === ProfilerAction.WARMUP && after !== ProfilerAction.WARMUP) {
      if (after !== null) warn("Incorrect schedule: WARMUP followed by NONE");
      this.beginTrace();
      this.endTrace();
    }
  }

  private beginTrace(): void {
    if (observer !== null) {
      throw new RuntimeError(
        "Profiler is already enabled on this thread",
        "Another profiler records; stop() it, or let its block end, before this one begins.",
      );
    }
    const { custom_trace_id_callback } = this.options;
    if (custom_trace_id_callback) this.traceId = custom_trace_id_callback();
    this.recorder = new Recorder(this.options);
    observe(this.recorder);
  }

  private endTrace(): void {
    const { recorder } = this;
    if (!recorder) return;
    this.drop();
    const { acc_events } = this.options;
    if (++this.cycles > 1 && !acc_events) {
      warnOnce(
        "Warning: Profiler clears events at the end of each cycle. Only events from the current cycle will be reported. To keep events across cycles, set acc_events=True.",
      );
    }
    this.recorded = acc_events && this.recorded ? [...this.recorded, ...recorder.events] : recorder.events;
  }

  /** Stops listening. */
  private drop(): void {
    if (!this.recorder) return;
    this.recorder.close();
    observe(null);
    this.recorder = null;
  }
}

/** A body that takes its time. */
type Later = PromiseLike<unknown>;

/**
 * Records what runs: each operator, each step of the backward pass, what {@link record_function} names, with times, and
 * on demand with shapes and memory. `profile(body, options)` runs the body, which is given the profiler, and returns the
 * profiler; `using prof = profile(options)` records until its block ends.
 *
 * Options, by name: `activities` (the CPU), `schedule` and `on_trace_ready` (see `torch.profiler.schedule`),
 * `record_shapes`, `profile_memory` (bytes taken for tensors; what the garbage collector gives back is not seen),
 * `with_stack`, `with_flops` (of matrix products, convolutions, sums and products), `acc_events` (keep the events of all
 * cycles); `with_modules` has no effect, as in PyTorch without TorchScript, nor has `post_processing_timeout_s`.
 *
 * @throws RuntimeError while another profiler records
 * @throws NotImplementedError for `experimental_config` and `execution_trace_observer`
 * @example
 * const prof = torch.profiler.profile(() => model(x).sum().backward(), { record_shapes: true });
 * console.log(prof.key_averages().table({ sort_by: "self_cpu_time_total", row_limit: 10 }));
 * prof.export_chrome_trace("trace.json");
 */
export function profile(options?: ProfileOptions): Profile;
export function profile(body: (prof: Profile) => Later, options?: ProfileOptions): Promise<Profile>;
export function profile(body: (prof: Profile) => unknown, options?: ProfileOptions): Profile;
export function profile(...args: unknown[]): Profile | Promise<Profile> {
  const [body] = args;
  if (typeof body !== "function") return new Profile(...(args as Arguments<typeof text>));
  const prof = new Profile(...(args.slice(1) as Arguments<typeof text>));
  let result: unknown;
  try {
    result = body(prof);
  } catch (error) {
    prof.stop();
    throw error;
  }
  if (!isLater(result)) {
    prof.stop();
    return prof;
  }
  return Promise.resolve(result).then(
    () => {
      prof.stop();
      return prof;
    },
    (error: unknown) => {
      prof.stop();
      throw error;
    },
  );
}

const isLater = (value: unknown): value is Later =>
  typeof value === "object" && value !== null && typeof (value as Later).then === "function";
