/**
 * What a segment changes in an arrangement: byte runs, their lifetimes, slots, forms and overlaps.
 *
 * Of the tensors made inside only windows are left; a tensor that rows are loaded from stays to the
 * segment's last step, and the output is there from its first. Nothing outside the segment's steps
 * changes, so segments that stand apart can be joined in any selection, and what a step needs in
 * one does not depend on the others.
 */
import { must } from "../../diagnostics/assert.ts";
import { type TensorIndex, tensorAt } from "../../ir/graph.ts";
import { dtypes } from "../../ir/types.ts";
import type { Arrangement, FormOptions, SlotRequest } from "../arrangement.ts";
import type { StepChoices } from "../choose-forms.ts";
import type { Lifetime } from "../lifetimes.ts";
import { type AllowedOverlap, savedBytes } from "../overlaps.ts";
import { spotsOf } from "../views.ts";
import { stageWork } from "./driver-cost.ts";
import { forRows, rowFormsOf } from "./slab.ts";
import type { RowGraph } from "./stages.ts";
import { type Stream, streamOf } from "./stream.ts";
import { type PlacedWindow, type Steps, windowBytes } from "./windows.ts";

/** Events that are in memory at once. */
export const EVENT_BYTES = 16;

/** A segment with all that it puts in place of its steps run one by one. */
export interface StreamPiece {
  readonly stream: Stream;
  /** Instead of the run at that position. */
  readonly runs: ReadonlyMap<number, Lifetime>;
  /** Windows beside whole tensors. */
  readonly added: readonly Lifetime[];
  readonly slots: readonly SlotRequest[];
  /** Of its steps, in order. */
  readonly steps: readonly StepChoices[];
  /** Positions are those of the arrangement without segments. */
  readonly overlaps: readonly AllowedOverlap[];
}

/** Which pieces the steps of an arrangement offer. */
export type PieceOf = (firstStep: number, lastStep: number) => StreamPiece | null;

/** `base` streams nothing. */
export function piecesOf(base: Arrangement, rows: RowGraph, options: FormOptions): PieceOf {
  const spots = spotsOf(base.runs);
  const rowForms = rowFormsOf(rows, options);
  const spotOf = (tensor: TensorIndex) => must(spots.get(tensor), "place of a tensor").run;
  return (firstStep, lastStep) => {
    const stream = streamOf(rows, firstStep, lastStep);
    if (stream === null) return null;
    const changes = changedRuns(base, stream, spotOf);
    const slots = slotsFor(base, stream);
    const outputs = outputOverlaps(base, stream, spotOf);
    const passing = rowOverlaps(stream, changes.runs);
    const live = liveBytesOf(base, stream, [...changes.added, ...slots], changes.runs);
    const runs = base.runs.map((run, position) => changes.runs.get(position) ?? run);
    const steps = formsOf(stream, rowForms, options.core?.plain ?? 1).map(
      (forms, index): StepChoices => {
        const liveBytes = must(live[index], "live bytes of a step");
        const isHere = ({ output }: AllowedOverlap) =>
          isAt(must(runs[output], "a run"), firstStep + index);
        const saved = savedBytes(runs, outputs) + savedBytes(runs, passing.filter(isHere));
        return { liveBytes, forms, savedBytes: forms.map(() => saved) };
      },
    );
    return { stream, ...changes, slots, steps, overlaps: [...outputs, ...passing] };
  };
}

type RunOf = (tensor: TensorIndex) => number;

/** The whole output on whole tensors that die. */
function outputOverlaps(base: Arrangement, { overlaps, segment }: Stream, runOf: RunOf) {
  const output = runOf(must(segment.stages.at(-1), "a last stage").tensor);
  return overlaps.flatMap(({ tensor, ...overlap }): AllowedOverlap[] => {
    const pair = { input: runOf(tensor), output, ...overlap };
    return mayOverlap(base, segment, pair) ? [pair] : [];
  });
}

type Changes = ReadonlyMap<number, Lifetime>;

const isAt = ({ firstStep, lastStep }: Steps, step: number): boolean =>
  firstStep <= step && step <= lastStep;

/** A window of one row may end where the oldest row of a window at rest does, or lower. */
function rowOverlaps({ segment, windows }: Stream, changed: Changes): AllowedOverlap[] {
  const placed = [...changed].flatMap(([run, { window }]) => {
    const found = windows.find((other) => other.window === window);
    return found === undefined ? [] : [{ run, ...found }];
  });
  const isWhole = ({ firstStep, lastStep }: Steps) =>
    firstStep === segment.firstStep && lastStep === segment.lastStep;
  const kept = placed.filter((one) => isWhole(one) && one.window.rows > 1);
  return placed
    .filter((one) => !isWhole(one))
    .flatMap(({ run: output, window, firstStep, lastStep }) =>
      kept
        .filter(({ oldest }) => lastStep < oldest.firstStep || oldest.lastStep < firstStep)
        .map((other): AllowedOverlap => {
          const distanceBytes = window.rowBytes - other.window.rowBytes;
          return { kind: "lead", distanceBytes, input: other.run, output };
        }),
    );
}

