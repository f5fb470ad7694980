/**
 * The function of a segment: steps that run row by row together, as the plan's events say.
 *
 * It fills the windows, then takes one event after another and does what the event's action says:
 * make room in a window and put a row there. Events are part of the weights section and are pulled
 * in pieces. All addresses are the plan's; only a stage that walks over a whole tensor has a
 * cursor. Where rows come from the caller, position and cursors outlive a call: the function
 * returns when it wants the next row, and its position is 0 again when it is done.
 */
import { assert, must } from "../diagnostics/assert.ts";
import type { TensorIndex } from "../ir/graph.ts";
import type { KernelForm } from "../ops/op.ts";
import {
  kernelScratch,
  lastRowOf,
  type Place,
  type PlacedWindow,
  placeOf,
  placesOf,
  readOffset,
  streamSlot,
  windowsOf,
} from "../plan/places.ts";
import type { Plan, Segment, SegmentAction, Stage } from "../plan/types.ts";

/** What the entry knows beside the plan. */
export interface Linked {
  /** A call of a form's function: operands and scratch, then where its weights begin. */
  readonly call: (form: KernelForm, operands: readonly (number | string)[]) => string;
  /** Where the events of a segment begin in the weights section. */
  readonly eventsOffset: (segment: Segment) => number;
}

export interface SegmentFunction {
  readonly name: string;
  readonly text: readonly string[];
  /** The variable that is 0 unless the function waits for a row; null: it never does. */
  readonly waiting: string | null;
}

/** A switch is a block a case, nested: a runtime's compiler takes native stack for each. */
export const CASES_MAX = 16;

/** Statements by their case, at most CASES_MAX to a switch. */
export function switches(
  value: string,
  cases: readonly (readonly [number, readonly string[]])[],
): string[] {
  return Array.from({ length: Math.ceil(cases.length / CASES_MAX) }, (_, index) => [
    `  switch (${value}) {`,
    ...cases
      .slice(index * CASES_MAX, (index + 1) * CASES_MAX)
      .flatMap(([at, statements]) => [
        `    case ${at}:`,
        ...statements.map((statement) => `      ${statement}`),
        "      break;",
      ]),
    "  }",
  ]).flat();
}

/** The events as the weights section holds them: whole pieces. */
export function eventsPart(plan: Plan, segment: Segment): Uint8Array {
  const { bytes } = streamSlot(plan, segment, { kind: "events" });
  const part = new Uint8Array(Math.ceil(segment.events.length / bytes) * bytes);
  part.set(segment.events);
  return part;
}

interface Context {
  readonly plan: Plan;
  readonly segment: Segment;
  readonly linked: Linked;
  readonly windows: ReadonlyMap<TensorIndex, PlacedWindow>;
  readonly places: ReadonlyMap<TensorIndex, Place>;
}

export function segmentFunction(plan: Plan, segment: Segment, linked: Linked): SegmentFunction {
  const windows = windowsOf(plan, segment);
  const context = { plan, segment, linked, windows, places: placesOf(plan) };
  const { firstStep, actions, events } = segment;
  const name = `segment${firstStep}`;
  const at = `at${firstStep}`;
  const walkers = walkersOf(context);
  const receives = segment.stages.some(({ kind }) => kind === "receive");
  const declarations = [
    `let ${at}: i32 = 0;`,
    ...walkers.map(({ cursor }) => `let ${cursor}: usize = 0;`),
  ];
  const beginnings = [
    ...emptied(context),
    ...walkers.map(({ cursor, offset }) => `${cursor} = ${offset};`),
  ];
  const slot = streamSlot(plan, segment, { kind: "events" });
  const pull = `weights(${slot.offset}, ${linked.eventsOffset(segment)} + ${at}, ${slot.bytes});`;
  const cases = actions.map((action, position) => {
    return [position, statementsOf(context, action)] as const;
  });
  return {
    name,
    waiting: receives ? at : null,
    text: [
      ...(receives ? declarations : []),
      `function ${name}(): void {`,
      ...(receives ? [`  if (${at} == 0) {`] : declarations),
      ...beginnings,
      ...(receives ? ["  }"] : []),
      `while (${at} < ${events.length}) {`,
      `  if (${at} % ${slot.bytes} == 0) ${pull}`,
      `  const event: i32 = load<u8>(${slot.offset} + ${at}++ % ${slot.bytes});`,
      ...switches("event", cases),
      "}",
      ...(receives ? [`${at} = 0;`] : []),
      "}",
    ],
  };
}

