/**
 * Checks of this computer and of one board, each with what was found and what to do. A check never
 * throws: what goes wrong is its result.
 */
import type { Board } from "../boards/schema.ts";
import { codes } from "../diagnostics/codes.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { choosePort } from "./choose-port.ts";
import { connectBoard } from "./connect-board.ts";
import { inSerialGroup, noPort, portNames } from "./failures.ts";
import type { Machine } from "./machine.ts";
import { holdersOf } from "./ports/holders.ts";
import { listPorts, portlessDevices, type SerialPortInfo } from "./ports/list-ports.ts";
import { knownDevice, usbText } from "./ports/usb-ids.ts";

export interface Check {
  readonly name: string;
  readonly result: "ok" | "warning" | "failed";
  readonly found: string;
  readonly next: readonly string[];
}

const OLDEST_NODE = [20, 12] as const;

const ok = (name: string, found: string): Check => ({ name, result: "ok", found, next: [] });
const warning = (name: string, found: string, ...next: string[]): Check => ({
  ...{ name, found, next },
  result: "warning",
});
const failed = (name: string, error: unknown): Check => {
  const found = error instanceof Error ? error.message : String(error);
  const next = error instanceof Diagnostic ? error.next : [];
  return { name, result: "failed", found, next };
};

function nodeCheck({ nodeVersion }: Machine): Check {
  const [major = 0, minor = 0] = nodeVersion.split(".").map(Number);
  const isNewEnough =
    major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  if (isNewEnough) return ok("node", nodeVersion);
  const oldest = OLDEST_NODE.join(".");
  return { ...warning("node", nodeVersion, `install Node ${oldest} or newer`), result: "failed" };
}

function groupCheck(machine: Machine): Check {
  if (machine.platform !== "linux") return ok("groups", "not needed on this system");
  if (inSerialGroup(machine)) return ok("groups", "in a group that may use serial ports");
  return warning("groups", "you are not in group dialout", ...codes.EF6101.next);
}

async function portsCheck(machine: Machine, ports: readonly SerialPortInfo[]): Promise<Check> {
  return ports.length > 0 ? ok("ports", portNames(ports)) : failed("ports", await noPort(machine));
}

function driverCheck(machine: Machine, ports: readonly SerialPortInfo[]): Check {
  if (machine.platform !== "linux") {
    const drivers = new Set(ports.flatMap(({ device }) => device?.driver ?? []));
    return ok("drivers", drivers.size === 0 ? "no bridge attached" : [...drivers].join(", "));
  }
  const portless = portlessDevices(machine, ports);
  if (portless.length === 0) return ok("drivers", "every known device on USB has its port");
  const names = portless.map((usb) => `${usbText(usb)} (${knownDevice(usb)?.name})`).join(", ");
  return warning(
    "drivers",
    `on USB without a port: ${names}`,
    "brltty takes CH340 and CP210x bridges: sudo apt remove brltty, then replug",
  );
}

function accessCheck({ files, platform }: Machine, ports: readonly SerialPortInfo[]): Check {
  const usable = platform !== "linux" || ports.every(({ path }) => files.mayUse(path));
  if (usable) return ok("access", "all ports may be opened");
  const denied = ports.filter(({ path }) => !files.mayUse(path)).map(({ path }) => path);
  return warning("access", `no permission for ${denied.join(", ")}`, "see the check of groups");
}

function holdersCheck({ files, platform }: Machine, ports: readonly SerialPortInfo[]): Check {
  if (platform !== "linux") return ok("in use", "cannot be told on this system");
  const held = ports.flatMap(({ path }) =>
    holdersOf(files, path).map(({ name, pid }) => `${path} by '${name}' (pid ${pid})`),
  );
  if (held.length === 0) return ok("in use", "no port is held by another program");
  return warning("in use", held.join(", "), "close it before deploying");
}

/** The computer alone. */
export async function checkMachine(machine: Machine): Promise<readonly Check[]> {
  const ports = await listPorts(machine);
  return [
    nodeCheck(machine),
    groupCheck(machine),
    await portsCheck(machine, ports),
    driverCheck(machine, ports),
    accessCheck(machine, ports),
    holdersCheck(machine, ports),
  ];
}

const count = (value: number) => value.toLocaleString("en-US");

/** The board: its firmware, what RAM and flash it has for a model, and what it holds now. */
export async function checkBoard(
  machine: Machine,
  board: Board,
  path: string | undefined,
): Promise<readonly Check[]> {
  try {
    const port = await choosePort(machine, board, path);
    const { baudRateHz } = board.link;
    const connected = await connectBoard({ machine, port, baudRateHz });
    try {
      const { hello } = connected.session;
      const stats = await connected.session.stats();
      const { model } = hello;
      return [
        ok("firmware", `${hello.runtime}, protocol ${hello.protocol}, ABI ${hello.abi}`),
        hello.board === board.id
          ? ok("board", `${hello.board} on ${port.path}`)
          : warning("board", `the firmware says ${hello.board}`, `use --board ${hello.board}`),
        ok(
          "RAM",
          `${count(hello.ramForModelBytes)} B for a model, ${count(stats.heapUsedBytes)} B in use`,
        ),
        ok("flash", `${count(hello.slotBytes)} B for a model`),
        ok("model", model ? `${count(model.artifactBytes)} B, ${hello.state}` : hello.state),
      ];
    } finally {
      await connected.port.close();
    }
  } catch (error) {
    return [failed("board", error)];
  }
}
