/** `edgeflash flash`: prebuilt and own images, erasing, and refusals, on FAKE boards. */
import { describe, expect, it } from "vitest";
import { readAsset } from "../../toolchain/assets.ts";
import { randomImage } from "../deploy/esp-bench.ts";
import { fakeChips } from "../deploy/rom-fake.ts";
import { espWithFirmware } from "../deploy/simulated-firmware.ts";
import { testMachine } from "../deploy/test-machine.ts";
import { cliOn } from "./on-machine.ts";

describe("flash", () => {
  it("writes the prebuilt image and says what it did", async () => {
    const { machine, rom } = await espWithFirmware("esp32c3", fakeChips.esp32c3);
    const { status, stdout } = await cliOn(machine, "flash --board esp32c3");
    expect(status).toBe(0);
    const image = new Uint8Array(readAsset("firmware-host/prebuilt/esp32c3.bin"));
    expect(rom.flash.subarray(0, image.length)).toEqual(image);
    expect(stdout).toContain("firmware is on esp32c3 on /dev/ttyUSB0\n");
    expect(stdout).toMatch(/chip +ESP32-C3 \(QFN32\) \(revision v0\.4\)\n/);
    expect(stdout).toMatch(/rate +921600 baud\n/);
  });

  it("writes an image of the user's own, after erasing when asked", async () => {
    const { machine, rom } = await espWithFirmware("esp32", fakeChips.esp32);
    rom.flash.fill(0, 0x200000, 0x200100);
    const own = randomImage(5_000);
    const line = "flash --board esp32 --firmware own.bin --erase --json";
    const { status, stdout } = await cliOn(machine, line, { files: { "own.bin": own } });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ board: "esp32", firmware: { bytes: 5_000 } });
    expect(rom.flash.subarray(0x1000, 0x1000 + 5_000)).toEqual(own);
    expect(rom.flash.subarray(0x200000, 0x200100).every((byte) => byte === 0xff)).toBe(true);
  });

  it("--erase alone leaves the flash empty", async () => {
    const { machine, rom } = await espWithFirmware("esp32", fakeChips.esp32);
    rom.flash.fill(0, 0x1000, 0x2000);
    const { stdout } = await cliOn(machine, "flash --board esp32 --erase");
    expect(stdout).toBe("the flash of esp32 on /dev/ttyUSB0 is empty\n");
    expect(rom.flash.every((byte) => byte === 0xff)).toBe(true);
  });

  it("refuses what is no image, before it opens the port", async () => {
    const { machine, cable } = await espWithFirmware("esp32", fakeChips.esp32);
    const files = { "notes.txt": "hello" };
    const line = "flash --board esp32 --firmware notes.txt";
    const { status, stderr } = await cliOn(machine, line, { files });
    expect(status).toBe(8);
    expect(stderr).toContain(
      "EF6112 the firmware image is not genuine: notes.txt is damaged: " +
        "it should have 0xe9 as its first byte, it has 0x68\n",
    );
    expect(cable.rates).toEqual([]);
  });

  it("says when there is no firmware for a board", async () => {
    const { status, stderr } = await cliOn(testMachine(), "flash --board microbit");
    expect(status).toBe(2);
    expect(stderr).toContain("EF6009 there is no firmware for this: no firmware image ships");
  });
});
