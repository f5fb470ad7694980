/**
 * rp2040js with what it lacks of a real chip: flash that only the ROM's functions change, that
 * cannot be read while they are at it, and that takes its time; and a ROM that starts flash only
 * behind a sound boot2. Whatever a real chip would not forgive is noted in `faults`.
 *
 * Times of the flash are the typical ones of a W25Q16JV's data sheet.
 */
import { RP2040, type Simulator } from "rp2040js";
import { must } from "../../diagnostics/assert.ts";
import { type RomFunction, romFunctionAt, stubRom } from "./rom.ts";

export type SimulationClock = Simulator["clock"];

export const flashBytes = 2 * 1024 * 1024;
const flashStart = 0x10000000;
const flashEnd = 0x18000000;
const sramStart = 0x20000000;
/** Nothing is there; stores arrive when a stack grows beyond its end. */
const belowSram = 0x1f000000;
const boot2Bytes = 256;
const boot2At = 0x20041f00;
const erased = 0xff;
/** Memory nobody has written, to see how deep the stack went. */
const untouched = 0xa5;

const pageBytes = 256;
const sectorBytes = 4096;
const blockBytes = 65536;
const blockEraseCommand = 0xd8;
const nanosPerMs = 1e6;
const programMs = 0.7;
const sectorEraseMs = 45;
const blockEraseMs = 150;

const isFlash = (address: number) => address >= flashStart && address < flashEnd;

/** Of the last four bytes of boot2. Polynomial 04C11DB7, most significant bit first. */
function boot2Checksum(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const feedback = (crc < 0 ? 1 : 0) ^ ((byte >> bit) & 1);
      crc = (crc << 1) ^ (feedback === 1 ? 0x04c11db7 : 0);
    }
  }
  return crc >>> 0;
}

export class Rp2040Chip extends RP2040 {
  readonly faults: string[] = [];
  readonly romCalls: RomFunction[] = [];
  /** The ROM's USB bootloader was asked for: the program has ended. */
  onBootloader: () => void = () => {};
  #clock: SimulationClock;
  // Not #private: the base class's constructor reads memory before fields exist.
  private isDetached = false;
  /** A stack that has left RAM: the processor cannot even take the fault, and does nothing more. */
  isLockedUp = false;
  #isConnected = false;
  #isCacheStale = false;

  constructor(clock: SimulationClock, flash: Uint8Array) {
    super(clock);
    this.#clock = clock;
    this.logger = {
      debug: () => {},
      info: () => {},
      warn: (source, message) => this.#note(source, message),
      error: (source, message) => this.#note(source, message),
    };
    this.flash.set(flash);
    this.bootrom.set(stubRom());
    this.sram.fill(untouched);
    this.onBreak = (number) => this.#callRom(number);
    this.#startBoot2();
  }

