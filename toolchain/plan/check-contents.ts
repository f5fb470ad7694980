/**
 * What every byte of memory holds while the checker replays a plan: extents of bytes, in the order
 * of addresses, each a run of one value.
 *
 * A byte is known by its value and by where that value's first byte would lie, so a value that is
 * found one byte beside its place is another one. Values are tensors, or one of the marks below.
 */
import { assert, must } from "../diagnostics/assert.ts";

export interface Range {
  readonly offset: number;
  readonly bytes: number;
}

export const NOTHING = -1;
export const SCRATCH = -2;
/** The next events of a segment, the sums of a total: theirs where their slot begins. */
export const EVENTS = -3;
export const SUMS = -4;
/** Bytes that are all the same; it does not matter which of them is found. */
export const filledWith = (byte: number): number => -256 - byte;
const isFill = (value: number): boolean => value <= filledWith(0);

/** Bytes of a value from its byte number `from` on. */
export interface Span {
  readonly value: number;
  readonly from: number;
  readonly bytes: number;
}

/** Some bytes of what the spans hold one after the other. */
export function sliceSpans(spans: readonly Span[], from: number, bytes: number): Span[] {
  let start = -from;
  return spans.flatMap((span) => {
    const begin = Math.max(0, -start);
    const end = Math.min(span.bytes, bytes - start);
    start += span.bytes;
    return begin < end ? [{ ...span, from: span.from + begin, bytes: end - begin }] : [];
  });
}

interface Extent {
  readonly start: number;
  readonly end: number;
  readonly value: number;
  /** Address of the value's byte 0. */
  readonly origin: number;
}

export class Contents {
  readonly #extents: Extent[];

  constructor(bytes: number) {
    this.#extents = [{ start: 0, end: bytes, value: NOTHING, origin: 0 }];
  }

  /** The range holds `value` from its byte number `from` on. */
  put({ offset, bytes }: Range, value: number, from = 0): void {
    if (bytes === 0) return;
    this.#replace(offset, bytes, [
      { start: offset, end: offset + bytes, value, origin: offset - from },
    ]);
  }

  /** memory.copy: ranges may overlap. */
  copy(to: number, from: number, bytes: number): void {
    const by = to - from;
    const moved = this.#within(from, bytes).map(({ start, end, value, origin }): Extent => {
      return { start: start + by, end: end + by, value, origin: origin + by };
    });
    this.#replace(to, bytes, moved);
  }

  /** The first address from `offset` on that does not hold what it should; undefined: all do. */
  firstOther(offset: number, expected: readonly Span[]): number | undefined {
    let address = offset;
    for (const { value, from, bytes } of expected) {
      const origin = address - from;
      const other = this.#within(address, bytes).find((extent) => {
        return extent.value !== value || (extent.origin !== origin && !isFill(value));
      });
      if (other !== undefined) return other.start;
      address += bytes;
    }
    return undefined;
  }

  #within(offset: number, bytes: number): Extent[] {
    return this.#extents.slice(this.#cut(offset), this.#cut(offset + bytes));
  }

  #replace(offset: number, bytes: number, extents: readonly Extent[]): void {
    const first = this.#cut(offset);
    this.#extents.splice(first, this.#cut(offset + bytes) - first, ...extents);
  }

  /** The extent that begins at an address; one that went over it is two from now on. */
  #cut(address: number): number {
    let low = 0;
    let high = this.#extents.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (must(this.#extents[middle], "an extent").end <= address) low = middle + 1;
      else high = middle;
    }
    const extent = this.#extents[low];
    if (extent === undefined || extent.start === address) return low;
    assert(extent.start < address, `plan: address ${address} is outside memory`);
    this.#extents.splice(low, 1, { ...extent, end: address }, { ...extent, start: address });
    return low + 1;
  }
}
