import type { Kind } from "../autograd/observer.js";
import { pythonFixed, pythonRepr } from "../python/repr.js";

/** From when to when, in microseconds since the profiler began. */
export class Interval {
  constructor(
    readonly start: number,
    readonly end: number,
  ) {}

  elapsed_us(): number {
    return this.end - this.start;
  }
}

/** A time in PyTorch's words: `1.500us`, `2.000ms`, `3.000s`. */
export function formatTime(us: number): string {
  if (us >= 1e6) return `${pythonFixed(us / 1e6, 3)}s`;
  return us >= 1e3 ? `${pythonFixed(us / 1e3, 3)}ms` : `${pythonFixed(us, 3)}us`;
}

/** What single events and averages have in common: numbers of which more follow. */
abstract class Timed {
  abstract readonly count: number;
  abstract readonly cpu_time_total: number;
  abstract readonly self_cpu_time_total: number;

  /** The mean time of a call, with what it called, in microseconds. */
  get cpu_time(): number {
    return this.count === 0 ? 0 : this.cpu_time_total / this.count;
  }

  get cpu_time_str(): string {
    return formatTime(this.cpu_time);
  }

  get cpu_time_total_str(): string {
    return formatTime(this.cpu_time_total);
  }

  get self_cpu_time_total_str(): string {
    return formatTime(this.self_cpu_time_total);
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** One thing that ran: an operator, a step of a backward pass, or a part that the user named. */
export class FunctionEvent extends Timed {
  readonly count = 1;
  readonly thread = 1;
  readonly is_async = false;
  time_range: Interval;
  /** What ran inside it. */
  cpu_children: FunctionEvent[] = [];
  /** Inside what it ran. */
  cpu_parent: FunctionEvent | null = null;
  /** Memory taken for tensors inside it, in bytes. What the garbage collector gives back is not seen. */
  cpu_memory_usage = 0;
  /** Floating-point operations, with `with_flops` and for products. */
  flops = 0;
  /** The number of the operation in the graph that it recorded, or that ran backwards; -1 without one. */
  sequence_nr: number;
  /** The name; the steps of a schedule share one. */
  readonly name: string;

  /** @internal */
  constructor(
    readonly id: number,
    readonly kind: Kind,
    /** The name in a trace. */
    readonly trace_name: string,
    start: number,
    sequence_nr: number,
    /** The shape of each argument, `[]` for what is no tensor; with `record_shapes`. */
    readonly input_shapes: readonly unknown[],
    /** Where it was called, innermost first; with `with_stack`. */
    readonly stack: readonly string[],
  ) {
    super();
    this.name = trace_name.replace(/^ProfilerStep#\d+$/, "ProfilerStep*");
    this.time_range = new Interval(start, start);
    this.sequence_nr = sequence_nr;
  }

  /** What averages are taken over: the name. */
  get key(): string {
    return this.name;
  }

  get is_user_annotation(): boolean {
    return this.kind === "annotation";
  }

  /** How long it took, in microseconds. */
  get cpu_time_total(): number {
    return this.time_range.elapsed_us();
  }

  /** How long it took without what it called. */
  get self_cpu_time_total(): number {
    return this.cpu_children.reduce((rest, child) => rest - child.cpu_time_total, this.cpu_time_total);
  }

  get self_cpu_memory_usage(): number {
    return this.cpu_children.reduce((rest, child) => rest - child.cpu_memory_usage, this.cpu_memory_usage);
  }

  override toString(): string {
    const { start, end } = this.time_range;
    const children = pythonRepr(this.cpu_children.map(({ id }) => id));
    return `<FunctionEvent id=${this.id} name=${this.name} overload_name= device_type=DeviceType.CPU node_id=-1 cpu_time=${this.cpu_time_str} start_us=${start} end_us=${end} cpu_children=${children} None_time=0.000us name=${this.name} thread=${this.thread} input_shapes=${pythonRepr(this.input_shapes)} cpu_memory_usage=${this.cpu_memory_usage} None_memory_usage=0 is_async=False is_remote=False seq_nr=${this.sequence_nr} is_legacy=False>`;
  }
}

/** The sum of all events of one name. */
export class FunctionEventAvg extends Timed {
  count = 0;
  cpu_time_total = 0;
  self_cpu_time_total = 0;
  cpu_memory_usage = 0;
  self_cpu_memory_usage = 0;
  flops = 0;
  readonly is_async = false;
  readonly cpu_parent: FunctionEvent | null;

  /** @internal The first event gives what is not added up. */
  constructor(
    readonly key: string,
    first: FunctionEvent | FunctionEventAvg | undefined,
    readonly input_shapes: readonly unknown[] | "",
    readonly stack: readonly string[],
  ) {
    super();
    this.cpu_parent = first?.cpu_parent ?? null;
  }

  /** Adds an event, or another sum. */
  add(other: FunctionEvent | FunctionEventAvg): this {
    this.count += other.count;
    this.cpu_time_total += other.cpu_time_total;
    this.self_cpu_time_total += other.self_cpu_time_total;
    this.cpu_memory_usage += other.cpu_memory_usage;
    this.self_cpu_memory_usage += other.self_cpu_memory_usage;
    this.flops += other.flops;
    return this;
  }

  override toString(): string {
    const shapes = this.input_shapes === "" ? "" : pythonRepr(this.input_shapes);
    return `<FunctionEventAvg key=${this.key} self_cpu_time=${this.self_cpu_time_total_str} cpu_time=${this.cpu_time_str}  self_cuda_time=0.000us cuda_time=0.000us input_shapes=${shapes} cpu_memory_usage=${this.cpu_memory_usage} cuda_memory_usage=0>`;
  }
}
