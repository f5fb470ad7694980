/**
 * A board in QEMU: real firmware on an emulated chip, with its UART as bytes in and out, over a
 * unix socket or a pty that the caller opens as the serial port it is.
 *
 * The emulator starts stopped and runs when the wire is connected, so nothing the firmware prints
 * is lost. With `instructionNs` set, time is instructions executed times that (-icount): exact,
 * repeatable, and independent of the machine's load.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, must } from "../../diagnostics/assert.ts";
import type { ByteDuplex } from "../board/line.ts";
import type { Machine } from "./machines.ts";
import { Qmp } from "./qmp.ts";

/** A stretch of the chip's memory. */
export interface Extent {
  readonly address: number;
  readonly bytes: number;
}

export interface QemuOptions {
  readonly machine: Machine;
  /** The firmware: an ELF file or what lies in flash. */
  readonly firmware: string;
  /** Nanoseconds an instruction, a power of two: counts instead of racing. */
  readonly instructionNs?: number;
  /** The native stack, which the firmware fills with a pattern when it starts. */
  readonly stack?: Extent;
}

/** What the firmware's stack holds where nothing has been (ports/cortex-m/start.c). */
const PAINT = 0xa5;

export class Emulator {
  readonly #folder = mkdtempSync(join(tmpdir(), "edgeflash-qemu-"));
  readonly #child: ChildProcess;
  readonly #qmp: Qmp;
  readonly #stack: Extent | undefined;
  readonly #exit: Promise<void>;

  private constructor(options: QemuOptions, serial: string) {
    const { machine, firmware, instructionNs, stack } = options;
    this.#stack = stack;
    const args = [
      ...["-M", machine.machine, ...(machine.options ?? []), "-kernel", firmware],
      ...["-S", "-display", "none", "-monitor", "none", "-qmp", "stdio", "-serial", serial],
      ...(instructionNs === undefined ? [] : ["-icount", icount(instructionNs)]),
    ];
    this.#child = spawn(machine.program, args, { stdio: ["pipe", "pipe", "pipe"] });
    const { stdin, stdout, stderr } = this.#child;
    this.#qmp = new Qmp(must(stdin, "a pipe"), must(stdout, "a pipe"));
    let said = "";
    stderr?.on("data", (text: Buffer) => {
      said += text.toString();
    });
    // A write to an emulator that has gone is reported by its exit.
    stdin?.on("error", (error) => this.#qmp.end(error));
    this.#exit = new Promise((resolve) => {
      this.#child.on("error", (error) => {
        this.#qmp.end(error);
        resolve();
      });
      this.#child.on("exit", (status, signal) => {
        this.#qmp.end(new Error(`${machine.program} ended (${status ?? signal}): ${said.trim()}`));
        resolve();
      });
    });
  }

  static async start(options: QemuOptions, serial: string): Promise<Emulator> {
    const emulator = new Emulator(options, serial);
    try {
      await emulator.#qmp.execute("qmp_capabilities");
    } catch (error) {
      await emulator.close();
      throw error;
    }
    return emulator;
  }

  async ptyPath(): Promise<string> {
    const devices = (await this.#qmp.execute("query-chardev")) as { filename: string }[];
    const pty = devices.find(({ filename }) => filename.startsWith("pty:"));
    return must(pty, "QEMU has opened a pty").filename.slice("pty:".length);
  }

  /** Lets the chip run. */
  async run(): Promise<void> {
    await this.#qmp.execute("cont");
  }

  /** Pulls the chip's reset line; RAM keeps its contents. */
  async reset(): Promise<void> {
    await this.#qmp.execute("system_reset");
  }

  async readMemory({ address, bytes }: Extent): Promise<Uint8Array> {
    const file = join(this.#folder, "memory");
    await this.#qmp.execute("memsave", { val: address, size: bytes, filename: file });
    return new Uint8Array(readFileSync(file));
  }

  /** Most bytes of the native stack that were in use at once. */
  async stackDepthBytes(): Promise<number> {
    const stack = must(this.#stack, "the place of the stack");
    const memory = await this.readMemory(stack);
    const untouched = memory.findIndex((byte) => byte !== PAINT);
    return untouched < 0 ? 0 : stack.bytes - untouched;
  }

  async close(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exit;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function icount(instructionNs: number): string {
  const shift = Math.log2(instructionNs);
  assert(Number.isInteger(shift) && shift <= 10, `${instructionNs} ns an instruction`);
  return `shift=${shift},sleep=off`;
}

export interface SocketBoard {
  readonly emulator: Emulator;
  readonly wire: ByteDuplex;
}

/** Starts a board whose wire is a socket. Call run() to let it go. */
export async function startOnSocket(options: QemuOptions): Promise<SocketBoard> {
  const folder = mkdtempSync(join(tmpdir(), "edgeflash-wire-"));
  const path = join(folder, "uart");
  const server = createServer();
  try {
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const connected = new Promise<Socket>((resolve) => server.once("connection", resolve));
    const emulator = await Emulator.start(options, `unix:${path}`);
    const wire = onSocket(await connected);
    return { emulator, wire };
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}

/** Bytes that come before somebody listens are kept, as a tty keeps them. */
function onSocket(socket: Socket): ByteDuplex {
  // The emulator's end is reported by QMP; a late write to it is as lost as on a cut wire.
  socket.on("error", () => socket.destroy());
  return {
    write: (bytes) => void socket.write(bytes),
    onBytes: (callback) => void socket.on("data", (bytes: Buffer) => callback(bytes)),
  };
}

export interface PtyBoard {
  readonly emulator: Emulator;
  /** Open this as a serial port, then let the emulator run. */
  readonly path: string;
}

/** Starts a board whose wire is a pty, stopped. */
export async function startOnPty(options: QemuOptions): Promise<PtyBoard> {
  const emulator = await Emulator.start(options, "pty");
  return { emulator, path: await emulator.ptyPath() };
}
