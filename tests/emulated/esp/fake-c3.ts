/**
 * A FAKE of the ESP32-C3 for tests: an RV32IMC interpreter, RAM on both buses, and of the chip's
 * devices and its ROM only what the firmware uses, after ESP-IDF's headers. It loads the image from
 * flash as the ROM does, with code that shares nothing with the image writer.
 *
 * It is unkind on purpose: RAM holds junk, watchdogs bite, keys are demanded, flash functions fail
 * before their parameters are set, and programming only clears bits.
 */
import { readImage } from "../../device/read-image.ts";
import { type Bus, Rv32 } from "./rv32.ts";

const ramStart = 0x3fc80000;
const codeStart = 0x40380000;
const ramBytes = 0x60000;
const romStackStart = 0x3fcdc710;
const romDataStart = 0x3fcde710;
const junk = 0xa5;
const sectorBytes = 4096;
const fifoBytes = 128;
const ticksPerInstruction = 1;
const biteAfterInstructions = 3_000_000;

const watchdogKey = 0x50d83aa1;
const superKey = 0x8f1d312a;

interface Watchdog {
  readonly register: number;
  readonly keyRegister: number;
  readonly key: number;
  readonly isStopped: (value: number) => boolean;
}

const stopped = (value: number) => (value & 0xc0000000) === 0 && value === 0;

const watchdogs: readonly Watchdog[] = [
  { register: 0x60008090, keyRegister: 0x600080a8, key: watchdogKey, isStopped: stopped },
  { register: 0x6001f048, keyRegister: 0x6001f064, key: watchdogKey, isStopped: stopped },
  {
    ...{ register: 0x600080ac, keyRegister: 0x600080b0, key: superKey },
    isStopped: (value) => value >>> 31 === 1,
  },
];

/** The second timer's watchdog is off after reset: the firmware may write it, or not. */
const quietRegisters = [0x60020048, 0x60020064];

export interface Esp32c3Options {
  readonly flash: Uint8Array;
}

/** What a serial line of the chip has received and sent. */
interface Line {
  readonly incoming: number[];
  onBytes: (bytes: Uint8Array) => void;
}

const line = (): Line => ({ incoming: [], onBytes: () => {} });

export class FakeEsp32c3 implements Bus {
  readonly ram = new DataView(new ArrayBuffer(ramBytes));
  readonly flash: Uint8Array;
  readonly uart = line();
  readonly usb = line();
  /** ROM functions in the order of their calls. */
  readonly romCalls: string[] = [];
  readonly #cpu: Rv32;
  #sentByUsb: number[] = [];
  #usbHostFetches = true;
  #keys = new Map<number, number>();
  #watching = new Map<number, number>();
  #hasFlashParameters = false;
  #isUnlocked = false;
  #latchedTicks = 0;
  #idlePolls = 0;
  restarts = -1;

  constructor({ flash }: Esp32c3Options) {
    this.flash = flash;
    this.#cpu = new Rv32(this);
    this.#boot();
  }

  get instructions(): number {
    return this.#cpu.instructions;
  }

