/**
 * The emulated chip itself: that it notices what a real one would not forgive, so that an empty
 * list of faults in the other suites means something; and how the firmware uses the ROM.
 */
import { Simulator } from "rp2040js";
import { expect, it } from "vitest";
import { offerOf } from "../../../toolchain/cli/device.ts";
import { flashBytes, Rp2040Chip } from "../../../toolchain/simulate/rp2040/chip.ts";
import { romFunctions } from "../../../toolchain/simulate/rp2040/rom.ts";
import { buildOwn, connectTo, firmwareImage, startPico } from "./bench.ts";

const flashStart = 0x10000000;

function chipWith(change: (flash: Uint8Array) => void = () => {}): Rp2040Chip {
  const flash = new Uint8Array(flashBytes).fill(0xff);
  const { offset, bytes } = firmwareImage();
  flash.set(bytes, offset);
  change(flash);
  return new Rp2040Chip(new Simulator().clock, flash);
}

const call = (chip: Rp2040Chip, ...names: readonly (typeof romFunctions)[number][]) => {
  for (const name of names) chip.onBreak(romFunctions.indexOf(name));
};

it("finds nothing wrong with the shipped image", () => {
  expect(chipWith().faults).toEqual([]);
});

it("notices a boot2 with a changed byte", () => {
  const chip = chipWith((flash) => flash.set([0x55], 8));
  expect(chip.faults).toEqual(["ROM: the checksum of boot2 is wrong"]);
});

it("notices stores to flash, and does not do them", () => {
  const chip = chipWith();
  const before = chip.flash.slice(0, 16);
  chip.writeUint8(flashStart, 1);
  chip.writeUint16(flashStart + 4, 1);
  chip.writeUint32(flashStart + 8, 1);
  const at = ["10000000", "10000004", "10000008"];
  expect(chip.faults).toEqual(at.map((address) => `store to flash at ${address}`));
  expect(chip.flash.slice(0, 16)).toEqual(before);
});

it("notices reads of flash while the ROM uses it", () => {
  const chip = chipWith();
  chip.core.PM = true;
  call(chip, "IF", "EX");
  chip.readUint16(flashStart + 0x200);
  expect(chip.faults).toEqual(["read of flash at 10000200 while the ROM uses it"]);
  call(chip, "FC", "CX");
  chip.readUint16(flashStart + 0x200);
  expect(chip.faults).toHaveLength(1);
});

it("notices flash functions in a wrong order", () => {
  const chip = chipWith();
  call(chip, "EX");
  expect(chip.faults).toEqual(["ROM EX: flash is not connected", "ROM EX: interrupts may come"]);
  const other = chipWith();
  call(other, "RP");
  expect(other.faults[0]).toBe("ROM RP: flash is still mapped");
  call(other, "CX");
  expect(other.faults.at(-1)).toBe("ROM CX: the cache still holds what was there");
});

it("sees the firmware call the ROM's flash functions in their order, each time", async () => {
  const pico = startPico();
  const { session } = await connectTo(pico, "usb");
  const { artifact } = await buildOwn("sine");
  await session.transfer(artifact.wasm, offerOf(artifact.manifest));
  const calls = pico.chip().romCalls.join(" ");
  const pages = Math.ceil(artifact.wasm.length / 256) + 1;
  expect(calls.match(/RP/g)?.length).toBe(pages);
  expect(calls).toMatch(/^(IF EX (RE|RP) FC CX ?)+$/);
});
