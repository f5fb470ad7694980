/**
 * From a plan to the module to compile: which kernel instances it needs and the generated entry.
 *
 * The entry is the only generated text, and it holds no algorithm: imports of specialised kernels,
 * `step(i)` that calls the kernel of operator i at its planned offsets, `predict()` that runs all
 * steps, and the exact end of used memory as the two globals runtimes shrink to. Steps whose kernel
 * file, entry and constants are equal share one function. A model with states has `reset()` too,
 * which gives every state its first value; where that is not all zeros, as fresh memory is, the
 * first step calls it.
 */
import { must } from "../diagnostics/assert.ts";
import { statesOf, tensorAt } from "../ir/graph.ts";
import { bytesOf, realZeros } from "../ir/types.ts";
import type { KernelForm } from "../ops/op.ts";
import { instanceKey } from "../plan/instance.ts";
import { placeOf, placesOf } from "../plan/places.ts";
import type { Plan } from "../plan/types.ts";
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
  const forms = plan.steps.map(({ form }) => form);
  const instances = instancesOf(forms);
  const parts = forms.map((form) => form?.weights ?? new Uint8Array(0));
  const { section, offsets } = layOutWeights(parts);
  const calls = plan.steps.flatMap(({ form }, step) => {
    if (form === null) return [];
    const { id } = must(instances.get(instanceKey(form)), "instance of a form");
    const values = kernelArguments(plan, step, form, must(offsets[step], "weights offset"));
    return [{ step, call: `${id}(${values.join(", ")});` }];
  });
  return {
    entry: entryText([...instances.values()], calls, plan),
    instances: [...instances.values()],
    weights: section,
    memoryBytes: plan.peakBytes,
    memoryPages: Math.max(1, Math.ceil(plan.peakBytes / PAGE_BYTES)),
  };
}

function instancesOf(forms: readonly (KernelForm | null)[]): Map<string, ModuleInstance> {
  const instances = new Map<string, ModuleInstance>();
  for (const form of forms) {
    if (form === null || instances.has(instanceKey(form))) continue;
    const { source, entry, constants } = form;
    instances.set(instanceKey(form), { id: `k${instances.size}`, source, entry, constants });
  }
  return instances;
}

/**
 * The calling convention of KernelForm: inputs, outputs, scratch, offset in the weights section.
 */
function kernelArguments(plan: Plan, step: number, form: KernelForm, weightsOffset: number) {
  const { graph } = plan;
  const node = must(graph.nodes[must(plan.steps[step], "a step").node], "a node");
  const computed = node.inputs.filter(
    (tensor) => tensor !== null && tensorAt(graph, tensor).data === undefined,
  );
  const places = placesOf(plan);
  const tensors = [...computed, ...node.outputs].map((tensor) => {
    return placeOf(places, must(tensor, "an operand")).offset;
  });
  const scratch = plan.scratch.filter((slot) => slot.step === step).map(({ offset }) => offset);
  return [...tensors, ...scratch, ...(form.weights.length > 0 ? [weightsOffset] : [])];
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

interface Call {
  readonly step: number;
  readonly call: string;
}

/** A switch is a block a case, nested: a runtime's compiler takes native stack for each. */
const CASES_MAX = 16;

const switchText = (calls: readonly Call[]): string[] => [
  "  switch (index) {",
  ...calls.flatMap(({ step, call }) => [`    case ${step}:`, `      ${call}`, "      break;"]),
  "  }",
];

function entryText(
  instances: readonly ModuleInstance[],
  calls: readonly Call[],
  plan: Plan,
): string {
  const imports = instances.map(
    ({ id, source, entry }) => `import { ${entry} as ${id} } from "./kernels-as/${source}.${id}";`,
  );
  const switches = Array.from({ length: Math.ceil(calls.length / CASES_MAX) }, (_, index) =>
    switchText(calls.slice(index * CASES_MAX, (index + 1) * CASES_MAX)),
  );
  const fills = firstValues(plan);
  const isLazy = fills.some(({ value }) => value !== 0);
  return [
    ...imports,
    `export const __data_end: i32 = ${plan.peakBytes};`,
    `export const __heap_base: i32 = ${plan.peakBytes};`,
    ...resetText(fills, isLazy),
    "export function step(index: i32): void {",
    ...(isLazy ? ["  if (!isReset) reset();"] : []),
    ...switches.flat(),
    "}",
    "export function predict(): i32 {",
    `  for (let index: i32 = 0; index < ${plan.steps.length}; index++) step(index);`,
    "  return 0;",
    "}",
    "",
  ].join("\n");
}