  /** What the ROM does: registers as after reset, segments to RAM, and off. */
  #boot(): void {
    this.restarts++;
    new Uint8Array(this.ram.buffer).fill(junk);
    this.#keys = new Map();
    this.#watching = new Map(watchdogs.map(({ register }) => [register, 1]));
    this.#hasFlashParameters = false;
    this.#isUnlocked = false;
    const { entry, segments } = readImage(this.flash, { chipId: 5 });
    for (const { address, data } of segments) {
      const offset = this.offsetOf(address);
      const end = (offset ?? 0) + data.length;
      if (offset === undefined || end > romStackStart - ramStart) {
        throw new Error(`a segment of ${data.length} bytes at 0x${address.toString(16)}`);
      }
      new Uint8Array(this.ram.buffer).set(data, offset);
    }
    this.#cpu.start(entry);
    this.#cpu.x[2] = romDataStart - 64;
    this.#bootedAt = this.#cpu.instructions;
  }
  #bootedAt = 0;

  offsetOf(address: number): number | undefined {
    const start = address >= codeStart ? codeStart : ramStart;
    const offset = address - start;
    return offset >= 0 && offset < ramBytes ? offset : undefined;
  }

  readRegister(address: number): number {
    switch (address) {
      case 0x60000000:
        this.#idlePolls = 0;
        return this.uart.incoming.shift() ?? 0;
      case 0x6000001c:
        this.#idlePolls++;
        return Math.min(this.uart.incoming.length, fifoBytes);
      case 0x60043000:
        this.#idlePolls = 0;
        return this.usb.incoming.shift() ?? 0;
      case 0x60043004: {
        const canWrite = this.#usbHostFetches && this.#sentByUsb.length < 64;
        return (canWrite ? 2 : 0) | (this.usb.incoming.length > 0 ? 4 : 0);
      }
      case 0x60023004:
        return 0x20000000;
      case 0x60023044:
        return this.#latchedTicks | 0;
      case 0x60023040:
        return Math.floor(this.#latchedTicks / 2 ** 32);
      case 0x600080ac:
        return this.#watching.get(address) ?? 0;
      default:
        return this.#cpu.fail(`read of register 0x${address.toString(16)}`);
    }
  }

  writeRegister(address: number, value: number): void {
    const watchdog = watchdogs.find(({ register }) => register === address);
    if (watchdog !== undefined) {
      if (this.#keys.get(watchdog.keyRegister) !== watchdog.key) return;
      if (watchdog.isStopped(value)) this.#watching.delete(address);
      return;
    }
    if (watchdogs.some(({ keyRegister }) => keyRegister === address)) {
      this.#keys.set(address, value);
    } else if (address === 0x60000000) {
      this.#idlePolls = 0;
      this.uart.onBytes(Uint8Array.of(value));
    } else if (address === 0x60043000) {
      this.#sentByUsb.push(value);
    } else if (address === 0x60043004) {
      this.#idlePolls = 0;
      this.usb.onBytes(Uint8Array.from(this.#sentByUsb.splice(0)));
    } else if (address === 0x60023004) {
      this.#latchedTicks = this.#cpu.instructions * ticksPerInstruction;
    } else if (!quietRegisters.includes(address)) {
      this.#cpu.fail(`write of register 0x${address.toString(16)}`);
    }
  }

  callRom(cpu: Rv32): boolean {
    const rom: Readonly<Record<number, [string, () => number]>> = {
      1073741968: ["software_reset", () => 0],
      1073742120: ["erase_sector", () => this.#erase(cpu)],
      1073742124: ["write", () => this.#program(cpu)],
      1073742128: ["read", () => this.#read(cpu)],
      1073742132: ["config_param", () => this.#configure()],
      1073742144: ["unlock", () => this.#unlock()],
    };
    const called = rom[cpu.pc];
    if (called === undefined) return false;
    const [name, run] = called;
    this.romCalls.push(name);
    if (name === "software_reset") {
      this.#boot();
      return true;
    }
    cpu.x[10] = run();
    // The ROM is free to change what a called function may change.
    for (const scratch of [5, 6, 7, 11, 12, 13, 14, 15, 16, 17, 28, 29, 30, 31]) {
      cpu.x[scratch] = 0x55555555;
    }
    cpu.pc = (cpu.x[1] ?? 0) >>> 0;
    return true;
  }

  #argument(index: number): number {
    return (this.#cpu.x[10 + index] ?? 0) >>> 0;
  }

  #configure(): number {
    const [, chip, block, sector, page] = [0, 1, 2, 3, 4].map((i) => this.#argument(i));
    if (chip !== this.flash.length || block !== 65_536) return 1;
    if (sector !== sectorBytes || page !== 256) return 1;
    this.#hasFlashParameters = true;
    return 0;
  }

  #unlock(): number {
    this.#isUnlocked = this.#hasFlashParameters;
    return this.#isUnlocked ? 0 : 1;
  }

  #erase(cpu: Rv32): number {
    if (!this.#isUnlocked) return 1;
    const at = this.#argument(0) * sectorBytes;
    if (at + sectorBytes > this.flash.length) cpu.fail("erase beyond the flash");
    this.flash.fill(0xff, at, at + sectorBytes);
    return 0;
  }

  /** Where the words of a flash function are in RAM; they have to be whole words. */
  #words(cpu: Rv32): Uint8Array {
    const [address, at, length] = [0, 1, 2].map((i) => this.#argument(i));
    const offset = this.offsetOf(at ?? 0);
    if (offset === undefined || (offset & 3) !== 0) return cpu.fail("unaligned words for the ROM");
    if (((address ?? 0) & 3) !== 0 || ((length ?? 0) & 3) !== 0) cpu.fail("unaligned flash");
    return new Uint8Array(this.ram.buffer, offset, length);
  }

  #program(cpu: Rv32): number {
    if (!this.#isUnlocked) return 1;
    const words = this.#words(cpu);
    const to = this.#argument(0);
    words.forEach((byte, index) => {
      this.flash[to + index] = (this.flash[to + index] ?? 0) & byte;
    });
    return 0;
  }

  #read(cpu: Rv32): number {
    if (!this.#hasFlashParameters) return 1;
    const words = this.#words(cpu);
    words.set(this.flash.subarray(this.#argument(0), this.#argument(0) + words.length));
    return 0;
  }

  /** Nobody fetches what USB sends: a board that hangs on a charger. */
  unplugUsb(): void {
    this.#usbHostFetches = false;
  }

  /** Runs until the firmware has nothing to do but to poll. */
  settle(): void {
    this.#idlePolls = 0;
    const isIdle = () =>
      this.#idlePolls > 8 && this.uart.incoming.length + this.usb.incoming.length === 0;
    while (!isIdle()) {
      this.#cpu.run(100_000, isIdle);
      const sinceBoot = this.#cpu.instructions - this.#bootedAt;
      if (this.#watching.size > 0 && sinceBoot > biteAfterInstructions) {
        this.#cpu.fail("a watchdog bites");
      }
    }
  }

  /** The watchdogs that still run. */
  get watching(): readonly number[] {
    return [...this.#watching.keys()];
  }
}
