/**
 * A real serial port as the link sees it. serialport is loaded only here and only when a port is
 * asked for, so that building and simulating work where its native binding does not.
 */
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SerialLike } from "./link/index.ts";

export interface OpenPort extends SerialLike {
  close(): Promise<void>;
}

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
  return {
    write: (bytes) => void port.write(bytes),
    onBytes: (callback) => void port.on("data", callback),
    close: () =>
      new Promise((resolve, reject) => {
        port.close((error) => (error === null ? resolve() : reject(error)));
      }),
  };
}
