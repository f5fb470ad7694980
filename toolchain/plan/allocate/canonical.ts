/**
 * The exact search: whether all runs fit under a capacity, depth first over canonical placements.
 *
 * In a canonical placement every run lies as low as those under it allow, so placing runs in order
 * of rising address, each at the lowest one left, misses no packing. A node is cut when
 *   - a section's lowest free address and the bytes still to be placed there exceed the capacity,
 *     where no free address is below that of the last placed run (section, unallocated and
 *     monotonic floors);
 *   - a run that could still go whole below it, and all that hangs later, is left out (dominance);
 *   - it only swaps two runs at one address that never meet.
 * Runs that no longer meet are solved apart. The rules are those of MiniMalloc (Moffitt, ASPLOS
 * 2023); this is our own statement of them, extended by windows (sections.ts).
 *
 * A window is `open` (its upper limit ignored: a relaxation), `checked` (held when its upper run is
 * placed) or `glued` (the lower run lies as far below the upper one as it may, placed with it).
 * Checked and glued together miss nothing: a lower run that is not held up by its upper one is as
 * low as others allow.
 */
import { must } from "../../diagnostics/assert.ts";
import { alignUp } from "./problem.ts";
import type { Sections, Window } from "./sections.ts";

export type WindowMode = "open" | "checked" | "glued";

export type Outcome = "found" | "none" | "stopped";

const NEVER = 0x7fffffff;
/** Starts tried for a glued pair; alignments above it find none and the pair stays unproven. */
const GLUE_TRIES = 64;

const at = (values: ArrayLike<number>, index: number): number => values[index] ?? 0;

export class CanonicalSearch {
  nodes = 0;
  readonly offsets: Int32Array;
  readonly #sections: Sections;
  readonly #capacity: number;
  readonly #isPlaced: Uint8Array;
  /** The lowest start that the runs placed so far leave to each. */
  readonly #lowest: Int32Array;
  /** For each section the bytes not yet placed, and the least of `lowest` among their runs. */
  readonly #open: Int32Array;
  readonly #floor: Int32Array;
  /** What to restore: pairs of a run (or of ~section) and the value before. */
  readonly #trail: number[] = [];
  readonly #placed: number[] = [];
  readonly #isDirty: Uint8Array;
  readonly #gluedTo: (Window | undefined)[];
  readonly #isCarried: Uint8Array;
  readonly #checked: Window[][];
  /** How far below the last placed run's start a run may still start, for being glued. */
  readonly #reach: number;
  #rank: Int32Array = new Int32Array();
  #limit = 0;

  constructor(sections: Sections, capacity: number, modes: readonly WindowMode[]) {
    const count = sections.runs.length;
    this.#sections = sections;
    this.#capacity = capacity;
    this.offsets = new Int32Array(count);
    this.#isPlaced = new Uint8Array(count);
    this.#lowest = new Int32Array(count);
    this.#open = new Int32Array(sections.alive.length);
    this.#floor = new Int32Array(sections.alive.length);
    this.#isDirty = new Uint8Array(sections.alive.length);
    this.#isCarried = new Uint8Array(count);
    this.#gluedTo = Array.from({ length: count }, () => undefined);
    this.#checked = Array.from({ length: count }, () => []);
    let reach = 0;
    sections.windows.forEach((window, index) => {
      if (modes[index] === "checked") must(this.#checked[window.upper], "run").push(window);
      if (modes[index] !== "glued") return;
      this.#gluedTo[window.upper] = window;
      this.#isCarried[window.lower] = 1;
      reach = Math.max(reach, window.gap.nearHigh);
    });
    this.#reach = reach;
  }

  /** Tries runs of one address in the order of `rank`; stops after `limit` nodes. */
  run(rank: Int32Array, limit: number): Outcome {
    this.nodes = 0;
    this.#rank = rank;
    this.#limit = limit;
    this.#reset();
    const { first, bytes, runs } = this.#sections;
    const members = runs
      .map((_, index) => index)
      .filter((index) => at(bytes, index) > 0)
      .sort((a, b) => at(first, a) - at(first, b) || a - b);
    const isFound = this.#solveApart(Int32Array.from(members), 0, -1);
    if (isFound) return "found";
    return this.nodes > limit ? "stopped" : "none";
  }

  #reset(): void {
    const { alive, bytes, sharings, first, last } = this.#sections;
    this.#isPlaced.fill(0);
    this.#lowest.fill(0);
    this.#floor.fill(0);
    this.#trail.length = 0;
    this.#placed.length = 0;
    alive.forEach((runs, section) => {
      let open = 0;
      for (const run of runs) {
        open += at(bytes, run);
        for (const { runs: pair, bytes: shared } of sharings[run] ?? []) {
          const other = pair[0] === run ? pair[1] : pair[0];
          const isBoth = at(first, other) <= section && section <= at(last, other);
          if (isBoth && run < other) open -= shared;
        }
      }
      this.#open[section] = open;
    });
  }

