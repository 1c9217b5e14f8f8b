/** A value of a Python enumeration. */
export abstract class Enumerated {
  constructor(
    readonly name: string,
    readonly value: number,
  ) {}

  toString(): string {
    return `${this.constructor.name}.${this.name}`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `<${this}: ${this.value}>`;
  }
}

/** What can be observed. There is the CPU alone; the other names are known, and said to be absent. */
export class ProfilerActivity extends Enumerated {
  static readonly CPU = new ProfilerActivity("CPU", 0);
  static readonly XPU = new ProfilerActivity("XPU", 1);
  static readonly CUDA = new ProfilerActivity("CUDA", 2);
}

/** What a profiler does in a step. */
export class ProfilerAction extends Enumerated {
  static readonly NONE = new ProfilerAction("NONE", 0);
  static readonly WARMUP = new ProfilerAction("WARMUP", 1);
  static readonly RECORD = new ProfilerAction("RECORD", 2);
  static readonly RECORD_AND_SAVE = new ProfilerAction("RECORD_AND_SAVE", 3);

  /** Are events kept in this step? */
  get records(): boolean {
    return this.value >= 2;
  }
}

/** What {@link profile} can observe here: the CPU. */
export function supported_activities(): Set<ProfilerActivity> {
  return new Set([ProfilerActivity.CPU]);
}
