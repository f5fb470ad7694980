/**
 * Runs one command line on a Host and gives the exit status; nothing here ends the process.
 *
 * stdout gets one thing: the command's text, its JSON document, or with --json the error as JSON.
 * Everything else goes to stderr. A Diagnostic decides its own status; any other exception is a
 * defect of edgeflash: status 1, with its stack and where to report it.
 */
import { CommanderError } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Host } from "./host.ts";
import type { Options } from "./options.ts";
import { type Dispatch, makeProgram } from "./program.ts";
import { liveProgress, silentProgress } from "./progress.ts";
import { errorDocument, renderDiagnostic, renderInternalError } from "./render.ts";
import type { Outcome } from "./session.ts";
import { styleOf } from "./style.ts";

const EXIT_INTERNAL = 1;
const EXIT_USAGE = 2;

/** Errors can come before options are parsed, so these two are looked for in the raw arguments. */
const asksFor = (argv: readonly string[], flag: string) =>
  argv.includes(flag) && !argv.slice(0, argv.indexOf(flag)).includes("--");

function printJson(host: Host, document: object): void {
  host.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}

function printOutcome(host: Host, outcome: Outcome, options: Options): void {
  const { failure, document } = outcome;
  if (options.json)
    printJson(host, failure ? { ...document, ...errorDocument(failure) } : document);
  if (!options.json && !options.quiet) {
    const text = outcome.text(styleOf(host, host.stdout, options.color));
    host.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
  }
  if (failure) {
    host.stderr.write(`${renderDiagnostic(failure, styleOf(host, host.stderr, options.color))}\n`);
  }
}

function fail(host: Host, argv: readonly string[], error: unknown): number {
  const style = styleOf(host, host.stderr, !asksFor(argv, "--no-color"));
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  const known = error instanceof Diagnostic;
  const text = known ? renderDiagnostic(error, style) : renderInternalError(error, style);
  host.stderr.write(`${text}\n`);
  if (asksFor(argv, "--json")) printJson(host, errorDocument(error));
  return known ? error.exitCode : EXIT_INTERNAL;
}

export async function runCli(argv: readonly string[], host: Host): Promise<number> {
  let status = 0;
  const dispatch: Dispatch = async (verb, operands, options) => {
    const progress = options.quiet ? silentProgress() : liveProgress(host);
    const { command } = await verb.load();
    try {
      const outcome = await command({ host, progress }, operands, options);
      progress.finish();
      printOutcome(host, outcome, options);
      status = outcome.failure?.exitCode ?? 0;
    } catch (error) {
      progress.finish();
      throw error;
    }
  };
  try {
    await makeProgram(host, packageJson.version, dispatch).parseAsync(argv, { from: "user" });
    return status;
  } catch (error) {
    return fail(host, argv, error);
  }
}
