/**
 * sum, mean, reduce_max, reduce_min, reduce_prod, reduce_any and reduce_all over two runs of
 * dimensions, of a shape read as [OUTER, ABOVE, MIDDLE, BELOW, INNER]: ABOVE and BELOW are reduced.
 * One output at a time in memory order, or eight of int8 at once, each from its elements in memory
 * order, the first one as it is: the reference's order, so float32 gives the reference's bits.
 * RULE says how two elements become one and FINISH how a total becomes an output;
 * toolchain/ops/shared/reduce.ts names the values, the operators say whose arithmetic each is.
 */
import { EVEN, largerBytes, REVERSED, SIGNS } from "./lanes";
import { clamp, requantize } from "./requantize";
import { keptTotal } from "./totals";

export const OUTER: i32 = 1;
export const ABOVE: i32 = 1;
export const MIDDLE: i32 = 1;
export const BELOW: i32 = 5;
export const INNER: i32 = 3;
export const RULE: i32 = 0;
export const FINISH: i32 = 0;
export const SCALE: f32 = 1;
export const BIAS: f32 = 0;
export const DIVISOR: f32 = 1;
export const MANTISSA: i64 = 1073741824;
export const SHIFT: i32 = 1;
export const INPUT_ZERO: i32 = 0;
export const OUTPUT_ZERO: i32 = 0;
/** How row-totals.ts has kept totals; see totals.ts. */
export const KEPT: i32 = 0;
export const NEUTRAL: i32 = 0;

const SUM: i32 = 0;
const LARGEST: i32 = 1;
const SMALLEST: i32 = 2;
const PRODUCT: i32 = 3;
const SCALED_PRODUCT: i32 = 4;

const PLAIN: i32 = 0;
const TRUNCATED: i32 = 1;
const NEAREST: i32 = 2;
const REAL: i32 = 3;
const FIXED: i32 = 4;
const NARROW: i32 = 5;
const WRAPPED: i32 = 6;

const COUNT: i32 = ABOVE * BELOW;
/** Outside int16 with any zero point, exact in f32: bounds a value before it is an integer. */
const REAL_LIMIT: f32 = 1073741824;

/** An element as the rule takes it. */
// @ts-ignore: decorator
@inline
function operand<X, A>(at: usize): A {
  if (RULE == SCALED_PRODUCT) return <A>(<i32>load<X>(at) - INPUT_ZERO);
  return <A>load<X>(at);
}

// @ts-ignore: decorator
@inline
function combine<A>(total: A, value: A): A {
  if (RULE == SUM) return total + value;
  if (RULE == LARGEST) return max<A>(total, value);
  if (RULE == SMALLEST) return min<A>(total, value);
  if (RULE == PRODUCT) return total * value;
  return <A>requantize(<i64>total * <i64>value, MANTISSA, SHIFT, false);
}

/** The total of one output, whose first element is at `first`. */
// @ts-ignore: decorator
@inline
function totalOf<X, A>(first: usize): A {
  let total = operand<X, A>(first);
  let row = first;
  let at = first + INNER * sizeof<X>();
  for (let above: i32 = 0; above < ABOVE; above++) {
    const end = row + BELOW * INNER * sizeof<X>();
    while (at < end) {
      total = combine<A>(total, operand<X, A>(at));
      at += INNER * sizeof<X>();
    }
    row += MIDDLE * BELOW * INNER * sizeof<X>();
    at = row;
  }
  return total;
}

/** Stores a quantised value, less its zero point. */
// @ts-ignore: decorator
@inline
function storeQuantized<X>(to: usize, value: i32): void {
  const limit: i32 = 1 << (sizeof<X>() * 8 - 1);
  store<X>(to, <X>clamp(value + OUTPUT_ZERO, -limit, limit - 1));
}

/** Stores the output element of an integer total. */
// @ts-ignore: decorator
@inline
function finish<X>(to: usize, total: i32): void {
  if (FINISH == PLAIN) {
    store<X>(to, <X>total);
  } else if (FINISH == TRUNCATED) {
    store<X>(to, <X>(total / COUNT));
  } else if (FINISH == NEAREST) {
    const centred = total - INPUT_ZERO * COUNT;
    storeQuantized<X>(to, <i32>nearest<f32>(<f32>centred * SCALE));
  } else if (FINISH == REAL || FINISH == WRAPPED) {
    const scaled = <f32>total / DIVISOR * SCALE + BIAS;
    const real = <f64>min<f32>(max<f32>(scaled, -REAL_LIMIT), REAL_LIMIT);
    const whole = <i32>(real + copysign<f64>(0.5, real));
    if (FINISH == WRAPPED) store<X>(to, <X>(whole + OUTPUT_ZERO));
    else storeQuantized<X>(to, whole);
  } else if (FINISH == NARROW) {
    storeQuantized<X>(to, requantize(total, MANTISSA, SHIFT, false));
  } else if (FINISH == FIXED) {
    storeQuantized<X>(to, requantize(total - INPUT_ZERO * COUNT, MANTISSA, SHIFT, true));
  }
}

