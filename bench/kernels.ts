/**
 * What each WebAssembly kernel takes, in nanoseconds an element: the least of many rounds, on arrays that fit into the
 * second-level cache. Names choose kernels.
 *
 *     npx tsx bench/kernels.ts
 *     npx tsx bench/kernels.ts exp sum adam
 */
import { heap, kernels, memoryBytes, take } from "../src/tensor/kernels/wasm/instance.js";

const ROWS = 128;
const COLUMNS = 128;
const N = ROWS * COLUMNS;
const ROUNDS = 60;
const REPEATS = 8;

const k = kernels();
if (!k) throw new Error("there is no WebAssembly with SIMD here");

/** N elements of 8 bytes, as float32 numbers between 0.1 and 0.9. */
function array(): number {
  const address = Math.ceil(take(8 * N + 64, memoryBytes()) / 64) * 64;
  for (let i = 0; i < 2 * N; i++) heap()[address / 4 + i] = 0.1 + 0.8 * Math.random();
  return address;
}
const [out, x, y, z, w] = [array(), array(), array(), array(), array()];
/** Class indices, in range as rows as well. */
const classes = array();
new Int32Array(heap().buffer).fill(7, classes / 4, classes / 4 + N);

// The arguments of kernels by the form of their names; a name of its own comes first.

const rowwise = [out, x, ROWS, COLUMNS];
const scalars2 = [out, x, y, 0.5, 0.9, N];

const own: Record<string, readonly number[]> = {
  sum: [x, N],
  sumSquares: [x, N],
  sumSquaredDifferences: [x, 0.5, N],
  allWithin: [x, 0, 1, N],
  fill: [out, 1, N],
  where: [out, x, y, z, N],
  maskedFill: [out, x, y, 0, N],
  addScaled: [out, x, y, 0.5, N],
  lerp: [out, x, y, 0.1, N],
  addcmul: [out, x, y, z, 0.5, N],
  addcdiv: [out, x, y, z, 0.5, N],
  leakyRelu: [out, x, 0.01, N],
  elu: [out, x, 1, 1, N],
  clamp: [out, x, 0.2, 0.8, N],
  softplus: [out, x, 1, 20, N],
  leakyReluBackward: [out, x, y, 0.01, N],
  eluBackward: scalars2,
  softplusBackward: scalars2,
  clampBackward: scalars2,
  hardtanhBackward: scalars2,
  binaryCrossEntropyBackward: [out, x, y, 1, N],
  logitCrossEntropyBackward: [out, x, y, 1, N],
  squaredErrorBackward: [out, x, y, 1, N],
  sumRows: [...rowwise, 1],
  sumColumns: [...rowwise, 1],
  varianceRows: [...rowwise, COLUMNS],
  softmaxRowsBackward: [out, x, y, ROWS, COLUMNS],
  logSoftmaxRowsBackward: [out, x, y, ROWS, COLUMNS],
  nllSum: [x, classes, 0, ROWS, COLUMNS, -100],
  crossEntropyBackward: [out, x, classes, 0, 1, ROWS, COLUMNS, -100],
  layerNorm: [out, y, z, x, w, w, ROWS, COLUMNS, 1e-5, 1],
  layerNormBackward: [out, x, y, z, w, w, ROWS, COLUMNS, 1],
  layerNormParametersBackward: [out, w, x, y, z, z, ROWS, COLUMNS],
  channelMoments: [y, z, x, 4, 32, N / 128],
  channelAffine: [out, x, y, z, 4, 32, N / 128],
  channelDots: [z, w, x, y, x, 4, 32, N / 128],
  channelSlope: [out, x, y, z, z, z, z, 4, 32, N / 128],
  copyMatrix: [out, COLUMNS, x, 1, ROWS, ROWS, COLUMNS],
  gatherRows: [out, x, classes, ROWS, COLUMNS],
  scatterAddRows: [out, x, classes, ROWS, COLUMNS, -100],
  adam: [out, x, y, z, 0, N, 0.1, 0.999, 0.001, 0, 1, 0.5, 1e-8, -1e-6, 0],
  sgd: [out, x, y, N, -1e-6, 0.9, 1, 0, 0, 0, 0],
  rmsprop: [out, x, y, 0, 0, N, -1e-6, 0.99, 0.01, 1e-8, 0, 0, 0],
  adagrad: [out, x, y, N, -1e-6, 1e-8, 0, 0],
  // of 624 words, not of as many elements as the others
  twist: [],
  boxMuller: [x, N / 16, 0, 0],
};

const oneInput = [out, x, N];
const twoInputs = [out, x, y, N];
const forms: [RegExp, readonly number[]][] = [
  [/Task$|^gem|[pP]anel|[cC]onvol/, []],
  [/Scalar$/, [out, x, 0.5, N]],
  [/(Row|Column)$/, [out, x, y, ROWS, COLUMNS]],
  [/Rows$/, rowwise],
  [/Sum$/, [x, y, N]],
  [/Backward$|Entropy$|^squaredError$|^(add|sub|mul|div|maximum|minimum|eq|ne|lt|le|gt|ge)$/, twoInputs],
  [/./, oneInput],
];

const chosen = process.argv.slice(2);
console.log(`Node ${process.version}; ns an element, least of ${ROUNDS} rounds of ${REPEATS} calls, ${N} elements\n`);
const all = k as unknown as Record<string, (...args: number[]) => unknown>;
for (const name of Object.keys(all)) {
  const args = own[name] ?? forms.find(([form]) => form.test(name))![1];
  if (args.length === 0 || (chosen.length > 0 && !chosen.includes(name))) continue;
  console.log(`${name.padEnd(30)} ${measure(() => all[name](...args)).toFixed(3)}`);
}

/** Nanoseconds an element. */
function measure(run: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    for (let i = 0; i < REPEATS; i++) run();
    least = Math.min(least, ((performance.now() - start) * 1e6) / (REPEATS * N));
  }
  return least;
}
