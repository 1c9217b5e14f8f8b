import { program, type Start } from "./program.js";

/* Threads, where the platform knows such: those of Node and those of browsers. */

/** The part of `node:worker_threads` that is used. */
interface WorkerThreads {
  Worker: new (
    code: string,
    options: { eval: true; workerData: Start; execArgv: []; name: string },
  ) => { unref(): void; on(event: "error", listener: () => void): void };
}

/** The part of a browser that is used. */
interface Browser {
  crossOriginIsolated?: boolean;
  navigator?: { hardwareConcurrency?: number };
  Worker?: new (url: string) => { postMessage(message: Start): void };
  Blob?: new (parts: string[], options: { type: string }) => object;
  URL?: { createObjectURL(blob: object): string };
}

declare const process: { getBuiltinModule?(name: string): unknown } | undefined;

const browser = globalThis as unknown as Browser;
const builtin = (name: string): unknown =>
  typeof process === "undefined" ? undefined : process.getBuiltinModule?.(name);

/** How many threads can run at a time. */
export function processors(): number {
  const os = builtin("node:os") as { availableParallelism(): number } | undefined;
  return os?.availableParallelism() ?? browser.navigator?.hardwareConcurrency ?? 1;
}

/** Can there be threads that share memory? In browsers only in pages that are isolated from those of other origins. */
export function hasThreads(): boolean {
  if (typeof SharedArrayBuffer === "undefined") return false;
  return builtin("node:worker_threads") !== undefined || (browser.crossOriginIsolated === true && !!browser.Worker);
}

/** Starts a thread. It takes some 50 ms until it is there, and it never keeps a process from ending. */
export function startThread(start: Start): void {
  const node = builtin("node:worker_threads") as WorkerThreads | undefined;
  if (node) {
    const worker = new node.Worker(program, { eval: true, workerData: start, execArgv: [], name: "rushlight" });
    // the main thread does all the work if no other does
    worker.on("error", () => {});
    worker.unref();
    return;
  }
  const url = browser.URL!.createObjectURL(new browser.Blob!([program], { type: "text/javascript" }));
  new browser.Worker!(url).postMessage(start);
}
