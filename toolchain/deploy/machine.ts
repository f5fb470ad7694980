/**
 * What deploying touches of the computer it runs on, as one value: files, serial ports, installed
 * programs and time. Tests put a machine of their own behind it, with any operating system, any
 * board and any fault; node-machine.ts is the real one.
 *
 * Invariant: nothing in toolchain/deploy but node-machine.ts and serial-port.ts reaches the system
 * directly.
 */
import type { Clock, SerialLike } from "./link/index.ts";

/** The three outputs of a serial port. All are always set together: see serial-port.ts. */
export interface Lines {
  readonly dtr: boolean;
  readonly rts: boolean;
  readonly brk: boolean;
}

/** The port went away while it was open: unplugged, or the board took it down. */
export class PortLostError extends Error {
  override readonly name = "PortLostError";
  readonly path: string;

  constructor(path: string) {
    super(`the port ${path} vanished`);
    this.path = path;
  }
}

export interface OpenPort extends SerialLike {
  readonly path: string;
  /** Resolves when the bytes have left this computer. Rejects with PortLostError. */
  send(bytes: Uint8Array): Promise<void>;
  setLines(lines: Lines): Promise<void>;
  /** Waits until sent bytes are out, then changes the rate: nothing in flight is lost. */
  setBaudRate(baudRateHz: number): Promise<void>;
  /** Calls back once when the port vanishes, at once when it has. */
  onLost(callback: (error: PortLostError) => void): void;
  close(): Promise<void>;
}

/** A port as serialport lists it on macOS and Windows; ids are hexadecimal text. */
export interface ListedPort {
  readonly path: string;
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly manufacturer?: string | undefined;
}

/** Reading never throws: what cannot be read is not there. */
export interface Files {
  /** Names in a folder, sorted; none when there is no such folder. */
  list(folder: string): readonly string[];
  read(path: string): string | undefined;
  /** What a symbolic link leads to, all links resolved. */
  resolve(path: string): string | undefined;
  /** Whether this user may read and write the file. */
  mayUse(path: string): boolean;
  /** Writes and flushes to the medium; throws when that fails. */
  write(path: string, bytes: Uint8Array): Promise<void>;
}

export interface Finished {
  readonly status: number;
  /** stdout and stderr, as they came. */
  readonly output: string;
}

export interface Machine {
  readonly platform: string;
  readonly nodeVersion: string;
  /** Name and groups of the user; no groups where the system has none. */
  readonly user: { readonly name: string; readonly groups: readonly string[] };
  readonly clock: Clock;
  readonly files: Files;
  /** serialport's own list: macOS and Windows only. */
  listNative(): Promise<readonly ListedPort[]>;
  open(path: string, baudRateHz: number): Promise<OpenPort>;
  /** Where an installed program is. */
  find(program: string): string | undefined;
  run(program: string, args: readonly string[]): Promise<Finished>;
}

export const wait = (clock: Clock, delayMs: number): Promise<void> =>
  new Promise((resolve) => {
    clock.schedule(delayMs, resolve);
  });
