/**
 * The door for model files: recognises the format by the file's first bytes, never by its name, and
 * reads it into a verified graph.
 */
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Graph } from "../ir/graph.ts";
import { isEir, readEir } from "./eir.ts";
import { isTflite } from "./tflite/model.ts";
import { readTflite } from "./tflite/read.ts";

interface Format {
  readonly name: string;
  readonly matches: (bytes: Uint8Array) => boolean;
  readonly read: (bytes: Uint8Array, name: string) => Graph;
}

const formats: readonly Format[] = [
  { name: "tflite", matches: isTflite, read: readTflite },
  { name: "eir", matches: isEir, read: readEir },
];

/** Reads a model file; `name` is what the graph and its diagnostics are called. */
export function importModel(bytes: Uint8Array, name: string): Graph {
  const format = formats.find(({ matches }) => matches(bytes));
  if (format !== undefined) return format.read(bytes, name);
  const start = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0"));
  throw new Diagnostic("EF1001", {
    message: `the file has ${bytes.length} bytes and starts with ${start.join(" ") || "nothing"}`,
    where: { model: name },
  });
}
