/**
 * Turns the table of verbs into a commander program whose errors are Diagnostics.
 *
 * commander words its own errors; here its `error` method is the one place they all pass, and it
 * throws a Diagnostic with the nearest known name instead of printing and ending the process.
 */
import { Command, Option } from "commander";
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/nearest.ts";
import { parsers } from "./amounts.ts";
import type { Host } from "./host.ts";
import type { Options } from "./options.ts";
import type { OptionSpec } from "./planning-options.ts";
import { commonOptions, type VerbSpec, verbs } from "./verbs.ts";

const SUMMARY = "Put trained models on microcontrollers.";
const EXIT_CODES = `
Exit codes: 0 ok, 1 defect of edgeflash, 2 usage or input, 3 unsupported model, 4 does not fit,
5 no such port, 6 board or link, 7 outputs differ, 8 signature or rollback.`;

export type Dispatch = (verb: VerbSpec, operands: string[], options: Options) => Promise<void>;

const unknownNames: Readonly<Record<string, (command: Command) => string[]>> = {
  "commander.unknownCommand": (command) => command.commands.map((verb) => verb.name()),
  "commander.unknownOption": (command) =>
    command.options.flatMap(({ short, long }) => [short ?? [], long ?? []].flat()),
};

const codesOf: Readonly<Record<string, DiagnosticCode>> = {
  "commander.unknownCommand": "EF7001",
  "commander.unknownOption": "EF7001",
  "commander.invalidArgument": "EF7004",
};

/** commander's message, as a Diagnostic with our own next steps. */
function usageError(command: Command, text: string, commanderCode: string): Diagnostic {
  const message = text.replace(/^error: /, "").replace(/\.$/, "");
  const names = unknownNames[commanderCode]?.(command) ?? [];
  const typed = message.match(/'([^']+)'/)?.[1] ?? "";
  const help = command.parent === null ? "edgeflash --help" : `edgeflash ${command.name()} --help`;
  return new Diagnostic(codesOf[commanderCode] ?? "EF7007", {
    message,
    next: [...didYouMean(typed, names), `see ${help}`],
  });
}

class Verb extends Command {
  override createCommand(name?: string): Command {
    return new Verb(name);
  }

  override error(message: string, options?: { readonly code?: string }): never {
    throw usageError(this, message, options?.code ?? "");
  }
}

function toOption(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.description);
  if (spec.choices !== undefined) option.choices(spec.choices);
  if (spec.kind !== undefined) option.argParser<unknown>(parsers[spec.kind]);
  if (spec.required === true) option.makeOptionMandatory();
  return spec.default === undefined ? option : option.default(spec.default);
}

function addVerb(program: Command, spec: VerbSpec, dispatch: Dispatch): void {
  const command = program.command(spec.name).summary(spec.summary).description(spec.summary);
  for (const operand of spec.operands) command.argument(`<${operand.name}>`, operand.description);
  for (const option of [...spec.options, ...commonOptions]) command.addOption(toOption(option));
  command.action((...given: unknown[]) => {
    const operands = given.slice(0, spec.operands.length).map(String);
    return dispatch(spec, operands, command.opts<Options>());
  });
}

export function makeProgram(host: Host, version: string, dispatch: Dispatch): Command {
  const program = new Verb("edgeflash")
    .description(SUMMARY)
    .version(version)
    .exitOverride()
    .helpCommand(false)
    .addHelpText("after", EXIT_CODES)
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
      getOutHelpWidth: () => host.stdout.columns,
      getErrHelpWidth: () => host.stderr.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showSuggestionAfterError(false);
  for (const spec of verbs) addVerb(program, spec, dispatch);
  return program;
}
