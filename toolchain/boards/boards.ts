/**
 * The board profiles that ship with edgeflash: every boards/*.json, checked against the schema when
 * read. Adding a board is adding one file. Order is by id, so no listing depends on the disk.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { packageRoot, readTextAsset } from "../assets.ts";
import { assert } from "../diagnostics/assert.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/nearest.ts";
import { type Board, boardSchema } from "./schema.ts";

const FOLDER = "boards";
const SUFFIX = ".json";

export function boardIds(): string[] {
  return readdirSync(join(packageRoot(), FOLDER))
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => name.slice(0, -SUFFIX.length))
    .sort();
}

/** Checks a profile; the file's name is the board's id. */
export function parseBoard(id: string, json: string): Board {
  const result = v.safeParse(boardSchema, JSON.parse(json));
  const issues = result.issues?.map((issue) => `${v.getDotPath(issue) ?? ""} ${issue.message}`);
  assert(result.success, `boards/${id}.json: ${issues?.join("; ")}`);
  assert(result.output.id === id, `boards/${id}.json says its id is ${result.output.id}`);
  return result.output;
}

const loadBoard = (id: string): Board => parseBoard(id, readTextAsset(`${FOLDER}/${id}${SUFFIX}`));

export function allBoards(): Board[] {
  return boardIds().map(loadBoard);
}

/** The board of this id; EF7002 with the nearest id when there is none. */
export function findBoard(id: string): Board {
  const ids = boardIds();
  if (ids.includes(id)) return loadBoard(id);
  throw new Diagnostic("EF7002", {
    message: `there is no board "${id}"; the boards are ${ids.join(", ")}`,
    where: { board: id, option: "--board" },
    next: [...didYouMean(id, ids), "list them: edgeflash boards"],
  });
}
