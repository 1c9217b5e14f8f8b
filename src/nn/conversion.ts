import { RuntimeError } from "../python/errors.js";
import { isKeywords } from "../python/signature.js";
import { DType, Tensor } from "../tensor/index.js";

/** To what `module.to(...)` converts, by name. */
interface ToOptions {
  device?: string;
  dtype?: DType;
  tensor?: Tensor;
  non_blocking?: boolean;
}

/** The arguments of `module.to(...)`. */
export type ToArguments =
  | [target: DType | string | Tensor | ToOptions, non_blocking?: boolean | ToOptions]
  | [device: string, dtype: DType, non_blocking?: boolean | ToOptions];

const KNOWN = ["device", "dtype", "non_blocking", "tensor"];

/** @throws RuntimeError for another device than the CPU */
export function checkDevice(device: string | null): void {
  if (device !== null && device !== "cpu") {
    throw new RuntimeError(`device '${device}' is not supported`, 'Every tensor lives on "cpu".');
  }
}

/** The dtype that the arguments of `module.to(...)` ask for, if any. */
export function targetOf(args: ToArguments): DType | undefined {
  const last = args.at(-1);
  const named: ToOptions = isKeywords(last) ? last : {};
  const given = named === last ? args.slice(0, -1) : args;
  const stranger = Object.keys(named).find((name) => !KNOWN.includes(name));
  if (stranger !== undefined) {
    throw new TypeError(
      `to() got an unexpected keyword argument '${stranger}'\n\nto knows these: ${KNOWN.join(", ")}.`,
    );
  }
  checkDevice(named.device ?? given.find((v) => typeof v === "string") ?? null);
  const tensor = named.tensor ?? given.find((v) => v instanceof Tensor);
  return named.dtype ?? tensor?.dtype ?? given.find((v) => v instanceof DType);
}
