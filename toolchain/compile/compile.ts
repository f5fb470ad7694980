/**
 * The compile stage: a generated module to verified Wasm.
 *
 * After asc has run, the bytes are checked against ABI 1 before anybody else sees them: valid
 * WebAssembly, imports and exports by name and kind only from the ABI's list, one memory that
 * cannot grow, no start function and no data segments (weights must never be RAM).
 */
import { readTextAsset } from "../assets.ts";
import type { GeneratedModule } from "../codegen/module.ts";
import { type CompileOutput, compile } from "./asc.ts";
import { verifyAbi } from "./verify-abi.ts";

export interface CompiledModule extends CompileOutput {
  readonly entry: string;
}

export async function compileModule(module: GeneratedModule): Promise<CompiledModule> {
  const output = await compile({
    entry: module.entry,
    instances: module.instances,
    memoryPages: module.memoryPages,
    kernelText,
  });
  verifyAbi(output.wasm);
  return { ...output, entry: module.entry };
}

/** Text of a kernel file that the package ships; null when there is none of that name. */
export function kernelText(name: string): string | null {
  return kernelNamePattern.test(name) ? readTextAsset(`kernels-as/${name}.ts`) : null;
}

const kernelNamePattern = /^[a-z][a-z0-9-]*$/;
