// Written by `npm run wasm` from the files of assembly/; of their state 24a83d149fd9f83e.

/** The exports of assembly/products.ts. */
export interface ProductsKernels {
  /**
   * `out[i, j] = sum over p of x[i, p] * y[p, j] + add[i, j]`, `i < m`, `j < n`, `p < k`. Addresses in bytes; strides of
   * rows and columns in elements, the columns of `out` and `add` side by side. `add = 0` adds nothing, `add = out`
   * accumulates, `addRow = 0` adds one row to all. `scratch` has room for 64 * 256 + 256 * 1024 floats and may be used by
   * none else meanwhile. `out` overlaps neither factor.
   */
  gemm(out: number, outRow: number, x: number, xRow: number, xCol: number, y: number, yRow: number, yCol: number, add: number, addRow: number, m: number, k: number, n: number, scratch: number): void;
  /** {@link gemm} of matrix number `task` of several, whose elements lie `...Batch` elements behind those of the one before. */
  gemmBatchTask(out: number, outBatch: number, outRow: number, x: number, xBatch: number, xRow: number, xCol: number, y: number, yBatch: number, yRow: number, yCol: number, add: number, addBatch: number, addRow: number, m: number, k: number, n: number, scratch: number, task: number): void;
  /**
   * Task number `task` of the product of factors that {@link packTask} has packed, when `out` is cut into pieces of `rows` by
   * `columns`, row by row of pieces. No task reads what another writes.
   */
  multiplyTask(out: number, outRow: number, a: number, b: number, add: number, addRow: number, m: number, k: number, n: number, rows: number, columns: number, scratch: number, task: number): void;
  /**
   * Task number `task` of packing the factors of {@link gemm}: the first pack `rows` rows of A each into `a`, which has room
   * for `k` times `m` rounded up to 4, the others `columns` columns of B into `b`, for `k` times `n` rounded up to 8. Blocks of
   * k follow one another.
   */
  packTask(a: number, b: number, x: number, xRow: number, xCol: number, y: number, yRow: number, yCol: number, m: number, k: number, n: number, rows: number, columns: number, scratch: number, task: number): void;
  /**
   * `y = w X + bias` for image `task`. `x` is padded; its images are `slot` bytes apart. `bias = 0` adds nothing. `y` lies
   * row by row: [images, groups * outer, windows].
   */
  convolveTask(y: number, x: number, slot: number, w: number, bias: number, s: number, scratch: number, task: number): void;
  /**
   * `x = col2im(w^T y) + bias` for image `task`. `sums` is memory for an image with its padding, `slot` bytes for each task,
   * or 0 where there is no padding.
   */
  convolveTransposedTask(x: number, y: number, w: number, bias: number, s: number, sums: number, slot: number, scratch: number, task: number): void;
  /**
   * `w = y X^T`, summed over `n` images, for `columns` of its columns and one group: piece `task`, group by group. The images
   * of `x` are padded and `slot` bytes apart; both operands of the sum run over windows in order, image by image.
   */
  convolveWeightTask(w: number, x: number, slot: number, y: number, n: number, s: number, columns: number, scratch: number, task: number): void;
  /**
   * `to[g, c, o, tap] = w[g, o, c, taps - 1 - tap]`: the weight with which a convolution of stride 1 that goes over windows
   * computes what {@link convolveTransposedTask} does.
   */
  flipWeight(to: number, w: number, s: number): void;
  /** Puts zeros around image `task` of `x`, all channels of it, and writes it to `padded + task * slot`. */
  padTask(padded: number, slot: number, x: number, s: number, scratch: number, task: number): void;
}

/** The exports of assembly/depthwise.ts. */
export interface DepthwiseKernels {
  /** `y = w x + bias` for image `task`; `bias = 0` adds nothing. */
  directTask(y: number, x: number, slot: number, w: number, bias: number, s: number, scratch: number, task: number): void;
  /**
   * `x`, the sum of `w y` where the windows lie, plus `bias`, for image `task`. `sums` is memory for an image with its padding,
   * `slot` bytes for each task, or 0 where there is no padding.
   */
  depthwiseTransposedTask(x: number, y: number, w: number, bias: number, s: number, sums: number, slot: number, scratch: number, task: number): void;
  /** The weights of window channel `task`: `w[o, tap]`, the sum over `n` images and windows of `y[o, window] x[c, pixel]`. */
  depthwiseWeightTask(w: number, x: number, slot: number, y: number, n: number, s: number, scratch: number, task: number): void;
}

