/* Angles of 2^20 and more in quarters of a turn, of which so many whole ones go in that only the rest counts. */

/** Bits 32 i - 32 and on of 2 / pi behind the point; those before it are 0. */
function word(i: i32): u64 {
  if (i < 4) return i < 2 ? (i == 0 ? 0 : 0xa2f9836e) : i == 2 ? 0x4e441529 : 0xfc2757d1;
  return i < 6 ? (i == 4 ? 0xf534ddc0 : 0xdb629599) : i == 6 ? 0x3c439041 : 0xfe5163ab;
}

/**
 * `x / (pi / 2)` modulo 4 in units of 2^-62. With x = m 2^k and an integer m of 24 bits, those bits of 2 / pi are left out
 * that are multiples of 4 after multiplication by 2^k; 96 more are used.
 */
function quartersModulo4(x: f32): i64 {
  const bits = reinterpret<u32>(x);
  const m = <u64>((bits & 0x7fffff) | 0x800000);
  const start = <i32>((bits >> 23) & 255) - 150 + 30;
  const shift = <u64>(start & 31);
  const i = start >> 5;
  const first = (word(i) << 32) | word(i + 1);
  const second = (word(i + 2) << 32) | word(i + 3);
  const head = (first << shift) | (shift == 0 ? 0 : second >> (64 - shift));
  const size = <i64>(m * head + ((m * ((second << shift) >> 32)) >> 32));
  return bits >> 31 ? -size : size;
}

/** The whole number that is nearest to {@link quartersModulo4}. */
function nearest(quarters: i64): i64 {
  return (quarters + (1 << 61)) >> 62;
}

function quartersOf(x: f32): i32 {
  return <i32>nearest(quartersModulo4(x));
}

function restOf(x: f32): f32 {
  const quarters = quartersModulo4(x);
  // pi / 2 in the units of the rest
  return <f32>(<f64>(quarters - (nearest(quarters) << 62)) * 3.4061215800865545e-19);
}

/** How many quarters of a turn are next to x, modulo 4. */
export function quartersOfLarge(x: v128): v128 {
  return i32x4(
    quartersOf(f32x4.extract_lane(x, 0)),
    quartersOf(f32x4.extract_lane(x, 1)),
    quartersOf(f32x4.extract_lane(x, 2)),
    quartersOf(f32x4.extract_lane(x, 3)),
  );
}

/** What is left of x without those quarters; NaN of infinities. */
export function restsOfLarge(x: v128): v128 {
  let r = f32x4.splat(restOf(f32x4.extract_lane(x, 0)));
  r = f32x4.replace_lane(r, 1, restOf(f32x4.extract_lane(x, 1)));
  r = f32x4.replace_lane(r, 2, restOf(f32x4.extract_lane(x, 2)));
  r = f32x4.replace_lane(r, 3, restOf(f32x4.extract_lane(x, 3)));
  // x - x is NaN of infinities, else 0
  return f32x4.add(r, f32x4.sub(x, x));
}
