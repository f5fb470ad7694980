/**
 * The ESP images in the eyes of Espressif's own tool: `esptool image-info` finds checksum and
 * digest valid and the segments we meant, and `esptool elf2image` makes the same bytes of the same
 * program.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readImage } from "../../device/read-image.ts";
import { buildFirmware } from "../harness/board.ts";
import { missingOf } from "../harness/tools.ts";

const python = "python3";
const hasEsptool = spawnSync(python, ["-m", "esptool", "version"]).status === 0;
const compilers = ["riscv64-unknown-elf-gcc", "xtensa-lx106-elf-gcc"];
const missing = [...missingOf(compilers), ...(hasEsptool ? [] : ["esptool (PyPI)"])];
const isStrict = process.env.CI === "true";

const esptool = (...args: string[]) =>
  execFileSync(python, ["-m", "esptool", ...args], { encoding: "utf8" });

const chips = [
  { chip: "esp32c3", chipId: 5, name: "ESP32-C3" },
  { chip: "esp32", chipId: 0, name: "ESP32" },
] as const;

const hex = (value: number, digits: number) => `0x${value.toString(16).padStart(digits, "0")}`;

it.runIf(isStrict)("has esptool and the compilers (asked only with CI=true)", () =>
  expect(missing).toEqual([]),
);

describe.skipIf(missing.length > 0).each(chips)(
  `the image of $chip (skipped without esptool and the compilers)`,
  ({ chip, chipId, name }) => {
    it("is sound to esptool, with the entry and segments of our reader", () => {
      const file = `firmware-host/prebuilt/${chip}.bin`;
      const info = esptool("--chip", chip, "image-info", file);
      expect(info).toMatch(/^Checksum: 0x[0-9a-f]{2} \(valid\)$/m);
      expect(info).toMatch(/^Validation hash: [0-9a-f]{64} \(valid\)$/m);
      expect(info).toContain(`Chip ID: ${chipId} (${name})`);
      expect(info).toContain("Flash size: 4MB\nFlash freq: 40m\nFlash mode: DIO\n");
      const { entry, segments } = readImage(readFileSync(file), { chipId });
      expect(info).toContain(`Entry point: ${hex(entry, 8)}`);
      expect(info).toContain(`Segments: ${segments.length}\n`);
      segments.forEach(({ address, data }, index) => {
        expect(info).toMatch(
          new RegExp(`^ +${index} +${hex(data.length, 5)} +${hex(address, 8)} `, "m"),
        );
      });
    });

    it("is byte for byte what esptool makes of the program", () => {
      const folder = mkdtempSync(join(tmpdir(), "edgeflash-esptool-"));
      try {
        const { elf, image } = buildFirmware(chip);
        const made = join(folder, "made.bin");
        const flash = ["--flash-mode", "dio", "--flash-freq", "40m", "--flash-size", "4MB"];
        esptool("--chip", chip, "elf2image", ...flash, "-o", made, elf);
        expect(readFileSync(made).equals(readFileSync(image))).toBe(true);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  },
);
