import { loadTail, storeTail } from "./lanes";

/** Loads and stores of four elements or, at the end of an array, of the last `n`, 1 to 3. */
export class Lanes {
  @inline
  static load(address: usize, n: usize): v128 {
    return n >= 4 ? v128.load(address) : loadTail(address, n);
  }

  @inline
  static store(address: usize, x: v128, n: usize): void {
    if (n >= 4) v128.store(address, x);
    else storeTail(address, x, n);
  }
}