/** The exports of assembly/pooling.ts. */
export interface PoolingKernels {
  /**
   * The largest element of each window of a plane, and its place: of equal ones the first, and NaN before all. For planes
   * `task * each` to `(task + 1) * each` of `planes`, one behind the other. `windows` is the address of the windows of three
   * dimensions: of each its size, count and step, and the addresses of starts and ends. `halves` says that they are pairs of
   * lines and pairs of columns.
   */
  maximaTask(out: number, places: number, x: number, windows: number, halves: number, planes: number, each: number, scratch: number, task: number): void;
  /**
   * `out[place] = sum of x`, plane by plane: `out` has `size` elements a plane, `x` and `places` have `count`. For planes
   * `task * each` to `(task + 1) * each` of `planes`.
   */
  addPlacesTask(out: number, x: number, places: number, size: number, count: number, planes: number, each: number, scratch: number, task: number): void;
}

/** The exports of assembly/resampling.ts. */
export interface ResamplingKernels {
  /**
   * Applies two matrices to each of `planes` planes: the one at `rows` down the columns, the one at `columns` along the lines.
   * `line` has room for a line of doubles.
   */
  resample(out: number, x: number, planes: number, rows: number, columns: number, line: number): void;
}

/** The exports of assembly/unary.ts. */
export interface UnaryKernels {
  /** `-x` */
  neg(out: number, x: number, n: number): void;
  /** `|x|` */
  abs(out: number, x: number, n: number): void;
  /** -1, 0 or 1 as `x` is negative, 0 or positive; 0 for NaN */
  sign(out: number, x: number, n: number): void;
  /** `max(x, 0)` */
  relu(out: number, x: number, n: number): void;
  /** `e^x`, 1 ulp */
  exp(out: number, x: number, n: number): void;
  /** `e^x - 1`, 2 ulp */
  expm1(out: number, x: number, n: number): void;
  /** `ln x`, 1 ulp */
  log(out: number, x: number, n: number): void;
  /** `ln(1 + x)`, 2 ulp */
  log1p(out: number, x: number, n: number): void;
  /** `log2 x`, 1 ulp */
  log2(out: number, x: number, n: number): void;
  /** `log10 x`, 1 ulp */
  log10(out: number, x: number, n: number): void;
  /** The square root */
  sqrt(out: number, x: number, n: number): void;
  /** `1 / sqrt(x)`, rounded twice */
  rsqrt(out: number, x: number, n: number): void;
  /** `x^3`, rounded twice */
  cube(out: number, x: number, n: number): void;
  /** `1 / x` */
  reciprocal(out: number, x: number, n: number): void;
  /** `x^2` */
  square(out: number, x: number, n: number): void;
  /** The hyperbolic tangent, 2 ulp */
  tanh(out: number, x: number, n: number): void;
  /** `1 / (1 + e^-x)`, 3 ulp */
  sigmoid(out: number, x: number, n: number): void;
  /** `x / (1 + e^-x)` */
  silu(out: number, x: number, n: number): void;
  /** The greatest whole number that is not above `x` */
  floor(out: number, x: number, n: number): void;
  /** The least whole number that is not below `x` */
  ceil(out: number, x: number, n: number): void;
  /** The nearest whole number, the even one of two */
  round(out: number, x: number, n: number): void;
  /** `x` without its fraction */
  trunc(out: number, x: number, n: number): void;
  /** `sin x`, 2 ulp */
  sin(out: number, x: number, n: number): void;
  /** `cos x`, 2 ulp */
  cos(out: number, x: number, n: number): void;
}