  /** What rp2040js says of registers it does not have is no fault of the firmware's. */
  #note(source: string, message: string): void {
    if (!/unimplemented/i.test(message)) this.faults.push(`${source}: ${message}`);
  }

  #startBoot2(): void {
    const boot2 = this.flash.subarray(0, boot2Bytes);
    const checksumAt = boot2Bytes - 4;
    const stored = new DataView(boot2.buffer, boot2.byteOffset).getUint32(checksumAt, true);
    if (stored !== boot2Checksum(boot2.subarray(0, checksumAt))) {
      this.faults.push("ROM: the checksum of boot2 is wrong");
    }
    this.sram.set(boot2, boot2At - sramStart);
    this.core.PC = boot2At;
  }

  /** Bytes of the stack, whose top is the first word behind boot2, that were ever written. */
  stackUsedBytes(): number {
    const top = this.flashView.getUint32(boot2Bytes, true) - sramStart;
    const firstWritten = this.sram.findIndex((byte) => byte !== untouched);
    return firstWritten < 0 ? 0 : Math.max(0, top - firstWritten);
  }

  override readUint32(address: number): number {
    if (this.isDetached && isFlash(address)) this.#detachedAccess(address);
    return super.readUint32(address);
  }

  override readUint16(address: number): number {
    if (this.isDetached && isFlash(address)) this.#detachedAccess(address);
    return super.readUint16(address);
  }

  override readUint8(address: number): number {
    if (this.isDetached && isFlash(address)) this.#detachedAccess(address);
    return super.readUint8(address);
  }

  #detachedAccess(address: number): void {
    this.faults.push(`read of flash at ${address.toString(16)} while the ROM uses it`);
  }

  override writeUint32(address: number, value: number): void {
    if (address >= belowSram && address < sramStart) this.isLockedUp = true;
    else if (!this.#isStoreToFlash(address)) super.writeUint32(address, value);
  }

  override writeUint16(address: number, value: number): void {
    if (!this.#isStoreToFlash(address)) super.writeUint16(address, value);
  }

  override writeUint8(address: number, value: number): void {
    if (!this.#isStoreToFlash(address)) super.writeUint8(address, value);
  }

  #isStoreToFlash(address: number): boolean {
    if (!isFlash(address >>> 0)) return false;
    this.faults.push(`store to flash at ${(address >>> 0).toString(16)}`);
    return true;
  }

  #expect(isRight: boolean, name: RomFunction, what: string): void {
    if (!isRight) this.faults.push(`ROM ${name}: ${what}`);
  }

  #callRom(number: number): void {
    const name = romFunctionAt(number);
    if (name === undefined) {
      this.faults.push(`breakpoint ${number}`);
      return;
    }
    this.romCalls.push(name);
    const effects: Readonly<Record<RomFunction, () => void>> = {
      IF: () => {
        this.#isConnected = true;
      },
      EX: () => {
        this.#expect(this.#isConnected, name, "flash is not connected");
        this.#expect(this.core.PM, name, "interrupts may come");
        this.isDetached = true;
      },
      RE: () => this.#erase(),
      RP: () => this.#program(),
      FC: () => {
        this.#isCacheStale = false;
      },
      CX: () => {
        this.#expect(!this.#isCacheStale, name, "the cache still holds what was there");
        this.isDetached = false;
        this.#isConnected = false;
      },
      UB: () => this.onBootloader(),
    };
    effects[name]();
  }

  #argument(index: number): number {
    return must(this.core.registers[index], "a register");
  }

  #erase(): void {
    const [offset, length] = [this.#argument(0), this.#argument(1)];
    const isAligned = offset % sectorBytes === 0 && length % sectorBytes === 0;
    this.#expect(this.isDetached, "RE", "flash is still mapped");
    this.#expect(isAligned && offset + length <= flashBytes, "RE", `range ${offset} + ${length}`);
    this.#expect(this.#argument(2) === blockBytes, "RE", "block size");
    this.#expect(this.#argument(3) === blockEraseCommand, "RE", "block command");
    this.flash.fill(erased, offset, offset + length);
    this.#isCacheStale = true;
    const blocks = offset % blockBytes === 0 ? Math.floor(length / blockBytes) : 0;
    const sectors = (length - blocks * blockBytes) / sectorBytes;
    this.#clock.tick((blocks * blockEraseMs + sectors * sectorEraseMs) * nanosPerMs);
  }

  #program(): void {
    const [offset, from, length] = [this.#argument(0), this.#argument(1), this.#argument(2)];
    const isAligned = offset % pageBytes === 0 && length % pageBytes === 0;
    const at = from - sramStart;
    this.#expect(this.isDetached, "RP", "flash is still mapped");
    this.#expect(isAligned && offset + length <= flashBytes, "RP", `range ${offset} + ${length}`);
    this.#expect(at >= 0 && at + length <= this.sram.length, "RP", "the bytes are not in RAM");
    for (let index = 0; index < length; index++) {
      const held = must(this.flash[offset + index], "a byte of flash");
      this.flash[offset + index] = held & (this.sram[at + index] ?? erased);
    }
    this.#isCacheStale = true;
    this.#clock.tick((length / pageBytes) * programMs * nanosPerMs);
  }
}
