/**
 * UF2: the shipped RP2040 image, read here by a second reader written from the format's page, and
 * what the product's reader refuses.
 */
import { describe, expect, it } from "vitest";
import { readAsset } from "../../toolchain/assets.ts";
import { isUf2, readUf2, uf2Families } from "../../toolchain/deploy/flashers/uf2.ts";

const shipped = () => new Uint8Array(readAsset("firmware-host/prebuilt/rp2040.uf2"));
const blockBytes = 512;
const flashStart = 0x10000000;

/** By the format's page: 32-byte header, 476 bytes of data, a last mark; addresses may be any. */
function secondReader(file: Buffer): ReadonlyMap<number, number> {
  const memory = new Map<number, number>();
  for (let start = 0; start < file.length; start += blockBytes) {
    const block = file.subarray(start, start + blockBytes);
    expect(block.subarray(0, 8).toString("latin1")).toBe("UF2\nWQ]\x9e");
    expect(block.subarray(508).toString("hex")).toBe("306fb10a");
    expect(block.readUInt32LE(8)).toBe(0x2000);
    expect(block.readUInt32LE(20)).toBe(start / blockBytes);
    expect(block.readUInt32LE(24)).toBe(file.length / blockBytes);
    expect(block.readUInt32LE(28)).toBe(0xe48bff56);
    // The RP2040's ROM takes pages only: 256 bytes, at a multiple of 256.
    expect(block.readUInt32LE(16)).toBe(256);
    expect(block.readUInt32LE(12) % 256).toBe(0);
    for (let index = 0; index < 256; index++) {
      memory.set(block.readUInt32LE(12) + index, block.readUInt8(32 + index));
    }
  }
  return memory;
}

/** CRC-32/MPEG-2 by the definition: the remainder of a division, kept as a list of 32 bits. */
function crc32Mpeg2(bytes: Uint8Array): number {
  const polynomial = [..."00000100110000010001110110110111"].map(Number);
  let register = polynomial.map(() => 1);
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const [first = 0, ...rest] = register;
      const isSubtracted = (first ^ ((byte >> bit) & 1)) === 1;
      register = [...rest, 0].map(
        (value, at) => value ^ (isSubtracted ? (polynomial[at] ?? 0) : 0),
      );
    }
  }
  return Number.parseInt(register.join(""), 2);
}

describe("the shipped RP2040 image", () => {
  it("says the same to two readers", () => {
    const { family, address, bytes } = readUf2(shipped());
    expect(uf2Families.get(family)).toBe("RP2040");
    const memory = secondReader(Buffer.from(shipped()));
    expect(memory.size).toBe(bytes.length);
    const other = Uint8Array.from(bytes, (_, index) => memory.get(address + index) ?? -1);
    expect(Buffer.compare(other, bytes)).toBe(0);
  });

  it("begins with a boot2 that the ROM accepts", () => {
    expect(crc32Mpeg2(new TextEncoder().encode("123456789"))).toBe(0x0376e6e7);
    const { address, bytes } = readUf2(shipped());
    expect(address).toBe(flashStart);
    const stored = Buffer.from(bytes).readUInt32LE(252);
    expect(stored).toBe(crc32Mpeg2(bytes.subarray(0, 252)));
  });

  it("has its stack in RAM and its code in flash, outside the model slot", () => {
    const { address, bytes } = readUf2(shipped());
    const words = new DataView(bytes.buffer, 256);
    expect(words.getUint32(0, true)).toBe(0x20000000 + 56 * 1024);
    const reset = words.getUint32(4, true);
    expect(reset % 2).toBe(1);
    expect(reset).toBeGreaterThan(address);
    expect(reset).toBeLessThan(address + bytes.length);
    expect(bytes.length).toBeLessThanOrEqual(1536 * 1024);
  });
});

describe("a UF2 file", () => {
  const changed = (change: (view: DataView) => void): Uint8Array => {
    const file = shipped();
    change(new DataView(file.buffer, file.byteOffset));
    return file;
  };
  const refused: readonly (readonly [string, Uint8Array, string])[] = [
    ["nothing", new Uint8Array(), "0 bytes are no multiple of 512"],
    ["a cut file", shipped().subarray(0, 1000), "1000 bytes are no multiple of 512"],
    ["a missing block", shipped().subarray(blockBytes), "block 0 says it is 1 of"],
    ["a first mark", changed((view) => view.setUint8(0, 0)), "block 0 lacks its marks"],
    ["a last mark", changed((view) => view.setUint8(1023, 0)), "block 1 lacks its marks"],
    ["a gap", changed((view) => view.setUint32(512 + 12, 0, true)), "block 1 leaves a gap"],
    [
      "two chips",
      changed((view) => view.setUint32(512 + 28, 1, true)),
      "block 1 is for another chip",
    ],
    [
      "no chip",
      changed((view) => view.setUint32(512 + 8, 0, true)),
      "block 1 does not say for which chip",
    ],
    ["a long block", changed((view) => view.setUint32(16, 477, true)), "block 0 claims 477 bytes"],
    [
      "nothing for flash",
      changed((view) => view.setUint32(8, 1, true)).subarray(0, blockBytes),
      "no block is for flash",
    ],
  ];

  it.each(refused)("with %s is refused", (_, file, reason) => {
    expect(() => readUf2(file)).toThrow(`not a sound UF2 file: ${reason}`);
  });

  it("is told from other images", () => {
    expect(isUf2(shipped())).toBe(true);
    expect(isUf2(shipped().subarray(1))).toBe(false);
    expect(isUf2(new Uint8Array(4))).toBe(false);
  });
});
