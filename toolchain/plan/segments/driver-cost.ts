/**
 * What it costs to run a segment beside its kernels: an event's way through the driver, and the
 * rows that it moves. Cortex-M4F instructions of wasm3; plain work on any other core.
 */
import { must } from "../../diagnostics/assert.ts";
import type { RowWindow, Segment } from "../types.ts";

/** Reading an event and branching to its action; a piece of the list is pulled now and then. */
const EVENT_INSTRUCTIONS = 320;
/** memory.copy or memory.fill, whatever its length; and a byte of it. */
const MOVE_INSTRUCTIONS = 220;
const MOVED_BYTE_INSTRUCTIONS = 0.4;

const moveInstructions = (bytes: number): number =>
  bytes === 0 ? 0 : MOVE_INSTRUCTIONS + bytes * MOVED_BYTE_INSTRUCTIONS;

/** How often a stage's kernel runs, and what the driver spends on the stage. */
export interface StageWork {
  readonly runs: number;
  readonly driverInstructions: number;
}

/** Of each stage; windows hold the rows of all but the last. */
export function stageWork(segment: Segment, windows: readonly RowWindow[]): StageWork[] {
  const { stages, actions, events } = segment;
  const counts = actions.map(() => 0);
  for (const event of events) counts[event] = must(counts[event], "an action") + 1;
  return stages.map(({ kind, tensor }, index): StageWork => {
    const window = windows.find((other) => other.tensor === tensor);
    const shift = window ? moveInstructions((window.rows - 1) * window.rowBytes) : 0;
    const pixels = window ? moveInstructions(window.pixelBytes) : 0;
    let [runs, driverInstructions] = [0, 0];
    actions.forEach((action, position) => {
      if (action.stage !== index) return;
      const count = must(counts[position], "an action");
      const isMoved = action.kind === "pad" || kind === "load";
      driverInstructions += count * (EVENT_INSTRUCTIONS + shift + (isMoved ? pixels : 0));
      if (action.kind === "run") runs += count;
    });
    return { runs, driverInstructions };
  });
}
