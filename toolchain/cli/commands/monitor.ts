/**
 * `edgeflash monitor`: what a board prints, until Ctrl-C, --seconds or a pulled cable. The control
 * lines are set so that the board runs, and HELLO is sent once, so that edgeflash firmware shows
 * itself among the decoded frames.
 */
import { findBoard } from "../../boards/boards.ts";
import { choosePort } from "../../deploy/choose-port.ts";
import { FALLBACK_RATE_HZ, runningLines } from "../../deploy/connect-board.ts";
import { vanished } from "../../deploy/failures.ts";
import { helloWire } from "../../deploy/link/index.ts";
import type { Machine, OpenPort } from "../../deploy/machine.ts";
import { type MonitorLine, MonitorReader } from "../../deploy/monitor.ts";
import { openPort } from "../../deploy/open-port.ts";
import { machineOf } from "../machine.ts";
import type { Options } from "../options.ts";
import { DEFAULT_BOARD } from "../pipeline.ts";
import type { Command, Session } from "../session.ts";

/** Resolves when somebody or something ends the watch; true when the port was lost. */
function over(session: Session, machine: Machine, port: OpenPort, seconds: number | undefined) {
  return new Promise<boolean>((resolve) => {
    port.onLost(() => resolve(true));
    session.host.onInterrupt?.(() => resolve(false));
    if (seconds !== undefined) machine.clock.schedule(seconds * 1000, () => resolve(false));
  });
}

const rateOf = ({ board, baud }: Options): number =>
  baud ?? (board === undefined ? FALLBACK_RATE_HZ : findBoard(board).link.baudRateHz);

export const command: Command = async (session, _operands, options) => {
  const machine = machineOf(session.host);
  const board = findBoard(options.board ?? DEFAULT_BOARD);
  const info =
    options.board === undefined && options.port !== undefined
      ? { path: options.port }
      : await choosePort(machine, board, options.port);
  const baudRateHz = rateOf(options);
  const lines: MonitorLine[] = [];
  const reader = new MonitorReader((line) => {
    // A watch may go on for days: lines are kept only for the document that --json prints.
    if (options.json === true) lines.push(line);
    else if (options.quiet !== true) session.host.stdout.write(`${line.text}\n`);
  });
  const port = await openPort(machine, info.path, baudRateHz);
  try {
    port.onBytes((bytes) => reader.push(bytes));
    await port.setLines(runningLines(info));
    session.progress.phase(`${info.path} at ${baudRateHz} baud, Ctrl-C ends`);
    const ended = over(session, machine, port, options.seconds);
    port.write(helloWire());
    const isLost = await ended;
    reader.end();
    const document = { port: info.path, baudRateHz, lines };
    const failure = isLost ? vanished(info.path, "during the session", "it goes on") : undefined;
    return { document, text: () => "", failure };
  } finally {
    await port.close();
  }
};
