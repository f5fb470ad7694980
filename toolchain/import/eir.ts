/** The graph text form as a model file: how a graph edited by hand enters the tool chain. */
import type { Graph } from "../ir/graph.ts";
import { parseGraph } from "../ir/parse.ts";
import { locate, verifyGraph } from "../ops/verify-graph.ts";

const START = "graph ";

export function isEir(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, START.length)) === START;
}

/** The graph keeps the name its text gives it; `name` is the file's, for diagnostics. */
export function readEir(bytes: Uint8Array, name: string): Graph {
  return locate({ model: name }, () => verifyGraph(parseGraph(new TextDecoder().decode(bytes))));
}
