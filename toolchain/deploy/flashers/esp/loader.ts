/**
 * Getting an ESP chip into its ROM loader, and from there to the RAM stub at a high rate.
 *
 * The ladder: automatic resets, short and long, in turn; then the user is told which buttons to
 * press while edgeflash keeps asking. What the chip prints meanwhile decides which failure it is.
 */
import type { ESPLoader, Transport } from "esptool-js";
import { Diagnostic } from "../../../diagnostics/diagnostic.ts";
import { Evidence } from "../../evidence.ts";
import { loaderFailure } from "../../failures.ts";
import { type Machine, PortLostError, wait } from "../../machine.ts";
import { openPort } from "../../open-port.ts";
import { listPorts, type SerialPortInfo } from "../../ports/list-ports.ts";
import type { FlashIo } from "../flasher.ts";
import {
  bridgeLadder,
  hardReset,
  type ResetStep,
  reset,
  usbHardReset,
  usbLadder,
} from "./resets.ts";
import { type EsptoolJs, loadEsptool, makeTransport } from "./transport.ts";
import { WebSerialPort } from "./web-serial.ts";

export const ROM_RATE_HZ = 115_200;
const AUTOMATIC_TRIES = 7;
const MANUAL_TRIES = 20;
const MANUAL_PAUSE_MS = 500;
const BOOT_TEXT_MS = 60;
const CHANGE_BAUD_RATE = 0x0f;
const BAUD_SETTLE_MS = 50;
const PROBES = 2;
const PROBE_MS = 500;
const RETURN_MS = 5_000;
const RETURN_POLL_MS = 100;

const BUTTONS =
  "the board did not enter its loader by itself: hold BOOT, tap EN (or RST), release BOOT";

/** A chip that answers as ROM loader or stub, and the port it is on. */
export interface EspLink {
  readonly loader: ESPLoader;
  readonly transport: Transport;
  readonly port: WebSerialPort;
  readonly evidence: Evidence;
  readonly info: SerialPortInfo;
  /** The chip's own USB: rates mean nothing, and the port goes away with a reset. */
  readonly isOwnUsb: boolean;
  /** Rejects when the port is lost. */
  readonly lost: Promise<never>;
}

/** Ends with PortLostError at once, whatever `work` is waiting for. */
export function unlessLost<T>({ lost }: Pick<EspLink, "lost">, work: Promise<T>): Promise<T> {
  work.catch(() => "the race has its own error");
  return Promise.race([work, lost]);
}

const silentTerminal = { clean: () => {}, write: () => {}, writeLine: () => {} };

function makeLink(io: FlashIo, info: SerialPortInfo, esptool: EsptoolJs): EspLink {
  const { machine } = io;
  const evidence = new Evidence();
  let onLost: (error: PortLostError) => void = () => {};
  const lost = new Promise<never>((_, reject) => {
    onLost = reject;
  });
  lost.catch(() => "whoever races it reports it");
  const port = new WebSerialPort({
    open: (baudRateHz) => openPort(machine, info.path, baudRateHz),
    usb: info.usb,
    onBytes: (bytes) => evidence.add(bytes),
    onLost,
  });
  const transport = makeTransport(esptool, port, machine.clock);
  const loader = new esptool.ESPLoader({
    transport,
    baudrate: ROM_RATE_HZ,
    romBaudrate: ROM_RATE_HZ,
    terminal: silentTerminal,
  });
  // A repeated block would corrupt the compressed stream: the region is sent again instead.
  loader.WRITE_BLOCK_ATTEMPTS = 1;
  const isOwnUsb = info.device?.kind === "board";
  return { loader, transport, port, evidence, info, isOwnUsb, lost };
}

async function answers(link: EspLink, { ESPError }: EsptoolJs): Promise<boolean> {
  try {
    await unlessLost(link, link.loader.connect("no_reset", 1));
    return true;
  } catch (error) {
    if (error instanceof ESPError) return false;
    throw error;
  }
}

