/**
 * Virtual time for code with long chains of promises (streams, esptool-js): the next event runs
 * only when no promise is left to settle, so a timeout never overtakes an answer on its way.
 *
 * toolchain's VirtualClock pumps in microtasks and is for code that works inside callbacks.
 */
import type { Clock } from "../../toolchain/deploy/link/index.ts";

interface Event {
  readonly atMs: number;
  readonly callback: () => void;
}

export class SettlingClock implements Clock {
  #nowMs = 0;
  readonly #events: Event[] = [];
  #isPumping = false;

  nowMs(): number {
    return this.#nowMs;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const event: Event = { atMs: this.#nowMs + Math.max(0, delayMs), callback };
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
    setImmediate(() => {
      this.#isPumping = false;
      const event = this.#events.shift();
      if (event !== undefined) {
        this.#nowMs = event.atMs;
        event.callback();
      }
      this.#pump();
    });
  }
}
