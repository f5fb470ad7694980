/** An ESP board on a virtual cable, and the flasher with what it said on the way. */
import { flashEsp } from "../../toolchain/deploy/flashers/esp/flash.ts";
import type { UsbId } from "../../toolchain/deploy/ports/usb-ids.ts";
import { knownDevice } from "../../toolchain/deploy/ports/usb-ids.ts";
import { type FakeChip, type FakeOptions, fakeChips, RomFake } from "./rom-fake.ts";
import { SettlingClock } from "./settling-clock.ts";
import { testMachine } from "./test-machine.ts";
import { Cable, type CableOptions } from "./virtual-port.ts";

export const PORT = "/dev/ttyUSB0";
export const cp2102: UsbId = { vendorId: 0x10c4, productId: 0xea60 };

/** An image of random bytes (xorshift32) that does not compress, with an ESP image's first byte. */
export function randomImage(length: number): Uint8Array {
  let state = 0x1234567;
  const image = Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  });
  image[0] = 0xe9;
  return image;
}

export function espBench(chip: FakeChip, fake: FakeOptions = {}, cableOptions: CableOptions = {}) {
  const clock = new SettlingClock();
  const rom = new RomFake(chip, clock, fake);
  const cable = new Cable(PORT, rom, clock, cableOptions);
  const machine = testMachine({ clock, ports: { [PORT]: cable } });
  const notices: string[] = [];
  const progress: number[] = [];
  const io = {
    machine,
    notice: (text: string) => void notices.push(text),
    progress: (done: number, total: number) => void progress.push(done / total),
  };
  const device = knownDevice(cp2102);
  const port = { path: PORT, usb: cp2102, ...(device && { device }) };
  const board = chip.name.toLowerCase().replace("-", "");
  const boards: Record<string, string> = { ESP32: "esp32", "ESP32-C3": "esp32c3" };
  const target = { board, chip: chip.name, port, boardOf: (name: string) => boards[name] };
  const flash = (bytes: Uint8Array, options = {}) =>
    flashEsp(io, target, { bytes, offset: chip.imageOffset }, options);
  /** The next bytes on the way to the chip's flash change after their checksum was made. */
  const damageNext = () => {
    rom.damagesFlash = true;
  };
  return { damageNext, clock, rom, cable, machine, io, target, notices, progress, flash };
}

/**
 * Share of the line at 921600 baud that carries image bytes while an image that does not compress
 * is written, from the first comparison to the last MD5, with 1 ms each way.
 */
export async function lineUse(imageBytes = 1024 * 1024): Promise<number> {
  const bench = espBench(fakeChips.esp32, {}, { latencyMs: 1 });
  const image = randomImage(imageBytes);
  await bench.flash(image);
  const elapsedMs = bench.rom.lastCompareMs - (bench.rom.firstCompareMs ?? 0);
  return (imageBytes * 10 * 1000) / 921_600 / elapsedMs;
}