/** Windows hold real zeros and sums none before the first event. */
function emptied({ plan, segment, windows }: Context): string[] {
  const fills = [...windows.values()].flatMap(({ isFilled, offset, fill, bytes }) =>
    isFilled ? [`memory.fill(${offset}, ${fill}, ${bytes});`] : [],
  );
  const sums = segment.stages.flatMap(({ kind }, stage) => {
    if (kind !== "total") return [];
    const { offset, bytes } = streamSlot(plan, segment, { kind: "total", stage });
    return [`memory.fill(${offset}, 0, ${bytes});`];
  });
  return [...fills, ...sums];
}

/** A stage that goes over a whole tensor row by row. */
interface Walker {
  readonly cursor: string;
  readonly offset: number;
}

function walkersOf({ segment, windows, places }: Context): Walker[] {
  return segment.stages.flatMap((stage, index) => {
    const walks = stage.kind === "load" || (stage.kind === "compute" && !windows.has(stage.tensor));
    if (!walks) return [];
    return [{ cursor: cursorOf(segment, index), offset: placeOf(places, stage.tensor).offset }];
  });
}

const cursorOf = ({ firstStep }: Segment, stage: number) => `row${firstStep}_${stage}`;

type Emit = (context: Context, stage: Stage, index: number) => readonly string[];

const runs: Readonly<Record<Stage["kind"], Emit>> = {
  load: (context, { tensor }, index) => {
    const { offset, pixelBytes } = newRow(context, tensor);
    const cursor = cursorOf(context.segment, index);
    return [
      ...room(context, tensor),
      `memory.copy(${offset}, ${cursor}, ${pixelBytes});`,
      `${cursor} += ${pixelBytes};`,
    ];
  },
  receive: (context, { tensor }) => [...room(context, tensor), "return;"],
  compute: (context, stage, index) => {
    const { tensor } = stage;
    if (context.windows.has(tensor)) {
      const { offset } = newRow(context, tensor);
      return [...room(context, tensor), kernelCall(context, stage, offset)];
    }
    const cursor = cursorOf(context.segment, index);
    const [, height = 1] = must(context.plan.graph.tensors[tensor], "a tensor").type.shape;
    const rowBytes = placeOf(context.places, tensor).bytes / height;
    return [kernelCall(context, stage, cursor), `${cursor} += ${rowBytes};`];
  },
  total: (context, stage, index) => {
    const { plan, segment } = context;
    const sums = streamSlot(plan, segment, { kind: "total", stage: index });
    return [kernelCall(context, stage, sums.offset)];
  },
};

const emitters: Readonly<Record<SegmentAction["kind"], Emit>> = {
  run: (context, stage, index) => runs[stage.kind](context, stage, index),
  pad: (context, { tensor }) => {
    const window = must(context.windows.get(tensor), "window of a padded stage");
    const { fill, rowBytes } = window;
    return [...room(context, tensor), `memory.fill(${lastRowOf(window)}, ${fill}, ${rowBytes});`];
  },
  finish: ({ plan, segment, places, linked }, { tensor, finish }, index) => {
    const form = must(finish, "finish of a total");
    assert(form.scratch.length === 0, "the end of a total has no scratch");
    const sums = streamSlot(plan, segment, { kind: "total", stage: index });
    return [linked.call(form, [sums.offset, placeOf(places, tensor).offset])];
  },
};

const statementsOf = (context: Context, { stage, kind }: SegmentAction): readonly string[] =>
  emitters[kind](context, must(context.segment.stages[stage], "a stage"), stage);

/** Moves the rows of a window up by one. */
function room({ windows }: Context, tensor: TensorIndex): string[] {
  const { offset, rows, rowBytes, bytes } = must(windows.get(tensor), "window of a stage");
  if (rows === 1) return [];
  return [`memory.copy(${offset}, ${offset + rowBytes}, ${bytes - rowBytes});`];
}

/** Where the pixels of a window's next row go. */
function newRow({ windows }: Context, tensor: TensorIndex) {
  const window = must(windows.get(tensor), "window of a stage");
  return { offset: lastRowOf(window) + window.leftBytes, pixelBytes: window.pixelBytes };
}

function kernelCall({ plan, linked, windows }: Context, stage: Stage, output: number | string) {
  const step = must(stage.step, "step of a stage");
  const form = must(plan.steps[step]?.form, "form of a stage");
  const inputs = stage.reads.map((read) => readOffset(windows, read));
  const scratch = kernelScratch(plan, step).map(({ offset }) => offset);
  return linked.call(form, [...inputs, output, ...scratch]);
}
