/**
 * A serial port with a cable and a board that exist only here: bytes take their time at the baud
 * rate and then the latency, both directions keep order, the board sees the control lines, and the
 * cable can be pulled. Bytes sent at another rate than the board listens at arrive as garbage.
 */
import type { Clock } from "../../toolchain/deploy/link/index.ts";
import { type Lines, type OpenPort, PortLostError } from "../../toolchain/deploy/machine.ts";

const BITS_PER_BYTE = 10;
const SETTLE_MS = 30;

/** What is at the other end of the cable. */
export interface Attached {
  /** The rate it sends and listens at; undefined: any (USB). */
  readonly baudRateHz: number | undefined;
  receive(bytes: Uint8Array): void;
  onSend(callback: (bytes: Uint8Array) => void): void;
  setLines?(lines: Lines): void;
  /** The host opened the port at this rate. */
  opened?(baudRateHz: number): void;
}

export interface CableOptions {
  /** One way. */
  readonly latencyMs?: number;
}

const scramble = (bytes: Uint8Array) => bytes.map((byte, i) => (byte ^ 0xa5 ^ (i * 29)) | 0x80);

export class Cable {
  readonly board: Attached;
  readonly clock: Clock;
  readonly path: string;
  readonly signals: Lines[] = [];
  readonly rates: number[] = [];
  /** Bytes that the host put on the line. */
  sentBytes = 0;
  #latencyMs: number;
  #isUnplugged = false;
  #open: VirtualPort | undefined;
  #freeAtMs = { toBoard: 0, toHost: 0 };

  constructor(path: string, board: Attached, clock: Clock, { latencyMs = 1 }: CableOptions = {}) {
    this.path = path;
    this.board = board;
    this.clock = clock;
    this.#latencyMs = latencyMs;
    board.onSend((bytes) => this.#toHost(bytes.slice()));
  }

  open(baudRateHz: number): OpenPort {
    if (this.#isUnplugged) throw new PortLostError(this.path);
    this.#open = new VirtualPort(this, baudRateHz);
    this.rates.push(baudRateHz);
    this.board.opened?.(baudRateHz);
    return this.#open;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  closed(): void {
    this.#open = undefined;
  }

  unplug(): void {
    this.#isUnplugged = true;
    this.#open?.lose();
  }

  replug(): void {
    this.#isUnplugged = false;
  }

  /** When the last byte has left, and puts it on the line. */
  toBoard(bytes: Uint8Array, baudRateHz: number): number {
    this.sentBytes += bytes.length;
    const leavesAtMs = this.#occupy("toBoard", bytes.length, baudRateHz);
    const matches = this.board.baudRateHz === undefined || this.board.baudRateHz === baudRateHz;
    const arrived = matches ? bytes.slice() : scramble(bytes);
    this.clock.schedule(leavesAtMs + this.#latencyMs - this.clock.nowMs(), () => {
      if (!this.#isUnplugged) this.board.receive(arrived);
    });
    return leavesAtMs;
  }

  #toHost(bytes: Uint8Array): void {
    const rateHz = this.board.baudRateHz ?? 12_000_000;
    const leavesAtMs = this.#occupy("toHost", bytes.length, rateHz);
    this.clock.schedule(leavesAtMs + this.#latencyMs - this.clock.nowMs(), () => {
      const port = this.#open;
      if (port === undefined || this.#isUnplugged) return;
      const matches = this.board.baudRateHz === undefined || port.baudRateHz === rateHz;
      port.deliver(matches ? bytes : scramble(bytes));
    });
  }

  #occupy(direction: "toBoard" | "toHost", count: number, rateHz: number): number {
    const startMs = Math.max(this.clock.nowMs(), this.#freeAtMs[direction]);
    const onUsb = this.board.baudRateHz === undefined;
    const rate = onUsb ? 12_000_000 : rateHz;
    this.#freeAtMs[direction] = startMs + (count * BITS_PER_BYTE * 1000) / rate;
    return this.#freeAtMs[direction];
  }
}

class VirtualPort implements OpenPort {
  readonly path: string;
  readonly #cable: Cable;
  baudRateHz: number;
  #receive: (bytes: Uint8Array) => void = () => {};
  #onLost: ((error: PortLostError) => void)[] = [];
  #lost: PortLostError | undefined;

  constructor(cable: Cable, baudRateHz: number) {
    this.#cable = cable;
    this.path = cable.path;
    this.baudRateHz = baudRateHz;
  }

  write(bytes: Uint8Array): void {
    if (this.#lost === undefined) this.#cable.toBoard(bytes, this.baudRateHz);
  }

  onBytes(callback: (bytes: Uint8Array) => void): void {
    this.#receive = callback;
  }

  deliver(bytes: Uint8Array): void {
    this.#receive(bytes);
  }

  async send(bytes: Uint8Array): Promise<void> {
    this.#check();
    await this.#at(this.#cable.toBoard(bytes, this.baudRateHz));
    this.#check();
  }

  async setLines(lines: Lines): Promise<void> {
    this.#check();
    this.#cable.signals.push(lines);
    this.#cable.board.setLines?.(lines);
  }

  async setBaudRate(baudRateHz: number): Promise<void> {
    this.#check();
    await this.#at(this.#cable.clock.nowMs() + SETTLE_MS);
    this.baudRateHz = baudRateHz;
    this.#cable.rates.push(baudRateHz);
  }

  onLost(callback: (error: PortLostError) => void): void {
    if (this.#lost === undefined) this.#onLost.push(callback);
    else callback(this.#lost);
  }

  lose(): void {
    const error = new PortLostError(this.path);
    this.#lost = error;
    for (const callback of this.#onLost) callback(error);
  }

  async close(): Promise<void> {
    this.#cable.closed();
  }

  #check(): void {
    if (this.#lost !== undefined) throw this.#lost;
  }

  #at(atMs: number): Promise<void> {
    const { clock } = this.#cable;
    return new Promise((resolve) => {
      clock.schedule(atMs - clock.nowMs(), resolve);
    });
  }
}
