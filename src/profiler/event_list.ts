import { AttributeError } from "../python/errors.js";
import { pythonRepr } from "../python/repr.js";
import { Signature } from "../python/signature.js";
import type { Arguments } from "../python/signature-types.js";
import { chromeTrace } from "./chrome_trace.js";
import { FunctionEvent, FunctionEventAvg } from "./events.js";
import { eventTable } from "./table.js";

/** An event or an average. */
export type AnyEvent = FunctionEvent | FunctionEventAvg;

/** What the list knows of the profiler. */
export interface ListOptions {
  readonly profile_memory: boolean;
  readonly with_flops: boolean;
}

const signatures = {
  table: new Signature(
    "table(str? sort_by=None, int? row_limit=100, int? max_src_column_width=75, int? max_name_column_width=55, int? max_shapes_column_width=80, str? header=None, bool top_level_events_only=False, str? time_unit=None)",
  ),
  key_averages: new Signature(
    "key_averages(bool group_by_input_shapes=False, int group_by_stack_n=0, bool group_by_overload_name=False)",
  ),
};

/** Events in the order in which they began, or averages of them. */
export class EventList<E extends AnyEvent> extends Array<E> {
  /** `map` and `filter` make plain arrays. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  /** @internal */
  static of_<E extends AnyEvent>(events: readonly E[], options: ListOptions): EventList<E> {
    const list = new EventList<E>();
    for (const event of events) list.push(event);
    Object.defineProperty(list, "options", { value: options });
    return list;
  }

  declare private readonly options: ListOptions;

  /** The time of all events together, in microseconds. */
  get self_cpu_time_total(): number {
    return this.reduce((sum, event) => sum + event.self_cpu_time_total, 0);
  }

  /**
   * PyTorch's table. `sort_by` is a column, largest first: `cpu_time`, `cpu_time_total`, `self_cpu_time_total`,
   * `cpu_memory_usage`, `self_cpu_memory_usage`, `count`; by default the order of the list. `row_limit` (100; -1 for
   * all), the greatest widths of columns (`null` for any), a `header`, `top_level_events_only`, and `time_unit` ("s",
   * "ms", "us"; by default the one that suits each).
   *
   * @throws AttributeError for an unknown column
   */
  table(...args: Arguments<typeof signatures.table.text>): string {
    const [sort_by, row_limit, source, name, shapes, header, top_level_events_only, time_unit] =
      signatures.table.bind(args);
    const widths = { name, shapes, source };
    return eventTable(this, { sort_by, row_limit, widths, header, top_level_events_only, time_unit, ...this.options });
  }

  /**
   * The sums over all events of one name; with `group_by_input_shapes` of one name and one list of shapes, with
   * `group_by_stack_n` of one name and the same innermost frames.
   */
  key_averages(...args: Arguments<typeof signatures.key_averages.text>): EventList<FunctionEventAvg> {
    const [byShapes, byStack] = signatures.key_averages.bind(args);
    const sums = new Map<string, FunctionEventAvg>();
    for (const event of this) {
      const stack = event.stack.slice(0, byStack);
      const shapes = byShapes ? event.input_shapes : "";
      const group = pythonRepr([event.key, shapes, stack]);
      let sum = sums.get(group);
      if (!sum) sums.set(group, (sum = new FunctionEventAvg(event.key, event, shapes, stack)));
      sum.add(event);
    }
    return EventList.of_([...sums.values()], this.options);
  }

  /** The sum over all events, of whatever name. */
  total_average(): FunctionEventAvg {
    const total = new FunctionEventAvg("Total", this[0], this[0]?.input_shapes ?? "", []);
    for (const event of this) total.add(event);
    return total;
  }

  /** The text of a Chrome trace: JSON for `chrome://tracing`, Perfetto and the like; `metadata` is put beside the events. */
  chromeTrace(metadata: ReadonlyMap<string, unknown> = new Map()): string {
    const events = this.filter((event) => event instanceof FunctionEvent);
    if (events.length < this.length) {
      throw new AttributeError(
        "'FunctionEventAvg' object has no attribute 'trace_name'",
        "A trace is made of prof.events(), not of averages.",
      );
    }
    return chromeTrace(events, metadata);
  }

  override toString(): string {
    return this.table();
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}
