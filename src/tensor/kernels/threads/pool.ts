import { copiesBase } from "../residents.js";
import type { Kernels } from "../wasm/exports.js";
import { isRelaxed, kernels, parts, SCRATCH_BYTES, share, take } from "../wasm/instance.js";
import { hasThreads, processors, startThread } from "./platform.js";
import * as at from "./program.js";

/*
 * The pool of threads that run WebAssembly kernels over one memory. A thread more is started when there is much work and
 * more are allowed; it then stays. The main thread takes part in every job and never waits for one that is not there, so
 * that a busy machine costs no more than the share of work that is under way elsewhere.
 */

/** Kernels that take, behind their other arguments, the address of scratch memory and the number of a task. */
export type Task = Extract<keyof Kernels, `${string}Task`>;

/** Multiply-adds below which a product is not worth a job: some 30 microseconds. */
const LEAST = 600_000;
/** Multiply-adds after which threads are started: what takes as long as their start. */
const PATIENCE = 1_000_000_000;
/** How often the main thread looks whether all are done before it gives its processor away. */
const LOOKS = 2000;

let wanted = 0;
let waited = 0;
let started = 0;
let unable = false;
let state = -1;
let control: Int32Array | null = null;
let values: Float64Array<ArrayBufferLike> = new Float64Array(0);
const numbers = new Map<string, number>();

/** How many threads may work on one kernel, the main one included: by default as many as there are processors. */
export function numThreads(): number {
  if (wanted === 0) wanted = hasThreads() ? processors() : 1;
  return wanted;
}

/** Sets how many threads may work on one kernel, the main one included. */
export function setNumThreads(count: number): void {
  wanted = count;
  unable = false;
  if (control) control[at.HELPERS] = count - 1;
}

/**
 * Shall threads share `work` multiply-adds? To be asked before anything is copied into the memory of the kernels, since
 * the first yes moves that memory. Until some work has been seen the answer is no.
 */
export function worthThreads(work: number): boolean {
  if (work < LEAST || unable || numThreads() === 1) return false;
  if (started < wanted - 1) {
    waited += work;
    if (waited < PATIENCE && started === 0) return false;
    startThreads();
  }
  return started > 0;
}

/** Starts the threads that are missing, at once. */
export function startThreads(): void {
  if (!hasThreads() || kernels() === null || !share()) {
    unable = true;
    return;
  }
  const { variants, memory } = parts();
  const names = Object.keys(kernels()!);
  if (!control) {
    const bytes = new SharedArrayBuffer(at.CONTROL_BYTES);
    control = new Int32Array(bytes);
    values = new Float64Array(bytes, at.ARGUMENTS_AT);
    names.forEach((name, number) => void numbers.set(name, number));
    control[at.STATE] = state;
    control[at.HELPERS] = wanted - 1;
  }
  for (; started < wanted - 1; started++) {
    const scratch = take(SCRATCH_BYTES, copiesBase());
    if (scratch === 0) break;
    startThread({ index: started, control: control.buffer as SharedArrayBuffer, memory, variants, names, scratch });
  }
}

type Run = (...args: number[]) => void;

/** Runs tasks 0 to `tasks` of a kernel; the other threads help if `threads` says so. */
export function runTasks(kernel: Task, args: readonly number[], tasks: number, threads: boolean): void {
  const run = kernels()![kernel] as Run;
  if (threads && control) claimAll(kernel, args, tasks, 0, 0, (task) => run(...args, 0, task));
  else for (let task = 0; task < tasks; task++) run(...args, 0, task);
}

/** Elements of a task of a kernel that goes through arrays: some 10 microseconds. */
const EACH = 16384;

/** Calls a kernel that goes through `n` elements of arrays: their addresses (0: none) are its first arguments, then comes `n`. */
export type Through = (fast: Kernels, addresses: readonly number[], n: number) => void;

/** Runs a kernel that goes through arrays; the other threads help if `threads` says so. */
export function runThrough(call: Through, addresses: readonly number[], n: number, threads: boolean): void {
  if (threads && control) shareThrough(call, addresses, n);
  else call(kernels()!, addresses, n);
}

function shareThrough(call: Through, addresses: readonly number[], n: number): void {
  const fast = kernels()!;
  let kernel = "";
  let args: readonly number[] = [];
  // what the other threads are told is what is called here
  const told = new Proxy(fast, {
    get:
      (_, name) =>
      (...given: number[]) =>
        void ([kernel, args] = [String(name), given]),
  });
  call(told, addresses, n);
  const count = addresses.length;
  const run = fast[kernel as keyof Kernels] as Run;
  claimAll(kernel, args, Math.ceil(n / EACH), EACH, count, (task) => run(...at.partOf(args, count, EACH, task)));
}

/** Has all threads claim tasks until there are none left; `run` runs one here. */
function claimAll(
  kernel: string,
  args: readonly number[],
  tasks: number,
  each: number,
  addresses: number,
  run: (task: number) => void,
): void {
  const c = control!;
  values.set(args);
  c[at.ARGUMENTS] = args.length;
  c[at.KERNEL] = numbers.get(kernel)!;
  c[at.RELAXED] = isRelaxed() ? 1 : 0;
  c[at.TASKS] = tasks;
  c[at.EACH] = each;
  c[at.ADDRESSES] = addresses;
  c[at.NEXT] = 0;
  Atomics.store(c, at.STATE, ++state);
  if (Atomics.load(c, at.SLEEPING) > 0) Atomics.notify(c, at.STATE);
  try {
    for (let task = 0; (task = Atomics.add(c, at.NEXT, 1)) < tasks; ) run(task);
  } finally {
    Atomics.store(c, at.STATE, ++state);
    for (let n = 1, within = 0; (within = Atomics.load(c, at.ENTERED)) > 0; n++) {
      if (n % LOOKS === 0) pause(c, within);
    }
  }
  if (Atomics.exchange(c, at.FAILED, 0) !== 0) throw new Error(`${kernel} failed in a thread`);
}

/** Waits a while for others to finish, where the platform lets the main thread wait. */
function pause(c: Int32Array, within: number): void {
  try {
    Atomics.wait(c, at.ENTERED, within, 1);
  } catch {
    // a browser does not: go on looking
  }
}
