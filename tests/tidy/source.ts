/**
 * The project's own files as the tidy rules see them: path, text and, for TypeScript, its syntax.
 *
 * A rule is a function from one file to its violations. Paths use "/" and are relative to the root.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { packageRoot } from "../../toolchain/assets.ts";

export interface Source {
  readonly path: string;
  readonly text: string;
}

export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

export interface Rule {
  readonly name: string;
  readonly applies: (path: string) => boolean;
  readonly check: (source: Source) => Violation[];
}

const skippedFolders = new Set(["node_modules", "dist", ".git", "prebuilt", "golden", ".cache"]);
const textFile = /\.(ts|mjs|c|h|json|md|eir|sh)$|^(LICENSE|NOTICE|\.ci\/run|\.npmrc|\.gitignore)$/;

function walk(folder: string): string[] {
  return readdirSync(join(packageRoot(), folder), { withFileTypes: true }).flatMap((item) => {
    const path = folder === "" ? item.name : `${folder}/${item.name}`;
    if (item.isDirectory()) return skippedFolders.has(item.name) ? [] : walk(path);
    return item.isFile() && textFile.test(path) ? [path] : [];
  });
}

export function projectSources(): Source[] {
  const read = (path: string) => readFileSync(join(packageRoot(), path), "utf8");
  return walk("").map((path) => ({ path, text: read(path) }));
}

export const isTypeScript = (path: string) => path.endsWith(".ts");
export const isC = (path: string) => /\.(c|h)$/.test(path);
export const isCode = (path: string) => /\.(ts|mjs|c|h|sh)$|^\.ci\/run$/.test(path);

const parsed = new WeakMap<Source, ts.SourceFile>();

export function parse(source: Source): ts.SourceFile {
  const known = parsed.get(source);
  if (known !== undefined) return known;
  const file = ts.createSourceFile(source.path, source.text, ts.ScriptTarget.ES2022, true);
  parsed.set(source, file);
  return file;
}

export function lineOf(file: ts.SourceFile, position: number): number {
  return file.getLineAndCharacterOfPosition(position).line + 1;
}

/** Every node of the file, parents first. */
export function descendants(node: ts.Node): ts.Node[] {
  const found = [node];
  ts.forEachChild(node, (child) => {
    for (const one of descendants(child)) found.push(one);
  });
  return found;
}

/** A rule over syntax: `find` gives the message for a node that breaks it. */
export function syntaxRule(
  name: string,
  applies: Rule["applies"],
  find: (node: ts.Node, file: ts.SourceFile) => string | undefined,
): Rule {
  const check = (source: Source): Violation[] => {
    const file = parse(source);
    return descendants(file).flatMap((node) => {
      const message = find(node, file);
      const line = lineOf(file, node.getStart());
      return message === undefined ? [] : [{ path: source.path, line, message }];
    });
  };
  return { name, applies: (path) => isTypeScript(path) && applies(path), check };
}
