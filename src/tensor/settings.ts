import { warn } from "../python/warnings.js";
import { checkDevice } from "./creation.js";
import { setRelaxed } from "./kernels/wasm/instance.js";

// Settings of PyTorch, most of which change nothing here: all is computed on the CPU and in full precision.

/** Numbers near 0 keep their digits: `false`, as on processors that cannot do otherwise. */
export const set_flush_denormal = (_mode: boolean): boolean => false;

const settings = { deterministic: false, warnOnly: false, precision: "highest" };

/**
 * With `true` results are the same on every machine. Without, they are the same each time on one machine, but for the last
 * digits of matrix products and convolutions: where WebAssembly has relaxed SIMD (Node.js 22, most browsers), their
 * multiply-adds round once or twice, as the processor likes, and take a fifth less time.
 */
export function use_deterministic_algorithms(mode: boolean, options: { warn_only?: boolean } = {}): void {
  setRelaxed(!mode);
  settings.deterministic = mode;
  settings.warnOnly = options.warn_only ?? false;
}

export const are_deterministic_algorithms_enabled = (): boolean => settings.deterministic;
export const is_deterministic_algorithms_warn_only_enabled = (): boolean => settings.warnOnly;

const precisions = ["highest", "high", "medium"];

/** Noted; products are computed in full precision in any case. */
export function set_float32_matmul_precision(precision: string): void {
  if (precisions.includes(precision)) settings.precision = precision;
  else {
    warn(
      `${precision} is not one of 'highest', 'high', or 'medium'; the currentsetFloat32MatmulPrecision call has no effect.`,
    );
  }
}

export const get_float32_matmul_precision = (): string => settings.precision;

/** The name of a device, checked: `"cpu"`. */
export function device(type: string, index?: number): string {
  checkDevice(index === undefined ? type : `${type}:${index}`);
  return type;
}

/** Where new tensors live: `"cpu"`. */
export const get_default_device = (): string => "cpu";

/** Accepts `"cpu"`, the only device there is. */
export function set_default_device(device: string | null): void {
  checkDevice(device);
}
