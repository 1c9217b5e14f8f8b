import { RuntimeError } from "../python/errors.js";
import type { TypedArray } from "../tensor/dtype.js";
import { arrayTypeOf, type Encoded } from "./encode.js";

/*
 * The bytes of a checkpoint, little endian:
 *
 *     0  8 bytes   "RUSHLT\r\n"; a transfer that changes line ends breaks it
 *     8  uint32    the version of this layout
 *    12  uint32    CRC-32 of all that follows
 *    16  float64   the length of the whole in bytes
 *    24  float64   the length of the header in bytes
 *    32  header    JSON: { tree, tensors, arrays: [[type, length], ...] }
 *     …  arrays    each at a multiple of 8
 */
// globals in Node and browsers alike
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };

const MAGIC = "RUSHLT\r\n";
const VERSION = 1;
const AT = { version: 8, checksum: 12, checked: 16, length: 16, headerLength: 24, header: 32 } as const;

interface Header extends Omit<Encoded, "arrays"> {
  readonly arrays: readonly (readonly [type: string, length: number])[];
}

const aligned = (n: number): number => Math.ceil(n / 8) * 8;

/** The encoded value as bytes. */
export function pack({ tree, tensors, arrays }: Encoded): Uint8Array {
  const described = arrays.map((array) => [array.constructor.name, array.length] as const);
  const header = new TextEncoder().encode(JSON.stringify({ tree, tensors, arrays: described } satisfies Header));
  const start = aligned(AT.header + header.length);
  const length = arrays.reduce((at, { byteLength }) => at + aligned(byteLength), start);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(AT.version, VERSION, true);
  view.setFloat64(AT.length, length, true);
  view.setFloat64(AT.headerLength, header.length, true);
  bytes.set(header, AT.header);
  let at = start;
  for (const array of arrays) {
    bytes.set(bytesOf(array), at);
    at += aligned(array.byteLength);
  }
  view.setUint32(AT.checksum, crc32(bytes.subarray(AT.checked)), true);
  return bytes;
}

/**
 * The encoded value that {@link pack} made bytes of.
 *
 * @throws RuntimeError if these are other bytes, or not all of them, or not as they were written
 */
export function unpack(bytes: Uint8Array): Encoded {
  const begins = new TextDecoder().decode(bytes.subarray(0, MAGIC.length));
  if (bytes.length < AT.header || begins !== MAGIC) {
    throw new RuntimeError("this is no checkpoint", "Files that torch.save() wrote begin with RUSHLT.");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(AT.version, true);
  if (version !== VERSION) {
    throw new RuntimeError(
      `the checkpoint has version ${version}; this release reads version ${VERSION}`,
      "Load it with the release that wrote it, or a newer one.",
    );
  }
  const length = view.getFloat64(AT.length, true);
  if (bytes.length !== length) {
    const fault = bytes.length < length ? "truncated" : "followed by something else";
    throw new RuntimeError(`the checkpoint is ${fault}: ${bytes.length} bytes of ${length}`, damaged);
  }
  if (crc32(bytes.subarray(AT.checked)) !== view.getUint32(AT.checksum, true)) {
    throw new RuntimeError("the checkpoint is corrupt: its bytes are not those that were written", damaged);
  }
  const headerLength = view.getFloat64(AT.headerLength, true);
  const text = new TextDecoder().decode(bytes.subarray(AT.header, AT.header + headerLength));
  const { tree, tensors, arrays } = JSON.parse(text) as Header;
  let at = aligned(AT.header + headerLength);
  const read = arrays.map(([type, count]) => {
    const array = emptyArray(type, count);
    bytesOf(array).set(bytes.subarray(at, at + array.byteLength));
    at += aligned(array.byteLength);
    return array;
  });
  return { tree, tensors, arrays: read };
}

const damaged = "It was not written or copied to the end. Nothing of it was loaded.";

const bytesOf = (array: TypedArray): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

function emptyArray(type: string, length: number): TypedArray {
  const Type = arrayTypeOf(type);
  if (!Type) throw new RuntimeError(`the checkpoint holds a ${type}, which this release cannot read`);
  return new Type(length);
}

/** The remainders of x^8 times each byte modulo the polynomial of CRC-32, bits reversed. */
function remainders(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let c = byte;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    return c;
  });
}

let crcTable: Uint32Array | null = null;

function crc32(bytes: Uint8Array): number {
  crcTable ??= remainders();
  let c = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) c = crcTable[(c ^ bytes[i]) & 255] ^ (c >>> 8);
  return ~c >>> 0;
}
