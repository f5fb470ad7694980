/** What a pass is: a pure function on verified graphs, with a name for diagnostics. */
import type { Graph } from "../ir/graph.ts";
import type { Rounding } from "../numeric/requantize.ts";

export interface PassOptions {
  readonly rounding: Rounding;
}

export interface Pass {
  readonly name: string;
  readonly run: (graph: Graph, options: PassOptions) => Graph;
}
