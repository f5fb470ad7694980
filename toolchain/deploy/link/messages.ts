/**
 * The payloads of protocol version 1, encoded and decoded (docs/device-protocol.md, section 4).
 * The other side of each is in firmware-host/core/session.c and offer.c.
 *
 * Invariant: a payload shorter than its fields is an error of the link, never a wrong number.
 */
import { Diagnostic } from "../../diagnostics/diagnostic.ts";

export const protocolVersion = 1;
export const replyBit = 0x80;
/** Every reply begins with status u8, model state u8, run number u16. */
export const replyHeaderBytes = 4;
/** Chunks start on multiples of this: the coarsest flash page that is programmed at once. */
export const programBytes = 256;

export const requestTypes = {
  hello: 1,
  offer: 2,
  data: 3,
  commit: 4,
  confirm: 5,
  abort: 6,
  status: 7,
  run: 8,
  read: 9,
  stats: 10,
  reset: 11,
} as const;

export type RequestType = keyof typeof requestTypes;

export const modelStates = ["empty", "receiving", "refused", "loaded", "confirmed"] as const;
export type ModelState = (typeof modelStates)[number];

/** Bytes of linear memory that hold one input or output. */
export interface Region {
  readonly offset: number;
  readonly bytes: number;
}

/** What an artifact asks of a board; its size and checksum are added when it is sent. */
export interface Offer {
  readonly abi: number;
  /** Exact bytes of linear memory: the artifact's __heap_base. */
  readonly arenaBytes: number;
  readonly inputs: readonly Region[];
  readonly outputs: readonly Region[];
}

export interface RunningModel {
  readonly artifactBytes: number;
  readonly crc32c: number;
  readonly arenaBytes: number;
}

export interface Hello {
  readonly board: string;
  readonly runtime: string;
  readonly protocol: number;
  readonly abi: number;
  readonly maxPayloadBytes: number;
  readonly windowBytes: number;
  readonly slotBytes: number;
  readonly ramForModelBytes: number;
  readonly state: ModelState;
  /** Present when a model is loaded. */
  readonly model?: RunningModel;
}

export interface Progress {
  /** Chunks received without a gap. */
  readonly next: number;
  /** Bit i: chunk next + i has arrived. */
  readonly map: number;
  /** Bytes that may be unacknowledged from now on. */
  readonly creditBytes: number;
}

export interface Status extends Progress {
  readonly state: ModelState;
  /** Number of the last run. */
  readonly run: number;
  readonly inputBytes: number;
  readonly outputBytes: number;
  readonly chunkBytes: number;
}

/** Fields of a STATS reply, in order. */
const statsFields = [
  "heapUsedBytes",
  "heapPeakBytes",
  "heapBytes",
  "linearMemoryBytes",
  "codeBytes",
  "codeWords",
  "functions",
  "stackBytes",
  "frameBytesMax",
  "predictUs",
  "frames",
  "noise",
  "droppedBytes",
] as const;

export type Stats = Readonly<Record<(typeof statsFields)[number], number>>;

/** Reads fields one after the other, little endian. */
export class PayloadReader {
  readonly #view: DataView;
  #at = 0;

  constructor(payload: Uint8Array) {
    this.#view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  }

  #take(bytes: number): number {
    const at = this.#at;
    if (at + bytes > this.#view.byteLength) {
      const message = `a reply of ${this.#view.byteLength} bytes ends inside a field at byte ${at}`;
      throw new Diagnostic("EF6004", { message });
    }
    this.#at += bytes;
    return at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** A length byte and that many bytes of UTF-8. */
  text(): string {
    const length = this.u8();
    const { buffer, byteOffset } = this.#view;
    return new TextDecoder().decode(
      new Uint8Array(buffer, byteOffset + this.#take(length), length),
    );
  }
}

export interface ReplyHeader {
  /** 0, or a reason (refusal.ts). */
  readonly status: number;
  readonly state: ModelState;
  readonly run: number;
}

export function readReplyHeader(reader: PayloadReader): ReplyHeader {
  const status = reader.u8();
  const state = modelStates[reader.u8()] ?? "empty";
  return { status, state, run: reader.u16() };
}

export function readHello(payload: Uint8Array): Hello {
  const reader = new PayloadReader(payload);
  const { state } = readReplyHeader(reader);
  const fields = {
    protocol: reader.u16(),
    abi: reader.u16(),
    maxPayloadBytes: reader.u32(),
    windowBytes: reader.u32(),
    slotBytes: reader.u32(),
    ramForModelBytes: reader.u32(),
  };
  const model = {
    artifactBytes: reader.u32(),
    crc32c: reader.u32(),
    arenaBytes: reader.u32(),
  };
  const isLoaded = state === "loaded" || state === "confirmed";
  const names = { board: reader.text(), runtime: reader.text() };
  return { ...fields, ...names, state, ...(isLoaded ? { model } : {}) };
}

export function readProgress(payload: Uint8Array): Progress {
  const reader = new PayloadReader(payload);
  readReplyHeader(reader);
  return { next: reader.u32(), map: reader.u32(), creditBytes: reader.u32() };
}

export function readStatus(payload: Uint8Array): Status {
  const reader = new PayloadReader(payload);
  const { state, run } = readReplyHeader(reader);
  const progress = { next: reader.u32(), map: reader.u32(), creditBytes: reader.u32() };
  const [inputBytes, outputBytes, chunkBytes] = [reader.u32(), reader.u32(), reader.u32()];
  return { ...progress, state, run, inputBytes, outputBytes, chunkBytes };
}

export function readStats(payload: Uint8Array): Stats {
  const reader = new PayloadReader(payload);
  readReplyHeader(reader);
  return Object.fromEntries(statsFields.map((name) => [name, reader.u32()])) as Stats;
}

export function helloPayload(): Uint8Array {
  return Uint8Array.of(protocolVersion, protocolVersion);
}

export interface OfferedArtifact {
  readonly bytes: number;
  readonly crc32c: number;
  readonly chunkBytes: number;
}

export function offerPayload(offer: Offer, artifact: OfferedArtifact): Uint8Array {
  const regions = [...offer.inputs, ...offer.outputs];
  const payload = new Uint8Array(18 + 8 * regions.length);
  const view = new DataView(payload.buffer);
  view.setUint32(0, artifact.bytes, true);
  view.setUint32(4, artifact.crc32c, true);
  view.setUint32(8, offer.arenaBytes, true);
  view.setUint16(12, offer.abi, true);
  view.setUint16(14, artifact.chunkBytes, true);
  view.setUint8(16, offer.inputs.length);
  view.setUint8(17, offer.outputs.length);
  regions.forEach(({ offset, bytes }, index) => {
    view.setUint32(18 + 8 * index, offset, true);
    view.setUint32(22 + 8 * index, bytes, true);
  });
  return payload;
}

export function readPayload(length: number): Uint8Array {
  return Uint8Array.of(length & 0xff, length >> 8);
}
