/**
 * Recorded answers of TensorFlow Lite Micro and the models they belong to, read from the folder
 * ../shared/data beside the project. The data is not part of the project: suites that need it skip
 * by name when `sharedDataPresent` is false.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../shared/data/", import.meta.url));

export const sharedDataPresent = existsSync(root);

export function readShared(path: string): Uint8Array {
  return new Uint8Array(readFileSync(root + path));
}

/** Names of the files of one folder of the data, sorted; none when the data is absent. */
export function listShared(folder: string): string[] {
  return sharedDataPresent ? readdirSync(root + folder).sort() : [];
}

/** A model's input or output as TensorFlow Lite Micro reported it. */
export interface GoldenTensor {
  readonly tensor: number;
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: string;
  readonly scale: readonly number[];
  readonly zero_point: readonly number[];
}

/** One output of one operator of case 0, in execution order. */
export interface GoldenTrace {
  readonly op: number;
  readonly tensor: number;
  readonly bytes: number;
  readonly sha256: string;
}

interface Manifest {
  readonly src: string;
  readonly inputs: readonly GoldenTensor[];
  readonly outputs: readonly GoldenTensor[];
  readonly cases: readonly unknown[];
  readonly input_file: string;
  readonly output_file: string;
  readonly trace?: { readonly tensors: readonly GoldenTrace[] };
}

export interface Golden {
  readonly model: Uint8Array;
  readonly inputs: readonly GoldenTensor[];
  readonly outputs: readonly GoldenTensor[];
  readonly trace: readonly GoldenTrace[];
  readonly cases: readonly { readonly inputs: Uint8Array[]; readonly outputs: Uint8Array[] }[];
}

const bytesOfType: Readonly<Record<string, number>> = { int8: 1, int16: 2, int32: 4, float32: 4 };

function tensorBytes({ shape, type }: GoldenTensor): number {
  const bytes = bytesOfType[type];
  if (bytes === undefined) throw new Error(`golden tensor type ${type}`);
  return shape.reduce((count, size) => count * size, bytes);
}

/** Cuts one recorded file into cases, and each case into its tensors. */
function splitCases(bytes: Uint8Array, tensors: readonly GoldenTensor[], count: number) {
  let offset = 0;
  return Array.from({ length: count }, () =>
    tensors.map((tensor) => {
      const start = offset;
      offset += tensorBytes(tensor);
      return bytes.slice(start, offset);
    }),
  );
}

export function readGolden(name: string): Golden {
  const folder = `goldens-tflm/${name}/`;
  const text = new TextDecoder().decode(readShared(`${folder}manifest.json`));
  const manifest = JSON.parse(text) as Manifest;
  const count = manifest.cases.length;
  const inputs = splitCases(readShared(folder + manifest.input_file), manifest.inputs, count);
  const outputs = splitCases(readShared(folder + manifest.output_file), manifest.outputs, count);
  return {
    model: readShared(manifest.src.replace(/^data\//, "")),
    inputs: manifest.inputs,
    outputs: manifest.outputs,
    trace: manifest.trace?.tensors ?? [],
    cases: inputs.map((input, index) => ({ inputs: input, outputs: outputs[index] ?? [] })),
  };
}