/** The exports of assembly/functions.ts. */
export interface FunctionsKernels {
  /** The error function, 2 ulp */
  erf(out: number, x: number, n: number): void;
  /** One minus the error function, 8 ulp */
  erfc(out: number, x: number, n: number): void;
  /** The angle of the point (x, y) in radians, 3 ulp */
  atan2(out: number, y: number, x: number, n: number): void;
  /** The inverse tangent, 3 ulp */
  atan(out: number, x: number, n: number): void;
  /** `x tanh(ln(1 + e^x))` */
  mish(out: number, x: number, n: number): void;
  /** `g (t + x sigmoid(x) (1 - t^2))` with `t = tanh(ln(1 + e^x))` */
  mishBackward(out: number, g: number, x: number, n: number): void;
  /** `ln(1 / (1 + e^-x))` */
  logSigmoid(out: number, x: number, n: number): void;
  /** `g sigmoid(-x)` */
  logSigmoidBackward(out: number, g: number, x: number, n: number): void;
  /** `ln(e^x + e^y)` */
  logAddExp(out: number, x: number, y: number, n: number): void;
  /** `x ln y`; 0 where `x` is 0 and `y` no NaN */
  xLogY(out: number, x: number, y: number, n: number): void;
  /** `2^x`, 1 ulp */
  exp2(out: number, x: number, n: number): void;
  /** `x^y`, 1 ulp */
  pow(out: number, x: number, y: number, n: number): void;
  /** `x^y`, `y` a number, 1 ulp */
  powNumber(out: number, x: number, y: number, n: number): void;
  /** `base^x`, `base` a number, 1 ulp */
  numberPow(out: number, x: number, base: number, n: number): void;
}

/** The exports of assembly/piecewise.ts. */
export interface PiecewiseKernels {
  /** `(x + 3) / 6` between 0 and 1 */
  hardSigmoid(out: number, x: number, n: number): void;
  /** `g / 6` where `-3 < x < 3`, 0 elsewhere */
  hardSigmoidBackward(out: number, g: number, x: number, n: number): void;
  /** `x (x + 3) / 6`, the second factor between 0 and 6 */
  hardSwish(out: number, x: number, n: number): void;
  /** `g (x / 3 + 1/2)` where `-3 < x < 3`, 0 below, `g` above */
  hardSwishBackward(out: number, g: number, x: number, n: number): void;
  /** `x`, or `value` where `x <= threshold` */
  threshold(out: number, x: number, threshold: number, value: number, n: number): void;
  /** `g`, or 0 where `x <= threshold` */
  thresholdBackward(out: number, g: number, x: number, threshold: number, n: number): void;
  /** `x`, or 0 where `|x| <= lambd` */
  hardShrink(out: number, x: number, lambd: number, n: number): void;
  /** `x` moved towards 0 by `lambd`; 0 times `x` where it is nearer */
  softShrink(out: number, x: number, lambd: number, n: number): void;
  /** `g`, or 0 where `|x| <= lambd` */
  shrinkBackward(out: number, g: number, x: number, lambd: number, n: number): void;
  /** With `d = |x - t|`: `d^2 / (2 beta)` below `beta`, `d - beta / 2` from there on */
  smoothL1(out: number, x: number, t: number, beta: number, n: number): void;
  /** With `d = |x - t|`: `d^2 / 2` up to `delta`, `delta (d - delta / 2)` beyond */
  huber(out: number, x: number, t: number, delta: number, n: number): void;
  /** `steepness (x - t)` between `-bound` and `bound` */
  boundedDifference(out: number, x: number, t: number, steepness: number, bound: number, n: number): void;
}

