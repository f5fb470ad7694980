/**
 * A real serial port. serialport is loaded only here and only when a port is asked for, so that
 * building and simulating work where its native binding does not.
 *
 * Three habits of serialport 13 decide the shape. Its `set` puts every line that is not named back
 * to a default (DTR and RTS on), which resets boards: all three lines are always given. A change of
 * rate discards bytes in flight: sent bytes are drained, and given time, before it. An unplugged
 * port is noticed only while somebody reads: a reader is attached from the start.
 */
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type ListedPort, type OpenPort, PortLostError } from "./machine.ts";

/** A UART's own FIFO, and a USB bridge's, may still hold bytes after the system has drained. */
const SETTLE_MS = 30;

type Callback = (error: Error | null | undefined) => void;

/** A pseudo terminal has no lines and some drivers refuse: whoever needs a reset sees silence. */
const refusesLines = /ioctl|cannot set|not supported/i;

function promised(path: string, call: (callback: Callback) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => {
      if (error === null || error === undefined) resolve();
      else reject(/not open|disconnect|EIO|ENXIO/i.test(error.message) ? lost(path) : error);
    });
  });
}

const lost = (path: string) => new PortLostError(path);

/** Opens `path`; EF6001 when it is not there or somebody else holds it. */
export async function openSerialPort(path: string, baudRateHz: number): Promise<OpenPort> {
  const { SerialPort } = await import("serialport");
  const port = new SerialPort({ path, baudRate: baudRateHz, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    port.open((cause) => {
      if (cause === null) return resolve();
      const reason = cause.message.replace(/^Error: /, "").replace(/, cannot open .*/, "");
      const message = `cannot open ${path}: ${reason}`;
      reject(new Diagnostic("EF6001", { message, where: { port: path }, cause }));
    });
  });
  let isClosing = false;
  let receive: (bytes: Uint8Array) => void = () => {};
  const vanished = new Promise<PortLostError>((resolve) => {
    const onEnd = () => {
      if (!isClosing) resolve(lost(path));
    };
    port.on("close", onEnd);
    port.on("error", onEnd);
  });
  port.on("data", (bytes: Uint8Array) => receive(bytes));
  const drained = () => promised(path, (callback) => port.drain(callback));
  return {
    path,
    write: (bytes) => void port.write(bytes),
    onBytes: (callback) => {
      receive = callback;
    },
    send: async (bytes) => {
      await promised(path, (callback) => port.write(bytes, callback));
      await drained();
    },
    setLines: async (lines) => {
      try {
        await promised(path, (callback) => port.set({ ...lines }, callback));
      } catch (error) {
        if (!(error instanceof Error && refusesLines.test(error.message))) throw error;
      }
    },
    setBaudRate: async (baudRate) => {
      await drained();
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      await promised(path, (callback) => port.update({ baudRate }, callback));
    },
    onLost: (callback) => void vanished.then(callback),
    close: async () => {
      isClosing = true;
      if (port.isOpen) await promised(path, (callback) => port.close(callback));
    },
  };
}

/** Not for Linux: there serialport runs udevadm, and ends the process where it is not installed. */
export async function listSerialPorts(): Promise<readonly ListedPort[]> {
  const { SerialPort } = await import("serialport");
  return SerialPort.list();
}
