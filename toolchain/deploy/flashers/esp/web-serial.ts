/**
 * A serial port in the shape of the browser's Web Serial API, as far as esptool-js uses it, so that
 * the same flasher runs on a port of Node and of a browser.
 *
 * Invariant: every change of a line sets all three, and a lost port ends reads, writes and signals
 * with the same PortLostError.
 */
import { must } from "../../../diagnostics/assert.ts";
import type { Lines, OpenPort, PortLostError } from "../../machine.ts";
import type { UsbId } from "../../ports/usb-ids.ts";

export interface Signals {
  readonly dataTerminalReady?: boolean | undefined;
  readonly requestToSend?: boolean | undefined;
  readonly break?: boolean | undefined;
}

export interface WebSerialOptions {
  readonly open: (baudRateHz: number) => Promise<OpenPort>;
  readonly usb?: UsbId | undefined;
  /** Sees every byte that arrives. */
  readonly onBytes?: (bytes: Uint8Array) => void;
  readonly onLost?: (error: PortLostError) => void;
}

export class WebSerialPort {
  readonly #options: WebSerialOptions;
  #port: OpenPort | undefined;
  #lines: Lines = { dtr: true, rts: true, brk: false };
  readable: ReadableStream<Uint8Array> | null = null;
  writable: WritableStream<Uint8Array> | null = null;

  constructor(options: WebSerialOptions) {
    this.#options = options;
  }

  getInfo(): { usbVendorId?: number; usbProductId?: number } {
    const { usb } = this.#options;
    return usb === undefined ? {} : { usbVendorId: usb.vendorId, usbProductId: usb.productId };
  }

  /** An open port only changes its rate. */
  async open({ baudRate }: { readonly baudRate: number }): Promise<void> {
    if (this.#port !== undefined) return this.setBaudRate(baudRate);
    const port = await this.#options.open(baudRate);
    this.#port = port;
    this.#lines = { dtr: true, rts: true, brk: false };
    this.readable = new ReadableStream({
      start: (controller) => {
        port.onLost((error) => {
          controller.error(error);
          this.#options.onLost?.(error);
        });
        port.onBytes((bytes) => {
          this.#options.onBytes?.(bytes);
          if (this.#port === port) controller.enqueue(bytes);
        });
      },
    });
    this.writable = new WritableStream({ write: (bytes) => port.send(bytes) });
  }

  async setSignals(signals: Signals): Promise<void> {
    const { dtr, rts, brk } = this.#lines;
    this.#lines = {
      dtr: signals.dataTerminalReady ?? dtr,
      rts: signals.requestToSend ?? rts,
      brk: signals.break ?? brk,
    };
    await this.#opened().setLines(this.#lines);
  }

  async setBaudRate(baudRateHz: number): Promise<void> {
    await this.#opened().setBaudRate(baudRateHz);
  }

  async close(): Promise<void> {
    const port = this.#port;
    this.#port = undefined;
    this.readable = null;
    this.writable = null;
    await port?.close();
  }

  #opened(): OpenPort {
    return must(this.#port, "the port is open");
  }
}
