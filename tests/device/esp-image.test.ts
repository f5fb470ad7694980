/**
 * Images for ESP chips: what the writer makes is what an independent reader finds, and the prebuilt
 * images load only into RAM that the chips' ROM leaves alone. esptool's word on the same images is
 * in tests/emulated/esp.
 */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readImage, type Segment } from "./read-image.ts";

interface Writer {
  espImage(image: { chipId: number; entry: number; segments: Segment[] }): Buffer;
}

const writerPath: string = new URL("../../firmware-host/targets/esp-image.mjs", import.meta.url)
  .href;
const { espImage } = (await import(writerPath)) as Writer;

const prebuilt = (file: string) =>
  readFileSync(new URL(`../../firmware-host/prebuilt/${file}`, import.meta.url));

const words = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => {
  const data = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  data.set(bytes);
  return data;
});
const address = fc.nat({ max: 0x3fff_fffc }).map((value) => value & ~3);
const segments = fc.array(fc.record({ address, data: words }), { minLength: 1, maxLength: 5 });
const images = fc.record({ chipId: fc.nat({ max: 0xffff }), entry: address, segments });

describe("the image writer", () => {
  it("writes what the reader finds, and nothing after it", () => {
    fc.assert(
      fc.property(images, (image) => {
        const bytes = espImage(image);
        const found = readImage(bytes, image);
        expect(found).toMatchObject({ entry: image.entry, segments: image.segments });
        expect(found).toMatchObject({ flashSettings: [2, 0x20], hasDigest: true });
        expect(found.bytes).toBe(bytes.length);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it("gives this image for a word of RAM", () => {
    const data = Uint8Array.of(1, 2, 4, 8);
    const image = espImage({
      chipId: 5,
      entry: 0x40380000,
      segments: [{ address: 0x3fc80000, data }],
    });
    const expected = [
      ...["e9010220", "00003840", "ee000000", "05000000", "00ffff00", "00000001"],
      ...["0000c83f", "04000000", "01020408"],
      // The checksum, 0xef ^ 0x0f, ends a block of 16; the digest follows.
      ...["00000000", "00000000", "000000e0"],
    ];
    expect(image.subarray(0, 48).toString("hex")).toBe(expected.join(""));
    expect(image).toHaveLength(80);
  });

  it("makes images in which a flipped bit is found", () => {
    const bytes = espImage({
      chipId: 5,
      entry: 0,
      segments: [{ address: 0, data: new Uint8Array(64) }],
    });
    for (let at = 32; at < bytes.length; at += 7) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      expect(() => readImage(damaged, { chipId: 5 })).toThrow("the ROM refuses the image");
    }
  });
});

interface Area {
  readonly from: number;
  readonly to: number;
}

const chips: readonly { file: string; chipId: number; code: Area; data: Area }[] = [
  {
    ...{ file: "esp32c3.bin", chipId: 5 },
    code: { from: 0x40380000, to: 0x403dc710 },
    data: { from: 0x3fc80000, to: 0x3fcdc710 },
  },
  {
    ...{ file: "esp32.bin", chipId: 0 },
    code: { from: 0x40080000, to: 0x400a0000 },
    data: { from: 0x3ffb0000, to: 0x3ffe0000 },
  },
];

const isIn = ({ from, to }: Area, start: number, bytes: number) =>
  start >= from && start + bytes <= to;

describe.each(chips)("prebuilt/$file", ({ file, chipId, code, data }) => {
  const bytes = prebuilt(file);
  const image = readImage(bytes, { chipId });

  it("has code and data in the chip's RAM, below what its ROM uses, and enters the code", () => {
    const inCode = image.segments.filter((part) => isIn(code, part.address, part.data.length));
    const inData = image.segments.filter((part) => isIn(data, part.address, part.data.length));
    expect([inCode.length, inData.length, image.segments.length]).toEqual([1, 1, 2]);
    expect(
      inCode.some((part) =>
        isIn({ from: part.address, to: part.address + part.data.length }, image.entry, 2),
      ),
    ).toBe(true);
  });

  it("fits before the model slot and ends with its digest", () => {
    expect(bytes.length).toBe(image.bytes);
    expect(bytes.length).toBeLessThan(0x100000);
    expect(image.flashSettings).toEqual([2, 0x20]);
  });
});

it("the ESP32-C3's data does not lie over its code, which is the same RAM", () => {
  const busOffset = 0x700000;
  const { segments: parts } = readImage(prebuilt("esp32c3.bin"), { chipId: 5 });
  const places = parts
    .map((part) => ({
      start: part.address >= 0x40000000 ? part.address - busOffset : part.address,
      bytes: part.data.length,
    }))
    .sort((a, b) => a.start - b.start);
  const [first, second] = places;
  expect((first?.start ?? 0) + (first?.bytes ?? 0)).toBeLessThanOrEqual(second?.start ?? 0);
});
