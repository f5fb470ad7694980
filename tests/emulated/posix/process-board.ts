/**
 * The board as a process (firmware-host/ports/posix): built where the test runs, its port a real
 * pseudo-terminal that npm's serialport opens.
 */
import { execFileSync, spawn } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { packageRoot } from "../../../toolchain/assets.ts";
import { connect, type DeviceSession } from "../../../toolchain/deploy/link/index.ts";
import { openSerialPort } from "../../../toolchain/deploy/serial-port.ts";
import { must } from "../../../toolchain/diagnostics/assert.ts";

const BAUD_RATE_HZ = 115_200;

/** The program of a target; building it takes seconds. */
export function buildProgram(target: "posix" | "posix-deep"): string {
  const root = packageRoot();
  execFileSync(process.execPath, [join(root, "firmware-host/build.mjs"), target]);
  const program = join(root, `firmware-host/build/edgeflash-${target}`);
  chmodSync(program, 0o755);
  return program;
}

export interface ProcessBoard {
  readonly path: string;
  /** The next line that the process prints. */
  line(): Promise<string>;
  /** Ends the process, as pulling the plug would. */
  kill(): Promise<void>;
}

/** Starts a board whose flash is the file `flash`; more words are its RAM, slot and name. */
export async function startProcess(
  program: string,
  flash: string,
  ...more: readonly string[]
): Promise<ProcessBoard> {
  const child = spawn(program, [flash, ...more], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const lines = createInterface({ input: must(child.stdout, "the program's output") });
  const output = lines[Symbol.asyncIterator]();
  const line = async () => {
    const { done, value } = await output.next();
    if (done === true) throw new Error(`the board has ended with status ${child.exitCode}`);
    return value;
  };
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  return { path: await line(), line, kill };
}

/** Opens the port, talks, and closes it. */
export async function onPort<T>(path: string, talk: (session: DeviceSession) => Promise<T>) {
  const port = await openSerialPort(path, BAUD_RATE_HZ);
  try {
    return await talk(await connect(port, { timeoutMs: 2000, connectTries: 10 }));
  } finally {
    await port.close();
  }
}
