/**
 * What a board sends, as lines for people: text as it comes, frames decoded. Text needs no frame
 * around it (docs/device-protocol.md, section 1), so a line is shown when it ends; a stretch
 * between zeros that is no frame and no text is noise and shown as a count.
 */
import { decodeFrame, type Frame } from "./link/frame.ts";
import { modelStates, replyBit, requestTypes } from "./link/messages.ts";

const NEWLINE = 0x0a;
const LONGEST = 4_096;
const strict = new TextDecoder("utf-8", { fatal: true });

/** The stretch as text; undefined when it has control characters or is no UTF-8. */
function textOf(bytes: readonly number[]): string | undefined {
  const isPlain = bytes.every((byte) => byte >= 0x20 || [0x09, 0x0a, 0x0d, 0x1b].includes(byte));
  try {
    return isPlain ? strict.decode(Uint8Array.from(bytes)).replace(/\r?\n?$/, "") : undefined;
  } catch {
    return undefined;
  }
}

const nameOf = (type: number): string =>
  Object.entries(requestTypes).find(([, number]) => number === (type & ~replyBit))?.[0] ??
  `type ${type & ~replyBit}`;

/** A frame in words: "[hello reply: ok, empty, 57 bytes]". */
export function describeFrame({ type, seq, offset, payload }: Frame): string {
  const kind = (type & replyBit) === 0 ? "request" : "reply";
  const [status, state] = payload;
  const outcome = status === 0 ? "ok" : `refused for reason ${status}`;
  const model = modelStates[state ?? 0] ?? `state ${state}`;
  const meaning = kind === "reply" && status !== undefined ? `${outcome}, model ${model}, ` : "";
  const place = offset > 0 ? ` at ${offset}` : "";
  return `[${nameOf(type)} ${kind} ${seq}${place}: ${meaning}${payload.length} bytes]`;
}

export interface MonitorLine {
  readonly kind: "text" | "frame" | "noise";
  readonly text: string;
}

/** Cuts what arrives into lines. */
export class MonitorReader {
  readonly #onLine: (line: MonitorLine) => void;
  #stretch: number[] = [];

  constructor(onLine: (line: MonitorLine) => void) {
    this.#onLine = onLine;
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      const text = byte === NEWLINE ? textOf(this.#stretch) : undefined;
      if (text !== undefined) this.#show("text", text);
      else if (byte === 0) this.#endStretch();
      else this.#stretch.push(byte);
      if (this.#stretch.length > LONGEST) this.#endStretch();
    }
  }

  /** Shows what is left. */
  end(): void {
    this.#endStretch();
  }

  #show(kind: MonitorLine["kind"], text: string): void {
    this.#stretch = [];
    this.#onLine({ kind, text });
  }

  #endStretch(): void {
    const stretch = this.#stretch;
    if (stretch.length === 0) return;
    const frame = decodeFrame(Uint8Array.from(stretch));
    const text = textOf(stretch);
    if (frame !== undefined) this.#show("frame", describeFrame(frame));
    else if (text !== undefined) this.#show("text", text);
    else this.#show("noise", `[${stretch.length} bytes of noise]`);
  }
}
