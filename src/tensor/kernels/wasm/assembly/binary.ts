import { map2, map2Scalar, mapColumn, mapRow } from "./maps";
import { Difference, GreaterOrSecond, LesserOrSecond, Product, Quotient, Sum } from "./operations";

/*
 * Arithmetic of two arguments. `add` takes two arrays of `n` elements, `addScalar` an array and a number, `addRow` a
 * matrix and a row vector, `addColumn` a matrix and a column vector; the same goes for the others. `out` may be `x` or `y`.
 */

/** `x + y` */
export function add(out: usize, x: usize, y: usize, n: usize): void {
  map2<Sum>(out, x, y, n);
}
/** `x + y`, `y` a number */
export function addScalar(out: usize, x: usize, y: f32, n: usize): void {
  map2Scalar<Sum>(out, x, y, n);
}
/** `x + y`, `y` a row */
export function addRow(out: usize, x: usize, y: usize, rows: usize, columns: usize): void {
  mapRow<Sum>(out, x, y, rows, columns);
}
/** `x + y`, `y` a column */
export function addColumn(out: usize, x: usize, y: usize, rows: usize, columns: usize): void {
  mapColumn<Sum>(out, x, y, rows, columns);
}

/** `x - y` */
export function sub(out: usize, x: usize, y: usize, n: usize): void {
  map2<Difference>(out, x, y, n);
}
/** `x - y`, `y` a number */
export function subScalar(out: usize, x: usize, y: f32, n: usize): void {
  map2Scalar<Difference>(out, x, y, n);
}
/** `x - y`, `y` a row */
export function subRow(out: usize, x: usize, y: usize, rows: usize, columns: usize): void {
  mapRow<Difference>(out, x, y, rows, columns);
}
/** `x - y`, `y` a column */
export function subColumn(out: usize, x: usize, y: usize, rows: usize, columns: usize): void {
  mapColumn<Difference>(out, x, y, rows, columns);
}

/** `x * y` */
export function mul(out: usize, x: usize, y: usize, n: usize): void {
  map2<Product>(out, x, y, n);
}
/** `x * y`, `y` a number */
export function mulScalar(out: usize, x: usize, y: f32, n: usize): void {
  map2Scalar<Product>(out, x, y, n);
}
/** `x * y`, `y` a row */
export function mulRow(out: usize, x: usize, y: usize, rows: usize, columns: usize): void {
  mapRow<Product>(out, x, y, rows, columns);
}
/** `x * y`, `y` a column */
export function mulColumn(out: usize, x: usize, y: usize, rows: usize, columns: usize): void {
  mapColumn<Product>(out, x, y, rows, columns);
}

/** `x / y` */
export function div(out: usize, x: usize, y: usize, n: usize): void {
  map2<Quotient>(out, x, y, n);
}
/** `x / y`, `y` a number */
export function divScalar(out: usize, x: usize, y: f32, n: usize): void {
  map2Scalar<Quotient>(out, x, y, n);
}
/** `x / y`, `y` a row */
export function divRow(out: usize, x: usize, y: usize, rows: usize, columns: usize): void {
  mapRow<Quotient>(out, x, y, rows, columns);
}
/** `x / y`, `y` a column */
export function divColumn(out: usize, x: usize, y: usize, rows: usize, columns: usize): void {
  mapColumn<Quotient>(out, x, y, rows, columns);
}

class Rsub {
  @inline
  of(x: v128, y: v128): v128 {
    return f32x4.sub(y, x);
  }
}
/** `y - x`, `y` a number */
export function rsubScalar(out: usize, x: usize, y: f32, n: usize): void {
  map2Scalar<Rsub>(out, x, y, n);
}
/** `y - x`, `y` a row */
export function rsubRow(out: usize, x: usize, y: usize, rows: usize, columns: usize): void {
  mapRow<Rsub>(out, x, y, rows, columns);
}
/** `y - x`, `y` a column */
export function rsubColumn(out: usize, x: usize, y: usize, rows: usize, columns: usize): void {
  mapColumn<Rsub>(out, x, y, rows, columns);
}

class Rdiv {
  @inline
  of(x: v128, y: v128): v128 {
    return f32x4.div(y, x);
  }
}
/** `y / x`, `y` a number */
export function rdivScalar(out: usize, x: usize, y: f32, n: usize): void {
  map2Scalar<Rdiv>(out, x, y, n);
}
/** `y / x`, `y` a row */
export function rdivRow(out: usize, x: usize, y: usize, rows: usize, columns: usize): void {
  mapRow<Rdiv>(out, x, y, rows, columns);
}
/** `y / x`, `y` a column */
export function rdivColumn(out: usize, x: usize, y: usize, rows: usize, columns: usize): void {
  mapColumn<Rdiv>(out, x, y, rows, columns);
}

/** The greater of `x` and `y`, of equal ones `y`; NaN if either is */
export function maximum(out: usize, x: usize, y: usize, n: usize): void {
  map2<GreaterOrSecond>(out, x, y, n);
}

/** The lesser of `x` and `y`, of equal ones `y`; NaN if either is */
export function minimum(out: usize, x: usize, y: usize, n: usize): void {
  map2<LesserOrSecond>(out, x, y, n);
}
