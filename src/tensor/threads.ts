import { RuntimeError } from "../python/errors.js";
import { pythonTypeOf } from "../python/signature.js";
import { processors } from "./kernels/threads/platform.js";
import { numThreads, setNumThreads } from "./kernels/threads/pool.js";

function checkCount(name: string, count: unknown): number {
  if (typeof count !== "number" || !Number.isInteger(count)) {
    throw new RuntimeError(`${name} expects an int, but got ${pythonTypeOf(count)}`);
  }
  if (count <= 0) throw new RuntimeError(`${name} expects a positive integer`);
  return count;
}

/**
 * How many threads may work on one operation, this one included: as many as there are processors, unless
 * {@link set_num_threads} says otherwise. 1 where threads cannot share memory: in pages that are not cross-origin isolated.
 *
 * Threads are started when there has been enough work to pay for it, and take part in what is large enough. They never
 * change a result, nor keep a process from ending.
 */
export function get_num_threads(): number {
  return numThreads();
}

/**
 * Sets how many threads may work on one operation, this one included.
 *
 * @throws RuntimeError if it is not a positive integer
 */
export function set_num_threads(int: number): void {
  setNumThreads(checkCount("set_num_threads", int));
}

let interop = 0;
let interopSet = false;

/** How many operations may run at a time: a number that is kept for PyTorch's sake, since operations run in order here. */
export function get_num_interop_threads(): number {
  return interop || processors();
}

/**
 * Sets the number that {@link get_num_interop_threads} returns.
 *
 * @throws RuntimeError if it is not a positive integer, or at the second call
 */
export function set_num_interop_threads(int: number): void {
  const count = checkCount("set_num_interop_threads", int);
  if (interopSet) {
    throw new RuntimeError(
      "Error: cannot set number of interop threads after parallel work has started or set_num_interop_threads called",
    );
  }
  interopSet = true;
  interop = count;
}
