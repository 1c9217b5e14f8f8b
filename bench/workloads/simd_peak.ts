import type { Prepared } from "../worker.js";

const ACCUMULATORS = 12;
const ITERATIONS = 100_000;

/** What the compiler's types of Node leave out. */
const { WebAssembly: wasm } = globalThis as unknown as {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object;
    Instance: new (module: object) => { exports: { run(iterations: number): number } };
  };
};

/**
 * The most that 128-bit registers can do: a loop of twelve independent chains `x = x * a + b` on four floats each, which
 * keeps both multipliers and both adders busy. Written as the bytes of a WebAssembly module: what no kernel can pass.
 */
export function simdPeak(): Prepared {
  const run = new wasm.Instance(new wasm.Module(moduleBytes())).exports.run;
  return { run: () => void run(ITERATIONS) };
}

// opcodes
const [END, BLOCK_LOOP, BR_IF, GET, SET, TEE, I32_CONST, I32_SUB] = [0x0b, 0x03, 0x0d, 0x20, 0x21, 0x22, 0x41, 0x6b];
const [I32, F32, V128, VOID] = [0x7f, 0x7d, 0x7b, 0x40];
const simd = (opcode: number): number[] => [0xfd, ...leb(opcode)];
const F32X4_SPLAT = simd(0x13);
const F32X4_EXTRACT = simd(0x1f);
const F32X4_ADD = simd(0xe4);
const F32X4_MUL = simd(0xe6);

/** An unsigned number in the module's variable length. */
function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}

const f32 = (value: number): number[] => [0x43, ...new Uint8Array(new Float32Array([value]).buffer)];
const section = (id: number, body: readonly number[]): number[] => [id, ...leb(body.length), ...body];

function moduleBytes(): Uint8Array<ArrayBuffer> {
  // locals: 0 the count, then the accumulators, a, b
  const accumulators = Array.from({ length: ACCUMULATORS }, (_, i) => i + 1);
  const a = ACCUMULATORS + 1;
  const b = ACCUMULATORS + 2;
  const code = [
    ...[1, ACCUMULATORS + 2, V128],
    ...[...accumulators, a, b].flatMap((local) => [...f32(0.5), ...F32X4_SPLAT, SET, local]),
    ...[BLOCK_LOOP, VOID],
    ...accumulators.flatMap((x) => [GET, x, GET, a, ...F32X4_MUL, GET, b, ...F32X4_ADD, SET, x]),
    ...[GET, 0, I32_CONST, 1, I32_SUB, TEE, 0, BR_IF, 0, END],
    ...[GET, 1],
    ...accumulators.slice(1).flatMap((x) => [GET, x, ...F32X4_ADD]),
    ...[...F32X4_EXTRACT, 0, END],
  ];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, I32, 1, F32]),
    ...section(3, [1, 0]),
    ...section(7, [1, 3, ...new TextEncoder().encode("run"), 0x00, 0]),
    ...section(10, [1, ...leb(code.length), ...code]),
  ]);
}
