/** Text for people: figures in words, tables, errors. Pure functions of data and style. */
import type { Fit } from "../boards/fit.ts";
import { InternalError } from "../diagnostics/assert.ts";
import { codes, type DiagnosticCode } from "../diagnostics/codes.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Plan } from "../plan/types.ts";
import { formatBytes } from "../report/words.ts";
import { type Colour, paint, type Style } from "./style.ts";

export { formatBytes, formatCount, formatSeconds } from "../report/words.ts";

/** What the RAM on a board is made of. */
export function ramParts({ peakBytes }: Plan, { deviceRamBytes, copiedBytes }: Fit): string {
  const runtimeBytes = deviceRamBytes - peakBytes - copiedBytes;
  const copy = copiedBytes === 0 ? "" : ` + ${formatBytes(copiedBytes)} copied code`;
  return `${formatBytes(peakBytes)} planned + ${formatBytes(runtimeBytes)} wasm3 and code${copy}`;
}

export interface Column {
  readonly title: string;
  readonly align?: "right";
}

/** A table with a header line; columns as wide as their widest cell, two spaces between. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  style: Style,
): string {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, index) => {
        const cell = cells[index] ?? "";
        const width = widths[index] ?? 0;
        return align === "right" ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  const header = paint(style, "bold", line(columns.map(({ title }) => title)));
  return [header, ...rows.map(line)].join("\n");
}

/** Pairs of name and value, values in one column. */
export function renderFields(fields: readonly (readonly [string, string])[]): string {
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}

export function heading(style: Style, text: string): string {
  return paint(style, "bold", text);
}

/** Breaks prose at spaces. */
export function wrap(text: string, columns: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join("\n");
}

const label = (style: Style, colour: Colour, text: string) => paint(style, colour, text);

function placeLine(diagnostic: Diagnostic): string[] {
  const place = Object.entries(diagnostic.where).map(([kind, name]) => `${kind} ${name}`);
  return place.length === 0 ? [] : [`  where: ${place.join(", ")}`];
}

export function renderDiagnostic(diagnostic: Diagnostic, style: Style): string {
  const title = `${diagnostic.code} ${codes[diagnostic.code].title}`;
  return [
    `${label(style, "red", title)}: ${diagnostic.message}`,
    ...placeLine(diagnostic),
    ...diagnostic.next.map((step) => `  next: ${step}`),
    label(style, "dim", `  more: edgeflash explain ${diagnostic.code}`),
  ].join("\n");
}

const REPORT_STEP = "please report this, with the model and the text above";

export function renderInternalError(error: unknown, style: Style): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const kind = error instanceof InternalError ? "a check inside edgeflash failed" : "unexpected";
  return [
    `${label(style, "red", "internal error")} (${kind}), this is a defect of edgeflash`,
    stack,
    `  next: ${REPORT_STEP}`,
  ].join("\n");
}

/** The error as --json prints it. */
export function errorDocument(error: unknown): object {
  if (error instanceof Diagnostic) {
    const { code, message, where, next, details } = error;
    return { ...details, error: { code, title: codes[code].title, message, where, next } };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    error: { code: null, title: "internal error", message, where: {}, next: [REPORT_STEP] },
  };
}

export function renderExplanation(code: DiagnosticCode, style: Style): string {
  const { title, explain, next, exitCode } = codes[code];
  return [
    heading(style, `${code} ${title}`),
    wrap(explain, style.columns),
    ...next.map((step) => `  next: ${step}`),
    `  exit code: ${exitCode}`,
  ].join("\n");
}
