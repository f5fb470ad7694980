/**
 * An interpreter of RV32IMC, enough to run the ESP32-C3's firmware in tests: QEMU has the
 * instruction set but not the chip. The RISC-V Instruction Set Manual, volume I, chapters 2 and 7.
 *
 * Strict where silicon is or may be: unaligned accesses, unknown instructions and addresses that
 * the bus does not have are errors of the firmware.
 */
import { expandCompressed } from "./rv32-compressed.ts";

export interface Bus {
  /** RAM as the CPU sees it; undefined outside. */
  offsetOf(address: number): number | undefined;
  readonly ram: DataView;
  readRegister(address: number): number;
  writeRegister(address: number, value: number): void;
  /** A function of the ROM is entered: runs it and returns true, or false when it is no such. */
  callRom(cpu: Rv32): boolean;
}

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

export class Rv32 {
  readonly x = new Int32Array(32);
  pc = 0;
  instructions = 0;
  readonly #bus: Bus;
  /** Expanded instructions by offset in RAM; 0: not yet seen. Code is not modified after boot. */
  readonly #expanded: Int32Array;

  constructor(bus: Bus) {
    this.#bus = bus;
    this.#expanded = new Int32Array(bus.ram.byteLength >> 1);
  }

  start(entry: number): void {
    this.x.fill(0);
    this.#expanded.fill(0);
    this.pc = entry;
  }

  fail(what: string): never {
    throw new Error(`${what} at pc ${hex(this.pc)}, ra ${hex(this.x[1] ?? 0)}`);
  }

  #offset(address: number, bytes: number): number | undefined {
    if ((address & (bytes - 1)) !== 0) this.fail(`unaligned access to ${hex(address)}`);
    return this.#bus.offsetOf(address >>> 0);
  }

  load(address: number, funct3: number): number {
    const offset = this.#offset(address, 1 << (funct3 & 3));
    const { ram } = this.#bus;
    if (offset === undefined) {
      if (funct3 !== 2) this.fail(`load of ${hex(address)} that is no word`);
      return this.#bus.readRegister(address >>> 0);
    }
    if (funct3 === 2) return ram.getInt32(offset, true);
    if (funct3 === 4) return ram.getUint8(offset);
    if (funct3 === 0) return ram.getInt8(offset);
    if (funct3 === 5) return ram.getUint16(offset, true);
    if (funct3 === 1) return ram.getInt16(offset, true);
    return this.fail("unknown load");
  }

  #store(address: number, funct3: number, value: number): void {
    const offset = this.#offset(address, 1 << funct3);
    const { ram } = this.#bus;
    if (offset === undefined) {
      if (funct3 !== 2) this.fail(`store to ${hex(address)} that is no word`);
      this.#bus.writeRegister(address >>> 0, value >>> 0);
    } else if (funct3 === 2) ram.setInt32(offset, value, true);
    else if (funct3 === 0) ram.setUint8(offset, value);
    else if (funct3 === 1) ram.setUint16(offset, value, true);
    else this.fail("unknown store");
  }

  /** Executes instructions until `count` more are done or the bus asks to stop. */
  run(count: number, stops: () => boolean): void {
    const end = this.instructions + count;
    while (this.instructions < end && !stops()) {
      for (let i = 0; i < 64; i++) this.#step();
    }
  }

  #fetch(offset: number): number {
    const { ram } = this.#bus;
    const half = ram.getUint16(offset, true);
    const word = (half & 3) === 3 ? ram.getInt32(offset, true) : expandCompressed(half);
    if (word === undefined) return this.fail(`unknown instruction ${hex(half)}`);
    this.#expanded[offset >> 1] = word;
    return word;
  }

  #step(): void {
    const offset = this.#bus.offsetOf(this.pc);
    this.instructions++;
    if (offset === undefined) {
      if (!this.#bus.callRom(this)) this.fail("jump to nowhere");
      return;
    }
    const word = this.#expanded[offset >> 1] || this.#fetch(offset);
    const isShort = (this.#bus.ram.getUint8(offset) & 3) !== 3;
    this.#execute(word, (this.pc + (isShort ? 2 : 4)) >>> 0);
    this.x[0] = 0;
  }

  #execute(word: number, next: number): void {
    const { x } = this;
    const rd = (word >> 7) & 31;
    const funct3 = (word >> 12) & 7;
    const a = x[(word >> 15) & 31] ?? 0;
    const b = x[(word >> 20) & 31] ?? 0;
    const imm = word >> 20;
    const here = this.pc;
    this.pc = next;
    switch (word & 0x7f) {
      case 0x13:
        x[rd] = integer(funct3, a, imm, funct3 === 5 && (word & 0x40000000) !== 0);
        return;
      case 0x33:
        x[rd] =
          word >>> 25 === 1 ? multiply(funct3, a, b) : integer(funct3, a, b, word >>> 25 === 32);
        return;
      case 0x03:
        x[rd] = this.load(a + imm, funct3);
        return;
      case 0x23:
        this.#store(a + ((imm & ~31) | rd), funct3, b);
        return;
      case 0x63:
        if (isTaken(funct3, a, b)) this.pc = (here + branchOffset(word)) >>> 0;
        return;
      case 0x37:
        x[rd] = word & ~0xfff;
        return;
      case 0x17:
        x[rd] = here + (word & ~0xfff);
        return;
      case 0x6f:
        x[rd] = next;
        this.pc = (here + jumpOffset(word)) >>> 0;
        return;
      case 0x67:
        x[rd] = next;
        this.pc = ((a + imm) & ~1) >>> 0;
        return;
      case 0x73:
        if (!writesKnownRegister(word)) this.fail(`system instruction ${hex(word)}`);
        return;
      default:
        this.fail(`unknown instruction ${hex(word)}`);
    }
  }
}

