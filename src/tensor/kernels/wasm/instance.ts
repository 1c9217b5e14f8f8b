import { binaries } from "./binary.js";
import type { Kernels } from "./exports.js";
import { type Memory, type Module, platform } from "./platform.js";

/*
 * The kernels at work: compiled at their first use, over one memory. What lies below `heapBase` is theirs, to pack into;
 * what lies above is handed out by others.
 */

/** The bytes of a page of WebAssembly memory. */
export const PAGE = 65536;

/**
 * The scratch memory of one thread: a block of 64 x 256 floats of A, one of 256 x 1024 of B, for convolutions as much of
 * columns, and the places of 1024 windows and 1024 rows.
 */
export const SCRATCH_BYTES = 4 * (64 * 256 + 2 * 256 * 1024 + 2 * 1024);

/** The first byte that the kernels leave free: below lies the scratch memory of the main thread. */
export const heapBase = SCRATCH_BYTES;

/**
 * How many pages the memory has: 1 GiB, less where that is refused. It never grows, which would cut off all arrays over
 * it; a page that nobody touches takes no room.
 */
const SIZES = [16384, 4096, 1024];

const nothing = new Float32Array(0);

declare const atob: (base64: string) => string;
const { Buffer } = globalThis as { Buffer?: { from(text: string, encoding: "base64"): Uint8Array } };

/** What runs: the kernels, their memory and a view of it. */
interface Instance {
  kernels: Kernels;
  memory: Memory;
  floats: Float32Array;
}

/** Null where there is no WebAssembly or no SIMD, undefined before the first use. */
let instance: Instance | null | undefined;
let enabled = true;
let relaxed = true;
/** The first byte that nobody has taken. */
let taken = heapBase;

/**
 * The kernels, or null where WebAssembly with SIMD is missing or switched off: then the plain kernels do the work.
 * Their addresses are in bytes, their strides in elements.
 */
export function kernels(): Kernels | null {
  if (instance === undefined) instance = createLargest();
  return enabled && instance ? instance.kernels : null;
}

/**
 * The memory as floats: the float at byte `a` is `heap()[a / 4]`. Once threads share it, it is another: ask anew.
 * Empty where there is no WebAssembly.
 */
export function heap(): Float32Array {
  if (instance === undefined) kernels();
  return instance ? instance.floats : nothing;
}

/** The size of the memory in bytes, 0 where there is none. */
export const memoryBytes = (): number => heap().byteLength;

/**
 * Takes `bytes` of the memory for good, below byte `limit`.
 *
 * @returns the address, or 0 if there is no room
 */
export function take(bytes: number, limit: number): number {
  const address = taken;
  if (address + bytes > limit) return 0;
  taken += bytes;
  return address;
}

/** Whether threads share the memory. */
export const isShared = (): boolean =>
  typeof SharedArrayBuffer !== "undefined" && instance?.memory.buffer instanceof SharedArrayBuffer;

/**
 * Moves what was taken into a memory that threads can share, at the same addresses. Copies between such a memory and ordinary
 * arrays take two to three times as long, so that only a program that uses threads should have one.
 *
 * @returns whether the memory is shared
 */
export function share(): boolean {
  kernels();
  if (isShared()) return true;
  if (!instance || typeof SharedArrayBuffer === "undefined") return false;
  const shared = create(memoryBytes() / PAGE, true);
  if (!shared) return false;
  shared.floats.set(instance.floats.subarray(0, taken >> 2));
  instance = shared;
  return true;
}

/**
 * What another thread needs to have the same kernels over the same memory: the modules, without relaxed SIMD and, where
 * there is any, with it.
 */
export function parts(): { variants: Module[][]; memory: Memory } {
  if (!share()) throw new Error("there is no memory that threads can share");
  const variants = hasRelaxed() ? [compile(true, false), compile(true, true)] : [compile(true, false)];
  return { variants, memory: instance!.memory };
}

