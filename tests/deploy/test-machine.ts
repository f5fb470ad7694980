/**
 * A Machine in memory: files are a map, links another, boards are cables, programs are functions,
 * and time is virtual. Nothing of the real computer can reach a test.
 */

import type { Finished, ListedPort, Machine } from "../../toolchain/deploy/machine.ts";
import { Diagnostic } from "../../toolchain/diagnostics/diagnostic.ts";
import { SettlingClock } from "./settling-clock.ts";
import type { Cable } from "./virtual-port.ts";

export interface TestMachineOptions {
  readonly platform?: string;
  readonly groups?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly listed?: readonly ListedPort[];
  /** By path; a text is what the system says when the port is opened. */
  readonly ports?: Readonly<Record<string, Cable | string>>;
  readonly programs?: Readonly<Record<string, (args: readonly string[]) => Finished>>;
  readonly unusable?: readonly string[];
  readonly clock?: SettlingClock;
}

export interface TestMachine extends Machine {
  readonly clock: SettlingClock;
  readonly fileMap: Map<string, string>;
  readonly linkMap: Map<string, string>;
  readonly portMap: Map<string, Cable | string>;
  readonly written: Map<string, Uint8Array>;
  readonly ran: string[];
  /** Called after each write of a file. */
  onWrite: (path: string, bytes: Uint8Array) => void;
}

const childrenOf = (paths: Iterable<string>, folder: string) => {
  const prefix = folder.endsWith("/") ? folder : `${folder}/`;
  const names = [...paths]
    .filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length).split("/")[0] ?? "");
  return [...new Set(names)].sort();
};

/** Follows the longest link that `path` starts with. */
function resolveIn(machine: TestMachine, path: string): string | undefined {
  const link = [...machine.linkMap.keys()]
    .filter((from) => path === from || path.startsWith(`${from}/`))
    .sort((a, b) => b.length - a.length)[0];
  if (link !== undefined) return `${machine.linkMap.get(link)}${path.slice(link.length)}`;
  const exists = [...machine.fileMap.keys(), ...machine.portMap.keys()].some(
    (file) => file === path || file.startsWith(`${path}/`),
  );
  return exists ? path : undefined;
}

async function openIn(machine: TestMachine, path: string, baudRateHz: number) {
  const port = machine.portMap.get(path);
  if (port !== undefined && typeof port !== "string") return port.open(baudRateHz);
  const message = `cannot open ${path}: ${port ?? "No such file or directory"}`;
  throw new Diagnostic("EF6001", { message, where: { port: path } });
}

export function testMachine(options: TestMachineOptions = {}): TestMachine {
  const { platform = "linux", groups = ["dialout"], listed = [], programs = {} } = options;
  const machine: TestMachine = {
    platform,
    nodeVersion: "20.20.0",
    user: { name: "maker", groups },
    clock: options.clock ?? new SettlingClock(),
    fileMap: new Map(Object.entries(options.files ?? {})),
    linkMap: new Map(Object.entries(options.links ?? {})),
    portMap: new Map(Object.entries(options.ports ?? {})),
    written: new Map(),
    ran: [],
    onWrite: () => {},
    files: {
      list: (folder) => childrenOf([...machine.fileMap.keys(), ...machine.linkMap.keys()], folder),
      read: (path) => machine.fileMap.get(resolveIn(machine, path) ?? path),
      resolve: (path) => resolveIn(machine, path),
      mayUse: (path) => !(options.unusable ?? []).includes(path),
      write: async (path, bytes) => {
        machine.written.set(path, bytes);
        machine.onWrite(path, bytes);
      },
    },
    listNative: async () => listed,
    open: (path, baudRateHz) => openIn(machine, path, baudRateHz),
    find: (program) => (program in programs ? `/usr/bin/${program}` : undefined),
    run: async (program, args) => {
      machine.ran.push([program, ...args].join(" "));
      const name = program.split("/").at(-1) ?? "";
      return programs[name]?.(args) ?? { status: 127, output: `${program}: not found\n` };
    },
  };
  return machine;
}

/** The files and links that Linux shows for a tty of a USB device. */
export function sysfsTty(
  name: string,
  usb: Readonly<Record<"idVendor" | "idProduct", string>> & Readonly<Record<string, string>>,
) {
  const device = `/sys/devices/pci0000:00/usb1/${name}-hub`;
  const files = Object.fromEntries(
    Object.entries(usb).map(([field, text]) => [`${device}/${field}`, `${text}\n`]),
  );
  return {
    files,
    links: {
      [`/sys/class/tty/${name}/device`]: `${device}/${name}:1.0/${name}`,
      [`/sys/bus/usb/devices/${name}`]: device,
    },
  };
}
