/**
 * esptool-js's Transport, as a subclass that prints nothing, waits for packets instead of polling,
 * and reports a lost port at once. Upstream 0.7 writes TRACE lines to stdout even with tracing off
 * and leaves its writer locked after a failed write.
 *
 * esptool-js is an ES module of half a megabyte, so it is loaded when a board is to be flashed.
 */
import type { Transport } from "esptool-js";
import { must } from "../../../diagnostics/assert.ts";
import type { Clock } from "../../link/index.ts";
import { wait } from "../../machine.ts";
import { SlipInbox, slipEncode } from "./slip-inbox.ts";
import type { WebSerialPort } from "./web-serial.ts";

export type EsptoolJs = typeof import("esptool-js");

export const loadEsptool = (): Promise<EsptoolJs> => import("esptool-js");

const QUIET_MS = 100;

export function makeTransport(
  { Transport: Base, ESPError }: EsptoolJs,
  port: WebSerialPort,
  clock: Clock,
): Transport {
  const inbox = new SlipInbox(clock);
  let listened: ReadableStream<Uint8Array> | null = null;

  class PacketTransport extends Base {
    override trace(): void {}

    override slipWriter(data: Uint8Array): Uint8Array {
      return slipEncode(data);
    }

    override async write(data: Uint8Array): Promise<void> {
      const writer = must(port.writable, "an open port").getWriter();
      try {
        await writer.write(slipEncode(data));
      } finally {
        writer.releaseLock();
      }
    }

    override async readLoop(): Promise<void> {
      const { readable } = port;
      if (readable === null || readable === listened) return;
      listened = readable;
      const reader = readable.getReader();
      try {
        for (;;) {
          const { value, done } = await reader.read();
          if (done) break;
          inbox.push(value);
        }
      } catch (error) {
        inbox.fail(error instanceof Error ? error : new Error(String(error)));
      }
    }

    override read(timeoutMs: number): Promise<Uint8Array> {
      return inbox.read(timeoutMs, () => new ESPError(`no packet within ${timeoutMs} ms`));
    }

    override flushInput(): void {
      inbox.flush();
    }

    override peek(): Uint8Array {
      return inbox.peek();
    }

    override inWaiting(): number {
      return inbox.peek().length;
    }

    override async drainInput(): Promise<void> {
      await wait(clock, QUIET_MS);
      inbox.flush();
    }

    override async disconnect(): Promise<void> {
      await port.close();
    }
  }
  return new PacketTransport(port as unknown as ConstructorParameters<typeof Base>[0], false);
}
