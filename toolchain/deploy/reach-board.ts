/**
 * From a cable to firmware that answers: find the port, say HELLO, and where the firmware is absent
 * or too old for this edgeflash, write the image that ships for the board and try again, once.
 *
 * A board that says it is another one is never written to.
 */
import type { Board } from "../boards/schema.ts";
import { codes, type DiagnosticCode } from "../diagnostics/codes.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { choosePort } from "./choose-port.ts";
import { type ConnectedBoard, connectBoard } from "./connect-board.ts";
import { otherBoard } from "./failures.ts";
import { installFirmware, prebuiltImage } from "./firmware.ts";
import type { Flashed, FlashIo } from "./flashers/flasher.ts";
import { findDrive } from "./flashers/uf2-drive.ts";
import { wait } from "./machine.ts";
import type { SerialPortInfo } from "./ports/list-ports.ts";

/** Failures of HELLO that new firmware can cure: silence, other text, another rate or protocol. */
const curable: ReadonlySet<DiagnosticCode> = new Set(["EF6002", "EF6003", "EF6105", "EF6106"]);

const RETURN_MS = 10_000;
const RETURN_POLL_MS = 200;

export interface ReachedBoard extends ConnectedBoard {
  readonly info: SerialPortInfo;
  /** Present when firmware had to be written. */
  readonly flashed?: Flashed;
}

export interface Wanted {
  readonly board: Board;
  readonly path: string | undefined;
  /** The interface that this edgeflash's artifacts have. */
  readonly abi: number;
}

async function greet(io: FlashIo, { board, abi }: Wanted, port: SerialPortInfo) {
  const { notice, machine } = io;
  const baudRateHz = board.link.baudRateHz;
  const connected = await connectBoard({ machine, port, baudRateHz, notice });
  const { hello } = connected.session;
  try {
    if (hello.board !== board.id) throw otherBoard(hello.board, board.id);
    if (hello.abi === abi) return connected;
    const message = `the firmware has ABI ${hello.abi}, this edgeflash builds for ABI ${abi}`;
    throw new Diagnostic("EF6003", { message, where: { board: board.id } });
  } catch (error) {
    await connected.port.close();
    throw error;
  }
}

/** The board's port once it has started again; it may have another name then. */
async function portAgain({ machine }: FlashIo, { board, path }: Wanted): Promise<SerialPortInfo> {
  const endMs = machine.clock.nowMs() + RETURN_MS;
  for (;;) {
    try {
      return await choosePort(machine, board, path);
    } catch (error) {
      if (!(error instanceof Diagnostic) || machine.clock.nowMs() >= endMs) throw error;
    }
    await wait(machine.clock, RETURN_POLL_MS);
  }
}

async function flashAndGreet(
  io: FlashIo,
  wanted: Wanted,
  port: SerialPortInfo | undefined,
): Promise<ReachedBoard> {
  const { board } = wanted;
  const flashed = await installFirmware(io, board, port, prebuiltImage(board));
  const hasSamePort = port !== undefined && board.firmware?.route !== "uf2";
  const info = hasSamePort ? port : await portAgain(io, wanted);
  return { ...(await greet(io, wanted, info)), info, flashed };
}

export async function reachBoard(io: FlashIo, wanted: Wanted): Promise<ReachedBoard> {
  const { board, path } = wanted;
  const { firmware } = board;
  if (firmware?.route === "uf2" && findDrive(io.machine, firmware.volume) !== undefined) {
    io.notice(`${board.id} waits in its loader; writing its firmware`);
    return flashAndGreet(io, wanted, undefined);
  }
  const info = await choosePort(io.machine, board, path);
  try {
    return { ...(await greet(io, wanted, info)), info };
  } catch (error) {
    if (!(error instanceof Diagnostic && curable.has(error.code))) throw error;
    if (firmware?.file === undefined) throw error;
    const title = codes[error.code].title;
    io.notice(`${title}: ${error.message}; writing the firmware for ${board.id}`);
  }
  return flashAndGreet(io, wanted, info);
}
