/**
 * Everything the command line may touch of the outside world, as one value.
 *
 * Commands get a Host and nothing else, so tests run them in process on a host of their own.
 * Only node-host.ts knows the real process.
 */
import type { Machine } from "../deploy/machine.ts";

export interface Output {
  write(text: string): void;
  readonly isTTY: boolean;
  readonly columns: number;
}

export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  readFile(path: string): Promise<Uint8Array>;
  /** Writes the whole file, creating the folders above it. */
  writeFile(path: string, content: Uint8Array | string): Promise<void>;
  /** Milliseconds from an arbitrary start, for rates on a progress bar only. */
  now(): number;
  /** Ports, programs and devices; absent: those of this computer. */
  readonly machine?: Machine;
  /** Calls back when the user wants to stop (Ctrl-C) until the returned function is called. */
  onInterrupt?(callback: () => void): () => void;
}
