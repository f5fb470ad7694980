/**
 * Packets of the ESP ROM's serial protocol as they arrive: SLIP (RFC 1055), 0xC0 around a packet,
 * 0xDB escapes. What comes between packets is the ROM's or the program's text and is skipped.
 *
 * esptool-js polls its buffer every millisecond; here a reader wakes when its packet is complete,
 * and at once when the port is lost. On a line at 921600 baud a millisecond is 92 bytes.
 */
import type { Clock } from "../../link/index.ts";

const END = 0xc0;
const ESC = 0xdb;
const ESC_END = 0xdc;

/** Cuts a byte stream into packets; what comes between packets is dropped. */
export class SlipDecoder {
  readonly #onPacket: (packet: Uint8Array) => void;
  #partial: number[] | undefined;
  #isEscaped = false;

  constructor(onPacket: (packet: Uint8Array) => void) {
    this.#onPacket = onPacket;
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) this.#take(byte);
  }

  #take(byte: number): void {
    if (byte === END) this.#delimit();
    else if (this.#partial === undefined) return;
    else if (this.#isEscaped) {
      this.#partial.push(byte === ESC_END ? END : ESC);
      this.#isEscaped = false;
    } else if (byte === ESC) this.#isEscaped = true;
    else this.#partial.push(byte);
  }

  /** Two delimiters in a row end nothing: the second one begins the packet. */
  #delimit(): void {
    const packet = this.#partial;
    const isComplete = packet !== undefined && packet.length > 0;
    this.#partial = isComplete ? undefined : [];
    this.#isEscaped = false;
    if (isComplete) this.#onPacket(Uint8Array.from(packet));
  }

  flush(): void {
    this.#partial = undefined;
    this.#isEscaped = false;
  }
}

interface Reader {
  resolve(packet: Uint8Array): void;
  reject(error: Error): void;
}

/** Holds packets until somebody reads them, and the reader until there is one. */
export class SlipInbox {
  readonly #clock: Clock;
  readonly #decoder = new SlipDecoder((packet) => this.#arrive(packet));
  #packets: Uint8Array[] = [];
  #raw: Uint8Array[] = [];
  #reader: Reader | undefined;
  #error: Error | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  push(bytes: Uint8Array): void {
    this.#raw.push(bytes);
    this.#decoder.push(bytes);
  }

  #arrive(packet: Uint8Array): void {
    const reader = this.#reader;
    this.#reader = undefined;
    this.#raw = [];
    if (reader === undefined) this.#packets.push(packet);
    else reader.resolve(packet);
  }

  /** The next packet; `timeout` makes the error when none comes. */
  read(timeoutMs: number, timeout: () => Error): Promise<Uint8Array> {
    const packet = this.#packets.shift();
    if (packet !== undefined) return Promise.resolve(packet);
    if (this.#error !== undefined) return Promise.reject(this.#error);
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.schedule(timeoutMs, () => {
        this.#reader = undefined;
        reject(timeout());
      });
      const settle =
        <T>(end: (value: T) => void) =>
        (value: T) => {
          cancel();
          end(value);
        };
      this.#reader = { resolve: settle(resolve), reject: settle(reject) };
    });
  }

  /** Every read from now on fails. */
  fail(error: Error): void {
    this.#error = error;
    this.#reader?.reject(error);
    this.#reader = undefined;
  }

  /** Bytes since the last packet: what the chip printed. */
  peek(): Uint8Array {
    return Uint8Array.from(this.#raw.flatMap((bytes) => [...bytes]));
  }

  flush(): void {
    this.#packets = [];
    this.#raw = [];
    this.#decoder.flush();
  }
}

/** `packet` between delimiters. */
export function slipEncode(packet: Uint8Array): Uint8Array {
  const escapes = packet.reduce((count, byte) => count + (byte === END || byte === ESC ? 1 : 0), 0);
  const out = new Uint8Array(packet.length + escapes + 2);
  let length = 0;
  out[length++] = END;
  for (const byte of packet) {
    if (byte === END || byte === ESC) {
      out[length++] = ESC;
      out[length++] = byte === END ? ESC_END : ESC_END + 1;
    } else {
      out[length++] = byte;
    }
  }
  out[length] = END;
  return out;
}
