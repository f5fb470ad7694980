/** `edgeflash flash --board B [--port P] [--firmware FILE] [--erase]`: firmware onto a board. */
import { findBoard } from "../../boards/boards.ts";
import type { Board } from "../../boards/schema.ts";
import { choosePort } from "../../deploy/choose-port.ts";
import {
  eraseFlash,
  type FirmwareImage,
  installFirmware,
  prebuiltImage,
  sha256,
} from "../../deploy/firmware.ts";
import type { Flashed } from "../../deploy/flashers/flasher.ts";
import { findDrive } from "../../deploy/flashers/uf2-drive.ts";
import type { Machine } from "../../deploy/machine.ts";
import type { SerialPortInfo } from "../../deploy/ports/list-ports.ts";
import { readInput } from "../files.ts";
import { flashIoOf } from "../machine.ts";
import type { Options } from "../options.ts";
import { formatBytes, heading, renderFields } from "../render.ts";
import type { Command, Session } from "../session.ts";

/** A board that is a drive already, or that a tool reaches by itself, needs no port. */
async function portFor(
  machine: Machine,
  board: Board,
  path: string | undefined,
): Promise<SerialPortInfo | undefined> {
  const { firmware } = board;
  if (path === undefined && firmware?.route === "tool") return undefined;
  const isDrive = firmware?.route === "uf2" && findDrive(machine, firmware.volume) !== undefined;
  return path === undefined && isDrive ? undefined : choosePort(machine, board, path);
}

async function imageFor(session: Session, board: Board, options: Options): Promise<FirmwareImage> {
  const { firmware: path } = options;
  if (path === undefined) return prebuiltImage(board);
  return { path, bytes: await readInput(session.host, path) };
}

const flashedFields = ({ chip, imageBytes, skippedBytes, baudRateHz, commands }: Flashed) => [
  ...(chip === undefined ? [] : ([["chip", chip]] as const)),
  ["image", formatBytes(imageBytes)] as const,
  ...(skippedBytes > 0 ? ([["already there", formatBytes(skippedBytes)]] as const) : []),
  ...(baudRateHz === undefined ? [] : ([["rate", `${baudRateHz} baud`]] as const)),
  ...(commands ?? []).map((command) => ["command", command] as const),
];

export const command: Command = async (session, _operands, options) => {
  const board = findBoard(options.board ?? "");
  const io = flashIoOf(session);
  const onlyErases = options.erase === true && options.firmware === undefined;
  const image = onlyErases ? undefined : await imageFor(session, board, options);
  const port = await portFor(io.machine, board, options.port);
  const place = port === undefined ? board.id : `${board.id} on ${port.path}`;
  if (image === undefined) {
    session.progress.phase(`erasing ${place}`);
    await eraseFlash(io, board, port);
    return {
      document: { board: board.id, port: port?.path ?? null, erased: true },
      text: (style) => heading(style, `the flash of ${place} is empty`),
    };
  }
  session.progress.phase(`flashing ${place}`);
  const flashed = await installFirmware(io, board, port, image, {
    eraseFirst: options.erase === true,
  });
  return {
    document: {
      board: board.id,
      port: port?.path ?? null,
      firmware: { bytes: image.bytes.length, sha256: sha256(image.bytes) },
      ...flashed,
    },
    text: (style) =>
      [heading(style, `firmware is on ${place}`), renderFields(flashedFields(flashed))].join("\n"),
  };
};
