/**
 * One way to run a graph in its order: which steps stream, what is alive when, and the kernel forms
 * that every step may choose from. Goals (goals.ts) compare arrangements; place.ts gives addresses.
 */
import { assert, must } from "../diagnostics/assert.ts";
import { type Graph, inputsOf, type Node, outputsOf, type Tensor } from "../ir/graph.ts";
import type { Rounding } from "../numeric/requantize.ts";
import type { KernelForm } from "../ops/op.ts";
import { operatorOf } from "../ops/registry.ts";
import { locate } from "../ops/verify-graph.ts";
import type { StepChoices } from "./choose-forms.ts";
import { type CoreRatios, onCore } from "./core.ts";
import { type Lifetime, lifetimes, liveBytes } from "./lifetimes.ts";
import { type AllowedOverlap, overlapsOf, savedBytes } from "./overlaps.ts";
import type { Segment, StreamSlot } from "./types.ts";
import { runsNothing } from "./views.ts";

export interface FormOptions {
  readonly rounding: Rounding;
  /** Most operators that may nest on a board without tail calls; forms of longer bodies go. */
  readonly nestedOperatorsMax: number;
  /** The core that runs the model; left out: a Cortex-M4F. */
  readonly core?: CoreRatios;
  /** No bytes are shared by tensors alive together, whatever forms allow. */
  readonly tensorLevel?: boolean;
}

/** Bytes to be placed beside the tensors' runs. */
export interface SlotRequest {
  readonly name: string;
  readonly bytes: number;
  readonly alignment: number;
  readonly firstStep: number;
  readonly lastStep: number;
  /** A segment's own; left out: kernel scratch. */
  readonly stream?: StreamSlot;
}

export interface Arrangement {
  readonly graph: Graph;
  /** Steps that run row by row together; in order, apart. */
  readonly segments: readonly Segment[];
  readonly runs: readonly Lifetime[];
  /** What segments need beside windows, whatever the forms. */
  readonly slots: readonly SlotRequest[];
  readonly steps: readonly StepChoices[];
  /** Pairs of runs that a segment lets share bytes, whatever the forms. */
  readonly overlaps: readonly AllowedOverlap[];
  /** Forms let no runs share bytes. */
  readonly tensorLevel?: boolean;
}

/** Every step by itself. */
export function arrange(graph: Graph, options: FormOptions): Arrangement {
  const { tensorLevel = false } = options;
  const runs = lifetimes(graph);
  const live = liveBytes(runs, graph.nodes.length);
  const steps = graph.nodes.map((node, step): StepChoices => {
    const forms = runsNothing(graph, node, runs) ? [] : formsFor(graph, node, options);
    return {
      liveBytes: must(live[step], "live bytes of a step"),
      forms,
      savedBytes: forms.map((form) => {
        return tensorLevel ? 0 : savedBytes(runs, overlapsOf(graph, runs, step, form));
      }),
    };
  });
  return { graph, segments: [], runs, slots: [], steps, overlaps: [], tensorLevel };
}

/** All pairs that may share bytes when the steps have these forms. */
export function allOverlaps(
  { graph, runs, segments, overlaps, tensorLevel }: Arrangement,
  forms: readonly (KernelForm | null)[],
): AllowedOverlap[] {
  if (tensorLevel) return [];
  const streams = (step: number) =>
    segments.some(({ firstStep, lastStep }) => firstStep <= step && step <= lastStep);
  const own = forms.flatMap((form, step) =>
    streams(step) ? [] : overlapsOf(graph, runs, step, form),
  );
  return [...own, ...overlaps];
}

/** All bytes to be placed beside the tensors' runs when the steps have these forms. */
export function allSlots(
  { graph, slots }: Arrangement,
  forms: readonly (KernelForm | null)[],
): SlotRequest[] {
  const scratch = forms.flatMap((form, step) =>
    (form?.scratch ?? []).map(({ name, bytes, alignment }) => {
      const node = must(graph.nodes[step], "node of a step").name;
      return { name: `${node}:${name}`, bytes, alignment, firstStep: step, lastStep: step };
    }),
  );
  return [...scratch, ...slots];
}

/** The forms that a node may run in on a board. */
export function formsFor(
  graph: Graph,
  node: Node,
  { rounding, nestedOperatorsMax, core }: FormOptions,
): readonly KernelForm[] {
  const offered = shortEnough(formsOf(graph, node, rounding), nestedOperatorsMax);
  return core === undefined ? offered : offered.map(onCore(core));
}

/** The forms whose bodies may nest; the shortest when none may, and the fit check then says so. */
export function shortEnough(forms: readonly KernelForm[], most: number): readonly KernelForm[] {
  const nested = ({ cost }: KernelForm) => cost.nestedOperators ?? 0;
  const least = Math.min(...forms.map(nested));
  return forms.filter((form) => nested(form) <= Math.max(most, least));
}

/** Forms of nodes do not depend on their order, and packing weights for them takes time. */
const known = new WeakMap<readonly Tensor[], Map<Node, Map<Rounding, readonly KernelForm[]>>>();

function formsOf(graph: Graph, node: Node, rounding: Rounding): readonly KernelForm[] {
  const ofGraph = known.get(graph.tensors) ?? new Map<Node, Map<Rounding, readonly KernelForm[]>>();
  const ofNode = ofGraph.get(node) ?? new Map<Rounding, readonly KernelForm[]>();
  const forms = ofNode.get(rounding) ?? newForms(graph, node, rounding);
  known.set(graph.tensors, ofGraph.set(node, ofNode.set(rounding, forms)));
  return forms;
}

function newForms(graph: Graph, node: Node, rounding: Rounding): readonly KernelForm[] {
  const operator = operatorOf(node);
  const forms = locate({ model: graph.name, node: node.name, operator: node.op }, () =>
    operator.forms({
      attributes: node.attributes,
      inputs: inputsOf(graph, node),
      outputs: outputsOf(graph, node),
      rounding,
    }),
  );
  assert(forms.length > 0, `operator ${operator.name} offers no kernel form for ${node.name}`);
  return forms;
}
