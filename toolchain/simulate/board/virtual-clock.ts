/**
 * Time for a simulation: it stands still while code runs and jumps to the next event when nothing
 * is left to do. A transfer of a minute takes milliseconds, and the same seed gives the same
 * timestamps on any machine.
 *
 * Invariant: events run in order of time, those of the same time in the order they were scheduled,
 * each in a microtask of its own.
 */
import { assert, must } from "../../diagnostics/assert.ts";

interface Event {
  readonly atMs: number;
  readonly callback: () => void;
}

export class VirtualClock {
  #nowMs = 0;
  /** Sorted by time. */
  readonly #events: Event[] = [];
  #isPumping = false;

  nowMs(): number {
    return this.#nowMs;
  }

  /** Calls back after `delayMs` of virtual time; returns a function that cancels. */
  schedule(delayMs: number, callback: () => void): () => void {
    assert(delayMs >= 0, `a delay of ${delayMs} ms`);
    const event: Event = { atMs: this.#nowMs + delayMs, callback };
    const later = this.#events.findIndex(({ atMs }) => atMs > event.atMs);
    this.#events.splice(later < 0 ? this.#events.length : later, 0, event);
    this.#pump();
    return () => {
      const index = this.#events.indexOf(event);
      if (index >= 0) this.#events.splice(index, 1);
    };
  }

  #pump(): void {
    if (this.#isPumping || this.#events.length === 0) return;
    this.#isPumping = true;
    queueMicrotask(() => {
      this.#isPumping = false;
      if (this.#events.length > 0) this.#runNext();
      this.#pump();
    });
  }

  #runNext(): void {
    const { atMs, callback } = must(this.#events.shift(), "an event is due");
    this.#nowMs = atMs;
    callback();
  }
}
