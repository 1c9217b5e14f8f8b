/* Operations on four float32 numbers, to be compiled into loops. */

export class Same {
  @inline
  of(x: v128): v128 {
    return x;
  }
}

export class Sum {
  @inline
  of(x: v128, y: v128): v128 {
    return f32x4.add(x, y);
  }
}

export class Difference {
  @inline
  of(x: v128, y: v128): v128 {
    return f32x4.sub(x, y);
  }
}

export class Product {
  @inline
  of(x: v128, y: v128): v128 {
    return f32x4.mul(x, y);
  }
}

export class Quotient {
  @inline
  of(x: v128, y: v128): v128 {
    return f32x4.div(x, y);
  }
}

/** The greater of two; NaN if either is. */
export class Greater {
  @inline
  of(x: v128, y: v128): v128 {
    return f32x4.max(x, y);
  }
}

/** The lesser of two; NaN if either is. */
export class Lesser {
  @inline
  of(x: v128, y: v128): v128 {
    return f32x4.min(x, y);
  }
}

/** The greater of two, of equal ones (zeros) the second; NaN if either is. */
export class GreaterOrSecond {
  @inline
  of(x: v128, y: v128): v128 {
    return v128.bitselect(x, f32x4.pmax(y, x), f32x4.ne(x, x));
  }
}

/** The lesser of two, of equal ones (zeros) the second; NaN if either is. */
export class LesserOrSecond {
  @inline
  of(x: v128, y: v128): v128 {
    return v128.bitselect(x, f32x4.pmin(y, x), f32x4.ne(x, x));
  }
}

/** `(x - mean)^2` of two doubles. */
export class SquareOfDifference {
  @inline
  of(x: v128, mean: v128): v128 {
    const d = f64x2.sub(x, mean);
    return f64x2.mul(d, d);
  }
}
