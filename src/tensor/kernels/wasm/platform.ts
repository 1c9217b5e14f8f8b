/* The part of the WebAssembly interface that is used; the language's own declarations have none of it. */

/** A memory. */
export interface Memory {
  readonly buffer: ArrayBuffer;
}

/** A compiled module. It can be sent to other threads. */
export type Module = object;

interface Platform {
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  Module: new (bytes: Uint8Array<ArrayBuffer>) => Module;
  Instance: new (module: Module, imports: { env: { memory: Memory } }) => { exports: Record<string, unknown> };
  Memory: new (limits: { initial: number; maximum: number; shared: boolean }) => Memory;
}

/** `WebAssembly`, where there is any. */
export const platform = (globalThis as unknown as { WebAssembly?: Platform }).WebAssembly;
