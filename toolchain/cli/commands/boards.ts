/** `edgeflash boards`: the board profiles, and honestly what each one was tested on. */
import { allBoards } from "../../boards/boards.ts";
import type { Board } from "../../boards/schema.ts";
import { formatBytes, renderTable } from "../render.ts";
import type { Command } from "../session.ts";

const columns = [
  { title: "board" },
  { title: "name" },
  { title: "core" },
  { title: "RAM for a model", align: "right" },
  { title: "model slot", align: "right" },
  { title: "link" },
  { title: "status" },
] as const;

const row = (board: Board): string[] => [
  board.id,
  board.name,
  board.core,
  formatBytes(board.ramForModelBytes),
  formatBytes(board.modelSlot.bytes),
  board.link.kind,
  board.status,
];

export const command: Command = () => {
  const boards = allBoards();
  return {
    document: { boards },
    text: (style) => {
      const notes = boards.map(({ id, status, statusNote }) => `${id}: ${status}, ${statusNote}`);
      return [renderTable(columns, boards.map(row), style), "", ...notes].join("\n");
    },
  };
};
