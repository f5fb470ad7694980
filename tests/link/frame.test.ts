/**
 * Frames: what is encoded decodes to itself, in TypeScript and in the firmware's own C, and no
 * bytes on the wire make a reader fail.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32c } from "../../toolchain/deploy/link/crc32c.ts";
import {
  cobsDecode,
  cobsEncode,
  decodeFrame,
  encodeFrame,
  type Frame,
  FrameReader,
  wireBytes,
} from "../../toolchain/deploy/link/frame.ts";

const frames: fc.Arbitrary<Frame> = fc.record({
  type: fc.integer({ min: 0, max: 255 }),
  session: fc.integer({ min: 0, max: 255 }),
  seq: fc.integer({ min: 0, max: 0xffff }),
  offset: fc.integer({ min: 0, max: 0xffffffff }),
  payload: fc.uint8Array({ maxLength: 1100 }),
});

function read(bytes: Uint8Array) {
  const found: Frame[] = [];
  const text: number[] = [];
  const reader = new FrameReader({
    onFrame: (frame) => found.push(frame),
    onText: (stretch) => text.push(...stretch),
  });
  reader.push(bytes);
  return { found, text };
}

const join = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

describe("CRC-32C", () => {
  it("gives the check value of RFC 3720's polynomial", () => {
    expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  });
});

describe("COBS", () => {
  it("encodes the examples of Cheshire and Baker", () => {
    const cases: [number[], number[]][] = [
      [[], [1]],
      [[0], [1, 1]],
      [
        [0x11, 0x22, 0, 0x33],
        [3, 0x11, 0x22, 2, 0x33],
      ],
    ];
    for (const [plain, stuffed] of cases) {
      expect([...cobsEncode(Uint8Array.from(plain))]).toEqual(stuffed);
    }
  });

  it("round-trips around the group length, without zeros", () => {
    for (const length of [253, 254, 255, 256, 507, 508, 509, 1036]) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index % 255) + 1);
      const stuffed = cobsEncode(bytes);
      expect(stuffed.includes(0)).toBe(false);
      expect(cobsDecode(stuffed)).toEqual(bytes);
    }
  });

  it("says so when a group is cut off", () => {
    expect(cobsDecode(Uint8Array.of(5, 1, 2))).toBeUndefined();
    expect(cobsDecode(Uint8Array.of(0))).toBeUndefined();
  });
});

describe("a frame", () => {
  it("decodes to what was encoded, within the promised length", () => {
    fc.assert(
      fc.property(frames, (frame) => {
        const wire = encodeFrame(frame);
        expect(wire.length).toBeLessThanOrEqual(wireBytes(frame.payload.length));
        expect(wire.subarray(1, -1).includes(0)).toBe(false);
        expect(decodeFrame(wire.subarray(1, -1))).toEqual(frame);
      }),
      { seed: 1 },
    );
  });

  it("is found after any junk, which is handed on as text", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), frames, (junk, frame) => {
        const { found } = read(join(junk, encodeFrame(frame)));
        expect(found.at(-1)).toEqual(frame);
      }),
      { seed: 2 },
    );
    const wire = encodeFrame({ type: 1, session: 2, seq: 3, offset: 4, payload: Uint8Array.of(5) });
    const { found, text } = read(join(new TextEncoder().encode("boot ok\r\n"), wire));
    expect(found).toHaveLength(1);
    expect(new TextDecoder().decode(Uint8Array.from(text))).toBe("boot ok\r\n");
  });

  it("is not accepted with any single byte changed", () => {
    const frame = {
      type: 3,
      session: 9,
      seq: 77,
      offset: 1024,
      payload: Uint8Array.of(1, 0, 2, 0),
    };
    const wire = encodeFrame(frame);
    for (let at = 1; at < wire.length - 1; at++) {
      for (const change of [1, 0x80, 0xff]) {
        const damaged = wire.map((byte, index) => (index === at ? byte ^ change : byte));
        expect(read(damaged).found).toHaveLength(0);
      }
    }
  });

  it("of endless non-zero bytes does not grow the reader", () => {
    const { found, text } = read(new Uint8Array(200_000).fill(7));
    expect(found).toHaveLength(0);
    expect(text.length).toBeGreaterThan(65_536);
  });
});
