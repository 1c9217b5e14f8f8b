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

/** `(x - mean)^2` of two doubles. */
export class SquareOfDifference {
  @inline
  of(x: v128, mean: v128): v128 {
    const d = f64x2.sub(x, mean);
    return f64x2.mul(d, d);
  }
}
