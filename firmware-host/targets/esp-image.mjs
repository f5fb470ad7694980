/**
 * Makes the image that an ESP chip's ROM loads from flash: header, segments, checksum, SHA-256.
 * The firmware stands where ESP-IDF has its second-stage bootloader, so the ROM copies it to RAM
 * and jumps to it.
 *
 * Layout after Espressif's "Firmware Image Format" (esptool's documentation) and esp_image_header_t
 * of ESP-IDF; tests compare with esptool itself. Invariant: the same segments give the same bytes.
 */
import { createHash } from "node:crypto";

const MAGIC = 0xe9;
const CHECKSUM_SEED = 0xef;
const HEADER_BYTES = 24;
const SEGMENT_HEADER_BYTES = 8;
const BLOCK_BYTES = 16;
const WORD_BYTES = 4;

/** Dual I/O is what the ROM reads its first kilobytes with on every module. */
const FLASH_MODE_DIO = 2;
const FLASH_4_MEGABYTES_40_MHZ = 0x20;
const WRITE_PROTECT_PIN_NONE = 0xee;
const ANY_REVISION = 0xffff;
const DIGEST_APPENDED = 1;

const ELF_MAGIC = 0x464c457f;
const ELF_LOAD = 1;

const roundUp = (value, unit) => Math.ceil(value / unit) * unit;

/** Entry point and the loaded segments of a 32-bit little-endian ELF file. */
export function readElf(elf) {
  if (elf.readUInt32LE(0) !== ELF_MAGIC) throw new Error("not an ELF file");
  const table = elf.readUInt32LE(28);
  const entryBytes = elf.readUInt16LE(42);
  const segments = [];
  for (let i = 0; i < elf.readUInt16LE(44); i++) {
    const at = table + i * entryBytes;
    const [type, start, address] = [0, 4, 8].map((field) => elf.readUInt32LE(at + field));
    const length = elf.readUInt32LE(at + 16);
    if (type !== ELF_LOAD || length === 0) continue;
    const data = Buffer.alloc(roundUp(length, WORD_BYTES));
    elf.copy(data, 0, start, start + length);
    segments.push({ address, data });
  }
  return { entry: elf.readUInt32LE(24), segments };
}

function header({ chipId, entry, segments }) {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.set([MAGIC, segments.length, FLASH_MODE_DIO, FLASH_4_MEGABYTES_40_MHZ]);
  bytes.writeUInt32LE(entry, 4);
  bytes[8] = WRITE_PROTECT_PIN_NONE;
  bytes.writeUInt16LE(chipId, 12);
  bytes.writeUInt16LE(ANY_REVISION, 17);
  bytes[23] = DIGEST_APPENDED;
  return bytes;
}

function segmentBytes({ address, data }) {
  const head = Buffer.alloc(SEGMENT_HEADER_BYTES);
  head.writeUInt32LE(address, 0);
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data]);
}

/** The checksum is the last byte of a block of 16, and the digest covers all before it. */
export function espImage({ chipId, entry, segments }) {
  const parts = [header({ chipId, entry, segments }), ...segments.map(segmentBytes)];
  const loaded = Buffer.concat(parts);
  let checksum = CHECKSUM_SEED;
  for (const { data } of segments) for (const byte of data) checksum ^= byte;
  const image = Buffer.alloc(roundUp(loaded.length + 1, BLOCK_BYTES));
  loaded.copy(image);
  image[image.length - 1] = checksum;
  return Buffer.concat([image, createHash("sha256").update(image).digest()]);
}
