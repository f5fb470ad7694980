/** What every way of putting firmware on a board needs to know, and what it tells afterwards. */
import type { Machine } from "../machine.ts";

export interface FlashIo {
  readonly machine: Machine;
  /** A sentence for the user while it goes on: what was retried, what to do with the board. */
  notice(text: string): void;
  progress(doneBytes: number, totalBytes: number): void;
}

export interface Flashed {
  /** What the board said it is, where it was asked. */
  readonly chip?: string;
  readonly imageBytes: number;
  readonly writtenBytes: number;
  /** Bytes that the board had already. */
  readonly skippedBytes: number;
  readonly baudRateHz?: number;
  /** Commands that were run, where another tool did it. */
  readonly commands?: readonly string[];
}
