/**
 * The failures that people meet between a cable and a running model, each as a Diagnostic with its
 * cause and the exact way out. Tests inject each cause and compare the words.
 *
 * Sources: Espressif's troubleshooting page, the issues of esptool and node-serialport that
 * reports of these failures keep coming back to.
 */
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Evidence } from "./evidence.ts";
import type { Machine } from "./machine.ts";
import { holdersOf } from "./ports/holders.ts";
import { listPorts, portlessDevices, type SerialPortInfo } from "./ports/list-ports.ts";
import { knownDevice, usbText } from "./ports/usb-ids.ts";

const SERIAL_GROUPS = ["dialout", "uucp"];
const GARBAGE_PERCENT = 30;

export const inSerialGroup = ({ user }: Machine): boolean =>
  user.groups.some((group) => SERIAL_GROUPS.includes(group) || group === "root");

export function permissionDenied(machine: Machine, path: string): Diagnostic {
  const where = { port: path };
  if (!inSerialGroup(machine)) {
    const message = `cannot open ${path}: permission denied; you are not in group dialout`;
    return new Diagnostic("EF6101", { message, where });
  }
  return new Diagnostic("EF6101", {
    message: `cannot open ${path}: permission denied, though you are in group dialout`,
    where,
    next: ["unplug the board and plug it in again", `see who owns it: ls -l ${path}`],
  });
}

export function portBusy(machine: Machine, path: string): Diagnostic {
  const holders = holdersOf(machine.files, path);
  const names = holders.map(({ name, pid }) => `'${name}' (pid ${pid})`).join(", ");
  const message = `${path} is in use by ${names === "" ? "another program" : names}`;
  return new Diagnostic("EF6102", { message, where: { port: path } });
}

const isWsl = ({ files }: Machine) => /microsoft/i.test(files.read("/proc/version") ?? "");

/** Nothing to connect to: what is seen on USB, or what to install, or what to attach. */
export async function noPort(machine: Machine): Promise<Diagnostic> {
  const ports = await listPorts(machine);
  const [portless] = machine.platform === "linux" ? portlessDevices(machine, ports) : [];
  if (portless !== undefined) {
    const { name = "a board" } = knownDevice(portless) ?? {};
    const message = `${usbText(portless)} (${name}) is on USB but has no serial port`;
    const brltty = "brltty takes CH340 and CP210x bridges: sudo apt remove brltty, then replug";
    return new Diagnostic("EF6103", { message, next: [brltty, "see why: sudo dmesg | tail"] });
  }
  if (isWsl(machine)) {
    return new Diagnostic("EF6103", {
      message: "no serial port was found, and WSL sees USB devices only when they are attached",
      next: ["in Windows: usbipd list, then usbipd attach --wsl --busid 2-3 (its bus id)"],
    });
  }
  const message = "no serial port was found";
  if (machine.platform === "linux") return new Diagnostic("EF6103", { message });
  return new Diagnostic("EF6103", {
    message,
    next: [
      "most often the cable is charge-only: try another cable or another socket",
      "boards with a CP210x or CH340 bridge need its driver on this system",
    ],
  });
}

/** Opening failed: in the system's words, which differ by platform. */
export async function openFailure(
  machine: Machine,
  path: string,
  cause: Diagnostic,
): Promise<Diagnostic> {
  if (/permission denied|EACCES/i.test(cause.message)) return permissionDenied(machine, path);
  if (/lock|busy|temporarily|access denied/i.test(cause.message)) return portBusy(machine, path);
  const ports = await listPorts(machine);
  if (ports.length === 0) return cause;
  const next = [`the ports here: ${ports.map((port) => port.path).join(", ")}`];
  return new Diagnostic("EF6001", { message: cause.message, where: cause.where, next });
}

/** The chip answered to reset by starting its program. */
export function wrongBootMode(path: string, bootMode: string): Diagnostic {
  const message = `the chip is running its program (boot:${bootMode}), not its loader`;
  return new Diagnostic("EF6104", { message, where: { port: path } });
}

