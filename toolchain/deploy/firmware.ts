/**
 * Firmware on a board, whatever its route: the prebuilt image, checked against its record, or the
 * user's own.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { packageRoot, readAsset, readTextAsset } from "../assets.ts";
import { allBoards } from "../boards/boards.ts";
import type { Board } from "../boards/schema.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { notGenuine } from "./failures.ts";
import { type EspTarget, eraseEsp, flashEsp } from "./flashers/esp/flash.ts";
import type { Flashed, FlashIo } from "./flashers/flasher.ts";
import { flashWithTool, runTool } from "./flashers/tool.ts";
import { isUf2, readUf2, uf2Families } from "./flashers/uf2.ts";
import { flashUf2 } from "./flashers/uf2-drive.ts";
import type { SerialPortInfo } from "./ports/list-ports.ts";

const FOLDER = "firmware-host/prebuilt";
const ESP_MAGIC = 0xe9;

export interface FirmwareImage {
  /** A path that other programs can open. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

interface Recorded {
  readonly file: string;
  readonly sha256: string;
}

export const sha256 = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex");

const noFirmware = (board: Board, message: string) =>
  new Diagnostic("EF6009", { message, where: { board: board.id } });

/** EF6112 unless the bytes are those that were recorded when the image was built. */
export function checkRecord(file: string, bytes: Uint8Array, manifest: string): void {
  const records = Object.values(JSON.parse(manifest) as Record<string, Recorded>);
  const recorded = records.find((entry) => entry.file === file)?.sha256 ?? "a record";
  const found = sha256(bytes);
  if (found !== recorded) throw notGenuine(file, `SHA-256 ${recorded}`, found);
}

export function prebuiltImage(board: Board): FirmwareImage {
  const file = board.firmware?.file;
  if (file === undefined) throw noFirmware(board, `no firmware image ships for ${board.id}`);
  const bytes = readAsset(`${FOLDER}/${file}`);
  checkRecord(file, bytes, readTextAsset(`${FOLDER}/manifest.json`));
  return { path: join(packageRoot(), FOLDER, file), bytes };
}

export function espTarget(board: Board, port: SerialPortInfo): EspTarget {
  const boardOf = (chip: string) => allBoards().find((other) => other.chip === chip)?.id;
  return { board: board.id, chip: board.chip, boardOf, port };
}

function required(board: Board, port: SerialPortInfo | undefined): SerialPortInfo {
  if (port !== undefined) return port;
  throw new Diagnostic("EF6007", { message: "no port was given", where: { board: board.id } });
}

function checkEspImage({ path, bytes }: FirmwareImage): void {
  const first = `0x${(bytes[0] ?? 0).toString(16).padStart(2, "0")}`;
  if (bytes[0] !== ESP_MAGIC) throw notGenuine(path, "0xe9 as its first byte", first);
}

function checkUf2(board: Board, { path, bytes }: FirmwareImage): void {
  if (!isUf2(bytes)) throw notGenuine(path, "UF2 blocks", "something else");
  const { family: number } = readUf2(bytes);
  const family = uf2Families.get(number) ?? `0x${number.toString(16)}`;
  if (family === board.chip) return;
  const message = `${path} is an image for ${family}, ${board.id} has ${board.chip}`;
  throw new Diagnostic("EF6109", { message, where: { board: board.id } });
}

/** Writes the image to the board and starts it. */
export async function installFirmware(
  io: FlashIo,
  board: Board,
  port: SerialPortInfo | undefined,
  image: FirmwareImage,
  options: { readonly eraseFirst?: boolean } = {},
): Promise<Flashed> {
  const { firmware } = board;
  if (firmware === undefined) {
    throw noFirmware(board, `${board.id} is not a board that can be flashed`);
  }
  if (firmware.route === "esp") {
    checkEspImage(image);
    const target = espTarget(board, required(board, port));
    return flashEsp(io, target, { bytes: image.bytes, offset: firmware.offset }, options);
  }
  if (options.eraseFirst === true) await eraseFlash(io, board, port);
  if (firmware.route === "uf2") {
    checkUf2(board, image);
    return flashUf2(io, { board: board.id, volume: firmware.volume, port }, image.bytes);
  }
  const target = { board: board.id, tools: firmware.tools, port: port?.path };
  return flashWithTool(io, target, { path: image.path, bytes: image.bytes.length });
}

/** Erases the board's whole flash, where its loader can. */
export async function eraseFlash(
  io: FlashIo,
  board: Board,
  port: SerialPortInfo | undefined,
): Promise<void> {
  const { firmware } = board;
  if (firmware?.route === "esp") {
    await eraseEsp(io, espTarget(board, required(board, port)));
  } else if (firmware?.route === "tool") {
    const target = { board: board.id, tools: firmware.tools, port: port?.path };
    await runTool(io, target, "erase");
  } else {
    throw noFirmware(board, `the loader of ${board.id} cannot erase: it only takes images`);
  }
}
