/**
 * CRC-32C (Castagnoli; RFC 3720, appendix B.4): reflected polynomial 0x82F63B78, initial value and
 * final xor of all ones. The firmware computes the same by nibbles (firmware-host/core/frame.c).
 */
import { must } from "../../diagnostics/assert.ts";

const reflectedPolynomial = 0x82f63b78;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = (remainder >>> 1) ^ (remainder & 1 ? reflectedPolynomial : 0);
  }
  return remainder;
});

export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc = (crc >>> 8) ^ must(table[(crc ^ byte) & 0xff], "the table has 256 entries");
  }
  return ~crc >>> 0;
}
