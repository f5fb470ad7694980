/** `edgeflash doctor [--board B] [--port P]`: what stands between this computer and a board. */
import { findBoard } from "../../boards/boards.ts";
import { type Check, checkBoard, checkMachine } from "../../deploy/doctor.ts";
import { machineOf } from "../machine.ts";
import { heading } from "../render.ts";
import type { Command } from "../session.ts";
import { paint, type Style } from "../style.ts";

const colours = { ok: "green", warning: "yellow", failed: "red" } as const;

export function renderChecks(checks: readonly Check[], style: Style): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .flatMap(({ name, result, found, next }) => [
      `${paint(style, colours[result], result.padEnd(7))}  ${name.padEnd(width)}  ${found}`,
      ...next.map((step) => `  next: ${step}`),
    ])
    .join("\n");
}

export const command: Command = async ({ host, progress }, _operands, options) => {
  const machine = machineOf(host);
  progress.phase("checking this computer");
  const checks = [...(await checkMachine(machine))];
  if (options.board !== undefined) {
    const board = findBoard(options.board);
    progress.phase(`asking ${board.id}`);
    checks.push(...(await checkBoard(machine, board, options.port)));
  }
  const troubles = checks.filter(({ result }) => result !== "ok").length;
  return {
    document: { platform: machine.platform, checks },
    text: (style) =>
      [
        heading(style, troubles === 0 ? "nothing is missing" : `${troubles} to look at`),
        renderChecks(checks, style),
      ].join("\n"),
  };
};
