/**
 * The FAKE ROM loader at one end of a pair of pseudo-terminals made by socat, for programs that
 * open a serial port at the other. Control lines do not exist there: the chip waits in its loader.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../toolchain/deploy/link/index.ts";
import { openSerialPort } from "../../../toolchain/deploy/serial-port.ts";
import { type FakeChip, type FakeOptions, RomFake } from "../../deploy/rom-fake.ts";

export interface PtyRom {
  readonly rom: RomFake;
  /** The port to open. */
  readonly path: string;
  /** Ends socat, which takes both terminals away. */
  pull(): Promise<void>;
  close(): Promise<void>;
}

export async function startPtyRom(chip: FakeChip, options: FakeOptions = {}): Promise<PtyRom> {
  const folder = mkdtempSync(join(tmpdir(), "edgeflash-pty-"));
  const [path, far] = [join(folder, "host"), join(folder, "chip")];
  const ends = [path, far].map((link) => `pty,rawer,link=${link}`);
  const socat = spawn("socat", ["-d", "-d", ...ends], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(socat, "close");
  await new Promise<void>((resolve, reject) => {
    let said = "";
    socat.stderr.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      if (said.includes("starting data transfer loop")) resolve();
    });
    socat.once("close", () => reject(new Error(`socat ended: ${said}`)));
  });
  const port = await openSerialPort(far, 115_200);
  const rom = new RomFake(chip, systemClock, options);
  rom.onSend((bytes) => port.write(bytes));
  port.onBytes((bytes) => rom.receive(bytes));
  rom.boot(true);
  const pull = async () => {
    socat.kill();
    await ended;
  };
  const close = async () => {
    await port.close().catch(() => "the terminal has gone already");
    await pull();
    rmSync(folder, { recursive: true });
  };
  return { rom, path, pull, close };
}
