/**
 * A conversation with one board: connect, transfer an artifact, run it, ask for figures.
 *
 * Everything is built of exchanges (exchange.ts). Invariant: one exchange at a time; the board runs
 * a run number once, however often its frames are repeated, so state kept from case to case is what
 * the same number of predictions would leave.
 */
import { assert, must } from "../../diagnostics/assert.ts";
import { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { crc32c } from "./crc32c.ts";
import { Exchange, type Request } from "./exchange.ts";
import { FrameReader, wireBytes } from "./frame.ts";
import {
  type Hello,
  helloPayload,
  type Offer,
  offerPayload,
  programBytes,
  type RequestType,
  readHello,
  readPayload,
  readStats,
  readStatus,
  replyHeaderBytes,
  type Stats,
  type Status,
} from "./messages.ts";
import { type Clock, type SerialLike, systemClock } from "./transport.ts";

export interface SessionOptions {
  readonly clock?: Clock;
  /** 1 to 255; tells this conversation's frames from an earlier one's. */
  readonly session?: number;
  /** Largest chunk; the board's own limit may be lower. */
  readonly chunkBytes?: number;
  /** How long to wait for a first reply; each silence doubles it, up to eight times. */
  readonly timeoutMs?: number;
  /** Silences in a row before no board is there, and before a board counts as gone. */
  readonly connectTries?: number;
  readonly tries?: number;
  /** Text that the board prints between frames. */
  readonly onText?: (bytes: Uint8Array) => void;
}

export type OnProgress = (sentBytes: number, totalBytes: number) => void;

const nothing = new Uint8Array();

/** Cuts `bytes` into chunk requests; a blob of no bytes is one empty chunk. */
function chunked(type: RequestType, seq: number, bytes: Uint8Array, chunkBytes: number): Request[] {
  const count = Math.max(1, Math.ceil(bytes.length / chunkBytes));
  return Array.from({ length: count }, (_, index) => {
    const offset = index * chunkBytes;
    return { type, seq, offset, payload: bytes.subarray(offset, offset + chunkBytes) };
  });
}

export class DeviceSession {
  readonly #transport: SerialLike;
  readonly #clock: Clock;
  readonly #options: SessionOptions;
  #exchange: Exchange | undefined;
  #hello: Hello | undefined;
  #status: Status | undefined;
  #seq = 0;
  #lost: Error | undefined;

  constructor(transport: SerialLike, options: SessionOptions = {}) {
    this.#transport = transport;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const reader = new FrameReader({
      onFrame: (frame) => this.#exchange?.receive(frame),
      onText: (bytes) => options.onText?.(bytes),
    });
    transport.onBytes((bytes) => reader.push(bytes));
    transport.onLost?.((error) => {
      this.#lost = error;
      this.#exchange?.fail(error);
    });
  }

  /** What the board said of itself when the connection was made. */
  get hello(): Hello {
    return must(this.#hello, "connect() comes first");
  }

  async connect(): Promise<Hello> {
    this.#hello = undefined;
    const [reply = nothing] = await this.#ask("hello", helloPayload());
    this.#hello = readHello(reply);
    this.#status = undefined;
    return this.#hello;
  }

  /** Offers, sends, commits and confirms an artifact. Afterwards the board runs it. */
  async transfer(artifact: Uint8Array, offer: Offer, onProgress?: OnProgress): Promise<void> {
    if (!WebAssembly.validate(new Uint8Array(artifact))) {
      throw new Diagnostic("EF5003", { message: "the artifact is not valid WebAssembly" });
    }
    const chunkBytes = this.#chunkBytes();
    const offered = { bytes: artifact.length, crc32c: crc32c(artifact), chunkBytes };
    this.#status = undefined;
    await this.#ask("offer", offerPayload(offer, offered));
    onProgress?.(0, artifact.length);
    const chunks = chunked("data", this.#nextSeq(), artifact, chunkBytes);
    await this.#exchangeAll(chunks, chunkBytes, (answered) =>
      onProgress?.(Math.min(answered * chunkBytes, artifact.length), artifact.length),
    );
    await this.#ask("commit");
    await this.#ask("confirm");
  }

  /** One case: all inputs one after the other; returns all outputs likewise. */
  async run(inputs: Uint8Array): Promise<Uint8Array> {
    const status = this.#status ?? (await this.status());
    if (inputs.length !== status.inputBytes) {
      const message = `a case has ${inputs.length} bytes, the model takes ${status.inputBytes}`;
      throw new Diagnostic("EF7003", { message });
    }
    const run = (status.run + 1) & 0xffff;
    const chunkBytes = status.chunkBytes;
    await this.#exchangeAll(chunked("run", run, inputs, chunkBytes), chunkBytes);
    this.#status = { ...status, run };
    return await this.#readOutputs(run, status.outputBytes);
  }

  async #readOutputs(run: number, outputBytes: number): Promise<Uint8Array> {
    const mostBytes = this.hello.maxPayloadBytes - replyHeaderBytes;
    const pieceBytes = Math.min(mostBytes, this.#chunkBytes());
    const count = Math.max(1, Math.ceil(outputBytes / pieceBytes));
    const requests = Array.from({ length: count }, (_, index): Request => {
      const offset = index * pieceBytes;
      const payload = readPayload(Math.min(pieceBytes, outputBytes - offset));
      return { type: "read", seq: run, offset, payload };
    });
    const outputs = new Uint8Array(outputBytes);
    const replies = await this.#exchangeAll(requests);
    replies.forEach((reply, index) => {
      outputs.set(reply.subarray(replyHeaderBytes), index * pieceBytes);
    });
    return outputs;
  }

  async status(): Promise<Status> {
    const [reply = nothing] = await this.#ask("status");
    this.#status = readStatus(reply);
    return this.#status;
  }

  async stats(): Promise<Stats> {
    const [reply = nothing] = await this.#ask("stats");
    return readStats(reply);
  }

  /** Restarts the board, which loads the model that it has stored; connect() comes next. */
  async reset(): Promise<void> {
    this.#status = undefined;
    await this.#ask("reset");
  }

  /** Unloads the model and forgets it. */
  async abort(): Promise<void> {
    this.#status = undefined;
    await this.#ask("abort");
  }

  #chunkBytes(): number {
    const most = Math.min(this.#options.chunkBytes ?? Infinity, this.hello.maxPayloadBytes);
    const chunkBytes = Math.floor(most / programBytes) * programBytes;
    assert(chunkBytes > 0, `a chunk of ${most} bytes is smaller than a flash page`);
    return chunkBytes;
  }

  #nextSeq(): number {
    this.#seq = (this.#seq + 1) & 0xffff;
    return this.#seq;
  }

  #ask(type: RequestType, payload: Uint8Array = nothing): Promise<readonly Uint8Array[]> {
    return this.#exchangeAll([{ type, seq: this.#nextSeq(), offset: 0, payload }]);
  }

  async #exchangeAll(
    requests: readonly Request[],
    chunkBytes?: number,
    onAnswered?: (answered: number) => void,
  ): Promise<readonly Uint8Array[]> {
    assert(this.#exchange === undefined, "one exchange at a time");
    if (this.#lost !== undefined) throw this.#lost;
    const { session = 1, timeoutMs = 500, connectTries = 5, tries = 12 } = this.#options;
    const silencesMax = this.#hello === undefined ? connectTries : tries;
    const options = {
      ...{ session, timeoutMs, silencesMax },
      windowBytes: this.#hello?.windowBytes ?? wireBytes(0),
      ...(chunkBytes === undefined ? {} : { chunkBytes }),
      onAnswer: (_: number, answered: number) => onAnswered?.(answered),
    };
    const port = {
      clock: this.#clock,
      send: (wire: Uint8Array) => this.#transport.write(wire),
    };
    this.#exchange = new Exchange(requests, options, port);
    try {
      return await this.#exchange.run();
    } finally {
      this.#exchange = undefined;
    }
  }
}

/** Connects to the board at the other end of `transport`. */
export async function connect(
  transport: SerialLike,
  options: SessionOptions = {},
): Promise<DeviceSession> {
  const session = new DeviceSession(transport, options);
  await session.connect();
  return session;
}