function changedRuns({ graph, runs }: Arrangement, { segment, windows }: Stream, runOf: RunOf) {
  const { firstStep, lastStep, stages } = segment;
  const changed = new Map<number, Lifetime>();
  const added: Lifetime[] = [];
  stages.forEach(({ kind, tensor }, index) => {
    const position = runOf(tensor);
    const run = changed.get(position) ?? must(runs[position], "run of a tensor");
    const window = windows.find((placed) => placed.window.tensor === tensor);
    if (kind === "load")
      changed.set(position, { ...run, lastStep: Math.max(run.lastStep, lastStep) });
    if (index === stages.length - 1) {
      changed.set(position, { ...run, firstStep: Math.min(run.firstStep, firstStep) });
    }
    if (window === undefined) return;
    const { name, type } = tensorAt(graph, tensor);
    const placed = windowRun(name, dtypes[type.dtype].bytes, window);
    if (kind === "load") added.push(placed);
    else changed.set(position, placed);
  });
  return { runs: changed, added };
}

function windowRun(
  name: string,
  alignment: number,
  { window, firstStep, lastStep }: PlacedWindow,
): Lifetime {
  const bytes = windowBytes(window);
  return { name, tensors: [window.tensor], bytes, alignment, firstStep, lastStep, window };
}

function slotsFor({ graph }: Arrangement, { segment, total }: Stream): SlotRequest[] {
  const { firstStep, lastStep, stages } = segment;
  const { name } = must(graph.nodes[firstStep], "node of a step");
  const steps = { firstStep, lastStep };
  const events: SlotRequest = {
    ...{ name: `${name}:events`, bytes: EVENT_BYTES, alignment: 1 },
    ...steps,
    stream: { kind: "events" },
  };
  if (total === null) return [events];
  const stream = { kind: "total", stage: stages.length - 1 } as const;
  const adder = must(graph.nodes[lastStep], "node of a step").name;
  return [events, { ...total.sums, name: `${adder}:${total.sums.name}`, ...steps, stream }];
}

/**
 * The one run dies in the segment, the other is born in it, and neither is what parts share: other
 * bytes of it might be needed.
 */
function mayOverlap(
  { graph, runs }: Arrangement,
  { firstStep, lastStep }: Stream["segment"],
  { input, output }: AllowedOverlap,
): boolean {
  const [from, to] = [must(runs[input], "input run"), must(runs[output], "output run")];
  const isWhole = ({ begins, isState }: Lifetime) => begins === undefined && isState !== true;
  const isKept = from.tensors.some((tensor) => graph.outputs.includes(tensor));
  const dies = from.lastStep <= lastStep && !isKept;
  return isWhole(from) && isWhole(to) && dies && to.firstStep >= firstStep && input !== output;
}

/** From what is alive without the segment: only what it changes is counted again. */
function liveBytesOf(
  { runs, steps }: Arrangement,
  { segment: { firstStep, lastStep } }: Stream,
  added: readonly (Lifetime | SlotRequest)[],
  changed: ReadonlyMap<number, Lifetime>,
): number[] {
  type Alive = Pick<Lifetime, "firstStep" | "lastStep" | "bytes">;
  const before: Alive[] = [...changed.keys()].map((position) => must(runs[position], "a run"));
  const after: Alive[] = [...changed.values(), ...added];
  const at = (alive: readonly Alive[], step: number) =>
    alive
      .filter((run) => run.firstStep <= step && step <= run.lastStep)
      .reduce((sum, { bytes }) => sum + bytes, 0);
  return steps.slice(firstStep, lastStep + 1).map(({ liveBytes }, index) => {
    const step = firstStep + index;
    return liveBytes - at(before, step) + at(after, step);
  });
}

/** The forms of each step; what a stage without a kernel costs counts with its first reader. */
function formsOf(
  { segment, windows }: Stream,
  rowForms: ReturnType<typeof rowFormsOf>,
  plainRatio: number,
) {
  const { stages } = segment;
  const work = stageWork(
    segment,
    windows.map(({ window }) => window),
  );
  return stages.flatMap(({ kind, step }, index) => {
    if (step === null || (kind !== "compute" && kind !== "total")) return [];
    const { forms, onceInstructions } = rowForms(step, kind);
    const { runs, driverInstructions } = must(work[index], "work of a stage");
    const brought = stages.flatMap((source, position) => {
      const reader = stages.findIndex((stage) =>
        stage.reads.some(({ tensor }) => tensor === source.tensor),
      );
      const isOurs = source.step === null && reader === index;
      return isOurs ? [must(work[position], "work of a stage").driverInstructions] : [];
    });
    const driver = brought.reduce((sum, more) => sum + more, driverInstructions) * plainRatio;
    const others = driver + onceInstructions;
    return [forms.map((form) => forRows(form, runs, others))];
  });
}
