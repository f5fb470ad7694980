/**
 * The passes every model goes through between import and plan, in their order, each followed by the
 * verifier, again and again until none finds anything to do. Constants fold first, since the others
 * see more then; dead nodes go last, since the others leave them behind.
 */
import { assert, InternalError } from "../diagnostics/assert.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Graph } from "../ir/graph.ts";
import { verifyGraph } from "../ops/verify-graph.ts";
import { dropDeadNodes } from "./drop-dead-nodes.ts";
import { dropIdentities } from "./drop-identities.ts";
import { foldConstants } from "./fold-constants.ts";
import { foldPads } from "./fold-pads.ts";
import { fuseActivations } from "./fuse-activations.ts";
import { mergePairs } from "./merge-pairs.ts";
import type { Pass, PassOptions } from "./pass.ts";
import { shareDuplicates } from "./share-duplicates.ts";

export const passes: readonly Pass[] = [
  foldConstants,
  shareDuplicates,
  mergePairs,
  dropIdentities,
  foldPads,
  fuseActivations,
  dropDeadNodes,
];

/** Rewrites a graph; the input is left as it is. */
export function rewrite(graph: Graph, options: PassOptions): Graph {
  const next = passes.reduce((current, pass) => {
    const result = pass.run(current, options);
    return result === current ? current : verified(pass, result);
  }, graph);
  if (next === graph) return graph;
  // Every round that changes something leaves less behind, so there is a last one.
  assert(sizeOf(next) < sizeOf(graph), "passes make a graph smaller");
  return rewrite(next, options);
}

const sizeOf = ({ nodes, tensors }: Graph): number => nodes.length + tensors.length;

/** A pass that breaks a graph is our bug, whatever the verifier calls it. */
function verified({ name }: Pass, graph: Graph): Graph {
  try {
    return verifyGraph(graph);
  } catch (cause) {
    if (!(cause instanceof Diagnostic)) throw cause;
    throw new InternalError(`pass ${name} broke the graph: ${cause.message}`, { cause });
  }
}
