/**
 * Firmware by UF2: the boot loader is a USB drive, a file copied to it is programmed, and the drive
 * goes away when the last block is in (Microsoft, "USB Flashing Format").
 *
 * A running board is sent to its loader by opening its port at 1200 baud and dropping DTR, the
 * convention of Arduino. The drive's own file INFO_UF2.TXT names it, whatever the system calls it.
 */
import { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { vanished } from "../failures.ts";
import { type Machine, wait } from "../machine.ts";
import { listPorts, type SerialPortInfo } from "../ports/list-ports.ts";
import type { Flashed, FlashIo } from "./flasher.ts";

const TOUCH_RATE_HZ = 1_200;
const POLL_MS = 200;
const DRIVE_MS = 8_000;
const BUTTON_MS = 60_000;
const GONE_MS = 20_000;
const PORT_MS = 10_000;
const INFO = "INFO_UF2.TXT";
const DRIVE_LETTERS = [..."DEFGHIJKLMNOPQRSTUVWXYZ"];

export interface Uf2Target {
  readonly board: string;
  /** As in INFO_UF2.TXT's Board-ID. */
  readonly volume: string;
  /** Absent: the board is in its loader already. */
  readonly port: SerialPortInfo | undefined;
}

/** Where drives are mounted; /proc/mounts writes a space as \040. */
function mountPoints({ platform, files }: Machine): readonly string[] {
  if (platform === "win32") return DRIVE_LETTERS.map((letter) => `${letter}:`);
  if (platform === "darwin") return files.list("/Volumes").map((name) => `/Volumes/${name}`);
  const mounts = files.read("/proc/mounts") ?? "";
  return mounts.split("\n").flatMap((line) => {
    const [, path, kind] = line.split(" ");
    const isDrive = kind === "vfat" || kind === "msdos";
    return isDrive && path !== undefined ? [path.replaceAll("\\040", " ")] : [];
  });
}

export function findDrive(machine: Machine, volume: string): string | undefined {
  return mountPoints(machine).find((path) =>
    (machine.files.read(`${path}/${INFO}`) ?? "").includes(`Board-ID: ${volume}`),
  );
}

/** Polls until `look` finds something; undefined when it does not in time. */
async function within<T>(machine: Machine, timeMs: number, look: () => Promise<T | undefined>) {
  const endMs = machine.clock.nowMs() + timeMs;
  for (;;) {
    const found = await look();
    if (found !== undefined || machine.clock.nowMs() >= endMs) return found;
    await wait(machine.clock, POLL_MS);
  }
}

async function touch(machine: Machine, path: string): Promise<void> {
  const port = await machine.open(path, TOUCH_RATE_HZ);
  try {
    await port.setLines({ dtr: false, rts: false, brk: false });
  } finally {
    await port.close();
  }
}

function noDrive({ platform, files }: Machine, volume: string): Diagnostic {
  const device = `/dev/disk/by-label/${volume}`;
  const isUnmounted = platform === "linux" && files.resolve(device) !== undefined;
  const message = isUnmounted
    ? `the drive ${volume} is there but not mounted`
    : `the drive ${volume} did not appear`;
  const next = isUnmounted
    ? [`mount it: udisksctl mount -b ${device}`, "then run the same command again"]
    : ["hold BOOTSEL while you plug the board in, then run the same command again"];
  return new Diagnostic("EF6104", { message, next });
}

async function enterDrive(io: FlashIo, { volume, port }: Uf2Target): Promise<string> {
  const { machine } = io;
  const look = async () => findDrive(machine, volume);
  const here = await look();
  if (here !== undefined) return here;
  if (port !== undefined) {
    await touch(machine, port.path);
    const drive = await within(machine, DRIVE_MS, look);
    if (drive !== undefined) return drive;
  }
  const isUnmounted = machine.files.resolve(`/dev/disk/by-label/${volume}`) !== undefined;
  if (isUnmounted) throw noDrive(machine, volume);
  io.notice("the board did not enter its loader by itself: hold BOOTSEL while you plug it in");
  const drive = await within(machine, BUTTON_MS, look);
  if (drive === undefined) throw noDrive(machine, volume);
  return drive;
}

/** The board restarts in the middle of closing the file, so an error there means nothing yet. */
async function copy(machine: Machine, drive: string, file: Uint8Array): Promise<unknown> {
  try {
    await machine.files.write(`${drive}/edgeflash.uf2`, file);
    return undefined;
  } catch (error) {
    return error;
  }
}

export async function flashUf2(io: FlashIo, target: Uf2Target, file: Uint8Array): Promise<Flashed> {
  const { machine } = io;
  const { volume } = target;
  const drive = await enterDrive(io, target);
  const cause = await copy(machine, drive, file);
  io.progress(file.length, file.length);
  const isGone = await within(machine, GONE_MS, async () =>
    findDrive(machine, volume) === undefined ? true : undefined,
  );
  if (isGone === undefined) {
    const message = `${drive} took the file but did not restart: its blocks are for another chip`;
    throw new Diagnostic("EF6010", { message, ...(cause === undefined ? {} : { cause }) });
  }
  if (cause !== undefined && !(await returns(machine, target))) {
    throw vanished(drive, "while the firmware was copied", "it starts over");
  }
  return { imageBytes: file.length, writtenBytes: file.length, skippedBytes: 0 };
}

/** Whether the board's port comes back, as the new firmware's does. */
async function returns(machine: Machine, { port }: Uf2Target): Promise<boolean> {
  const found = await within(machine, PORT_MS, async () =>
    (await listPorts(machine)).find(
      ({ path, device }) => path === port?.path || device?.chips?.includes("RP2040"),
    ),
  );
  return found !== undefined;
}