/** The exports of assembly/binary.ts. */
export interface BinaryKernels {
  /** `x + y` */
  add(out: number, x: number, y: number, n: number): void;
  /** `x + y`, `y` a number */
  addScalar(out: number, x: number, y: number, n: number): void;
  /** `x + y`, `y` a row */
  addRow(out: number, x: number, y: number, rows: number, columns: number): void;
  /** `x + y`, `y` a column */
  addColumn(out: number, x: number, y: number, rows: number, columns: number): void;
  /** `x - y` */
  sub(out: number, x: number, y: number, n: number): void;
  /** `x - y`, `y` a number */
  subScalar(out: number, x: number, y: number, n: number): void;
  /** `x - y`, `y` a row */
  subRow(out: number, x: number, y: number, rows: number, columns: number): void;
  /** `x - y`, `y` a column */
  subColumn(out: number, x: number, y: number, rows: number, columns: number): void;
  /** `x * y` */
  mul(out: number, x: number, y: number, n: number): void;
  /** `x * y`, `y` a number */
  mulScalar(out: number, x: number, y: number, n: number): void;
  /** `x * y`, `y` a row */
  mulRow(out: number, x: number, y: number, rows: number, columns: number): void;
  /** `x * y`, `y` a column */
  mulColumn(out: number, x: number, y: number, rows: number, columns: number): void;
  /** `x / y` */
  div(out: number, x: number, y: number, n: number): void;
  /** `x / y`, `y` a number */
  divScalar(out: number, x: number, y: number, n: number): void;
  /** `x / y`, `y` a row */
  divRow(out: number, x: number, y: number, rows: number, columns: number): void;
  /** `x / y`, `y` a column */
  divColumn(out: number, x: number, y: number, rows: number, columns: number): void;
  /** `y - x`, `y` a number */
  rsubScalar(out: number, x: number, y: number, n: number): void;
  /** `y - x`, `y` a row */
  rsubRow(out: number, x: number, y: number, rows: number, columns: number): void;
  /** `y - x`, `y` a column */
  rsubColumn(out: number, x: number, y: number, rows: number, columns: number): void;
  /** `y / x`, `y` a number */
  rdivScalar(out: number, x: number, y: number, n: number): void;
  /** `y / x`, `y` a row */
  rdivRow(out: number, x: number, y: number, rows: number, columns: number): void;
  /** `y / x`, `y` a column */
  rdivColumn(out: number, x: number, y: number, rows: number, columns: number): void;
  /** The greater of `x` and `y`, of equal ones `y`; NaN if either is */
  maximum(out: number, x: number, y: number, n: number): void;
  /** The lesser of `x` and `y`, of equal ones `y`; NaN if either is */
  minimum(out: number, x: number, y: number, n: number): void;
}

/** The exports of assembly/combined.ts. */
export interface CombinedKernels {
  /** `x + alpha y`, rounded once */
  addScaled(out: number, x: number, y: number, alpha: number, n: number): void;
  /** `x + weight (end - x)`, from the nearer end; the product is rounded too, which PyTorch's is not, for speed. */
  lerp(out: number, x: number, end: number, weight: number, n: number): void;
  /** {@link lerp} with a weight for each element */
  lerpEach(out: number, x: number, end: number, weight: number, n: number): void;
  /** `x + value y z`; the product of all is not rounded */
  addcmul(out: number, x: number, y: number, z: number, value: number, n: number): void;
  /** `x + value y / z` */
  addcdiv(out: number, x: number, y: number, z: number, value: number, n: number): void;
}

/** The exports of assembly/compare.ts. */
export interface CompareKernels {
  /** `x == y` */
  eq(out: number, x: number, y: number, n: number): void;
  /** `x == y`, `y` a number */
  eqScalar(out: number, x: number, y: number, n: number): void;
  /** `x != y` */
  ne(out: number, x: number, y: number, n: number): void;
  /** `x != y`, `y` a number */
  neScalar(out: number, x: number, y: number, n: number): void;
  /** `x < y` */
  lt(out: number, x: number, y: number, n: number): void;
  /** `x < y`, `y` a number */
  ltScalar(out: number, x: number, y: number, n: number): void;
  /** `x <= y` */
  le(out: number, x: number, y: number, n: number): void;
  /** `x <= y`, `y` a number */
  leScalar(out: number, x: number, y: number, n: number): void;
  /** `x > y` */
  gt(out: number, x: number, y: number, n: number): void;
  /** `x > y`, `y` a number */
  gtScalar(out: number, x: number, y: number, n: number): void;
  /** `x >= y` */
  ge(out: number, x: number, y: number, n: number): void;
  /** `x >= y`, `y` a number */
  geScalar(out: number, x: number, y: number, n: number): void;
  /** `x` where `mask` is not 0, `y` elsewhere. */
  where(out: number, mask: number, x: number, y: number, n: number): void;
  /** `value` where `mask` is not 0, `x` elsewhere. */
  maskedFill(out: number, x: number, mask: number, value: number, n: number): void;
  /** `x` where `mask` is not 0, `value` elsewhere. */
  maskedKeep(out: number, x: number, mask: number, value: number, n: number): void;
  /** 1 where neither byte is 0, else 0 */
  logicalAnd(out: number, x: number, y: number, n: number): void;
  /** 1 where not both bytes are 0, else 0 */
  logicalOr(out: number, x: number, y: number, n: number): void;
  /** 1 where exactly one of the bytes is 0, else 0 */
  logicalXor(out: number, x: number, y: number, n: number): void;
  /** 1 where both bytes are 0, else 0 */
  logicalNor(out: number, x: number, y: number, n: number): void;
}

