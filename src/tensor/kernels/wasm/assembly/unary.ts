import { Elementary } from "./elementary";
import { choose, div, mul, splat, sub } from "./lanes";
import { longMap1 } from "./long_maps";
import { map1 } from "./maps";

/* Functions of one argument: `out[i] = f(x[i])` for `n` elements; `out` may be `x`. */

class Neg {
  @inline
  of(x: v128): v128 {
    return f32x4.neg(x);
  }
}
/** `-x` */
export function neg(out: usize, x: usize, n: usize): void {
  map1<Neg>(out, x, n);
}

class Abs {
  @inline
  of(x: v128): v128 {
    return f32x4.abs(x);
  }
}
/** `|x|` */
export function abs(out: usize, x: usize, n: usize): void {
  map1<Abs>(out, x, n);
}

class Sign {
  @inline
  of(x: v128): v128 {
    const up = v128.and(f32x4.gt(x, splat(0)), splat(1));
    return sub(up, v128.and(f32x4.lt(x, splat(0)), splat(1)));
  }
}
/** -1, 0 or 1 as `x` is negative, 0 or positive; 0 for NaN */
export function sign(out: usize, x: usize, n: usize): void {
  map1<Sign>(out, x, n);
}

class Relu {
  @inline
  of(x: v128): v128 {
    return v128.andnot(x, f32x4.le(x, splat(0)));
  }
}
/** `max(x, 0)` */
export function relu(out: usize, x: usize, n: usize): void {
  map1<Relu>(out, x, n);
}

class Exp {
  @inline
  of(x: v128): v128 {
    return Elementary.exp(x);
  }
}
/** `e^x`, 1 ulp */
export function exp(out: usize, x: usize, n: usize): void {
  longMap1<Exp>(out, x, n);
}

class Expm1 {
  @inline
  of(x: v128): v128 {
    return Elementary.expm1(x);
  }
}
/** `e^x - 1`, 2 ulp */
export function expm1(out: usize, x: usize, n: usize): void {
  longMap1<Expm1>(out, x, n);
}

class Log {
  @inline
  of(x: v128): v128 {
    return Elementary.log(x);
  }
}
/** `ln x`, 1 ulp */
export function log(out: usize, x: usize, n: usize): void {
  longMap1<Log>(out, x, n);
}

class Log1p {
  @inline
  of(x: v128): v128 {
    return Elementary.log1p(x);
  }
}
/** `ln(1 + x)`, 2 ulp */
export function log1p(out: usize, x: usize, n: usize): void {
  longMap1<Log1p>(out, x, n);
}

class Log2 {
  @inline
  of(x: v128): v128 {
    return Elementary.log2(x);
  }
}
/** `log2 x`, 1 ulp */
export function log2(out: usize, x: usize, n: usize): void {
  longMap1<Log2>(out, x, n);
}

class Log10 {
  @inline
  of(x: v128): v128 {
    return Elementary.log10(x);
  }
}
/** `log10 x`, 1 ulp */
export function log10(out: usize, x: usize, n: usize): void {
  longMap1<Log10>(out, x, n);
}

class Sqrt {
  @inline
  of(x: v128): v128 {
    return f32x4.sqrt(x);
  }
}
/** The square root */
export function sqrt(out: usize, x: usize, n: usize): void {
  map1<Sqrt>(out, x, n);
}

class Rsqrt {
  @inline
  of(x: v128): v128 {
    return div(splat(1), f32x4.sqrt(x));
  }
}
/** `1 / sqrt(x)`, rounded twice */
export function rsqrt(out: usize, x: usize, n: usize): void {
  map1<Rsqrt>(out, x, n);
}

class Cube {
  @inline
  of(x: v128): v128 {
    return mul(mul(x, x), x);
  }
}
/** `x^3`, rounded twice */
export function cube(out: usize, x: usize, n: usize): void {
  map1<Cube>(out, x, n);
}

class Reciprocal {
  @inline
  of(x: v128): v128 {
    return div(splat(1), x);
  }
}
/** `1 / x` */
export function reciprocal(out: usize, x: usize, n: usize): void {
  map1<Reciprocal>(out, x, n);
}

class Square {
  @inline
  of(x: v128): v128 {
    return mul(x, x);
  }
}
/** `x^2` */
export function square(out: usize, x: usize, n: usize): void {
  map1<Square>(out, x, n);
}

class Tanh {
  @inline
  of(x: v128): v128 {
    return Elementary.tanh(x);
  }
}
/** The hyperbolic tangent, 2 ulp */
export function tanh(out: usize, x: usize, n: usize): void {
  longMap1<Tanh>(out, x, n);
}

class Sigmoid {
  @inline
  of(x: v128): v128 {
    return Elementary.sigmoid(x);
  }
}
/** `1 / (1 + e^-x)`, 3 ulp */
export function sigmoid(out: usize, x: usize, n: usize): void {
  longMap1<Sigmoid>(out, x, n);
}

class Silu {
  @inline
  of(x: v128): v128 {
    return mul(x, Elementary.sigmoid(x));
  }
}
/** `x / (1 + e^-x)` */
export function silu(out: usize, x: usize, n: usize): void {
  longMap1<Silu>(out, x, n);
}

class Floor {
  @inline
  of(x: v128): v128 {
    return f32x4.floor(x);
  }
}
/** The greatest whole number that is not above `x` */
export function floor(out: usize, x: usize, n: usize): void {
  map1<Floor>(out, x, n);
}

class Ceil {
  @inline
  of(x: v128): v128 {
    return f32x4.ceil(x);
  }
}
/** The least whole number that is not below `x` */
export function ceil(out: usize, x: usize, n: usize): void {
  map1<Ceil>(out, x, n);
}

class Round {
  @inline
  of(x: v128): v128 {
    return f32x4.nearest(x);
  }
}
/** The nearest whole number, the even one of two */
export function round(out: usize, x: usize, n: usize): void {
  map1<Round>(out, x, n);
}

class Trunc {
  @inline
  of(x: v128): v128 {
    return f32x4.trunc(x);
  }
}
/** `x` without its fraction */
export function trunc(out: usize, x: usize, n: usize): void {
  map1<Trunc>(out, x, n);
}

class Sin {
  @inline
  of(x: v128): v128 {
    // -0 has a sine of its own sign
    return choose(f32x4.eq(x, splat(0)), x, Elementary.sinOrCos(x, 0));
  }
}
/** `sin x`, 2 ulp */
export function sin(out: usize, x: usize, n: usize): void {
  longMap1<Sin>(out, x, n);
}

class Cos {
  @inline
  of(x: v128): v128 {
    return Elementary.sinOrCos(x, 1);
  }
}
/** `cos x`, 2 ulp */
export function cos(out: usize, x: usize, n: usize): void {
  longMap1<Cos>(out, x, n);
}
