/**
 * What a timeline must look like, from the plan alone: the colour that the plan gives each pixel of
 * the plot, and how many pixels of a screenshot have it. The page only says where the plot is.
 */
import { must } from "../../toolchain/diagnostics/assert.ts";
import type { Plan } from "../../toolchain/plan/types.ts";
import type { Scheme } from "../../toolchain/report/colours.ts";
import { type Slot, slotsOf } from "../../toolchain/report/live.ts";
import type { Box } from "./browser.ts";
import type { Picture } from "./png.ts";

type Colour = readonly [number, number, number];

const colourOf = (hex: string): Colour => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    Number.parseInt(hex.slice(at, at + 2), 16),
  );
  return [red, green, blue];
};

const isNear = (a: Colour, b: Colour): boolean =>
  a.every((value, channel) => Math.abs(value - (b[channel] ?? 0)) <= 3);

function paintOf({ kind }: Slot, index: number, scheme: Scheme): Colour {
  if (kind === "scratch" || kind === "stream") return colourOf(scheme[kind]);
  return colourOf(must(scheme.tints[index % scheme.tints.length], "a tint"));
}

export interface Painted {
  readonly slot: Slot;
  /** Pixels that show this slot, as the plan has it, and how many have its colour. */
  readonly expected: number;
  readonly found: number;
}

export interface Plot {
  /** Of the step of the peak, over all addresses. */
  readonly peakColumn: Box;
  readonly peakStep: number;
}

/** The slot that a point of the plot shows, by its index: later slots lie over earlier ones. */
function shownAt(plan: Plan, slots: readonly Slot[], { peakColumn, peakStep }: Plot) {
  const [x, top, stepWidth, height] = peakColumn;
  const left = x - peakStep * stepWidth;
  const alive = plan.steps.map((_, step) =>
    slots
      .map((slot, index) => ({ slot, index }))
      .filter(({ slot }) => slot.firstStep <= step && step <= slot.lastStep),
  );
  return (column: number, row: number): number => {
    const step = Math.floor((column + 0.5 - left) / stepWidth);
    const address = ((top + height - row - 0.5) / height) * plan.peakBytes;
    const holds = ({ slot: { offset, bytes } }: { readonly slot: Slot }) =>
      offset <= address && address < offset + bytes;
    return alive[step]?.findLast(holds)?.index ?? -1;
  };
}

/** Edges are two pixels wide at most. */
const EDGE = 2;

/** Compares the plot of a screenshot with a plan, but for edges of slots and of the peak. */
export function comparePicture(
  picture: Picture,
  plan: Plan,
  plot: Plot,
  scheme: Scheme,
): Painted[] {
  const [x, top, stepWidth, height] = plot.peakColumn;
  const isOutline = (column: number) =>
    [x, x + stepWidth].some((line) => Math.abs(column + 0.5 - line) <= EDGE);
  const slots = slotsOf(plan);
  const shown = shownAt(plan, slots, plot);
  const colours = slots.map((slot, index) => paintOf(slot, index, scheme));
  const expected = slots.map(() => 0);
  const found = slots.map(() => 0);
  for (let row = Math.ceil(top) + EDGE; row < Math.floor(top + height) - EDGE; row++) {
    for (let column = 0; column < picture.width; column++) {
      const index = shown(column, row);
      const around = [
        ...[shown(column - EDGE, row), shown(column + EDGE, row)],
        ...[shown(column, row - EDGE), shown(column, row + EDGE)],
      ];
      if (index < 0 || isOutline(column) || around.some((other) => other !== index)) continue;
      expected[index] = (expected[index] ?? 0) + 1;
      const isFound = isNear(picture.at(column, row), must(colours[index], "a colour"));
      if (isFound) found[index] = (found[index] ?? 0) + 1;
    }
  }
  return slots.map((slot, index) => {
    return { slot, expected: expected[index] ?? 0, found: found[index] ?? 0 };
  });
}

/** Too few pixels for a label not to matter. */
const SMALL_PIXELS = 300;
/** A label in it, a line around a view; a quarter of a window and its soft edges are stripes. */
const shareMin = { tensor: 0.75, scratch: 0.75, stream: 0.75, window: 0.5 } as const;

/** The slots that do not look as the plan has them. */
export function mispainted(painted: readonly Painted[]): string[] {
  return painted
    .filter(({ expected }) => expected >= SMALL_PIXELS)
    .filter(({ slot, expected, found }) => found < expected * shareMin[slot.kind])
    .map(({ slot, expected, found }) => `${slot.name}: ${found} of ${expected} pixels`);
}
