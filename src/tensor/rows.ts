import type { TypedArray } from "./dtype.js";
import type { Tensor } from "./tensor.js";

/** The elements row by row, to be read: the memory itself where they lie so, else a copy. */
export const rowsOf = (t: Tensor): TypedArray =>
  t.is_contiguous() && t.numel() === t.storage.data.length ? t.storage.data : t.toTypedArray();
