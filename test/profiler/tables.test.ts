import { describe, expect, it } from "vitest";
import { EventList } from "../../src/profiler/event_list.js";
import { FunctionEvent, Interval } from "../../src/profiler/events.js";
import { type ProfilerAction, schedule } from "../../src/profiler/index.js";
import { AttributeError } from "../../src/python/errors.js";
import recorded from "../fixtures/profiler_tables.json" with { type: "json" };

/* The tables of invented events, letter for letter as PyTorch prints them. */

type Recorded = (typeof recorded.tables)[number];

function eventsOf({ events, options }: Recorded): EventList<FunctionEvent> {
  const parents: FunctionEvent[] = [];
  const made = events.map((e, i) => {
    const shapes = options.record_shapes ? e.shapes : [];
    const stack = options.with_stack ? e.stack : [];
    const event = new FunctionEvent(i + 1, "operator", e.name, e.start, -1, shapes, stack);
    event.time_range = new Interval(e.start, e.end);
    event.cpu_memory_usage = e.bytes;
    event.flops = options.with_flops ? e.flops : 0;
    parents.length = e.depth;
    event.cpu_parent = parents.at(-1) ?? null;
    event.cpu_parent?.cpu_children.push(event);
    parents.push(event);
    return event;
  });
  return EventList.of_(made, options);
}

describe.each(recorded.tables)("the tables of %#", (table) => {
  const events = eventsOf(table);
  const averages = events.key_averages(table.grouped);

  it("are PyTorch's", () => {
    for (const { call, text } of table.tables) {
      expect(averages.table(call as Parameters<typeof averages.table>[0]), JSON.stringify(call)).toBe(text);
    }
    expect(events.table({ row_limit: 4 })).toBe(table.plain);
  });

  it("sum what PyTorch sums", () => {
    expect(averages.map(String)).toEqual(table.averages);
    expect(String(events.total_average())).toBe(table.total);
  });

  it("name the columns there are", () => {
    expect(() => averages.table("speed")).toThrow(AttributeError);
    expect(() => averages.table("speed")).toThrow("'FunctionEventAvg' object has no attribute 'speed'");
    expect(() => events.table("speed")).toThrow("'FunctionEvent' object has no attribute 'speed'");
  });
});

describe("a schedule", () => {
  it.each(recorded.schedules)("does what PyTorch's does: $call", ({ call, actions }) => {
    const plan = schedule(call as unknown as Parameters<typeof schedule>[0]);
    const names = actions.map((_, step): ProfilerAction => plan(step)).map(({ name }) => name);
    expect(names).toEqual(actions);
  });

  it("checks its numbers", () => {
    const text =
      "Invalid profiler schedule arguments. Got wait=-1 (need >= 0), warmup=1 (need >= 0), active=1 (need > 0), repeat=0 (need >= 0), skip_first=0 (need >= 0).";
    expect(() => schedule({ wait: -1, warmup: 1, active: 1 })).toThrow(text);
    expect(() => schedule({ wait: 0, warmup: 1, active: 1 })(-1)).toThrow("Step must be non-negative. Got -1.");
  });
});
