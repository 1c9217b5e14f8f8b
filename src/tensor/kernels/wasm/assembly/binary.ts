import { map2, map2Scalar, mapColumn, mapRow } from "./maps";

/*
 * Arithmetic of two arguments. `add` takes two arrays of `n` elements, `addScalar` an array and a number, `addRow` a
 * matrix and a row vector, `addColumn` a matrix and a column vector; the same goes for the others. `out` may be `x` or `y`.
 */

class Add {
  @inline
  of(x: v128, y: v128): v128 {
    return f32x4.add(x, y);
  }
}
/** `x + y` */
export function add(out: usize, x: usize, y: usize, n: usize): void {
  map2<Add>(out, x, y, n);
}
/** `x + y`, `y` a number */
export function addScalar(out: usize, x: usize, y: f32, n: usize): void {
  map2Scalar<Add>(out, x, y, n);
}
/** `x + y`, `y` a row */
export function addRow(out: usize, x: usize, y: usize, rows: usize, columns: usize): void {
  mapRow<Add>(out, x, y, rows, columns);
}
/** `x + y`, `y` a column */
export function addColumn(out: usize, x: usize, y: usize, rows: usize, columns: usize): void {
  mapColumn<Add>(out, x, y, rows, columns);
}

class Sub {
  @inline
  of(x: v128, y: v128): v128 {
    return f32x4.sub(x, y);
  }
}
/** `x - y` */
export function sub(out: usize, x: usize, y: usize, n: usize): void {
  map2<Sub>(out, x, y, n);
}
/** `x - y`, `y` a number */
export function subScalar(out: usize, x: usize, y: f32, n: usize): void {
  map2Scalar<Sub>(out, x, y, n);
}
/** `x - y`, `y` a row */
export function subRow(out: usize, x: usize, y: usize, rows: usize, columns: usize): void {
  mapRow<Sub>(out, x, y, rows, columns);
}
/** `x - y`, `y` a column */
export function subColumn(out: usize, x: usize, y: usize, rows: usize, columns: usize): void {
  mapColumn<Sub>(out, x, y, rows, columns);
}

class Mul {
  @inline
  of(x: v128, y: v128): v128 {
    return f32x4.mul(x, y);
  }
}
/** `x * y` */
export function mul(out: usize, x: usize, y: usize, n: usize): void {
  map2<Mul>(out, x, y, n);
}
/** `x * y`, `y` a number */
export function mulScalar(out: usize, x: usize, y: f32, n: usize): void {
  map2Scalar<Mul>(out, x, y, n);
}
/** `x * y`, `y` a row */
export function mulRow(out: usize, x: usize, y: usize, rows: usize, columns: usize): void {
  mapRow<Mul>(out, x, y, rows, columns);
}
/** `x * y`, `y` a column */
export function mulColumn(out: usize, x: usize, y: usize, rows: usize, columns: usize): void {
  mapColumn<Mul>(out, x, y, rows, columns);
}

class Div {
  @inline
  of(x: v128, y: v128): v128 {
    return f32x4.div(x, y);
  }
}
/** `x / y` */
export function div(out: usize, x: usize, y: usize, n: usize): void {
  map2<Div>(out, x, y, n);
}
/** `x / y`, `y` a number */
export function divScalar(out: usize, x: usize, y: f32, n: usize): void {
  map2Scalar<Div>(out, x, y, n);
}
/** `x / y`, `y` a row */
export function divRow(out: usize, x: usize, y: usize, rows: usize, columns: usize): void {
  mapRow<Div>(out, x, y, rows, columns);
}
/** `x / y`, `y` a column */
export function divColumn(out: usize, x: usize, y: usize, rows: usize, columns: usize): void {
  mapColumn<Div>(out, x, y, rows, columns);
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

class Maximum {
  @inline
  of(x: v128, y: v128): v128 {
    return f32x4.max(x, y);
  }
}
/** The greater of `x` and `y`; NaN if either is */
export function maximum(out: usize, x: usize, y: usize, n: usize): void {
  map2<Maximum>(out, x, y, n);
}
/** The greater of `x` and `y`; NaN if either is, `y` a number */
export function maximumScalar(out: usize, x: usize, y: f32, n: usize): void {
  map2Scalar<Maximum>(out, x, y, n);
}

class Minimum {
  @inline
  of(x: v128, y: v128): v128 {
    return f32x4.min(x, y);
  }
}
/** The lesser of `x` and `y`; NaN if either is */
export function minimum(out: usize, x: usize, y: usize, n: usize): void {
  map2<Minimum>(out, x, y, n);
}
/** The lesser of `x` and `y`; NaN if either is, `y` a number */
export function minimumScalar(out: usize, x: usize, y: f32, n: usize): void {
  map2Scalar<Minimum>(out, x, y, n);
}
