/**
 * Writes UF2: firmware as blocks of 512 bytes, each saying where its 256 bytes belong, so that a
 * bootloader that shows itself as a disk can take them in any order. Format:
 * https://github.com/microsoft/uf2. toolchain/deploy/flashers/uf2.ts reads it.
 */
const MAGIC = [0x0a324655, 0x9e5d5157];
const MAGIC_END = 0x0ab16f30;
const FAMILY_ID_PRESENT = 0x2000;
const BLOCK_BYTES = 512;
const PAYLOAD_BYTES = 256;
const PAYLOAD_AT = 32;

export const FAMILY_RP2040 = 0xe48bff56;

/** The blocks that put `image` at `address`; the last one is filled up with zeros. */
export function writeUf2(image, { address, family }) {
  const count = Math.ceil(image.length / PAYLOAD_BYTES);
  const file = Buffer.alloc(count * BLOCK_BYTES);
  for (let index = 0; index < count; index++) {
    const start = index * PAYLOAD_BYTES;
    const target = address + start;
    const block = file.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES);
    const header = [...MAGIC, FAMILY_ID_PRESENT, target, PAYLOAD_BYTES, index, count, family];
    header.forEach((word, position) => {
      block.writeUInt32LE(word, 4 * position);
    });
    block.set(image.subarray(start, start + PAYLOAD_BYTES), PAYLOAD_AT);
    block.writeUInt32LE(MAGIC_END, BLOCK_BYTES - 4);
  }
  return file;
}
