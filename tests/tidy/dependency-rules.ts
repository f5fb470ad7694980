/**
 * The dependency rule of ARCHITECTURE.md, read off the import graph: stages know only what comes
 * before them, nothing is cyclic, and each outside package has one home.
 *
 * Type imports and dynamic imports count like any other.
 */
import { dirname, join } from "node:path/posix";
import ts from "typescript";
import { isCode, isTypeScript, lineOf, parse, type Source, type Violation } from "./source.ts";

/** Earlier tiers know nothing of later ones. Within a tier imports are free but never cyclic. */
const tiers: readonly (readonly string[])[] = [
  ["toolchain/diagnostics"],
  ["toolchain/assets.ts"],
  ["toolchain/ir", "toolchain/numeric", "toolchain/boards"],
  ["toolchain/ops"],
  [
    "toolchain/import",
    "toolchain/export",
    "toolchain/passes",
    "toolchain/quantize",
    "toolchain/simulate/reference",
    "toolchain/learn",
  ],
  ["toolchain/plan"],
  ["toolchain/advise"],
  ["toolchain/codegen"],
  ["toolchain/compile"],
  ["toolchain/pack"],
  ["toolchain/simulate"],
  ["toolchain/deploy", "toolchain/federate"],
  ["toolchain/report"],
  ["toolchain/cli"],
];

/** Packages that only one place may import. */
const homes: Readonly<Record<string, RegExp>> = {
  assemblyscript: /^toolchain\/compile\//,
  binaryen: /^toolchain\/compile\//,
  serialport: /^toolchain\/deploy\//,
  "esptool-js": /^toolchain\/deploy\//,
  commander: /^toolchain\/cli\//,
  esbuild: /^scripts\//,
  typescript: /^tests\/tidy\//,
  "@assemblyscript/loader": /^toolchain\/simulate\//,
  "fast-check": /^tests\//,
  vitest: /^(tests\/|vitest\.)/,
};

export interface Import {
  readonly from: string;
  readonly line: number;
  /** A project path for a relative import, else the specifier as written. */
  readonly target: string;
  readonly relative: boolean;
}

export function importsOf(source: Source): Import[] {
  const file = parse(source);
  return ts.preProcessFile(source.text).importedFiles.map(({ fileName, pos }) => {
    const relative = fileName.startsWith(".");
    const target = relative ? join(dirname(source.path), fileName) : fileName;
    return { from: source.path, line: lineOf(file, pos), target, relative };
  });
}

const isUnder = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

/** The stage a path belongs to (the longest name that matches) and its place in the order. */
function stageOf(path: string): { readonly name: string; readonly tier: number } | undefined {
  return tiers
    .flatMap((names, tier) => names.map((name) => ({ name, tier })))
    .filter(({ name }) => isUnder(path, name))
    .sort((a, b) => b.name.length - a.name.length)[0];
}

function violationsOf(from: Import): string | undefined {
  if (!from.relative) {
    const name = from.target
      .split("/")
      .slice(0, from.target.startsWith("@") ? 2 : 1)
      .join("/");
    const home = homes[name];
    return home === undefined || home.test(from.from) ? undefined : `${name} has another home`;
  }
  const own = stageOf(from.from);
  if (own === undefined) {
    if (from.from.startsWith("toolchain/")) return `${from.from} is in no known stage`;
    const kernel = from.from.startsWith("kernels-as/") && !from.target.startsWith("kernels-as/");
    return kernel ? `a kernel imports ${from.target}` : undefined;
  }
  const other = stageOf(from.target);
  if (other === undefined) {
    const data = from.target === "package.json";
    return data ? undefined : `${own.name} imports ${from.target}, which is outside the toolchain`;
  }
  return other.tier > own.tier ? `${own.name} imports ${other.name}, a later stage` : undefined;
}

/** A cycle of the graph as a list of its members, or undefined. Depth-first search. */
export function findCycle(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of edges.get(node) ?? []) {
      const cycle = visit(next, [...path, node]);
      if (cycle !== undefined) return cycle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of edges.keys()) {
    const cycle = visit(node, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

function edgesOf(pairs: readonly (readonly [string, string])[]): Map<string, Set<string>> {
  const edges = new Map<string, Set<string>>();
  for (const [from, to] of pairs) {
    if (from !== to) edges.set(from, (edges.get(from) ?? new Set()).add(to));
  }
  return edges;
}

function cycleViolation(pairs: readonly (readonly [string, string])[]): Violation[] {
  const cycle = findCycle(edgesOf(pairs));
  if (cycle === undefined) return [];
  return [{ path: cycle[0] ?? "", line: 1, message: `a cycle: ${cycle.join(" -> ")}` }];
}

/** Import directions, package homes, and no cycle among files or among stages. */
export function dependencyViolations(sources: readonly Source[]): Violation[] {
  const imports = sources
    .filter(({ path }) => isTypeScript(path) || (isCode(path) && path.endsWith(".mjs")))
    .flatMap(importsOf);
  const directions = imports.flatMap((one): Violation[] => {
    const message = violationsOf(one);
    return message === undefined ? [] : [{ path: one.from, line: one.line, message }];
  });
  const inside = imports.filter((one) => one.relative && one.from.startsWith("toolchain/"));
  const files = inside.map(({ from, target }) => [from, target] as const);
  const stages = inside.map(({ from, target }) => {
    return [stageOf(from)?.name ?? from, stageOf(target)?.name ?? target] as const;
  });
  return [...directions, ...cycleViolation(files), ...cycleViolation(stages)];
}
