/**
 * The FAKE ROM loader judged by Espressif's own esptool (PyPI), and our flasher on a real tty: both
 * talk to it over a pair of pseudo-terminals. If esptool takes the fake for a chip, what our tests
 * prove with it is worth something.
 */
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { packageRoot, readAsset } from "../../../toolchain/assets.ts";
import { flashEsp } from "../../../toolchain/deploy/flashers/esp/flash.ts";
import { nodeMachine } from "../../../toolchain/deploy/node-machine.ts";
import { randomImage } from "../../deploy/esp-bench.ts";
import { type FakeChip, type FakeOptions, fakeChips } from "../../deploy/rom-fake.ts";
import { missingOf } from "../harness/tools.ts";
import { type PtyRom, startPtyRom } from "./pty-rom.ts";

const hasEsptool = spawnSync("python3", ["-m", "esptool", "version"]).status === 0;
const missing = [...missingOf(["socat"]), ...(hasEsptool ? [] : ["esptool"])];

it.runIf(process.env.CI === "true")("has socat and esptool (asked only with CI=true)", () =>
  expect(missing).toEqual([]),
);

async function withRom(chip: FakeChip, options: FakeOptions, use: (rom: PtyRom) => Promise<void>) {
  const pty = await startPtyRom(chip, options);
  try {
    await use(pty);
  } finally {
    await pty.close();
  }
}

async function esptool(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("python3", ["-m", "esptool", ...args]);
  return stdout;
}

const boards = Object.entries(fakeChips);
const flash = (chip: FakeChip, path: string, bytes: Uint8Array) => {
  const machine = nodeMachine(process.env.PATH ?? "");
  const io = { machine, notice: () => {}, progress: () => {} };
  const target = { board: "board", chip: chip.name, boardOf: () => undefined, port: { path } };
  return flashEsp(io, target, { bytes, offset: chip.imageOffset });
};

describe.skipIf(missing.length > 0)("a fake ROM on a tty (skipped without socat, esptool)", () => {
  it.each(boards)("%s: esptool finds the chip, writes and verifies", async (_, chip) => {
    const image = randomImage(70_000);
    const folder = mkdtempSync(join(tmpdir(), "edgeflash-image-"));
    const file = join(folder, "image.bin");
    writeFileSync(file, image);
    await withRom(chip, {}, async ({ rom, path }) => {
      const line = ["--port", path, "--before", "no-reset", "--after", "no-reset"];
      const write = ["write-flash", "--force", "0x20000", file];
      const said = await esptool(...line, "--baud", "460800", ...write);
      expect(said).toContain(chip.name);
      expect(said).toContain("Hash of data verified.");
      expect(rom.flash.subarray(0x20000, 0x20000 + image.length)).toEqual(image);
    });
    rmSync(folder, { recursive: true });
  });

  it.each(boards)("%s: our flasher does, through serialport", async (_, chip) => {
    const image = randomImage(70_000);
    await withRom(chip, {}, async ({ rom, path }) => {
      const flashed = await flash(chip, path, image);
      expect(flashed).toMatchObject({ writtenBytes: 70_000, baudRateHz: 921_600 });
      const { imageOffset } = chip;
      expect(rom.flash.subarray(imageOffset, imageOffset + image.length)).toEqual(image);
    });
  });

  it("the bundled command flashes the prebuilt image over a tty", async () => {
    const chip = fakeChips.esp32c3;
    const image = new Uint8Array(readAsset("firmware-host/prebuilt/esp32c3.bin"));
    const inRoot = { cwd: packageRoot() };
    await promisify(execFile)(process.execPath, ["scripts/bundle.mjs"], inRoot);
    await withRom(chip, {}, async ({ rom, path }) => {
      const words = ["flash", "--board", "esp32c3", "--port", path, "--json"];
      const command = ["bin/edgeflash.mjs", ...words];
      const { stdout } = await promisify(execFile)(process.execPath, command, inRoot);
      expect(JSON.parse(stdout)).toMatchObject({ board: "esp32c3", baudRateHz: 921_600 });
      expect(rom.flash.subarray(0, image.length)).toEqual(image);
    });
  });

  it("a tty that goes away is reported within 300 ms", async () => {
    let pulledAt = 0;
    const pulled: { pty?: PtyRom } = {};
    const onBlock = (block: number) => {
      if (block !== 2) return;
      pulledAt = performance.now();
      void pulled.pty?.pull();
    };
    await withRom(fakeChips.esp32, { onBlock }, async (pty) => {
      pulled.pty = pty;
      const failure = flash(fakeChips.esp32, pty.path, randomImage(150_000));
      await expect(failure).rejects.toMatchObject({ code: "EF6111" });
      expect(performance.now() - pulledAt).toBeLessThan(300);
      expect(pulledAt).toBeGreaterThan(0);
    });
  });
});
