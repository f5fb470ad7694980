/**
 * The ESP flasher against a FAKE of the ROM loader (rom-fake.ts): esptool-js itself talks to it, on
 * a virtual cable with a line rate and a latency. Three chips, faults, and the boards' own circuit
 * between the control lines and the chip.
 */
import { describe, expect, it } from "vitest";
import { eraseEsp } from "../../toolchain/deploy/flashers/esp/flash.ts";
import { knownDevice } from "../../toolchain/deploy/ports/usb-ids.ts";
import { espBench, lineUse, PORT, randomImage } from "./esp-bench.ts";
import { fakeChips } from "./rom-fake.ts";
import { sysfsTty } from "./test-machine.ts";

describe.each(Object.entries(fakeChips))("a fake %s", (_, chip) => {
  it("is found out, written, verified and started", async () => {
    let boots = 0;
    const bench = espBench(chip, { onBoot: () => boots++ });
    const image = randomImage(100_001);
    const flashed = await bench.flash(image);
    expect(flashed.chip).toContain(chip.name);
    expect(flashed).toMatchObject({ writtenBytes: 100_004, skippedBytes: 0, baudRateHz: 921_600 });
    const written = bench.rom.flash.subarray(chip.imageOffset, chip.imageOffset + image.length);
    expect(written).toEqual(image);
    expect(bench.rom.state).toBe("program");
    expect(boots).toBe(1);
    expect(bench.cable.isOpen).toBe(false);
    expect(bench.progress.at(-1)).toBe(1);
    expect(bench.notices).toEqual([]);
  });

  it("gets only the regions that differ", async () => {
    const bench = espBench(chip);
    const image = randomImage(0x30000);
    await bench.flash(image);
    image.fill(7, 0x18000, 0x18001);
    const again = await bench.flash(image);
    expect(again.writtenBytes).toBe(0x10000);
    expect(again.skippedBytes).toBe(0x20000);
    expect((await bench.flash(image)).writtenBytes).toBe(0);
  });
});

const chip = fakeChips.esp32;

describe("the line", () => {
  it("is used to 88 % and more at 921600 baud and 1 ms, MD5 and all", async () => {
    expect(await lineUse()).toBeGreaterThan(0.88);
  });

  it("falls back when the chip does not get to a rate, and says so", async () => {
    const bench = espBench(chip, { mostRateHz: 500_000 });
    const flashed = await bench.flash(randomImage(20_000));
    expect(flashed.baudRateHz).toBe(460_800);
    expect(bench.notices).toEqual(["no answer at 921600; continuing at 460800"]);
  });

  it("falls back when blocks are lost; what was written stays written", async () => {
    const bench = espBench(chip, { takesBlock: (block, rateHz) => rateHz < 900_000 || block < 5 });
    const image = randomImage(150_000);
    const flashed = await bench.flash(image);
    expect(flashed).toMatchObject({ baudRateHz: 460_800, skippedBytes: 0 });
    expect(bench.notices).toEqual(["3 of 8 blocks failed at 921600; continuing at 460800"]);
    expect(bench.rom.flash.subarray(0x1000, 0x1000 + image.length)).toEqual(image);
  });

  it("sends a region again when the chip has other bytes than were sent", async () => {
    const bench = espBench(chip, {
      onBlock: (block) => {
        if (block === 3) bench.damageNext();
      },
    });
    const image = randomImage(50_000);
    await bench.flash(image);
    expect(bench.rom.flash.subarray(0x1000, 0x1000 + image.length)).toEqual(image);
    expect(bench.rom.blocks).toBe(8);
  });
});

describe("the control lines", () => {
  it("are always set all three together, and leave the chip running", async () => {
    const bench = espBench(chip);
    await bench.flash(randomImage(1_000));
    for (const lines of bench.cable.signals) {
      expect(Object.keys(lines).sort()).toEqual(["brk", "dtr", "rts"]);
    }
    expect(bench.cable.signals.slice(-2)).toEqual([
      { dtr: false, rts: true, brk: false },
      { dtr: false, rts: false, brk: false },
    ]);
  });

  it("that are not wired to the chip: the user is told which buttons, and it goes on", async () => {
    const bench = espBench(chip, { hasAutoReset: false });
    bench.clock.schedule(12_000, () => bench.rom.boot(true));
    await bench.flash(randomImage(1_000));
    expect(bench.notices).toEqual([
      "the board did not enter its loader by itself: hold BOOT, tap EN (or RST), release BOOT",
    ]);
  });
});

describe("erasing", () => {
  it("leaves nothing", async () => {
    const bench = espBench(chip);
    await bench.flash(randomImage(1_000));
    expect(await eraseEsp(bench.io, bench.target)).toContain("ESP32");
    expect(bench.rom.flash.every((byte) => byte === 0xff)).toBe(true);
  });
});

describe("a pulled cable", () => {
  it("is reported within 300 ms of real time, in the middle of a block", async () => {
    let pulledAt = 0;
    const bench = espBench(chip, {
      onBlock: (block) => {
        if (block !== 5) return;
        bench.cable.unplug();
        pulledAt = performance.now();
      },
    });
    const failure = bench.flash(randomImage(200_000));
    await expect(failure).rejects.toMatchObject({ code: "EF6111" });
    expect(pulledAt).toBeGreaterThan(0);
    expect(performance.now() - pulledAt).toBeLessThan(300);
  });
});

describe("a chip with USB of its own", () => {
  it("restarts with its port, which is waited for", async () => {
    const bench = espBench(fakeChips.esp32c3, { onBoot: () => bench.cable.unplug() });
    bench.rom.usesUsb();
    const usb = { vendorId: 0x303a, productId: 0x1001 };
    const device = knownDevice(usb);
    Object.assign(bench.target, { port: { path: PORT, usb, ...(device && { device }) } });
    const { files, links } = sysfsTty("ttyACM0", { idVendor: "303a", idProduct: "1001" });
    bench.clock.schedule(20_000, () => {
      for (const [path, text] of Object.entries(files)) bench.machine.fileMap.set(path, text);
      for (const [path, target] of Object.entries(links)) bench.machine.linkMap.set(path, target);
    });
    const flashed = await bench.flash(randomImage(10_000));
    expect(flashed.writtenBytes).toBe(10_000);
    expect(flashed.baudRateHz).toBeUndefined();
    expect(new Set(bench.cable.rates)).toEqual(new Set([115_200]));
  });
});