  /** Solves each group of runs that meet; `members` are sorted by their first section. */
  #solveApart(members: Int32Array, floor: number, previous: number): boolean {
    const { first, last } = this.#sections;
    let [start, end] = [0, -1];
    for (let i = 0; i < members.length; i++) {
      const run = at(members, i);
      if (i > start && at(first, run) > end) {
        if (!this.#solve(members.subarray(start, i), floor, previous)) return false;
        start = i;
      }
      end = Math.max(end, at(last, run));
    }
    return start === members.length || this.#solve(members.subarray(start), floor, previous);
  }

  #solve(members: Int32Array, floor: number, previous: number): boolean {
    this.nodes += 1;
    if (this.nodes > this.#limit) return false;
    for (const run of this.#candidates(members, floor, previous)) {
      const offset = this.#startOf(run, floor);
      const depth = this.#placed.length;
      const mark = this.#trail.length;
      if (this.#placeWhole(run, offset)) {
        const rest = members.filter((other) => at(this.#isPlaced, other) === 0);
        if (this.#solveApart(rest, offset, run)) return true;
      }
      this.#undo(depth, mark);
      if (this.nodes > this.#limit) return false;
    }
    return false;
  }

  /** The runs worth placing next, by address, then rank. */
  #candidates(members: Int32Array, floor: number, previous: number): number[] {
    const ceiling = this.#ceiling(members);
    const starts = new Map<number, number>();
    let dominated = NEVER;
    for (let i = 0; i < members.length; i++) {
      const run = at(members, i);
      if (at(this.#isCarried, run) === 1) continue;
      const start = this.#startOf(run, floor);
      if (start <= ceiling) starts.set(run, start);
      dominated = Math.min(dominated, this.#endOf(run, start));
    }
    const worth: number[] = [];
    for (const [run, start] of starts) {
      const isSwap = start === floor && previous >= 0 && this.#isSwap(run, previous);
      if (start - this.#reach < dominated && !isSwap) worth.push(run);
    }
    const startOf = (run: number) => starts.get(run) ?? 0;
    return worth.sort((a, b) => startOf(a) - startOf(b) || at(this.#rank, a) - at(this.#rank, b));
  }

  /** The highest start that leaves room for all that is open in every section. */
  #ceiling(members: Int32Array): number {
    let lastSection = -1;
    for (let i = 0; i < members.length; i++) {
      lastSection = Math.max(lastSection, at(this.#sections.last, at(members, i)));
    }
    let most = 0;
    for (
      let section = at(this.#sections.first, at(members, 0));
      section <= lastSection;
      section++
    ) {
      most = Math.max(most, at(this.#open, section));
    }
    return this.#capacity - most + this.#reach;
  }

  #isSwap(run: number, previous: number): boolean {
    const { first, last } = this.#sections;
    const neverMeet = at(first, run) > at(last, previous) || at(last, run) < at(first, previous);
    return neverMeet && at(this.#rank, run) < at(this.#rank, previous);
  }

  #startOf(run: number, floor: number): number {
    const { alignment } = this.#sections;
    let start = Math.max(at(this.#lowest, run), floor);
    if (at(alignment, run) > 1) start = alignUp(start, at(alignment, run));
    const glue = this.#gluedTo[run];
    return glue === undefined ? this.#pastWindows(run, start) : this.#gluedStart(glue, start);
  }

  /** The first start from which no checked window under the run is broken. */
  #pastWindows(run: number, from: number): number {
    const { alignment, bytes } = this.#sections;
    const windows = this.#checked[run];
    if (windows === undefined || windows.length === 0) return from;
    let start = from;
    for (let i = 0; i < windows.length; i++) {
      const { lower, gap } = must(windows[i], "a window");
      if (at(this.#isPlaced, lower) === 0) continue;
      const distance = start - at(this.offsets, lower);
      if (distance <= gap.nearHigh || distance >= gap.farBytes) continue;
      start = alignUp(at(this.offsets, lower) + at(bytes, lower), at(alignment, run));
      i = -1;
    }
    return start;
  }

  /** The first start from which the lower run of a glued pair can hang. */
  #gluedStart(glue: Window, from: number): number {
    const { lower, upper, gap } = glue;
    const { alignment } = this.#sections;
    const step = at(alignment, upper);
    let start = alignUp(Math.max(from, at(this.#lowest, lower) + gap.nearHigh), step);
    for (let tries = 0; tries < GLUE_TRIES; tries++) {
      const hanging = this.#hangingStart(glue, start);
      const higher = this.#pastWindows(lower, hanging);
      let next = this.#pastWindows(upper, start);
      if (higher > hanging) next = Math.max(next, alignUp(higher + gap.nearHigh, step));
      if (start - hanging < gap.nearLow) next = Math.max(next, start + step);
      if (next === start) return start;
      start = next;
    }
    return NEVER;
  }

  #hangingStart({ lower, gap }: Window, start: number): number {
    return alignUp(start - gap.nearHigh, at(this.#sections.alignment, lower));
  }

  #endOf(run: number, start: number): number {
    if (start === NEVER) return NEVER;
    const { bytes } = this.#sections;
    const end = start + at(bytes, run);
    const glue = this.#gluedTo[run];
    if (glue === undefined) return end;
    return Math.max(end, this.#hangingStart(glue, start) + at(bytes, glue.lower));
  }

  /** Places a run, and the one glued to it; false when some section has no room left. */
  #placeWhole(run: number, offset: number): boolean {
    if (this.#endOf(run, offset) > this.#capacity) return false;
    const glue = this.#gluedTo[run];
    const floor = offset - this.#reach;
    if (glue === undefined) return this.#place(run, offset, floor);
    const hanging = this.#hangingStart(glue, offset);
    return this.#place(glue.lower, hanging, floor) && this.#place(run, offset, floor);
  }

  #place(run: number, offset: number, floor: number): boolean {
    const { first, last, neighbours, heights, bytes, alignment } = this.#sections;
    this.offsets[run] = offset;
    this.#isPlaced[run] = 1;
    this.#placed.push(run);
    this.#changeOpen(run, -1);
    const dirty: number[] = [];
    this.#markDirty(at(first, run), at(last, run), dirty, -1);
    const nearby = must(neighbours[run], "neighbours");
    const distances = must(heights[run], "heights");
    let isRoom = true;
    for (let i = 0; i < nearby.length; i++) {
      const other = at(nearby, i);
      const before = at(this.#lowest, other);
      let lowest = offset + at(distances, i);
      if (at(this.#isPlaced, other) === 1 || before >= lowest) continue;
      if (at(alignment, other) > 1) lowest = alignUp(lowest, at(alignment, other));
      this.#trail.push(other, before);
      this.#lowest[other] = lowest;
      if (lowest + at(bytes, other) > this.#capacity) isRoom = false;
      this.#markDirty(at(first, other), at(last, other), dirty, before);
    }
    for (let i = 0; i < dirty.length; i++) {
      const section = at(dirty, i);
      this.#isDirty[section] = 0;
      if (isRoom) isRoom = this.#hasRoom(section, floor);
    }
    return isRoom;
  }

  /** Notes the sections whose floor may have been `before`. */
  #markDirty(from: number, to: number, dirty: number[], before: number): void {
    for (let section = from; section <= to; section++) {
      const isSame = at(this.#isDirty, section) === 1 || at(this.#floor, section) < before;
      if (isSame) continue;
      this.#isDirty[section] = 1;
      dirty.push(section);
    }
  }

  /** Finds a section's floor anew, and whether all that is open fits above it. */
  #hasRoom(section: number, floor: number): boolean {
    const open = at(this.#open, section);
    if (open === 0) return true;
    const runs = must(this.#sections.alive[section], "runs of a section");
    let lowest = NEVER;
    for (let i = 0; i < runs.length; i++) {
      const run = at(runs, i);
      if (at(this.#isPlaced, run) === 0) lowest = Math.min(lowest, at(this.#lowest, run));
    }
    const before = at(this.#floor, section);
    if (before !== lowest) this.#trail.push(~section, before);
    this.#floor[section] = lowest;
    return Math.max(lowest, floor) + open <= this.#capacity;
  }

  /** Counts a run as placed (-1) or open (1); what it may share with another open run, once. */
  #changeOpen(run: number, sign: number): void {
    const { first, last, bytes, sharings } = this.#sections;
    for (let section = at(first, run); section <= at(last, run); section++) {
      this.#open[section] = at(this.#open, section) + sign * at(bytes, run);
    }
    for (const { runs, bytes: shared } of sharings[run] ?? []) {
      const other = runs[0] === run ? runs[1] : runs[0];
      if (at(this.#isPlaced, other) === 1) continue;
      const end = Math.min(at(last, run), at(last, other));
      for (let section = Math.max(at(first, run), at(first, other)); section <= end; section++) {
        this.#open[section] = at(this.#open, section) - sign * shared;
      }
    }
  }

  #undo(depth: number, mark: number): void {
    while (this.#trail.length > mark) {
      const value = must(this.#trail.pop(), "a value");
      const key = must(this.#trail.pop(), "its place");
      if (key >= 0) this.#lowest[key] = value;
      else this.#floor[~key] = value;
    }
    while (this.#placed.length > depth) {
      const run = must(this.#placed.pop(), "a placed run");
      this.#changeOpen(run, 1);
      this.#isPlaced[run] = 0;
    }
  }
}
