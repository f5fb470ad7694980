/**
 * Frames on the wire: 0x00 | COBS(type, session, seq, offset, payload, CRC-32C) | 0x00, little
 * endian (docs/device-protocol.md). COBS: Cheshire and Baker, "Consistent overhead byte stuffing",
 * IEEE/ACM Transactions on Networking 7 (2), 1999.
 *
 * Invariant: decoding never throws, whatever arrives; what is no frame is handed on as log text.
 */
import { crc32c } from "./crc32c.ts";

export const headerBytes = 8;
const crcBytes = 4;
/** A group is a code byte and at most 254 others. */
const groupBytes = 255;

export interface Frame {
  readonly type: number;
  readonly session: number;
  readonly seq: number;
  readonly offset: number;
  readonly payload: Uint8Array;
}

/** Bytes that a frame with this payload takes on the wire, at most. */
export function wireBytes(payloadBytes: number): number {
  const raw = headerBytes + payloadBytes + crcBytes;
  return raw + Math.ceil(raw / (groupBytes - 1)) + 2;
}

/** COBS without delimiters: no byte of the result is zero. */
export function cobsEncode(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + Math.ceil(bytes.length / (groupBytes - 1)) + 1);
  let codeAt = 0;
  let length = 1;
  const close = () => {
    out[codeAt] = length - codeAt;
    codeAt = length++;
  };
  for (const byte of bytes) {
    if (length - codeAt === groupBytes) close();
    if (byte === 0) close();
    else out[length++] = byte;
  }
  out[codeAt] = length - codeAt;
  return out.subarray(0, length);
}

/** The inverse; undefined when `bytes` (which hold no zero) end inside a group. */
export function cobsDecode(bytes: Uint8Array): Uint8Array | undefined {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; ) {
    const code = bytes[at] ?? 0;
    const end = at + code;
    if (code === 0 || end > bytes.length) return undefined;
    out.set(bytes.subarray(at + 1, end), length);
    length += code - 1;
    if (code < groupBytes && end < bytes.length) out[length++] = 0;
    at = end;
  }
  return out.subarray(0, length);
}

export function encodeFrame(frame: Frame): Uint8Array {
  const body = new Uint8Array(headerBytes + frame.payload.length + crcBytes);
  const view = new DataView(body.buffer);
  view.setUint8(0, frame.type);
  view.setUint8(1, frame.session);
  view.setUint16(2, frame.seq, true);
  view.setUint32(4, frame.offset, true);
  body.set(frame.payload, headerBytes);
  const crcAt = body.length - crcBytes;
  view.setUint32(crcAt, crc32c(body.subarray(0, crcAt)), true);
  const stuffed = cobsEncode(body);
  const wire = new Uint8Array(stuffed.length + 2);
  wire.set(stuffed, 1);
  return wire;
}

/** The frame in one stretch of bytes between zeros, or undefined. */
export function decodeFrame(stretch: Uint8Array): Frame | undefined {
  const body = cobsDecode(stretch);
  if (body === undefined || body.length < headerBytes + crcBytes) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const crcAt = body.length - crcBytes;
  if (view.getUint32(crcAt, true) !== crc32c(body.subarray(0, crcAt))) return undefined;
  return {
    type: view.getUint8(0),
    session: view.getUint8(1),
    seq: view.getUint16(2, true),
    offset: view.getUint32(4, true),
    payload: body.slice(headerBytes, crcAt),
  };
}

export interface FrameHandlers {
  onFrame(frame: Frame): void;
  /** Bytes between zeros that are no frame: text the firmware printed, or noise. */
  onText(bytes: Uint8Array): void;
}

/** Cuts a byte stream at its zeros. Holds at most one stretch, and cuts off one that never ends. */
export class FrameReader {
  readonly #handlers: FrameHandlers;
  readonly #stretch: Uint8Array;
  #length = 0;

  constructor(handlers: FrameHandlers, maxPayloadBytes = 65_536) {
    this.#handlers = handlers;
    this.#stretch = new Uint8Array(wireBytes(maxPayloadBytes));
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte === 0) this.#end();
      else this.#append(byte);
    }
  }

  #append(byte: number): void {
    if (this.#length === this.#stretch.length) this.#end();
    this.#stretch[this.#length++] = byte;
  }

  #end(): void {
    if (this.#length === 0) return;
    const stretch = this.#stretch.slice(0, this.#length);
    this.#length = 0;
    const frame = decodeFrame(stretch);
    if (frame === undefined) this.#handlers.onText(stretch);
    else this.#handlers.onFrame(frame);
  }
}
