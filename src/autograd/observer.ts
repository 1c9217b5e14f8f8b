/** What an {@link Observer} is told of. */
export type Kind = "operator" | "backward" | "annotation";

/** Who is told what runs: the profiler, while it records. What begins later ends sooner. */
export interface Observer {
  /** Something begins; of an operator also its arguments, of a step of a backward pass the number of its operation. */
  begin(kind: Kind, name: string, args: readonly unknown[], sequence_nr: number): void;
  /** What began last has ended; an operator with its result. */
  end(result?: unknown): void;
  /** Memory for a tensor was taken. */
  allocated(bytes: number): void;
}

/** @internal The one observer; `null` costs who might tell it no more than this comparison. */
export let observer: Observer | null = null;

/** @internal Sets the observer. */
export function observe(by: Observer | null): void {
  observer = by;
}

const nothing: readonly unknown[] = [];

/** @internal Runs something between begin and end, if there is an observer. */
export function observed<R>(kind: Kind, name: string, run: () => R, args = nothing, sequence_nr = -1): R {
  if (observer === null) return run();
  const told = observer;
  told.begin(kind, name, args, sequence_nr);
  let result: R | undefined;
  try {
    result = run();
    return result;
  } finally {
    told.end(result);
  }
}

/** @internal Runs one operation of a backward pass under the names that PyTorch's profiler shows. */
export function observedBackward<R>(node: { name(): string; readonly sequence_nr: number }, run: () => R): R {
  const name = node.name().replace(/^AccumulateGrad$/, "torch::autograd::AccumulateGrad");
  const whole = `autograd::engine::evaluate_function: ${name}`;
  const part = () => observed("backward", name, run, nothing, node.sequence_nr);
  return observed("backward", whole, part, nothing, node.sequence_nr);
}
