/*
 * What a thread of the pool runs, and how the threads speak to each other: through a few numbers in shared memory.
 *
 * A job is one kernel with its arguments and a number of tasks. Its state is even while it is open and odd before and
 * after. Who takes part, the main thread among them, claims task after task. A thread first counts itself as entered and
 * then looks at the state again, so that once the main thread has closed the job and sees nobody within, all tasks are
 * done and nobody reads the arguments any more. Threads that wake late miss a job and hold nobody up.
 */

/** Where in the control memory each number lies: those that threads write often in cache lines of their own. */
export const STATE = 0;
export const ENTERED = 16;
export const NEXT = 32;
export const SLEEPING = 48;
export const TASKS = 64;
export const KERNEL = 65;
export const ARGUMENTS = 66;
export const RELAXED = 67;
/** How many threads of the pool may take part. */
export const HELPERS = 68;
/** Not 0 if a kernel failed in some thread. */
export const FAILED = 69;
/** Of a kernel that goes through arrays: how many elements a task has, and how many addresses come before their number. */
export const EACH = 70;
export const ADDRESSES = 71;

/** The byte of the control memory where the arguments begin, as doubles. */
export const ARGUMENTS_AT = 512;
/** The bytes of the control memory: room for 64 arguments. */
export const CONTROL_BYTES = 1024;

/** How many milliseconds a thread looks for the next job before it sleeps: to wake it takes 10 to 50 microseconds. */
const LOOK = 2;

/** What a thread is told when it starts. */
export interface Start {
  /** Which thread of the pool it is, from 0. */
  index: number;
  control: SharedArrayBuffer;
  memory: object;
  /** The modules without and, where there are any, with relaxed SIMD. */
  variants: readonly (readonly object[])[];
  /** The names of the kernels by number. */
  names: readonly string[];
  /** The address of the scratch memory that this thread packs into. */
  scratch: number;
}

/**
 * The arguments for task number `task` of a kernel that goes through arrays: those for all elements with the addresses moved
 * on, but for 0, which stands for no array, and the number of elements behind them cut to those of the task.
 */
export function partOf(args: readonly number[], addresses: number, each: number, task: number): number[] {
  const part: number[] = [];
  for (let i = 0; i < args.length; i++) {
    const move = i < addresses && args[i] !== 0 ? 4 * each * task : 0;
    part.push(i === addresses ? Math.min(each, args[i] - each * task) : args[i] + move);
  }
  return part;
}

/** The program of a thread as text, since the file that holds it has no address in a bundle. */
export const program = `"use strict";
const partOf = ${partOf};
function work({ index, control, memory, variants, names, scratch }) {
  const c = new Int32Array(control);
  const values = new Float64Array(control, ${ARGUMENTS_AT});
  const kernels = variants.map((modules) =>
    Object.assign({}, ...modules.map((m) => new WebAssembly.Instance(m, { env: { memory } }).exports)));
  let last = -1;
  for (;;) {
    let state = Atomics.load(c, ${STATE});
    const end = performance.now() + ${LOOK};
    for (let n = 1; state === last || state & 1; n++) {
      if (n % 256 === 0 && performance.now() > end) {
        Atomics.add(c, ${SLEEPING}, 1);
        Atomics.wait(c, ${STATE}, state);
        Atomics.sub(c, ${SLEEPING}, 1);
      }
      state = Atomics.load(c, ${STATE});
    }
    last = state;
    Atomics.add(c, ${ENTERED}, 1);
    try {
      if (Atomics.load(c, ${STATE}) === state && index < c[${HELPERS}]) {
        const kernel = kernels[c[${RELAXED}]][names[c[${KERNEL}]]];
        const given = Array.from(values.subarray(0, c[${ARGUMENTS}]));
        const tasks = c[${TASKS}], addresses = c[${ADDRESSES}], each = c[${EACH}];
        for (let t; (t = Atomics.add(c, ${NEXT}, 1)) < tasks; ) {
          if (each > 0) kernel(...partOf(given, addresses, each, t));
          else kernel(...given, scratch, t);
        }
      }
    } catch {
      Atomics.store(c, ${FAILED}, 1);
    }
    if (Atomics.sub(c, ${ENTERED}, 1) === 1) Atomics.notify(c, ${ENTERED});
  }
}
if (typeof require === "function") work(require("node:worker_threads").workerData);
else onmessage = ({ data }) => work(data);
`;
