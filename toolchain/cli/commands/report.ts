/**
 * `edgeflash report --board B [--port P]`: deploys the sine model to a real board, firmware
 * included if it has none, and writes what happened to a file that can be sent in. It says nothing
 * of the person: no user name, no serial number, no path of this computer.
 */
import { join } from "node:path";
import packageJson from "../../../package.json" with { type: "json" };
import { packageRoot } from "../../assets.ts";
import { findBoard } from "../../boards/boards.ts";
import { type Check, checkBoard, checkMachine } from "../../deploy/doctor.ts";
import { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { writeOutput } from "../files.ts";
import { machineOf } from "../machine.ts";
import type { Options } from "../options.ts";
import { errorDocument, heading, renderFields } from "../render.ts";
import type { Command, Session } from "../session.ts";
import { plainStyle } from "../style.ts";
import { command as deploy } from "./deploy.ts";
import { renderChecks } from "./doctor.ts";

const MODEL = "models/sine/sine.tflite";
const DEFAULT_FILE = "report.md";

type Document = Readonly<Record<string, unknown>>;

/** The deployment's document, or its error's. */
async function attempt(
  session: Session,
  options: Options,
): Promise<[Document, Diagnostic | undefined]> {
  try {
    const outcome = await deploy(session, [join(packageRoot(), MODEL)], options);
    return [outcome.document, outcome.failure];
  } catch (error) {
    if (!(error instanceof Diagnostic)) throw error;
    const { file: _, ...where } = error.where;
    const { code, message, next } = error;
    return [errorDocument(new Diagnostic(code, { message, where, next })) as Document, error];
  }
}

const fenced = (text: string) => ["```", text, "```"].join("\n");

function transcript(board: string, machine: Document, checks: readonly Check[], result: Document) {
  return [
    `# edgeflash on ${board}`,
    "What edgeflash found when it deployed its sine model to this board.",
    fenced(renderFields(Object.entries(machine).map(([name, value]) => [name, String(value)]))),
    "## Checks",
    fenced(renderChecks(checks, plainStyle)),
    "## Deployment",
    fenced(JSON.stringify(result, null, 2)),
    "",
  ].join("\n\n");
}

export const command: Command = async (session, _operands, options) => {
  const board = findBoard(options.board ?? "");
  const machine = machineOf(session.host);
  const { platform, nodeVersion } = machine;
  const about = {
    edgeflash: packageJson.version,
    node: nodeVersion,
    platform,
    status: board.status,
  };
  const [result, failure] = await attempt(session, options);
  const checks = [
    ...(await checkMachine(machine)),
    ...(failure === undefined ? await checkBoard(machine, board, options.port) : []),
  ];
  const file = options.output ?? DEFAULT_FILE;
  await writeOutput(session.host, file, transcript(board.id, about, checks, result));
  return {
    document: { board: board.id, report: file, ...about, checks, deployment: result },
    text: (style) =>
      [
        heading(style, failure === undefined ? `${board.id} works` : `${board.id} did not work`),
        `the transcript is in ${file}: read it, and send it in an issue of edgeflash`,
      ].join("\n"),
    failure,
  };
};
