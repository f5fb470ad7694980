/**
 * Requests and their replies: keeps a window of requests in flight, repeats those that were lost,
 * and ends when each has been answered, one was refused, or the board has been silent too long.
 *
 * A serial line keeps the order of bytes, so a reply to a later request says that an earlier one
 * still unanswered was lost: it is sent again at once. The timer is only for the end of a window.
 * Everything happens inside the callbacks of transport and clock, so a virtual clock is exact.
 * Estimation of round trips: Jacobson 1988 (smoothed by 1/8), samples of repeated frames excluded
 * (Karn).
 */
import { assert, must } from "../../diagnostics/assert.ts";
import { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { encodeFrame, type Frame } from "./frame.ts";
import {
  PayloadReader,
  type RequestType,
  readProgress,
  readReplyHeader,
  replyBit,
  requestTypes,
} from "./messages.ts";
import { refusal } from "./refusal.ts";
import type { Clock } from "./transport.ts";

const backoffsMax = 3;
/** Of one frame, while others get through. */
const sendsMax = 256;
/** The board remembers which chunks arrived out of order for this many after the first gap. */
const chunksAheadMax = 32;
const smoothing = 1 / 8;
const timeoutSlackMs = 20;

export interface Request {
  readonly type: RequestType;
  readonly seq: number;
  readonly offset: number;
  readonly payload: Uint8Array;
}

export interface ExchangeOptions {
  readonly session: number;
  readonly windowBytes: number;
  /** How long to wait for a first reply. */
  readonly timeoutMs: number;
  /** Timeouts in a row without a reply before giving up. */
  readonly silencesMax: number;
  /** Chunk size of data and run requests, whose replies tell of other chunks too. */
  readonly chunkBytes?: number;
  readonly onAnswer?: (index: number, answered: number) => void;
}

interface Flight {
  readonly index: number;
  readonly wire: Uint8Array;
  readonly firstOrder: number;
  readonly sends: number;
  readonly order: number;
  readonly sentAtMs: number;
}

export interface ExchangePort {
  readonly clock: Clock;
  send(wire: Uint8Array): void;
}

export class Exchange {
  readonly #requests: readonly Request[];
  readonly #options: ExchangeOptions;
  readonly #port: ExchangePort;
  readonly #answers: (Uint8Array | undefined)[];
  readonly #flights = new Map<number, Flight>();
  readonly #indexOf: ReadonlyMap<string, number>;
  #windowBytes: number;
  #nextIndex = 0;
  #answered = 0;
  #orders = 0;
  #silences = 0;
  #roundTripMs: number | undefined;
  #cancelTimer: () => void = () => {};
  #settle: (error?: Error) => void = () => {};
  #isOver = false;

  constructor(requests: readonly Request[], options: ExchangeOptions, port: ExchangePort) {
    assert(requests.length > 0, "an exchange needs a request");
    this.#requests = requests;
    this.#options = options;
    this.#port = port;
    this.#answers = requests.map(() => undefined);
    this.#indexOf = new Map(requests.map((request, index) => [keyOf(request), index]));
    this.#windowBytes = options.windowBytes;
  }

  /** Sends the requests; resolves with the payloads of their replies, in the requests' order. */
  run(): Promise<readonly Uint8Array[]> {
    return new Promise((resolve, reject) => {
      this.#settle = (error) => {
        if (error !== undefined) reject(error);
        else resolve(this.#answers.map((answer) => must(answer, "every request is answered")));
      };
      this.#fill();
    });
  }

  /** Takes a frame from the board; frames that belong to nothing in this exchange are ignored. */
  receive(frame: Frame): void {
    if (this.#isOver || frame.session !== this.#options.session) return;
    const index = this.#indexOf.get(`${frame.type & ~replyBit}/${frame.seq}/${frame.offset}`);
    if ((frame.type & replyBit) === 0 || index === undefined) return;
    const request = must(this.#requests[index], "a known request");
    this.#silences = 0;
    const { status } = readReplyHeader(new PayloadReader(frame.payload));
    if (status === 0) this.#accept(index, frame);
    else this.#end(refusal(request.type, frame.payload));
  }

  /** The line is gone: nothing more will come. */
  fail(error: Error): void {
    this.#end(error);
  }

  #accept(index: number, frame: Frame): void {
    const flight = this.#flights.get(index);
    if (this.#options.chunkBytes === undefined) this.#answer(index, frame.payload);
    else this.#learnProgress(frame);
    if (flight !== undefined) this.#learnOrder(flight);
    // It came before its turn to a model that takes rows in order.
    if (flight !== undefined && this.#answers[index] === undefined) this.#sendAgain(flight);
    this.#fill();
  }

  #answer(index: number, payload: Uint8Array): void {
    this.#flights.delete(index);
    if (this.#answers[index] !== undefined) return;
    this.#answers[index] = payload;
    this.#answered++;
    this.#options.onAnswer?.(index, this.#answered);
  }

  /** A chunk's reply also tells of the chunks whose own replies were lost. */
  #learnProgress(frame: Frame): void {
    const { next, map, creditBytes } = readProgress(frame.payload);
    this.#windowBytes = creditBytes;
    const chunkBytes = must(this.#options.chunkBytes, "chunks have a size");
    for (const index of [...this.#flights.keys()]) {
      const chunk = Math.floor((this.#requests[index]?.offset ?? 0) / chunkBytes);
      const ahead = chunk - next;
      const hasArrived = ahead < 0 || (ahead < chunksAheadMax && ((map >>> ahead) & 1) === 1);
      if (hasArrived) this.#answer(index, frame.payload);
    }
  }

  #learnOrder(flight: Flight): void {
    if (flight.sends === 1) {
      const sampleMs = this.#port.clock.nowMs() - flight.sentAtMs;
      const last = this.#roundTripMs ?? sampleMs;
      this.#roundTripMs = last + smoothing * (sampleMs - last);
    }
    for (const other of [...this.#flights.values()]) {
      if (other.order < flight.firstOrder) this.#sendAgain(other);
    }
  }

  #hasRoom(wireBytes: number): boolean {
    const lengths = [...this.#flights.values()].map(({ wire }) => wire.length);
    const bytes = lengths.reduce((sum, length) => sum + length, wireBytes);
    const oldestIndex = Math.min(...this.#flights.keys());
    return bytes <= this.#windowBytes && this.#nextIndex - oldestIndex < chunksAheadMax;
  }

  #fill(): void {
    while (!this.#isOver && this.#nextIndex < this.#requests.length) {
      const request = must(this.#requests[this.#nextIndex], "an unsent request");
      const type = requestTypes[request.type];
      const wire = encodeFrame({ ...request, type, session: this.#options.session });
      if (this.#flights.size > 0 && !this.#hasRoom(wire.length)) break;
      this.#send({ index: this.#nextIndex++, wire, sends: 0 });
    }
    if (this.#answered === this.#requests.length) this.#end();
    else this.#restartTimer();
  }

  #send(flight: Pick<Flight, "index" | "wire" | "sends"> & { firstOrder?: number }): void {
    const order = this.#orders++;
    const { firstOrder = order } = flight;
    const sentAtMs = this.#port.clock.nowMs();
    this.#flights.set(flight.index, {
      ...flight,
      ...{ order, firstOrder, sentAtMs, sends: flight.sends + 1 },
    });
    this.#port.send(flight.wire);
  }

  #sendAgain(flight: Flight): void {
    if (this.#isOver) return;
    if (flight.sends < sendsMax) {
      this.#send(flight);
    } else {
      const { type } = must(this.#requests[flight.index], "a known request");
      const message = `${sendsMax} sends of one ${type} frame were lost or damaged`;
      this.#end(new Diagnostic("EF6004", { message }));
    }
  }

  #restartTimer(): void {
    this.#cancelTimer();
    if (this.#isOver) return;
    const { timeoutMs } = this.#options;
    const measured = this.#roundTripMs;
    const usualMs =
      measured === undefined ? timeoutMs : Math.min(timeoutMs, 2 * measured + timeoutSlackMs);
    const delayMs = usualMs * 2 ** Math.min(this.#silences, backoffsMax);
    this.#cancelTimer = this.#port.clock.schedule(delayMs, () => this.#onSilence());
  }

  #onSilence(): void {
    this.#silences++;
    const flights = [...this.#flights.values()];
    if (this.#silences < this.#options.silencesMax) {
      for (const flight of flights) this.#sendAgain(flight);
      this.#restartTimer();
    } else {
      const first = must(this.#requests[flights[0]?.index ?? 0], "a request waits for its reply");
      const message = `no reply to ${first.type} after ${this.#silences} tries`;
      this.#end(new Diagnostic(first.type === "hello" ? "EF6002" : "EF6004", { message }));
    }
  }

  #end(error?: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelTimer();
    this.#settle(error);
  }
}

function keyOf({ type, seq, offset }: Request): string {
  return `${requestTypes[type]}/${seq}/${offset}`;
}
