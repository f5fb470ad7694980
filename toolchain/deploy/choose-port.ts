/**
 * Which port the board is on: the one that was named, else the only one that can be it. Ids decide
 * what can be; where several bridges are attached, their firmware is asked. A bridge's id is never
 * taken for a board.
 */
import type { Board } from "../boards/schema.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { connectBoard } from "./connect-board.ts";
import { noPort, portNames } from "./failures.ts";
import type { Machine } from "./machine.ts";
import { listPorts, type SerialPortInfo } from "./ports/list-ports.ts";

const ASK_TRIES = 2;

/** Whether the device on this port can be the board or carry its line. */
export function canBe(board: Board, { device }: SerialPortInfo): boolean {
  if (device === undefined || device.kind === "loader") return false;
  if (device.kind === "bridge") return board.link.kind === "uart";
  return device.chips?.includes(board.chip) ?? false;
}

/** What the firmware on a port says it runs on; undefined when it does not say. */
export async function askBoard(
  machine: Machine,
  port: SerialPortInfo,
  baudRateHz: number,
): Promise<string | undefined> {
  try {
    const connected = await connectBoard({ machine, port, baudRateHz, tries: ASK_TRIES });
    await connected.port.close();
    return connected.session.hello.board;
  } catch (error) {
    if (error instanceof Diagnostic) return undefined;
    throw error;
  }
}

async function theOneThatAnswers(
  machine: Machine,
  board: Board,
  candidates: readonly SerialPortInfo[],
): Promise<SerialPortInfo> {
  const answering: SerialPortInfo[] = [];
  for (const port of candidates) {
    const id = await askBoard(machine, port, board.link.baudRateHz);
    if (id === board.id) answering.push(port);
  }
  const [only, ...others] = answering;
  if (only !== undefined && others.length === 0) return only;
  const message = `several ports can be ${board.id}: ${portNames(candidates)}`;
  throw new Diagnostic("EF6007", { message, where: { board: board.id } });
}

export async function choosePort(
  machine: Machine,
  board: Board,
  path: string | undefined,
): Promise<SerialPortInfo> {
  const ports = await listPorts(machine);
  if (path !== undefined) {
    const target = machine.files.resolve(path);
    return ports.find((port) => port.path === path || port.path === target) ?? { path };
  }
  const candidates = ports.filter((port) => canBe(board, port));
  const [only, ...others] = candidates;
  if (only !== undefined) {
    return others.length === 0 ? only : theOneThatAnswers(machine, board, candidates);
  }
  if (ports.every(({ usb }) => usb === undefined)) throw await noPort(machine);
  const message = `none of the ports here can be ${board.id}: ${portNames(ports)}`;
  throw new Diagnostic("EF6007", { message, where: { board: board.id } });
}
