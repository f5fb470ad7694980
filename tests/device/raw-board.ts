/**
 * Single frames to a virtual board and back, with nothing of the sender in between: for what a
 * careful host would never send.
 */
import { crc32c } from "../../toolchain/deploy/link/crc32c.ts";
import { decodeFrame, encodeFrame, type Frame } from "../../toolchain/deploy/link/frame.ts";
import {
  type Offer,
  offerPayload,
  PayloadReader,
  type RequestType,
  readPayload,
  readReplyHeader,
  replyHeaderBytes,
  requestTypes,
} from "../../toolchain/deploy/link/messages.ts";
import {
  VirtualBoard,
  type VirtualBoardOptions,
  type VirtualBoardProfile,
} from "../../toolchain/simulate/board/virtual-board.ts";
import { firmware, roomy } from "./bench-board.ts";

const chunkBytes = 1024;
const session = 1;

export interface Reply {
  readonly frame: Frame;
  readonly status: number;
  readonly state: string;
  /** The two numbers and the text of a refusal. */
  readonly needed: number;
  readonly available: number;
  readonly text: string;
}

export interface RawRequest {
  readonly type: RequestType | number;
  readonly session?: number;
  readonly seq?: number;
  readonly offset?: number;
  readonly payload?: Uint8Array;
}

function readReply(frame: Frame): Reply {
  const reader = new PayloadReader(frame.payload);
  const { status, state } = readReplyHeader(reader);
  const nothing = { needed: 0, available: 0, text: "" };
  const refused = () => ({ needed: reader.u32(), available: reader.u32(), text: reader.text() });
  return { frame, status, state, ...(status === 0 ? nothing : refused()) };
}

export class RawBoard {
  readonly board: VirtualBoard;
  #received: number[] = [];

  constructor(board: VirtualBoard) {
    this.board = board;
    board.onBytes((bytes) => this.#received.push(...bytes));
  }

  static async create(profile: Partial<VirtualBoardProfile> = {}, options?: VirtualBoardOptions) {
    return new RawBoard(await VirtualBoard.create(firmware, { ...roomy, ...profile }, options));
  }

  /** Writes bytes; the frames that come back. */
  write(bytes: Uint8Array): Reply[] {
    this.#received = [];
    this.board.write(bytes);
    const stretches: number[][] = [[]];
    for (const byte of this.#received) {
      if (byte === 0) stretches.push([]);
      else stretches.at(-1)?.push(byte);
    }
    const found = stretches.map((stretch) => decodeFrame(Uint8Array.from(stretch)));
    return found.filter((frame) => frame !== undefined).map(readReply);
  }

  ask(request: RawRequest): Reply {
    const type = typeof request.type === "number" ? request.type : requestTypes[request.type];
    const empty = { session, seq: 0, offset: 0, payload: new Uint8Array() };
    const [reply, ...others] = this.write(encodeFrame({ ...empty, ...request, type }));
    if (reply === undefined || others.length > 0) throw new Error("not exactly one reply");
    return reply;
  }

  hello(): Reply {
    return this.ask({ type: "hello", payload: Uint8Array.of(1, 1) });
  }

  offer(artifact: Uint8Array, offer: Offer): Reply {
    this.hello();
    const offered = { bytes: artifact.length, crc32c: crc32c(artifact), chunkBytes };
    return this.ask({ type: "offer", payload: offerPayload(offer, offered) });
  }

  /** Offers and sends an artifact as it is; the reply to COMMIT, or to the OFFER if refused. */
  load(artifact: Uint8Array, offer: Offer): Reply {
    const reply = this.offer(artifact, offer);
    if (reply.status !== 0) return reply;
    for (let offset = 0; offset < artifact.length; offset += chunkBytes) {
      this.ask({ type: "data", offset, payload: artifact.slice(offset, offset + chunkBytes) });
    }
    return this.ask({ type: "commit" });
  }

  /** The first run since the board started. */
  run(inputs: Uint8Array, outputBytes: number): Uint8Array {
    for (let offset = 0; offset < inputs.length; offset += chunkBytes) {
      const payload = inputs.slice(offset, offset + chunkBytes);
      this.ask({ type: "run", seq: 1, offset, payload });
    }
    const outputs = new Uint8Array(outputBytes);
    for (let offset = 0; offset < outputBytes; offset += chunkBytes / 2) {
      const length = Math.min(chunkBytes / 2, outputBytes - offset);
      const { frame } = this.ask({ type: "read", seq: 1, offset, payload: readPayload(length) });
      outputs.set(frame.payload.subarray(replyHeaderBytes), offset);
    }
    return outputs;
  }
}
