import type { Kind } from "../autograd/observer.js";
import type { FunctionEvent } from "./events.js";

const categories: Readonly<Record<Kind, string>> = {
  operator: "cpu_op",
  backward: "cpu_op",
  annotation: "user_annotation",
};

/** JavaScript runs one thread. */
const place = { pid: 1, tid: 1 } as const;

/**
 * The events in the Trace Event Format, which `chrome://tracing` and Perfetto read: a complete event ("X") for each, and
 * arrows ("s", "f") from each operator to the step of the backward pass that differentiates it.
 */
export function chromeTrace(events: readonly FunctionEvent[], metadata: ReadonlyMap<string, unknown>): string {
  const named = (name: string, args: object) => ({ ph: "M", name, ts: 0, ...place, args });
  const traceEvents: object[] = [
    named("process_name", { name: "rushlight" }),
    named("process_labels", { labels: "CPU" }),
    named("thread_name", { name: "thread 1" }),
    ...events.map(complete),
    ...arrows(events),
  ];
  const about = { schemaVersion: 1, deviceProperties: [], displayTimeUnit: "ms" };
  return JSON.stringify({ ...about, ...Object.fromEntries(metadata), traceEvents });
}

function complete(event: FunctionEvent, i: number): object {
  const args: Record<string, unknown> = { "External id": event.id, "Ev Idx": i };
  if (event.sequence_nr >= 0) args["Sequence number"] = event.sequence_nr;
  if (event.input_shapes.length > 0) args["Input Dims"] = event.input_shapes;
  if (event.cpu_memory_usage !== 0) args.Bytes = event.cpu_memory_usage;
  if (event.flops > 0) args.flops = event.flops;
  if (event.stack.length > 0) args["Call stack"] = event.stack.join(";");
  const [ts, dur] = [event.time_range.start, event.cpu_time_total];
  return { ph: "X", cat: categories[event.kind], name: event.trace_name, ...place, ts, dur, args };
}

function arrows(events: readonly FunctionEvent[]): object[] {
  const forward = new Map<number, FunctionEvent>();
  // of nested operators the innermost has recorded the operation
  for (const event of events) if (event.kind === "operator") forward.set(event.sequence_nr, event);
  const done = new Set<number>();
  return events.flatMap((event) => {
    const from = forward.get(event.sequence_nr);
    if (event.kind !== "backward" || event.sequence_nr < 0 || !from || done.has(event.sequence_nr)) return [];
    done.add(event.sequence_nr);
    const arrow = { id: event.sequence_nr, cat: "fwdbwd", name: "fwdbwd", ...place };
    return [
      { ph: "s", ...arrow, ts: from.time_range.start },
      { ph: "f", bp: "e", ...arrow, ts: event.time_range.start },
    ];
  });
}