export async function silence(machine: Machine, path: string, tries: number): Promise<Diagnostic> {
  const others = (await listPorts(machine)).filter((port) => port.path !== path);
  const here = others.map((port) => port.path).join(", ");
  return new Diagnostic("EF6105", {
    message: `no answer on ${path} (${tries} tries)`,
    where: { port: path },
    next: [
      here === "" ? "it is the only port here" : `wrong port? The others here: ${here}`,
      "check that TX goes to RX, RX to TX, and that the grounds are joined",
    ],
  });
}

/** The ROM prints, so it hears the reset lines; it does not answer, so it does not hear data. */
export function deafLoader(path: string): Diagnostic {
  return new Diagnostic("EF6105", {
    message: `the board on ${path} hears reset but not data`,
    where: { port: path },
    next: ["check the wire from this computer's TX to the board's RX"],
  });
}

export const isGarbage = (evidence: Evidence): boolean =>
  evidence.bytes > 0 && evidence.nonTextPercent >= GARBAGE_PERCENT;

export function garbageText(evidence: Evidence, tried: readonly number[]): string {
  const received = `received ${evidence.bytes} bytes, ${evidence.nonTextPercent} % non-text`;
  return `${received}, no valid frame: probably the wrong baud rate (tried ${tried.join(", ")})`;
}

export function garbage(path: string, evidence: Evidence, tried: readonly number[]): Diagnostic {
  return new Diagnostic("EF6106", { message: garbageText(evidence, tried), where: { port: path } });
}

/** Why the ROM loader could not be reached. */
export async function loaderFailure(
  machine: Machine,
  path: string,
  evidence: Evidence,
  tries: number,
): Promise<Diagnostic> {
  if (evidence.brownouts > 0) return brownout(path, evidence.brownouts);
  if (evidence.isInLoader) return deafLoader(path);
  if (evidence.bootMode !== undefined) return wrongBootMode(path, evidence.bootMode);
  if (isGarbage(evidence)) return garbage(path, evidence, [115_200]);
  return silence(machine, path, tries);
}

export function noisyText(failed: number, blocks: number, baudRateHz: number): string {
  return `${failed} of ${blocks} blocks failed at ${baudRateHz}`;
}

export function noisy(path: string, failed: number, blocks: number, baudRateHz: number) {
  const message = `${noisyText(failed, blocks, baudRateHz)}, the lowest rate there is`;
  return new Diagnostic("EF6107", { message, where: { port: path } });
}

const times = (count: number) => (count === 1 ? "once" : `${count} times`);

export function brownout(path: string, count: number): Diagnostic {
  const message =
    `the board restarted ${times(count)} during flashing ` +
    `("Brownout detector was triggered"): its supply drops`;
  return new Diagnostic("EF6108", { message, where: { port: path } });
}

export function otherChip(found: string, wanted: string, board: string, rightBoard?: string) {
  const message = `this is an ${found}, but --board ${board} needs an ${wanted}`;
  const next = rightBoard === undefined ? [] : [`use --board ${rightBoard}`];
  return new Diagnostic("EF6109", { message, where: { board }, ...(next.length > 0 && { next }) });
}

export function otherBoard(found: string, board: string): Diagnostic {
  const message = `the firmware says the board is ${found}, but --board is ${board}`;
  return new Diagnostic("EF6109", { message, where: { board }, next: [`use --board ${found}`] });
}

export function beyondFlash(endOffset: number, flashBytes: number): Diagnostic {
  const megabytes = flashBytes / 1024 / 1024;
  const message = `the image ends at 0x${endOffset.toString(16)}, the chip has ${megabytes} MB`;
  return new Diagnostic("EF6110", { message });
}

/** `when` is what was going on, as "at 43 % of the model"; `afterwards`, what a second run does. */
export function vanished(path: string, when: string, afterwards: string): Diagnostic {
  return new Diagnostic("EF6111", {
    message: `the port ${path} vanished ${when}`,
    where: { port: path },
    next: [`plug the board in again and run the same command: ${afterwards}`],
  });
}

export function notGenuine(file: string, expected: string, found: string): Diagnostic {
  const message = `${file} is damaged: it should have ${expected}, it has ${found}`;
  return new Diagnostic("EF6112", { message, where: { file } });
}

export const portNames = (ports: readonly SerialPortInfo[]): string =>
  ports.map(({ path, device }) => (device ? `${path} (${device.name})` : path)).join(", ");
