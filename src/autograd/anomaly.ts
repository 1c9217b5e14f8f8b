import { RuntimeError } from "../python/errors.js";
import { warn } from "../python/warnings.js";
import { type ModeScope, scoped } from "./grad_mode.js";
import { type Node, recording } from "./node.js";

/*
 * Anomaly mode: each operation notes where in the program it was recorded, and a backward pass that fails, or makes a
 * NaN, says which line of the forward pass is behind it.
 */

let checksNaN = true;
/** The operation whose derivative is being computed; operations recorded meanwhile are its children. */
let running: Node<unknown> | null = null;

/** Is anomaly mode on? */
export function is_anomaly_enabled(): boolean {
  return recording.observer !== null;
}

/** Does anomaly mode look for NaN? */
export function is_anomaly_check_nan_enabled(): boolean {
  return checksNaN;
}

function noteOrigin(node: Node<unknown>): void {
  node.metadata.traceback_ = callers();
  if (running !== null) node.metadata.parent_ = running;
}

/**
 * Turns anomaly mode on or off: at once, until the scope it returns is disposed, or while `body` runs. It slows
 * recording down and is meant for debugging.
 *
 * @param check_nan also raise an error when a derivative is NaN
 */
export function set_detect_anomaly(mode: boolean, check_nan?: boolean): ModeScope;
export function set_detect_anomaly<T>(mode: boolean, check_nan: boolean, body: () => T): T;
export function set_detect_anomaly<T>(mode: boolean, check_nan = true, body?: () => T): T | ModeScope {
  const before = [recording.observer, checksNaN] as const;
  recording.observer = mode ? noteOrigin : null;
  checksNaN = check_nan;
  return scoped(() => {
    [recording.observer, checksNaN] = before;
  }, body);
}

/**
 * A scope in which a backward pass that fails or makes a NaN names the line of the forward pass behind it. Both passes
 * must run inside.
 *
 * @example
 * torch.autograd.detect_anomaly(() => loss(x).backward());
 * // RuntimeError: Function 'SqrtBackward0' returned nan values in its 0th output.
 */
export function detect_anomaly(options?: { check_nan?: boolean }): ModeScope;
export function detect_anomaly<T>(body: () => T, options?: { check_nan?: boolean }): T;
export function detect_anomaly<T>(
  first?: (() => T) | { check_nan?: boolean },
  second?: { check_nan?: boolean },
): T | ModeScope {
  warn(
    "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for debugging.",
  );
  const [body, options] = typeof first === "function" ? [first, second] : [undefined, first];
  const check_nan = options?.check_nan ?? true;
  return body ? set_detect_anomaly(true, check_nan, body) : set_detect_anomaly(true, check_nan);
}

/** @internal A step of a backward pass in anomaly mode. */
export function runWatched<V>(node: Node<V>, grads: (V | null)[]): readonly (V | null)[] {
  const outer = running;
  running = node as Node<unknown>;
  try {
    const out = node.run(grads);
    const bad = checksNaN ? out.findIndex((g) => g !== null && node.hasNaN(g)) : -1;
    if (bad >= 0) {
      throw new RuntimeError(
        `Function '${node.name()}' returned nan values in its ${bad}th output.`,
        explainNaN(node as Node<unknown>, grads),
      );
    }
    return out;
  } catch (error) {
    warn(traceOf(node as Node<unknown>));
    throw error;
  } finally {
    running = outer;
  }
}

function explainNaN(node: Node<unknown>, grads: readonly unknown[]): string {
  const arrived = grads.some((g) => g !== null && node.hasNaN(g))
    ? "The gradient that arrived was NaN already: look at what comes later in the forward pass."
    : "The gradient that arrived was no NaN, so this derivative made it: look at the values at that line (a square root or a logarithm of 0 or less, 0 / 0, inf - inf).";
  const line = originOf(node);
  return line ? `It was recorded ${line}. ${arrived}` : arrived;
}

/** PyTorch's report: where the operation was recorded, and in which derivatives. */
function traceOf(node: Node<unknown>): string {
  const stack = (n: Node<unknown>) => n.metadata.traceback_ as readonly string[] | undefined;
  const own = stack(node);
  let text = own
    ? `Error detected in ${node.name()}. Traceback of forward call that caused the error:\n${own.join("\n")}`
    : `Error detected in ${node.name()}. No forward pass information available. Enable detect anomaly during forward pass for more information.`;
  for (let parent = node.metadata.parent_; parent; parent = (parent as Node<unknown>).metadata.parent_) {
    const { metadata } = parent as Node<unknown>;
    text += `\n\nPrevious calculation was induced by ${(parent as Node<unknown>).name()}. `;
    text += metadata.traceback_
      ? `Traceback of forward call that induced the previous calculation:\n${(metadata.traceback_ as string[]).join("\n")}`
      : "No forward pass information available. Enable detect anomaly during forward pass for more information.";
  }
  return text;
}

/** @internal `at file:line:column` of the user's line that recorded `node`, if anomaly mode noted it. */
export function originOf(node: Node<unknown>): string | undefined {
  return (node.metadata.traceback_ as readonly string[] | undefined)?.[0]?.trim();
}

/** @internal In anomaly mode, the user's line that is running: ` at file:line:column`; else an empty text. */
export function lineNow(): string {
  return is_anomaly_enabled() ? ` ${callers()[0]?.trim() ?? ""}` : "";
}

/** The lines of the stack outside the library, innermost first; all of them where library and program are one file. */
function callers(): readonly string[] {
  // V8's; elsewhere the property means nothing
  const engine: ErrorConstructor & { stackTraceLimit?: number } = Error;
  const limit = engine.stackTraceLimit;
  engine.stackTraceLimit = 50;
  const lines = (new Error().stack ?? "").split("\n").filter((line) => /:\d+/.test(line));
  engine.stackTraceLimit = limit;
  const library = libraryIn(lines[0]);
  const outside = lines.filter((line) => library === undefined || !line.includes(library));
  return outside.length > 0 ? outside : lines;
}

/** The folder of the library's files as a line of this one names it; `undefined` in a bundle, where files have lost theirs. */
function libraryIn(line: string | undefined): string | undefined {
  return /([^\s(@]*)autograd[\\/]anomaly\.[jt]s/.exec(line ?? "")?.[1];
}
