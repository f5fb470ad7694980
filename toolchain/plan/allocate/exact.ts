/**
 * Whether a problem fits under a capacity: the canonical search, restarted and refined.
 *
 * Running time has a heavy tail: one order of the runs solves in a moment what another never does.
 * So orders take turns, each with a limit of nodes that doubles every round. Windows begin `open`;
 * where a packing breaks one, the two ways to hold it are tried. All limits are counts.
 */
import { must } from "../../diagnostics/assert.ts";
import { CanonicalSearch, type Outcome, type WindowMode } from "./canonical.ts";
import type { Sections, Window } from "./sections.ts";

/** Nodes that may still be searched; shared by all searches of one problem. */
export interface Budget {
  nodes: number;
}

export interface Answer {
  readonly outcome: Outcome;
  /** Where all runs lie, when found. */
  readonly offsets: readonly number[];
}

const FIRST_LIMIT = 500;

/** Sort keys, greatest first: W time, A area, T most bytes in a section, N neighbours. */
const orders = ["WAT", "TAW", "TWA", "TNW"] as const;

export function ranksOf({ runs, first, last, alive, bytes, neighbours }: Sections): Int32Array[] {
  const totals = alive.map((list) => list.reduce((sum, run) => sum + (bytes[run] ?? 0), 0));
  const keys: Readonly<Record<string, readonly number[]>> = {
    W: runs.map(({ firstStep, lastStep }) => lastStep - firstStep),
    A: runs.map((run) => run.bytes * (run.lastStep - run.firstStep + 1)),
    T: runs.map((_, run) => Math.max(...totals.slice(first[run], (last[run] ?? 0) + 1))),
    N: neighbours.map((list) => list.length),
  };
  return orders.map((order) => {
    const compared = Array.from(order, (key) => must(keys[key], "a sort key"));
    const sorted = runs.map((_, run) => run);
    sorted.sort((a, b) => {
      const key = compared.find((values) => values[a] !== values[b]);
      return key === undefined ? a - b : must(key[b], "a key") - must(key[a], "a key");
    });
    const rank = new Int32Array(runs.length);
    for (const [position, run] of sorted.entries()) rank[run] = position;
    return rank;
  });
}

/** The search with windows held as `modes` say. */
function searchIn(
  sections: Sections,
  ranks: readonly Int32Array[],
  capacity: number,
  modes: readonly WindowMode[],
  budget: Budget,
): Answer {
  const search = new CanonicalSearch(sections, capacity, modes);
  for (let limit = FIRST_LIMIT; budget.nodes > 0; limit *= 2) {
    for (const rank of ranks) {
      const outcome = search.run(rank, Math.min(limit, budget.nodes));
      budget.nodes -= search.nodes;
      if (outcome !== "stopped") return { outcome, offsets: [...search.offsets] };
    }
  }
  return { outcome: "stopped", offsets: [] };
}

export function pack(
  sections: Sections,
  ranks: readonly Int32Array[],
  capacity: number,
  budget: Budget,
): Answer {
  const { windows } = sections;
  const decide = (modes: readonly WindowMode[]): Answer => {
    const answer = searchIn(sections, ranks, capacity, modes, budget);
    if (answer.outcome !== "found") return answer;
    const broken = windows.findIndex((window, index) => {
      return modes[index] === "open" && !holds(window, answer.offsets);
    });
    if (broken < 0) return answer;
    const refined = waysToHold(windows, modes, broken).map((mode) => modes.with(broken, mode));
    let outcome: Outcome = refined.length === 2 ? "none" : "stopped";
    for (const way of refined) {
      const found = decide(way);
      if (found.outcome === "found") return found;
      if (found.outcome === "stopped") outcome = "stopped";
    }
    return { outcome, offsets: [] };
  };
  return decide(windows.map(() => "open"));
}

/** A run hangs from one other at most: where a second would hold it, nothing is proven. */
function waysToHold(
  windows: readonly Window[],
  modes: readonly WindowMode[],
  index: number,
): WindowMode[] {
  const { lower, upper } = must(windows[index], "a window");
  const isTaken = windows.some((other, at) => {
    const meets = [other.lower, other.upper].some((run) => run === lower || run === upper);
    return modes[at] === "glued" && meets;
  });
  return isTaken ? ["checked"] : ["glued", "checked"];
}

/** Heights keep an upper run that lies below its lower one where it may be. */
function holds({ lower, upper, gap }: Window, offsets: readonly number[]): boolean {
  const distance = must(offsets[upper], "an offset") - must(offsets[lower], "an offset");
  const isNear = gap.nearLow <= distance && distance <= gap.nearHigh;
  return distance < 0 || isNear || distance >= gap.farBytes;
}
