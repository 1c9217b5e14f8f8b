import type { Kind, Observer } from "../autograd/observer.js";
import { Tensor } from "../tensor/index.js";
import { FunctionEvent, Interval } from "./events.js";
import { flopsOf } from "./flops.js";
import { stackOfCaller } from "./stack.js";

/** What to note beside names and times. */
export interface Notes {
  readonly record_shapes: boolean;
  readonly profile_memory: boolean;
  readonly with_stack: boolean;
  readonly with_flops: boolean;
}

declare const performance: { now(): number };

/** Microseconds. */
const now = (): number => performance.now() * 1000;

/** Keeps what it is told as events, in the order in which they began. */
export class Recorder implements Observer {
  readonly events: FunctionEvent[] = [];
  private readonly began = now();
  private readonly open: { readonly event: FunctionEvent; readonly args: readonly unknown[] }[] = [];

  constructor(private readonly notes: Notes) {}

  begin(kind: Kind, name: string, args: readonly unknown[], sequence_nr: number): void {
    const { record_shapes, with_stack } = this.notes;
    const shapes = record_shapes ? args.map(shapeOf) : [];
    const stack = with_stack ? stackOfCaller() : [];
    const id = this.events.length + 1;
    const event = new FunctionEvent(id, kind, name, now() - this.began, sequence_nr, shapes, stack);
    event.cpu_parent = this.open.at(-1)?.event ?? null;
    event.cpu_parent?.cpu_children.push(event);
    this.events.push(event);
    this.open.push({ event, args });
  }

  end(result?: unknown): void {
    const ended = now() - this.began;
    const last = this.open.pop();
    // it began before the recorder did
    if (!last) return;
    const { event, args } = last;
    event.time_range = new Interval(event.time_range.start, ended);
    if (event.cpu_parent) event.cpu_parent.cpu_memory_usage += event.cpu_memory_usage;
    if (event.kind !== "operator") return;
    if (result instanceof Tensor && result.requires_grad) event.sequence_nr = result.grad_fn?.sequence_nr ?? -1;
    if (this.notes.with_flops && event.cpu_children.every(({ flops }) => flops === 0)) {
      event.flops = flopsOf(event.name, args, result);
    }
  }

  allocated(bytes: number): void {
    const last = this.open.at(-1);
    if (last && this.notes.profile_memory) last.event.cpu_memory_usage += bytes;
  }

  /** Ends what is still open, innermost first. */
  close(): void {
    while (this.open.length > 0) this.end();
  }
}

/** The shape of a tensor, the shapes of a list of them, `[]` for anything else. */
function shapeOf(arg: unknown): readonly unknown[] {
  if (arg instanceof Tensor) return arg.shape;
  return Array.isArray(arg) && arg[0] instanceof Tensor ? arg.map(shapeOf) : [];
}