/** csrw mtvec, and csrci mstatus: all that start.S uses. */
const writesKnownRegister = (word: number): boolean =>
  [0x305, 0x300].includes(word >>> 20) && ((word >> 12) & 7) !== 0;

const branchOffset = (word: number): number =>
  ((word >> 31) << 12) | ((word & 0x80) << 4) | ((word >> 20) & 0x7e0) | ((word >> 7) & 0x1e);

const jumpOffset = (word: number): number =>
  ((word >> 31) << 20) | (word & 0xff000) | ((word >> 9) & 0x800) | ((word >> 20) & 0x7fe);

function isTaken(funct3: number, a: number, b: number): boolean {
  const isInverse = (funct3 & 1) === 1;
  if (funct3 < 2) return (a === b) !== isInverse;
  if (funct3 < 6) return a < b !== isInverse;
  return a >>> 0 < b >>> 0 !== isInverse;
}

function integer(funct3: number, a: number, b: number, isSecond: boolean): number {
  if (funct3 === 0) return isSecond ? a - b : a + b;
  if (funct3 === 1) return a << b;
  if (funct3 === 2) return a < b ? 1 : 0;
  if (funct3 === 3) return a >>> 0 < b >>> 0 ? 1 : 0;
  if (funct3 === 4) return a ^ b;
  if (funct3 === 5) return isSecond ? a >> b : a >>> b;
  return funct3 === 6 ? a | b : a & b;
}

const high = (product: bigint): number => Number(BigInt.asIntN(32, product >> 32n));

function multiply(funct3: number, a: number, b: number): number {
  const [ua, ub] = [a >>> 0, b >>> 0];
  if (funct3 === 0) return Math.imul(a, b);
  if (funct3 === 1) return high(BigInt(a) * BigInt(b));
  if (funct3 === 2) return high(BigInt(a) * BigInt(ub));
  if (funct3 === 3) return high(BigInt(ua) * BigInt(ub));
  if (funct3 === 4) return b === 0 ? -1 : Math.trunc(a / b);
  if (funct3 === 5) return b === 0 ? -1 : Math.trunc(ua / ub);
  if (funct3 === 6) return b === 0 ? a : a % b;
  return b === 0 ? a : ua % ub;
}
