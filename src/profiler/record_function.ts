import { type Observer, observed, observer } from "../autograd/observer.js";

/** A part of the program under a name, from where it is made until it is disposed or exited. */
export class RecordFunction implements Disposable {
  private told: Observer | null = observer;

  /** @internal */
  constructor(readonly name: string) {
    this.told?.begin("annotation", name, [], -1);
  }

  /** Ends the part. */
  [Symbol.dispose](): void {
    // a profiler that has stopped meanwhile has ended it
    if (this.told !== null && this.told === observer) this.told.end();
    this.told = null;
  }
}

/**
 * Gives a part of the program a name that the profiler shows: `using _ = record_function("forward")` until the end of the
 * block, or while `body` runs. `args` is accepted as in PyTorch; tables do not show it.
 *
 * @example
 * const y = torch.profiler.record_function("forward", () => model(x));
 */
export function record_function(name: string, args?: string | null): RecordFunction;
export function record_function<R>(name: string, body: () => R): R;
export function record_function<R>(name: string, body?: string | null | (() => R)): R | RecordFunction {
  return typeof body === "function" ? observed("annotation", name, body) : new RecordFunction(name);
}