/**
 * Switches the kernels off, so that the plain ones do the work, or on again. The memory stays.
 */
export function setEnabled(on: boolean): void {
  enabled = on;
}

/**
 * Whether kernels may use the multiply-add of relaxed SIMD, which they do by default where there is one. It is faster,
 * but rounds once or twice as the machine likes: without it results are the same on every machine.
 */
export function setRelaxed(on: boolean): void {
  if (on === relaxed) return;
  relaxed = on;
  if (instance) instance.kernels = assemble(instance.memory, isShared(), isRelaxed());
}

/** Whether the multiply-add of relaxed SIMD is in use. */
export const isRelaxed = (): boolean => relaxed && hasRelaxed();

let relaxedFound: boolean | undefined;

function hasRelaxed(): boolean {
  relaxedFound ??= Object.values(binaries).every((b) => !b.relaxed || !!platform?.validate(decode(b.relaxed)));
  return relaxedFound;
}

function createLargest(): Instance | null {
  for (const pages of SIZES) {
    const created = create(pages, false);
    if (created) return created;
  }
  return null;
}

/**
 * Null if the platform cannot. A browser may also refuse to compile here and now, or to reserve the memory: the largest
 * module is compiled at once, and where that is possible the others will be.
 */
function create(pages: number, shared: boolean): Instance | null {
  const sizes = Object.values(binaries).map(({ plain }) => plain.length);
  const largest = Object.values(binaries)[sizes.indexOf(Math.max(...sizes))];
  if (!platform?.validate(decode(largest.plain))) return null;
  try {
    const memory = new platform.Memory({ initial: pages, maximum: pages, shared });
    compileOne(largest, shared, false);
    return { kernels: assemble(memory, shared, isRelaxed()), memory, floats: new Float32Array(memory.buffer) };
  } catch {
    return null;
  }
}

type Binary = (typeof binaries)[string];

const compile = (shared: boolean, fused: boolean): Module[] =>
  Object.values(binaries).map((binary) => compileOne(binary, shared, fused));

function compileOne({ plain, relaxed = plain }: Binary, shared: boolean, fused: boolean): Module {
  const bytes = decode(fused ? relaxed : plain);
  return new platform!.Module(shared ? importingShared(bytes) : bytes);
}

/**
 * All kernels. A module is compiled when one of its kernels is called for the first time, which puts the compiled ones in
 * the places of what stood in for them.
 */
function assemble(memory: Memory, shared: boolean, fused: boolean): Kernels {
  const all: Record<string, (...args: number[]) => unknown> = {};
  for (const binary of Object.values(binaries)) {
    const names = binary.exports.split(" ");
    let compiled = false;
    const load = () => {
      compiled = true;
      const { exports } = new platform!.Instance(compileOne(binary, shared, fused), { env: { memory } });
      for (const name of names) all[name] = exports[name] as (...args: number[]) => unknown;
    };
    for (const name of names) {
      all[name] = (...args) => {
        if (!compiled) load();
        return all[name](...args);
      };
    }
  }
  return all as unknown as Kernels;
}

/** The bytes of a text in base64. Node's own decoder is much faster than its `atob`. */
const decode = (base64: string): Uint8Array<ArrayBuffer> =>
  Buffer ? new Uint8Array(Buffer.from(base64, "base64")) : Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/** "env", "memory", then 2 for a memory, each text with its length. */
const MEMORY_IMPORT = [3, ..."env", 6, ..."memory", 2].map((c) => (typeof c === "string" ? c.charCodeAt(0) : c));

/** The module with an import of a shared memory: the flags behind the import are 1 for a maximum, 3 for a shared one. */
function importingShared(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const patched = bytes.slice();
  const start = bytes.findIndex((_, at) => MEMORY_IMPORT.every((byte, i) => bytes[at + i] === byte));
  patched[start + MEMORY_IMPORT.length] = 3;
  return patched;
}