/** The exports of assembly/activations.ts. */
export interface ActivationsKernels {
  /** `x` where it is positive, `slope x` elsewhere */
  leakyRelu(out: number, x: number, slope: number, n: number): void;
  /** `above x` where x is positive, `below (e^x - 1)` elsewhere */
  elu(out: number, x: number, below: number, above: number, n: number): void;
  /** `x`, or `lo` if it is less, or `hi` if that is greater; NaN stays NaN. The bounds are numbers. */
  clamp(out: number, x: number, lo: number, hi: number, n: number): void;
  /** `ln(1 + e^(beta x)) / beta`, and `x` where `beta x` is above `threshold` */
  softplus(out: number, x: number, beta: number, threshold: number, n: number): void;
  /** `x` times the probability that a standard normal variable is below `x` */
  gelu(out: number, x: number, n: number): void;
  /** The approximation of {@link gelu} by tanh */
  geluTanh(out: number, x: number, n: number): void;
}

/** The exports of assembly/derivatives.ts. */
export interface DerivativesKernels {
  /** `g` where `y` is not 0 or less */
  reluBackward(out: number, g: number, y: number, n: number): void;
  /** `g (1 - y) y` */
  sigmoidBackward(out: number, g: number, y: number, n: number): void;
  /** `g (1 - y^2)` */
  tanhBackward(out: number, g: number, y: number, n: number): void;
  /** `g / (2 y)` */
  sqrtBackward(out: number, g: number, y: number, n: number): void;
  /** `g s (1 + x (1 - s))` with s = sigmoid(x) */
  siluBackward(out: number, g: number, x: number, n: number): void;
  /** `g (P(x) + x p(x))` with the normal distribution P and its density p */
  geluBackward(out: number, g: number, x: number, n: number): void;
  /** `g (s + 2 x s (1 - s) u')` with s = sigmoid(2 u), u = sqrt(2 / pi) (x + 0.044715 x^3) */
  geluTanhBackward(out: number, g: number, x: number, n: number): void;
  /** `g` where `x` is positive, `slope g` elsewhere */
  leakyReluBackward(out: number, g: number, x: number, slope: number, n: number): void;
  /** `above g` where `x` is positive, `below e^x g` elsewhere */
  eluBackward(out: number, g: number, x: number, below: number, above: number, n: number): void;
  /** `g sigmoid(beta x)`, and `g` where `beta x` is above `threshold` */
  softplusBackward(out: number, g: number, x: number, beta: number, threshold: number, n: number): void;
  /** `g` where `lo <= x <= hi`, 0 elsewhere */
  clampBackward(out: number, g: number, x: number, lo: number, hi: number, n: number): void;
  /** `g`, but 0 where `x <= lo` or `x >= hi` */
  hardtanhBackward(out: number, g: number, x: number, lo: number, hi: number, n: number): void;
  /** `g` where `x` is greater than `y`, half of it where they are equal, 0 where it is less */
  greaterBackward(out: number, g: number, x: number, y: number, n: number): void;
}

/** The exports of assembly/reduce.ts. */
export interface ReduceKernels {
  /** The sum of `n` elements. */
  sum(x: number, n: number): number;
  /** `out[r]`, the sum of row `r` over `divisor`. */
  sumRows(out: number, x: number, rows: number, columns: number, divisor: number): void;
  /** `out[c]`, the sum of column `c` over `divisor`. */
  sumColumns(out: number, x: number, rows: number, columns: number, divisor: number): void;
  /** The sum of the squares of `n` elements. */
  sumSquares(x: number, n: number): number;
  /** The sum of `(x[i] - mean)^2` over `n` elements. */
  sumSquaredDifferences(x: number, mean: number, n: number): number;
  /** `out[r]`, the sum of the squared differences of row `r` from its mean, over `divisor`. */
  varianceRows(out: number, x: number, rows: number, columns: number, divisor: number): void;
  /** 1 if all of `n` elements lie between `lo` and `hi`, both included, else 0; NaN does not. */
  allWithin(x: number, lo: number, hi: number, n: number): number;
}

