/**
 * Talking to the firmware on a port: open it, let the board run, say HELLO. When nothing sound
 * comes back, what did come back tells why.
 */
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { Evidence } from "./evidence.ts";
import { garbage, garbageText, isGarbage, silence } from "./failures.ts";
import { connect, type DeviceSession, type SerialLike } from "./link/index.ts";
import type { Machine, OpenPort } from "./machine.ts";
import { openPort } from "./open-port.ts";
import type { SerialPortInfo } from "./ports/list-ports.ts";
import { runningBehindBridge, runningOnUsb } from "./ports/usb-ids.ts";

/** What firmware falls back to, and what the ROMs of most chips speak. */
export const FALLBACK_RATE_HZ = 115_200;
const HELLO_TRIES = 4;
const HELLO_TIMEOUT_MS = 400;

export interface ConnectOptions {
  readonly machine: Machine;
  readonly port: SerialPortInfo;
  readonly baudRateHz: number;
  readonly tries?: number;
  readonly notice?: (text: string) => void;
  readonly onText?: (bytes: Uint8Array) => void;
}

export interface ConnectedBoard {
  readonly session: DeviceSession;
  readonly port: OpenPort;
  readonly baudRateHz: number;
}

/** Lines that let the chip on this port run its program. */
export const runningLines = ({ device }: SerialPortInfo) =>
  device?.kind === "board" && !device.name.includes("JTAG") ? runningOnUsb : runningBehindBridge;

/** The port, seen by one more listener. */
function observed(port: OpenPort, evidence: Evidence): SerialLike {
  return {
    write: (bytes) => port.write(bytes),
    onLost: (callback) => port.onLost(callback),
    onBytes: (callback) =>
      port.onBytes((bytes) => {
        evidence.add(bytes);
        callback(bytes);
      }),
  };
}

async function helloFailure(
  { machine, port }: ConnectOptions,
  evidence: Evidence,
  tries: number,
): Promise<Diagnostic> {
  const where = { port: port.path };
  if (evidence.bytes === 0) return silence(machine, port.path, tries);
  if (evidence.isInLoader) {
    return new Diagnostic("EF6002", { message: "the board waits in its loader", where });
  }
  const prints = `the board prints "${evidence.lastLine}"`;
  const message = `${prints} but does not answer as edgeflash firmware`;
  return new Diagnostic("EF6002", { message, where });
}

async function connectAt(
  options: ConnectOptions,
  tried: readonly number[],
): Promise<ConnectedBoard | { readonly evidence: Evidence }> {
  const { machine, port: info, tries = HELLO_TRIES, onText } = options;
  const baudRateHz = tried.at(-1) ?? FALLBACK_RATE_HZ;
  const port = await openPort(machine, info.path, baudRateHz);
  const evidence = new Evidence();
  try {
    await port.setLines(runningLines(info));
    const session = await connect(observed(port, evidence), {
      clock: machine.clock,
      timeoutMs: HELLO_TIMEOUT_MS,
      connectTries: tries,
      ...(onText === undefined ? {} : { onText }),
    });
    return { session, port, baudRateHz };
  } catch (error) {
    await port.close();
    if (!(error instanceof Diagnostic) || error.code !== "EF6002") throw error;
    if (isGarbage(evidence)) return { evidence };
    throw await helloFailure(options, evidence, tries);
  }
}

/** The board's firmware at the profile's rate, or at the one that firmware falls back to. */
export async function connectBoard(options: ConnectOptions): Promise<ConnectedBoard> {
  const first = await connectAt(options, [options.baudRateHz]);
  if ("session" in first) return first;
  const tried = [options.baudRateHz];
  if (options.baudRateHz !== FALLBACK_RATE_HZ) {
    options.notice?.(`${garbageText(first.evidence, tried)}; trying ${FALLBACK_RATE_HZ}`);
    tried.push(FALLBACK_RATE_HZ);
    const second = await connectAt(options, tried);
    if ("session" in second) return second;
  }
  throw garbage(options.port.path, first.evidence, tried);
}
