/**
 * The passes every model goes through between import and plan, in their order, each followed by the
 * verifier. Constants fold first, since folding leaves dead nodes behind.
 */
import { InternalError } from "../diagnostics/assert.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Graph } from "../ir/graph.ts";
import { verifyGraph } from "../ops/verify-graph.ts";
import { dropDeadNodes } from "./drop-dead-nodes.ts";
import { foldConstants } from "./fold-constants.ts";
import { foldPads } from "./fold-pads.ts";
import type { Pass, PassOptions } from "./pass.ts";

export const passes: readonly Pass[] = [foldConstants, foldPads, dropDeadNodes];

/** Rewrites a graph; the input is left as it is. */
export function rewrite(graph: Graph, options: PassOptions): Graph {
  return passes.reduce((current, pass) => verified(pass, pass.run(current, options)), graph);
}

/** A pass that breaks a graph is our bug, whatever the verifier calls it. */
function verified({ name }: Pass, graph: Graph): Graph {
  try {
    return verifyGraph(graph);
  } catch (cause) {
    if (!(cause instanceof Diagnostic)) throw cause;
    throw new InternalError(`pass ${name} broke the graph: ${cause.message}`, { cause });
  }
}
