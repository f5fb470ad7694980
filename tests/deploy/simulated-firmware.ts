/**
 * A FAKE ESP board that runs the real firmware core once its image is in flash: the ROM loader is
 * rom-fake.ts, the program is the simulator (the same C core and wasm3, compiled to WebAssembly).
 */
import { readAsset } from "../../toolchain/assets.ts";
import { findBoard } from "../../toolchain/boards/boards.ts";
import { VirtualBoard } from "../../toolchain/simulate/board/virtual-board.ts";
import { type FakeChip, type FakeOptions, RomFake } from "./rom-fake.ts";
import { SettlingClock } from "./settling-clock.ts";
import { sysfsTty, testMachine } from "./test-machine.ts";
import { type Attached, Cable } from "./virtual-port.ts";

export const FIRMWARE = "firmware-host/prebuilt/sim.wasm";

/** The simulator with the profile of board `id`, that says its id is `says`. */
export function firmwareOf(id: string, says = id): Promise<VirtualBoard> {
  const { ramForModelBytes, modelSlot } = findBoard(id);
  const profile = { id: says, ramForModelBytes, slotBytes: modelSlot.bytes };
  return VirtualBoard.create(readAsset(FIRMWARE), profile);
}

/** A machine with one board on /dev/ttyUSB0, behind a CP2102 bridge. */
export function machineWith(name: string, board: Attached, clock: SettlingClock, more = {}) {
  const path = `/dev/${name}`;
  const cable = new Cable(path, board, clock);
  const { files, links } = sysfsTty(name, { idVendor: "10c4", idProduct: "ea60", serial: "0001" });
  const machine = testMachine({ clock, files, links, ports: { [path]: cable }, ...more });
  return { machine, cable };
}

export async function espWithFirmware(id: string, chip: FakeChip, options: FakeOptions = {}) {
  const clock = new SettlingClock();
  const rom = new RomFake(chip, clock, {
    ...options,
    onBoot: () => rom.print("edgeflash\r\n"),
  });
  const firmware = await firmwareOf(id);
  firmware.onBytes(rom.runs((bytes) => firmware.write(bytes)));
  const { machine, cable } = machineWith("ttyUSB0", rom, clock);
  return { clock, rom, machine, cable, firmware };
}

/** A board that runs firmware from the start, at one rate. */
export async function runningBoard(id: string, baudRateHz: number, says = id): Promise<Attached> {
  const firmware = await firmwareOf(id, says);
  return {
    baudRateHz,
    receive: (bytes) => firmware.write(bytes),
    onSend: (callback) => firmware.onBytes(callback),
  };
}
