import { bool, type DType, get_default_dtype } from "./dtype.js";

/** What the numbers of a floating point dtype are like: by default of the default one. @throws TypeError for others */
export function finfo(type: DType = get_default_dtype()): FloatInfo {
  if (type.is_floating_point) return new FloatInfo(type);
  throw new TypeError("torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'");
}

/** The range of an integer dtype. @throws TypeError for others */
export function iinfo(type: DType): IntegerInfo {
  if (type.is_floating_point) {
    throw new TypeError("torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'");
  }
  if (type === bool) throw new TypeError("torch.bool is not supported by torch.iinfo");
  return new IntegerInfo(type);
}

/** What the numbers of a floating point dtype are like. */
export class FloatInfo {
  readonly bits: number;
  /** The distance from 1 to the next number. */
  readonly eps: number;
  readonly max: number;
  readonly min: number;
  /** The smallest positive number of full precision. */
  readonly smallest_normal: number;
  readonly tiny: number;
  /** The unit of the last decimal digit that counts in numbers about 1. */
  readonly resolution: number;
  readonly dtype: string;

  constructor(dtype: DType) {
    const digits = dtype.itemsize === 4 ? 23 : 52;
    this.bits = dtype.itemsize * 8;
    this.eps = 2 ** -digits;
    this.max = (2 - this.eps) * 2 ** (dtype.itemsize === 4 ? 127 : 1023);
    this.min = -this.max;
    this.smallest_normal = 2 ** (dtype.itemsize === 4 ? -126 : -1022);
    this.tiny = this.smallest_normal;
    this.resolution = dtype.itemsize === 4 ? 1e-6 : 1e-15;
    this.dtype = dtype.name;
  }

  toString(): string {
    const entries = ["resolution", "min", "max", "eps", "smallest_normal", "tiny"] as const;
    return `finfo(${entries.map((name) => `${name}=${sixDigits(this[name])}`).join(", ")}, dtype=${this.dtype})`;
  }
}

/** The range of an integer dtype, PyTorch's: here int64 holds integers to 2^53 only. */
export class IntegerInfo {
  readonly bits: number;
  readonly max: number;
  readonly min: number;
  readonly dtype: string;

  constructor(dtype: DType) {
    this.bits = dtype.itemsize * 8;
    const unsigned = dtype.name === "uint8";
    this.max = 2 ** (unsigned ? this.bits : this.bits - 1) - 1;
    this.min = unsigned ? 0 : -(2 ** (this.bits - 1));
    this.dtype = dtype.name;
  }

  toString(): string {
    return `iinfo(min=${sixDigits(this.min)}, max=${sixDigits(this.max)}, dtype=${this.dtype})`;
  }
}

/** As C++ writes doubles by default. */
function sixDigits(x: number): string {
  const short = Number(x.toPrecision(6));
  if (short === 0 || (Math.abs(short) >= 1e-4 && Math.abs(short) < 1e6)) return String(short);
  const [mantissa, exponent] = short.toExponential().split("e");
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
}