/** The exports of assembly/extremes.ts. */
export interface ExtremesKernels {
  /** `out[r]`, the greatest element of row `r`; NaN if there is one. */
  maxRows(out: number, x: number, rows: number, columns: number): void;
  /** `out[r]`, the least element of row `r`; NaN if there is one. */
  minRows(out: number, x: number, rows: number, columns: number): void;
  /** `out[c]`, the greatest element of column `c`, for each of `n` matrices; NaN if there is one. */
  maxColumns(out: number, x: number, n: number, rows: number, columns: number): void;
  /** `out[c]`, the least element of column `c`, for each of `n` matrices; NaN if there is one. */
  minColumns(out: number, x: number, n: number, rows: number, columns: number): void;
  /** `at[r]`, an int32: where the greatest element of row `r` is first, or NaN; `out[r]` is that element. */
  argmaxRows(at: number, out: number, x: number, rows: number, columns: number): void;
  /** `at[r]`, an int32: where the least element of row `r` is first, or NaN; `out[r]` is that element. */
  argminRows(at: number, out: number, x: number, rows: number, columns: number): void;
  /** As {@link argmaxRows} does, of each column of each of `n` matrices. */
  argmaxColumns(at: number, out: number, x: number, n: number, rows: number, columns: number): void;
  /** As {@link argminRows} does, of each column of each of `n` matrices. */
  argminColumns(at: number, out: number, x: number, n: number, rows: number, columns: number): void;
}

/** The exports of assembly/losses.ts. */
export interface LossesKernels {
  /** The binary cross-entropy of probabilities `x`; logarithms are cut off at -100. */
  binaryCrossEntropy(out: number, x: number, t: number, n: number): void;
  /** The sum of {@link binaryCrossEntropy}. */
  binaryCrossEntropySum(x: number, t: number, n: number): number;
  /** `g (x - t) / max((1 - x) x, 1e-12)` */
  binaryCrossEntropyBackward(out: number, x: number, t: number, g: number, n: number): void;
  /** The binary cross-entropy of `sigmoid(x)`. */
  logitCrossEntropy(out: number, x: number, t: number, n: number): void;
  /** The sum of {@link logitCrossEntropy}. */
  logitCrossEntropySum(x: number, t: number, n: number): number;
  /** `g (sigmoid(x) - t)` */
  logitCrossEntropyBackward(out: number, x: number, t: number, g: number, n: number): void;
  /** `(x - t)^2` */
  squaredError(out: number, x: number, t: number, n: number): void;
  /** The sum of {@link squaredError}. */
  squaredErrorSum(x: number, t: number, n: number): number;
  /** `2 g (x - t)` */
  squaredErrorBackward(out: number, x: number, t: number, g: number, n: number): void;
}

/** The exports of assembly/softmax.ts. */
export interface SoftmaxKernels {
  /** `e^(x - m) / sum of e^(x - m)` with m the greatest of the row. */
  softmaxRows(out: number, x: number, rows: number, columns: number): void;
  /**
   * {@link softmaxRows} of what counts, zeros elsewhere. Of matrices of `height` rows, the elements up to the diagonal count, row
   * `first` being the first here; all if `height` is 0. A row of which all that counts is -Infinity becomes zeros.
   */
  attentionRows(out: number, x: number, rows: number, columns: number, height: number, first: number): void;
  /** `x - m - ln(sum of e^(x - m))` with m the greatest of the row. */
  logSoftmaxRows(out: number, x: number, rows: number, columns: number): void;
  /** `y (g - sum of y g)`, with the result `y` of softmax. */
  softmaxRowsBackward(out: number, g: number, y: number, rows: number, columns: number): void;
  /** `g - e^y sum of g`, with the result `y` of log-softmax. */
  logSoftmaxRowsBackward(out: number, g: number, y: number, rows: number, columns: number): void;
  /**
   * The sum of `-weight[t[r]] y[r, t[r]]` over the rows, with log-probabilities `y` and int32 classes `t`; all weights are 1
   * if `weight` is 0. Rows whose class is `ignored` count nothing.
   */
  nllSum(y: number, t: number, weight: number, rows: number, columns: number, ignored: number): number;
  /**
   * The gradient of log-softmax and {@link nllSum} together, times `g`: `g weight[t] (e^y - 1)` at the class `t` of a row,
   * `g weight[t] e^y` elsewhere in it.
   */
  crossEntropyBackward(out: number, y: number, t: number, weight: number, g: number, rows: number, columns: number, ignored: number): void;
}

