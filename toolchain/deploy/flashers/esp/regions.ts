/**
 * An image cut at the chip's 64 KiB erase blocks. Each region is compared and verified on its own,
 * so an unchanged one is not sent, and after a fault only what is not yet in flash is sent again.
 */
import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";

const ERASE_BLOCK_BYTES = 0x10000;
const WORD_BYTES = 4;
const ERASED = 0xff;

export interface FlashRegion {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly md5: string;
}

const md5Of = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");

/** The loader writes whole words. */
function padded(image: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(image.length / WORD_BYTES) * WORD_BYTES).fill(ERASED);
  out.set(image);
  return out;
}

export function regionsOf(image: Uint8Array, offset: number): readonly FlashRegion[] {
  const whole = padded(image);
  const end = offset + whole.length;
  const regions: FlashRegion[] = [];
  for (let start = offset; start < end; ) {
    const next = Math.min(end, (Math.floor(start / ERASE_BLOCK_BYTES) + 1) * ERASE_BLOCK_BYTES);
    const bytes = whole.subarray(start - offset, next - offset);
    regions.push({ offset: start, bytes, md5: md5Of(bytes) });
    start = next;
  }
  return regions;
}

/** A run of regions as the loader inflates it. */
export const compressed = (run: readonly FlashRegion[]): Uint8Array =>
  deflateSync(Buffer.concat(run.map(({ bytes }) => bytes)), { level: 9 });
