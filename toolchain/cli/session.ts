/**
 * What a running command gets and gives.
 *
 * A command returns its result instead of printing it: a document for --json, a text for people.
 * run-cli.ts prints exactly one of them on stdout. Progress goes to stderr.
 */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Host } from "./host.ts";
import type { Options } from "./options.ts";
import type { Progress } from "./progress.ts";
import type { Style } from "./style.ts";

export interface Session {
  readonly host: Host;
  readonly progress: Progress;
}

export interface Outcome {
  /** The one document of --json. */
  readonly document: Readonly<Record<string, unknown>>;
  readonly text: (style: Style) => string;
  /** The command has its result, but the result is a refusal: printed too, decides the status. */
  readonly failure?: Diagnostic | undefined;
}

export type Command = (
  session: Session,
  operands: readonly string[],
  options: Options,
) => Outcome | Promise<Outcome>;
