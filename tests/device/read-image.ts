/**
 * Reads an ESP firmware image as the chip's ROM does, and refuses what the ROM refuses. Written
 * from Espressif's description ("Firmware Image Format" in esptool's documentation), apart from the
 * writer in firmware-host/targets/esp-image.mjs.
 */
import { createHash } from "node:crypto";

export interface Segment {
  readonly address: number;
  readonly data: Uint8Array;
}

export interface EspImage {
  readonly entry: number;
  readonly segments: readonly Segment[];
  /** Header bytes 2 and 3: flash mode, flash size and frequency. */
  readonly flashSettings: readonly number[];
  readonly hasDigest: boolean;
  readonly bytes: number;
}

export interface Expected {
  readonly chipId: number;
}

export function readImage(flash: Uint8Array, { chipId }: Expected): EspImage {
  const view = new DataView(flash.buffer, flash.byteOffset, flash.byteLength);
  const demand = (isTrue: boolean, what: string): void => {
    if (!isTrue) throw new Error(`the ROM refuses the image: ${what}`);
  };
  demand(view.getUint8(0) === 0xe9, "magic");
  demand(view.getUint16(12, true) === chipId, "chip id");
  demand(view.getUint8(14) === 0 && view.getUint16(15, true) === 0, "least revision");
  const segments: Segment[] = [];
  let at = 24;
  let checksum = 0xef;
  for (let left = view.getUint8(1); left > 0; left--) {
    const [address, length] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    demand(length > 0 && length % 4 === 0 && at + 8 + length <= flash.length, "segment length");
    demand(address % 4 === 0, "segment address");
    const data = new Uint8Array(flash.subarray(at + 8, at + 8 + length));
    for (const byte of data) checksum ^= byte;
    segments.push({ address, data });
    at += 8 + length;
  }
  demand(segments.length > 0 && segments.length <= 16, "number of segments");
  at = (at + 16) & ~15;
  demand(view.getUint8(at - 1) === checksum, "checksum");
  const hasDigest = view.getUint8(23) === 1;
  if (hasDigest) {
    const digest = createHash("sha256").update(flash.subarray(0, at)).digest();
    demand(digest.equals(flash.subarray(at, at + 32)), "digest");
  }
  const entry = view.getUint32(4, true);
  const flashSettings = [view.getUint8(2), view.getUint8(3)];
  return { entry, segments, flashSettings, hasDigest, bytes: at + (hasDigest ? 32 : 0) };
}
