/**
 * Rules that need only a file's name and text: lengths, headers, names, banned words.
 *
 * Limits hold for every file; there is no list of exceptions.
 */
import { isC, isCode, type Rule, type Source, type Violation } from "./source.ts";

const MAX_COLUMNS = 100;
const MAX_FILE_LINES = 500;
const MAX_KERNEL_LINES = 250;
const MAX_FUNCTION_LINES = 70;
const MIN_HEADER_LINES = 3;
const MAX_HEADER_LINES = 18;

const linesOf = ({ text }: Source) => text.replace(/\n$/, "").split("\n");

const lineWidth: Rule = {
  name: `lines have at most ${MAX_COLUMNS} columns`,
  applies: isCode,
  check: (source) =>
    linesOf(source).flatMap((line, index) =>
      [...line].length <= MAX_COLUMNS
        ? []
        : [{ path: source.path, line: index + 1, message: `${[...line].length} columns` }],
    ),
};

const fileLength: Rule = {
  name: `files have at most ${MAX_FILE_LINES} lines, kernels ${MAX_KERNEL_LINES}`,
  applies: isCode,
  check: (source) => {
    const limit = source.path.startsWith("kernels-as/") ? MAX_KERNEL_LINES : MAX_FILE_LINES;
    const count = linesOf(source).length;
    return count <= limit ? [] : [{ path: source.path, line: limit, message: `${count} lines` }];
  },
};

/** Length in lines of the comment a file opens with; 0 when it opens with something else. */
function headerLines(text: string): number {
  const opening = text.replace(/^#!.*\n/, "").trimStart();
  const block = opening.match(/^\/\*[\s\S]*?\*\//)?.[0];
  const lines = opening.match(/^(?:(?:\/\/|#).*\n)+/)?.[0].trimEnd();
  return (block ?? lines ?? "").split("\n").filter((line) => line !== "").length;
}

const fileHeader: Rule = {
  name: "files open with a comment that says what they are",
  applies: isCode,
  check: ({ path, text }) => {
    const count = headerLines(text);
    const words = text.match(/^(?:#!.*\n)?\s*\/\*\*?\s+(.*?)\*\//s)?.[1] ?? "";
    const shortButComplete = count >= 1 && words.split(/\s+/).length >= 8;
    const fits = (count >= MIN_HEADER_LINES || shortButComplete) && count <= MAX_HEADER_LINES;
    return fits ? [] : [{ path, line: 1, message: `a header comment of ${count} lines` }];
  },
};

const bannedNames: Rule = {
  name: "no file is named util, helpers, common or misc; names are kebab-case",
  applies: () => true,
  check: ({ path }) => {
    const base = path.split("/").at(-1) ?? "";
    const vague = /^(util|utils|helper|helpers|common|misc)\./.test(base);
    const shape = isCode(path) && !/^[a-z0-9]+([-._][a-z0-9]+)*$/.test(base) && base !== "run";
    return vague || shape ? [{ path, line: 1, message: `the name ${base}` }] : [];
  },
};

/** Words are written in halves here, so that this file passes its own rule. */
const bannedWords = [
  ["regis", "try\\.npmjs"],
  ["https?://[a-z.]*np", "mmirror"],
  ["(^|[^\\w.$}])/wo", "rk/"],
  ["(^|[^\\w.$}])/ho", "me/"],
  ["(^|[^\\w.$}])/ro", "ot/"],
  ["(^|[^\\w.$}])/tm", "p/"],
  ["TO", "DO\\b"],
  ["FIX", "ME\\b"],
].map((halves) => new RegExp(halves.join("")));

const noBannedWords: Rule = {
  name: "no machine paths, registry hosts or unfinished notes",
  applies: () => true,
  check: (source) =>
    linesOf(source).flatMap((line, index): Violation[] => {
      const word = bannedWords.find((pattern) => pattern.test(line));
      return word === undefined
        ? []
        : [{ path: source.path, line: index + 1, message: `matches ${word.source}` }];
    }),
};

/** A C function runs from a line in column 0 that ends in "{" to the next "}" in column 0. */
const functionLengthC: Rule = {
  name: `C functions have at most ${MAX_FUNCTION_LINES} lines`,
  applies: isC,
  check: (source) => {
    const lines = linesOf(source);
    return lines.flatMap((line, start) => {
      if (!/^[A-Za-z_].*\)\s*\{$/.test(line)) return [];
      const end = lines.findIndex((other, index) => index > start && other === "}");
      const count = end - start + 1;
      const message = `a function of ${count} lines`;
      return count <= MAX_FUNCTION_LINES ? [] : [{ path: source.path, line: start + 1, message }];
    });
  },
};

export const textRules = {
  lineWidth,
  fileLength,
  fileHeader,
  bannedNames,
  noBannedWords,
  functionLengthC,
};