/** Stores the output element of a total of any type. */
// @ts-ignore: decorator
@inline
function storeTotal<X, A>(to: usize, total: A): void {
  if (isFloat<X>()) store<f32>(to, FINISH == PLAIN ? total : total / DIVISOR);
  else if (sizeof<A>() == 8) store<X>(to, <X>(total / COUNT));
  else finish<X>(to, <i32>total);
}

/** The outputs of INNER columns beside each other. */
// @ts-ignore: decorator
@inline
function reduceColumns<X, A>(from: usize, to: usize): void {
  let at = to;
  for (let first = from; first < from + INNER * sizeof<X>(); first += sizeof<X>()) {
    storeTotal<X, A>(at, totalOf<X, A>(first));
    at += sizeof<X>();
  }
}

const LANES: i32 = 8;

/** Eight outputs beside each other, the first element of the first one at `first`: sums. */
// @ts-ignore: decorator
@inline
function sumLanes(first: usize, to: usize): void {
  let even: u64 = 0;
  let odd: u64 = 0;
  let row = first;
  for (let above: i32 = 0; above < ABOVE; above++) {
    for (let at = row; at < row + BELOW * INNER; at += INNER) {
      const word = load<u64>(at) ^ SIGNS;
      even += word & EVEN;
      odd += (word >> 8) & EVEN;
    }
    row += MIDDLE * BELOW * INNER;
  }
  for (let lane: i32 = 0; lane < LANES; lane++) {
    finish<i8>(to + lane, <i32>(even & 0xffff) - 128 * COUNT);
    const next = even >> 16;
    even = odd;
    odd = next;
  }
}

/** The same for largest and smallest elements. */
// @ts-ignore: decorator
@inline
function extremeLanes(first: usize, to: usize): void {
  const order = RULE == LARGEST ? SIGNS : REVERSED;
  let extreme = load<u64>(first) ^ order;
  let row = first;
  for (let above: i32 = 0; above < ABOVE; above++) {
    for (let at = row; at < row + BELOW * INNER; at += INNER) {
      extreme = largerBytes(load<u64>(at) ^ order, extreme);
    }
    row += MIDDLE * BELOW * INNER;
  }
  store<u64>(to, extreme ^ order);
}

/** The same for int8, eight columns at once; the last eight lap over those before. */
// @ts-ignore: decorator
@inline
function reduceColumnsInLanes(from: usize, to: usize): void {
  for (let column: i32 = 0; column < INNER; column += LANES) {
    const place = min(column, INNER - LANES);
    if (RULE == SUM) sumLanes(from + place, to + place);
    else extremeLanes(from + place, to + place);
  }
}

/** All outputs of a reduction from elements of type X, in totals of type A. */
// @ts-ignore: decorator
@inline
function reduce<X, A>(input: usize, output: usize, inLanes: bool): void {
  let to = output;
  let from = input;
  for (let outer: i32 = 0; outer < OUTER; outer++) {
    for (let middle: i32 = 0; middle < MIDDLE; middle++) {
      if (inLanes) reduceColumnsInLanes(from, to);
      else reduceColumns<X, A>(from, to);
      from += BELOW * INNER * sizeof<X>();
      to += INNER * sizeof<X>();
    }
    from += (ABOVE - 1) * MIDDLE * BELOW * INNER * sizeof<X>();
  }
}

export function reduceLanes(input: usize, output: usize): void {
  reduce<i8, i32>(input, output, true);
}

export function reduceInt8(input: usize, output: usize): void {
  reduce<i8, i32>(input, output, false);
}

export function reduceInt16(input: usize, output: usize): void {
  reduce<i16, i32>(input, output, false);
}

export function reduceInt32(input: usize, output: usize): void {
  reduce<i32, i32>(input, output, false);
}

export function reduceFloat(input: usize, output: usize): void {
  reduce<f32, f32>(input, output, false);
}

/** The truncated mean of int32. */
export function meanInt32(input: usize, output: usize): void {
  reduce<i32, i64>(input, output, false);
}

/** The outputs of totals of all columns. */
function finishTotals<X, A>(totals: usize, output: usize): void {
  for (let column: i32 = 0; column < INNER; column++) {
    const total = keptTotal<A>(totals, column, KEPT, NEUTRAL, COUNT);
    storeTotal<X, A>(output + column * sizeof<X>(), total);
  }
}

export function totalsInt8(totals: usize, output: usize): void {
  finishTotals<i8, i32>(totals, output);
}

export function totalsInt16(totals: usize, output: usize): void {
  finishTotals<i16, i32>(totals, output);
}

export function totalsFloat(totals: usize, output: usize): void {
  finishTotals<f32, f32>(totals, output);
}