/** The exports of assembly/recurrent.ts. */
export interface RecurrentKernels {
  /**
   * `cy = f cx + i g`, `hy = o tanh(cy)` with the gates i, f, o = sigmoid and g = tanh of the four blocks of a row of `gates`,
   * in the order i, f, g, o. The gates go to `activated`.
   */
  lstmGates(hy: number, cy: number, activated: number, gates: number, cx: number, rows: number, hidden: number): void;
  /** The gradients of {@link lstmGates} with respect to `gates` and `cx`; those of `hy` and `cy` are zeros if their address is 0. */
  lstmGatesBackward(gradGates: number, gradCx: number, gradHy: number, gradCy: number, cx: number, cy: number, activated: number, rows: number, hidden: number): void;
  /**
   * `hy = (h - n) z + n` with r, z = sigmoid(x + y) and n = tanh(x + r y) of the three blocks r, z, n of the rows of `x`, from
   * the input, and `y`, from the hidden state. The three go to `activated`.
   */
  gruGates(hy: number, activated: number, x: number, y: number, h: number, rows: number, hidden: number): void;
  /** The gradients of {@link gruGates} with respect to `x`, `y` and `h`, given `activated`. */
  gruGatesBackward(gradX: number, gradY: number, gradH: number, g: number, y: number, h: number, activated: number, rows: number, hidden: number): void;
}

/** The exports of assembly/optimizers.ts. */
export interface OptimizersKernels {
  /**
   * Adam and AdamW: `m += weight1 (g - m)`, `v = beta2 v + weight2 g^2`, `p += step m / (sqrt(v) / bias2Root + eps)`, with
   * weight1 = 1 - beta1, weight2 = 1 - beta2, bias2Root = sqrt(1 - beta2^t), step = -lr / (1 - beta1^t). `decay` is the
   * coupled weight decay, `shrink` = 1 - lr times the decoupled one. With `maxExpAvgSq` v is the largest so far.
   */
  adam(param: number, grad: number, expAvg: number, expAvgSq: number, maxExpAvgSq: number, n: number, weight1: number, beta2: number, weight2: number, decay: number, shrink: number, bias2Root: number, eps: number, step: number, maximize: number): void;
  /**
   * SGD: `p += step g`, step = -lr. With a momentum `buffer`, b = `momentum b + share g` (`g` the `first` time), share = 1 -
   * dampening, takes the place of g, or with `nesterov` `g + momentum b`. `decay` is the weight decay.
   */
  sgd(param: number, grad: number, buffer: number, n: number, step: number, momentum: number, share: number, decay: number, nesterov: number, first: number, maximize: number): void;
  /**
   * RMSprop: `v = alpha v + weight g^2`, weight = 1 - alpha, and `p += step g / (sqrt(v) + eps)`, step = -lr. With `gradAvg`
   * (centered), a running mean a of g, v - a^2 takes the place of v. With a momentum `buffer`, `b = momentum b + g / (sqrt(v) +
   * eps)` and `p += step b`.
   */
  rmsprop(param: number, grad: number, squareAvg: number, gradAvg: number, buffer: number, n: number, step: number, alpha: number, weight: number, eps: number, momentum: number, decay: number, maximize: number): void;
  /** Adagrad: `s += g^2` and `p += step g / (sqrt(s) + eps)`, step = -lr / (1 + (t - 1) lr_decay). */
  adagrad(param: number, grad: number, sum: number, n: number, step: number, eps: number, decay: number, maximize: number): void;
}

