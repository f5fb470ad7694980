/**
 * From a plan to the module to compile: which kernel instances it needs and the generated entry.
 *
 * The entry is the only generated text, and it holds no algorithm: imports of specialised kernels,
 * `step(i)` that calls the kernel of operator i at its planned offsets, or the function of the
 * segment that begins there (segment.ts), `predict()` that runs all steps, and the exact end of
 * used memory as the two globals runtimes shrink to. Steps whose kernel file, entry and constants
 * are equal share one function. A model with states has `reset()` too, which gives every state its
 * first value; where that is not all zeros, as fresh memory is, the first step calls it.
 *
 * Where the input arrives by rows, the global __input_rows says how many: predict() and step(0)
 * return before each of them, predict() with 1, and are called again when it is in place. step(-1)
 * forgets the rows so far.
 */
import { assert, must } from "../diagnostics/assert.ts";
import { statesOf, tensorAt } from "../ir/graph.ts";
import { bytesOf, realZeros } from "../ir/types.ts";
import type { KernelForm } from "../ops/op.ts";
import { instanceKey } from "../plan/instance.ts";
import { kernelScratch, type Place, placeOf, placesOf } from "../plan/places.ts";
import type { Plan } from "../plan/types.ts";
import {
  eventsPart,
  type Linked,
  type SegmentFunction,
  segmentFunction,
  switches,
} from "./segment.ts";
import { layOutWeights } from "./weights-section.ts";

export interface ModuleInstance {
  readonly id: string;
  readonly source: string;
  readonly entry: string;
  readonly constants: Readonly<Record<string, number | bigint>>;
}

export interface GeneratedModule {
  /** AssemblyScript of the entry file. */
  readonly entry: string;
  readonly instances: readonly ModuleInstance[];
  readonly weights: Uint8Array;
  readonly memoryBytes: number;
  readonly memoryPages: number;
}

const PAGE_BYTES = 65536;

export function generateModule(plan: Plan): GeneratedModule {
  const { segments, peakBytes } = plan;
  const finishes = segments.flatMap(({ stages }) => stages.flatMap(({ finish }) => finish ?? []));
  const forms = [...plan.steps.flatMap(({ form }) => form ?? []), ...finishes];
  const instances = instancesOf(forms);
  const events = new Map(segments.map((segment) => [segment, eventsPart(plan, segment)]));
  const parts = [...forms.map(({ weights }) => weights), ...events.values()];
  const { section, offsets } = layOutWeights(parts);
  const offsetOf = new Map(parts.map((part, index) => [part, must(offsets[index], "an offset")]));
  const linked: Linked = {
    call: (form, operands) => {
      const { id } = must(instances.get(instanceKey(form)), "instance of a form");
      const weights = form.weights.length > 0 ? [must(offsetOf.get(form.weights), "weights")] : [];
      return `${id}(${[...operands, ...weights].join(", ")});`;
    },
    eventsOffset: (segment) => must(offsetOf.get(must(events.get(segment), "events")), "events"),
  };
  return {
    entry: entryText(plan, [...instances.values()], linked),
    instances: [...instances.values()],
    weights: section,
    memoryBytes: peakBytes,
    memoryPages: Math.max(1, Math.ceil(peakBytes / PAGE_BYTES)),
  };
}

function instancesOf(forms: readonly KernelForm[]): Map<string, ModuleInstance> {
  const instances = new Map<string, ModuleInstance>();
  for (const form of forms) {
    if (instances.has(instanceKey(form))) continue;
    const { source, entry, constants } = form;
    instances.set(instanceKey(form), { id: `k${instances.size}`, source, entry, constants });
  }
  return instances;
}

/** The operands of a kernel in its calling convention (KernelForm), weights apart. */
function kernelOperands(plan: Plan, places: ReadonlyMap<number, Place>, step: number): number[] {
  const { graph } = plan;
  const node = must(graph.nodes[must(plan.steps[step], "a step").node], "a node");
  const computed = node.inputs.filter(
    (tensor) => tensor !== null && tensorAt(graph, tensor).data === undefined,
  );
  const tensors = [...computed, ...node.outputs].map((tensor) => {
    return placeOf(places, must(tensor, "an operand")).offset;
  });
  return [...tensors, ...kernelScratch(plan, step).map(({ offset }) => offset)];
}

