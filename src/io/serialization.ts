import { pythonTypeOf } from "../python/signature.js";
import { pack, unpack } from "./container.js";
import { decode, encode } from "./encode.js";
import { readFile, writeFile } from "./files.js";

/** What {@link load} accepts and has no use for: everything lives on the CPU, and nothing but plain values is read. */
export interface LoadOptions {
  map_location?: "cpu" | null;
  weights_only?: boolean;
  mmap?: boolean | null;
}

/**
 * Saves a value: to a file, or without a path as bytes. Plain objects, arrays, Maps, Sets, tensors, typed arrays,
 * numbers, bigints, strings, booleans and null may be nested at will. Tensors that share memory are saved once and share
 * it again when loaded; of the graph only `requires_grad` is kept.
 *
 * A file is written whole or not at all: what stood there before is replaced when all bytes are on the disk.
 *
 * @returns the bytes, if no path was given
 * @throws TypeError for a function or an object of a class, RuntimeError if the file cannot be written
 * @example
 * torch.save({ model: model.state_dict(), epoch }, "run.ckpt");
 */
export function save(obj: unknown, path: string): void;
export function save(obj: unknown): Uint8Array;
export function save(obj: unknown, path?: string): Uint8Array | undefined {
  if (path !== undefined && typeof path !== "string") {
    throw new TypeError(`save(): argument 'f' (position 2) must be str, not ${pythonTypeOf(path)}`);
  }
  const bytes = pack(encode(obj));
  if (path === undefined) return bytes;
  writeFile(path, bytes);
  return undefined;
}

/**
 * Loads what {@link save} saved, from a file or from bytes.
 *
 * @throws RuntimeError if the file cannot be read, is no checkpoint, is truncated or corrupt
 * @example
 * const saved = torch.load("run.ckpt") as { model: StateDict; epoch: number };
 * model.load_state_dict(saved.model);
 */
export function load(from: string | Uint8Array, _options: LoadOptions = {}): unknown {
  if (typeof from === "string") return decode(unpack(readFile(from)));
  if (from instanceof Uint8Array) return decode(unpack(from));
  throw new TypeError(`load(): argument 'f' (position 1) must be str or Uint8Array, not ${pythonTypeOf(from)}`);
}