/** The exports of assembly/layernorm.ts. */
export interface LayernormKernels {
  /**
   * `(x - mean) / sqrt(variance + eps) * weight + bias` in each row. `mean` and `rstd`, the reciprocal of the root, keep what
   * they are for the backward pass.
   */
  layerNorm(out: number, mean: number, rstd: number, x: number, weight: number, bias: number, rows: number, columns: number, eps: number, centered: boolean): void;
  /** The gradient of {@link layerNorm} for `x`: `rstd (u - mean of u, if centered, - h mean of u h)` in each row. */
  layerNormBackward(out: number, g: number, x: number, mean: number, rstd: number, weight: number, rows: number, columns: number, centered: boolean): void;
  /**
   * Adds to the gradients of {@link layerNorm} for `weight` and `bias` the sums of `g h` and of `g` over the rows. They are
   * in double precision, with room for a multiple of four.
   */
  layerNormParametersBackward(weight: number, bias: number, g: number, x: number, mean: number, rstd: number, rows: number, columns: number): void;
}

/** The exports of assembly/batchnorm.ts. */
export interface BatchnormKernels {
  /** The mean of each channel, and its variance, over the number of elements. */
  channelMoments(mean: number, variance: number, x: number, batch: number, channels: number, size: number): void;
  /** `x scale + shift`, with a scale and a shift for each channel. */
  channelAffine(out: number, x: number, scale: number, shift: number, batch: number, channels: number, size: number): void;
  /** The sums of `g` and of `g (x - mean)` over each channel. */
  channelDots(sum: number, dot: number, g: number, x: number, mean: number, batch: number, channels: number, size: number): void;
  /**
   * `g scale - (x - mean) slope - shift`, with one of each for a channel: the gradient of batch normalization with scale =
   * weight / sqrt(variance + eps), shift = scale mean of g, slope = scale mean of g (x - mean) / (variance + eps).
   */
  channelSlope(out: number, g: number, x: number, shift: number, mean: number, slope: number, scale: number, batch: number, channels: number, size: number): void;
}

/** The exports of assembly/movement.ts. */
export interface MovementKernels {
  /** `out[i] = value` for `n` elements. */
  fill(out: number, value: number, n: number): void;
  /**
   * `out[r, c] = x[r, c]` of a matrix with any strides of `x`, and the row stride `outRow` and column stride 1 of `out`. With
   * `xRow` = 1 it is a transposition, four by four.
   */
  copyMatrix(out: number, outRow: number, x: number, xRow: number, xColumn: number, rows: number, columns: number): void;
  /** `out[i] = table[index[i]]`, rows of `columns` elements, by `n` int32 indices. */
  gatherRows(out: number, table: number, index: number, n: number, columns: number): void;
  /** `table[index[i]] += x[i]`, rows of `columns` elements, by `n` int32 indices; `skipped` ones add nothing. */
  scatterAddRows(table: number, x: number, index: number, n: number, columns: number, skipped: number): void;
  /** float64 to float32 */
  doubleToFloat(out: number, x: number, n: number): void;
  /** float32 to float64 */
  floatToDouble(out: number, x: number, n: number): void;
  /** float64 to int32, for whole numbers of that range: indices that an int64 tensor keeps as doubles. */
  doubleToInt(out: number, x: number, n: number): void;
  /** int32 to float32 */
  intToFloat(out: number, x: number, n: number): void;
  /** Bytes, of uint8 or bool, to float32 */
  byteToFloat(out: number, x: number, n: number): void;
}

/** The exports of assembly/random.ts. */
export interface RandomKernels {
  /** Replaces the 624 words of the Mersenne Twister: w[k] = w[k + 397] xor (the top bit of w[k], the rest of w[k + 1]) times A. */
  twist(words: number): void;
  /** The draws of `n` words of the Mersenne Twister. */
  temper(out: number, words: number, n: number): void;
  /**
   * Turns blocks of 16 uniforms, multiples of 2^-24, into normals, as box_muller.ts does to the last bit: the first 8 give the
   * radii, the last 8 the angles.
   */
  boxMuller(x: number, blocks: number, mean: number, std: number): void;
}

/** All kernels. */
export interface Kernels extends ProductsKernels, DepthwiseKernels, PoolingKernels, ResamplingKernels, UnaryKernels, FunctionsKernels, PiecewiseKernels, BinaryKernels, CombinedKernels, CompareKernels, ActivationsKernels, DerivativesKernels, ReduceKernels, ExtremesKernels, LossesKernels, SoftmaxKernels, RecurrentKernels, OptimizersKernels, LayernormKernels, BatchnormKernels, MovementKernels, RandomKernels {}