/** A state's bytes, and the one value they all have at first (ir/verify.ts). */
interface Fill {
  readonly offset: number;
  readonly value: number;
  readonly bytes: number;
}

function firstValues(plan: Plan): Fill[] {
  const places = placesOf(plan);
  return statesOf(plan.graph).map(({ before }) => {
    const { offset } = placeOf(places, before);
    const { length: bytes, 0: value = 0 } = bytesOf(realZeros(tensorAt(plan.graph, before).type));
    return { offset, value, bytes };
  });
}

function resetText(fills: readonly Fill[], isLazy: boolean): string[] {
  if (fills.length === 0) return [];
  return [
    ...(isLazy ? ["let isReset: bool = false;"] : []),
    "export function reset(): void {",
    ...fills.map(({ offset, value, bytes }) => `  memory.fill(${offset}, ${value}, ${bytes});`),
    ...(isLazy ? ["  isReset = true;"] : []),
    "}",
  ];
}

type Call = readonly [step: number, call: readonly string[]];

/** What each step runs; of a segment's only the first has a call, that of its function. */
function callsOf(plan: Plan, linked: Linked, functions: readonly SegmentFunction[]): Call[] {
  const places = placesOf(plan);
  const segmentOf = new Map<number, number>();
  plan.segments.forEach(({ firstStep, lastStep }, segment) => {
    for (let step = firstStep; step <= lastStep; step++) segmentOf.set(step, segment);
  });
  return plan.steps.flatMap(({ form }, step): Call[] => {
    const segment = segmentOf.get(step);
    if (segment === undefined) {
      return form ? [[step, [linked.call(form, kernelOperands(plan, places, step))]]] : [];
    }
    const isFirst = plan.segments[segment]?.firstStep === step;
    return isFirst ? [[step, [`${must(functions[segment], "a segment").name}();`]]] : [];
  });
}

function entryText(plan: Plan, instances: readonly ModuleInstance[], linked: Linked): string {
  const imports = instances.map(
    ({ id, source, entry }) => `import { ${entry} as ${id} } from "./kernels-as/${source}.${id}";`,
  );
  const functions = plan.segments.map((segment) => segmentFunction(plan, segment, linked));
  const waiting = functions.find((own) => own.waiting !== null)?.waiting;
  const fills = firstValues(plan);
  const isLazy = fills.some(({ value }) => value !== 0);
  return [
    ...imports,
    ...(functions.length > 0 ? ['import { weights } from "./kernels-as/abi";'] : []),
    `export const __data_end: i32 = ${plan.peakBytes};`,
    `export const __heap_base: i32 = ${plan.peakBytes};`,
    ...(waiting ? [`export const __input_rows: i32 = ${receivedRows(plan)};`] : []),
    ...resetText(fills, isLazy),
    ...functions.flatMap(({ text }) => text),
    "export function step(index: i32): void {",
    ...(isLazy ? ["  if (!isReset) reset();"] : []),
    ...(waiting ? [`  if (index < 0) ${waiting} = 0;`] : []),
    ...switches("index", callsOf(plan, linked, functions)),
    "}",
    "export function predict(): i32 {",
    ...(waiting ? ["  step(0);", `  if (${waiting} != 0) return 1;`] : []),
    `  for (let index: i32 = ${waiting ? 1 : 0}; index < ${plan.steps.length}; index++) {`,
    "    step(index);",
    "  }",
    "  return 0;",
    "}",
    "",
  ].join("\n");
}

/** How many rows the caller brings: all of the graph's one input, before any step. */
function receivedRows({ graph, segments }: Plan): number {
  const receivers = segments.filter(({ stages }) => stages.some(({ kind }) => kind === "receive"));
  assert(receivers.length === 1 && receivers[0]?.firstStep === 0, "step 0 alone takes rows");
  const [input = 0, ...others] = graph.inputs;
  assert(others.length === 0, "rows are those of the only input");
  return must(tensorAt(graph, input).type.shape[1], "height of the input");
}
