/**
 * What the sender needs of the world: bytes to and from a board, and time. A serial port, the
 * simulated line or a browser's Web Serial each fit behind SerialLike in a few lines; tests put a
 * virtual clock behind Clock, so no test of the link ever sleeps.
 */
export interface SerialLike {
  /** Queues bytes to be sent, in order. */
  write(bytes: Uint8Array): void;
  /** Registers the one receiver of incoming bytes. */
  onBytes(callback: (bytes: Uint8Array) => void): void;
  /** Calls back once when the line is gone for good; exchanges then fail with that error. */
  onLost?(callback: (error: Error) => void): void;
}

export interface Clock {
  nowMs(): number;
  /** Calls back once after `delayMs`; returns a function that cancels. */
  schedule(delayMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
