/**
 * A serial line between a host and a board: baud rate, latency, and faults that a seed decides.
 *
 * Each direction sends one byte after the other (8N1: ten bit times a byte) and keeps their order;
 * a write arrives when its last byte has been sent and the latency has passed. Faults strike single
 * bytes: flipped to another value, dropped, or sent twice.
 */
import type { VirtualClock } from "./virtual-clock.ts";

const bitsPerByte = 10;

/** Probabilities for each byte, 0 to 1. */
export interface LineFaults {
  readonly flip?: number;
  readonly drop?: number;
  readonly duplicate?: number;
}

export interface LineOptions {
  readonly baudRateHz?: number;
  /** One way. */
  readonly latencyMs?: number;
  readonly toBoard?: LineFaults;
  readonly toHost?: LineFaults;
  readonly seed?: number;
}

/** What a line connects the host to; a VirtualBoard is one. */
export interface ByteDuplex {
  write(bytes: Uint8Array): void;
  onBytes(callback: (bytes: Uint8Array) => void): void;
}

/** xorshift32 (Marsaglia 2003): numbers in [0, 1). */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

function damage(bytes: Uint8Array, faults: LineFaults, random: () => number): Uint8Array {
  const { flip = 0, drop = 0, duplicate = 0 } = faults;
  if (flip + drop + duplicate === 0) return bytes;
  const out: number[] = [];
  for (const byte of bytes) {
    if (random() < drop) continue;
    const sent = random() < flip ? byte ^ (1 + Math.floor(random() * 255)) : byte;
    out.push(sent);
    if (random() < duplicate) out.push(sent);
  }
  return Uint8Array.from(out);
}

interface DirectionOptions {
  readonly clock: VirtualClock;
  readonly msPerByte: number;
  readonly latencyMs: number;
  readonly faults: LineFaults;
  readonly random: () => number;
}

/** One direction of the wire, as a function that sends. */
function direction(options: DirectionOptions, deliver: (bytes: Uint8Array) => void) {
  let freeAtMs = 0;
  return (bytes: Uint8Array): void => {
    const { clock, faults, random, latencyMs } = options;
    const startMs = Math.max(clock.nowMs(), freeAtMs);
    freeAtMs = startMs + bytes.length * options.msPerByte;
    const arrived = damage(bytes.slice(), faults, random);
    clock.schedule(freeAtMs + latencyMs - clock.nowMs(), () => deliver(arrived));
  };
}

/** The host's end of a line to `board`. Without a baud rate bytes take no time. */
export class SerialLine {
  readonly #send: (bytes: Uint8Array) => void;
  #receive: (bytes: Uint8Array) => void = () => {};
  /** Bytes put on the wire so far. */
  readonly traffic = { toBoardBytes: 0, toHostBytes: 0 };

  constructor(board: ByteDuplex, clock: VirtualClock, options: LineOptions = {}) {
    const { baudRateHz, latencyMs = 0, toBoard = {}, toHost = {}, seed = 1 } = options;
    const msPerByte = baudRateHz === undefined ? 0 : (bitsPerByte * 1000) / baudRateHz;
    const common = { clock, msPerByte, latencyMs, random: randomNumbers(seed) };
    this.#send = direction({ ...common, faults: toBoard }, (bytes) => board.write(bytes));
    const reply = direction({ ...common, faults: toHost }, (bytes) => this.#receive(bytes));
    board.onBytes((bytes) => {
      this.traffic.toHostBytes += bytes.length;
      reply(bytes);
    });
  }

  write(bytes: Uint8Array): void {
    this.traffic.toBoardBytes += bytes.length;
    this.#send(bytes);
  }

  onBytes(callback: (bytes: Uint8Array) => void): void {
    this.#receive = callback;
  }
}
