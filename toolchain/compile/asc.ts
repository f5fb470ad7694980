/**
 * Runs the AssemblyScript compiler in memory: generated entry, kernel files and the specialiser in,
 * Wasm and the specialised text out. Nothing is read from or written to disk.
 *
 * Each specialised instance of a kernel is a virtual source `kernels-as/<kernel>.<instance>` whose
 * text is the kernel's file; the specialiser rewrites its syntax tree after parsing, so diagnostics
 * carry the kernel's own lines and columns. The options stand in asconfig.json: -O2 is where code
 * stops improving, nontrapping float conversions are off to stay inside the ABI. Kernels are kept
 * out of line so that limits per function (locals, straight-line length) stay what their file says.
 */
import { ASTBuilder, DiagnosticCategory, DiagnosticCode, type Parser } from "assemblyscript";
import asc from "assemblyscript/asc";
import { Transform } from "assemblyscript/transform";
import { readTextAsset } from "../assets.ts";
import { must } from "../diagnostics/assert.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { SpecialiseError } from "./specialiser/nodes.ts";
import { bindConstants, type KernelConstants, specialise } from "./specialiser/specialise.ts";

/** A kernel file specialised for one set of constants. */
export interface KernelInstance {
  /** Unique in the module; part of the virtual path. */
  readonly id: string;
  /** File in kernels-as/, without extension. */
  readonly source: string;
  readonly constants: KernelConstants;
}

export interface CompileInput {
  readonly entry: string;
  readonly instances: readonly KernelInstance[];
  readonly memoryPages: number;
  /** Text of a file in kernels-as/, by its name without extension; null when there is none. */
  readonly kernelText: (name: string) => string | null;
  /** false: compile the instances as plain AssemblyScript, parameters bound, loops kept. */
  readonly specialised?: boolean;
  /** First address of static data; only plain compilation has any. */
  readonly memoryBase?: number;
}

export interface CompileOutput {
  readonly wasm: Uint8Array;
  /** Specialised AssemblyScript by instance id, as compiled. */
  readonly sources: ReadonlyMap<string, string>;
}

const ENTRY = "module.ts";
const OUTPUT = "module.wasm";
const CONFIG = "asconfig.json";
const KERNEL_FOLDER = "kernels-as/";

export const instancePath = (instance: { source: string; id: string }): string =>
  `${KERNEL_FOLDER}${instance.source}.${instance.id}`;

export async function compile(input: CompileInput): Promise<CompileOutput> {
  const files = virtualFiles(input);
  const sources = new Map<string, string>();
  const outputs = new Map<string, string | Uint8Array>();
  const reports: Report[] = [];
  const { error } = await asc.main(flags(input), {
    readFile: (name) => files(name.replaceAll("\\", "/")),
    writeFile: (name, contents) => void outputs.set(name, contents),
    listFiles: () => [],
    stdout: { write: () => true },
    stderr: { write: () => true },
    reportDiagnostic: (report: Report) => void reports.push(report),
    // asc instantiates transforms itself; its types say otherwise.
    transforms: [transformFor(input, sources) as never],
  });
  const errors = reports.filter((report) => report.category === DiagnosticCategory.Error);
  if (error !== null || errors.length > 0) throw compileError(errors, error, input);
  const wasm = must(outputs.get(OUTPUT), "asc wrote no module") as Uint8Array;
  return { wasm, sources };
}

function flags(input: CompileInput): string[] {
  const pages = String(input.memoryPages);
  return [
    ENTRY,
    ...["--config", CONFIG, "--outFile", OUTPUT],
    ...["--initialMemory", pages, "--maximumMemory", pages],
    ...(input.memoryBase === undefined ? [] : ["--memoryBase", String(input.memoryBase)]),
  ];
}

/** What asc may read: its options, the entry, each instance and the files that kernels import. */
function virtualFiles(input: CompileInput): (name: string) => string | null {
  const instances = new Map(input.instances.map((item) => [`${instancePath(item)}.ts`, item]));
  return (name) => {
    if (name === ENTRY) return input.entry;
    if (name === CONFIG) return readTextAsset(CONFIG);
    const instance = instances.get(name);
    if (instance !== undefined) return input.kernelText(instance.source);
    if (!name.startsWith(KERNEL_FOLDER) || !name.endsWith(".ts")) return null;
    return input.kernelText(name.slice(KERNEL_FOLDER.length, -".ts".length));
  };
}

/** asc assigns state onto a transform's prototype, so each compilation has a class of its own. */
function transformFor(input: CompileInput, sources: Map<string, string>) {
  const instances = new Map(input.instances.map((item) => [`${instancePath(item)}.ts`, item]));
  const rewrite = input.specialised === false ? bindConstants : specialise;
  return class extends Transform {
    override afterParse(parser: Parser): void {
      for (const source of parser.sources) {
        const instance = instances.get(source.normalizedPath);
        if (instance === undefined) continue;
        try {
          rewrite(source, instance.constants);
          sources.set(instance.id, ASTBuilder.build(source));
        } catch (error) {
          if (!(error instanceof SpecialiseError)) throw error;
          const { range, message } = error;
          parser.error(DiagnosticCode.Transform_0_1, range, "specialise", message);
        }
      }
    }

    override afterCompile(module: { runPasses(passes: string[]): void }): void {
      this.binaryen.setPassArgument("no-inline", `${KERNEL_FOLDER}*`);
      module.runPasses(["no-inline"]);
    }
  };
}

interface Report {
  readonly code: number;
  readonly category: number;
  readonly message: string;
  readonly range: {
    readonly start: number;
    readonly source: { readonly normalizedPath: string };
  } | null;
}

function compileError(reports: readonly Report[], error: Error | null, input: CompileInput) {
  const [first] = reports;
  if (first === undefined) {
    return new Diagnostic("EF5002", { message: error?.message ?? "asc failed", cause: error });
  }
  const path = first.range?.source.normalizedPath ?? ENTRY;
  const text = virtualFiles(input)(path) ?? "";
  const before = text.slice(0, first.range?.start ?? 0).split("\n");
  const where = { file: path, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  const specialising = first.code === DiagnosticCode.Transform_0_1;
  const more = reports.length > 1 ? ` (and ${reports.length - 1} more)` : "";
  return new Diagnostic(specialising ? "EF5001" : "EF5002", {
    message: `${first.message}${more}`,
    where,
  });
}
