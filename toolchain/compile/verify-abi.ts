/**
 * Checks Wasm bytes against ABI 1: what a board would refuse never leaves the host.
 */
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { sections } from "./wasm-sections.ts";

const imports: ReadonlySet<string> = new Set([
  "edgeflash.weights function",
  "edgeflash.tile function",
]);

const exports: ReadonlySet<string> = new Set([
  "memory memory",
  "__data_end global",
  "__heap_base global",
  "predict function",
  "step function",
]);

/**
 * Models that keep state between predictions have the one, of which firmware need not know; those
 * whose input arrives by rows the other.
 */
const optionalExports: ReadonlySet<string> = new Set(["reset function", "__input_rows global"]);

/** Sections that would run code or cost RAM behind the plan's back. */
const forbiddenSections: ReadonlyMap<number, string> = new Map([
  [8, "a start function"],
  [9, "an element segment"],
  [11, "a data segment"],
]);

export function verifyAbi(wasm: Uint8Array<ArrayBufferLike>): void {
  const bytes = new Uint8Array(wasm);
  if (!WebAssembly.validate(bytes)) throw notAbi("it is not valid WebAssembly");
  const module = new WebAssembly.Module(bytes);
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (!imports.has(`${from}.${name} ${kind}`)) throw notAbi(`it imports ${kind} ${from}.${name}`);
  }
  const found = WebAssembly.Module.exports(module).map(({ name, kind }) => `${name} ${kind}`);
  const unknown = found.find((item) => !exports.has(item) && !optionalExports.has(item));
  if (unknown !== undefined) throw notAbi(`it exports ${unknown}`);
  const missing = [...exports].find((item) => !found.includes(item));
  if (missing !== undefined) throw notAbi(`it does not export ${missing}`);
  for (const { id, contents } of sections(bytes)) {
    const forbidden = forbiddenSections.get(id);
    if (forbidden !== undefined) throw notAbi(`it has ${forbidden}`);
    if (id === MEMORY_SECTION && !isFixedMemory(contents)) throw notAbi("its memory can grow");
  }
}

const MEMORY_SECTION = 5;

/** One memory with a maximum, and that equal to its minimum: count, flags, then both sizes. */
function isFixedMemory([count, flags, ...sizes]: Uint8Array): boolean {
  const half = sizes.length / 2;
  return (
    count === 1 &&
    flags === 1 &&
    sizes.every((byte, at) => byte === sizes[(at + half) % sizes.length])
  );
}

const notAbi = (reason: string): Diagnostic =>
  new Diagnostic("EF5003", { message: `the module does not follow ABI 1: ${reason}` });