async function climb(io: FlashIo, link: EspLink, esptool: EsptoolJs): Promise<boolean> {
  const { clock } = io.machine;
  const { port, transport, isOwnUsb } = link;
  const ladder: readonly (readonly ResetStep[])[] = isOwnUsb ? usbLadder : bridgeLadder;
  for (let attempt = 0; attempt < AUTOMATIC_TRIES; attempt++) {
    transport.flushInput();
    await unlessLost(link, reset(port, clock, ladder[attempt % ladder.length] ?? []));
    await wait(clock, BOOT_TEXT_MS);
    if (await answers(link, esptool)) return true;
  }
  io.notice(BUTTONS);
  for (let attempt = 0; attempt < MANUAL_TRIES; attempt++) {
    if (await answers(link, esptool)) return true;
    await unlessLost(link, wait(clock, MANUAL_PAUSE_MS));
  }
  return false;
}

/** The chip on `info`'s port, in its loader. The caller closes the link. */
export async function enterLoader(io: FlashIo, info: SerialPortInfo): Promise<EspLink> {
  const esptool = await loadEsptool();
  const link = makeLink(io, info, esptool);
  await link.transport.connect(ROM_RATE_HZ);
  void link.transport.readLoop();
  try {
    if (await climb(io, link, esptool)) return link;
    throw await loaderFailure(io.machine, info.path, link.evidence, AUTOMATIC_TRIES);
  } catch (error) {
    await link.port.close();
    throw error;
  }
}

/** Uploads the stub, which writes faster than the ROM and can erase. */
export async function startStub(link: EspLink): Promise<void> {
  const { loader } = link;
  await unlessLost(link, loader.runStub());
  if (loader.IS_STUB) return;
  const message = `the ${loader.chip.CHIP_NAME} accepts no loader stub (secure download mode?)`;
  throw new Diagnostic("EF6010", { message });
}

const words = (...values: number[]) =>
  new Uint8Array(Uint32Array.from(values).buffer as ArrayBuffer);

/** True when the chip answers at the new rate. */
export async function changeRate(io: FlashIo, link: EspLink, rateHz: number): Promise<boolean> {
  const { loader, transport } = link;
  const { clock } = io.machine;
  const change = async () => {
    await loader.command(CHANGE_BAUD_RATE, words(rateHz, ROM_RATE_HZ));
    await wait(clock, BAUD_SETTLE_MS);
    await transport.changeBaudrate(rateHz);
    await transport.drainInput();
    return true;
  };
  const probe = async () => {
    await loader.readReg(loader.CHIP_DETECT_MAGIC_REG_ADDR, PROBE_MS);
    return true;
  };
  if (!(await succeeds(link, change()))) return false;
  for (let count = 1; count < PROBES; count++) {
    if (await succeeds(link, probe())) return true;
  }
  return succeeds(link, probe());
}

/** False when the chip did not answer or refused; the line is then drained for the next try. */
export async function succeeds(link: EspLink, work: Promise<boolean>): Promise<boolean> {
  try {
    return await unlessLost(link, work);
  } catch (error) {
    if (error instanceof PortLostError) throw error;
    await link.transport.drainInput();
    return false;
  }
}

/** Starts the program in flash and lets go of the port; one that goes with the reset comes back. */
export async function leave(io: FlashIo, link: EspLink): Promise<void> {
  const { machine } = io;
  const steps = link.isOwnUsb ? usbHardReset : hardReset;
  try {
    await unlessLost(link, reset(link.port, machine.clock, steps));
  } catch (error) {
    if (!(link.isOwnUsb && error instanceof PortLostError)) throw error;
  }
  await link.port.close();
  if (link.isOwnUsb) await comesBack(machine, link.info);
}

/** The same device, by its ids and serial number; its path may be another. */
async function comesBack(machine: Machine, { usb }: SerialPortInfo): Promise<void> {
  const isIt = (other: SerialPortInfo) =>
    other.usb?.vendorId === usb?.vendorId &&
    other.usb?.productId === usb?.productId &&
    other.usb?.serialNumber === usb?.serialNumber;
  const endMs = machine.clock.nowMs() + RETURN_MS;
  while (machine.clock.nowMs() < endMs) {
    if ((await listPorts(machine)).some(isIt)) return;
    await wait(machine.clock, RETURN_POLL_MS);
  }
}
