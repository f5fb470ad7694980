/**
 * Expands a 16-bit RISC-V instruction to the 32-bit one it stands for. The RISC-V Instruction Set
 * Manual, volume I, chapter 16 ("C"), RV32 without floating point.
 */
const bit = (word: number, from: number, to: number): number => ((word >> from) & 1) << to;
const field = (word: number, from: number, bits: number): number =>
  (word >> from) & ((1 << bits) - 1);
const signed = (value: number, bits: number): number => (value << (32 - bits)) >> (32 - bits);

const lui = 0x37;
const load = 0x03;
const store = 0x23;
const immediate = 0x13;
const register = 0x33;
const jalr = 0x67;

const iType = (opcode: number, funct3: number, rd: number, rs1: number, imm: number): number =>
  opcode | (rd << 7) | (funct3 << 12) | (rs1 << 15) | (imm << 20);

const rType = (funct3: number, funct7: number, rd: number, rs1: number, rs2: number): number =>
  register | (rd << 7) | (funct3 << 12) | (rs1 << 15) | (rs2 << 20) | (funct7 << 25);

const storeWord = (rs1: number, rs2: number, imm: number): number =>
  store | (field(imm, 0, 5) << 7) | (2 << 12) | (rs1 << 15) | (rs2 << 20) | ((imm >> 5) << 25);

const jump = (rd: number, imm: number): number =>
  0x6f |
  (rd << 7) |
  (field(imm, 12, 8) << 12) |
  bit(imm, 11, 20) |
  (field(imm, 1, 10) << 21) |
  (imm < 0 ? 1 << 31 : 0);

const branch = (funct3: number, rs1: number, imm: number): number =>
  0x63 |
  bit(imm, 11, 7) |
  (field(imm, 1, 4) << 8) |
  (funct3 << 12) |
  (rs1 << 15) |
  (field(imm, 5, 6) << 25) |
  (imm < 0 ? 1 << 31 : 0);

const imm6 = (c: number): number => signed(field(c, 2, 5) | bit(c, 12, 5), 6);
const destination = (c: number): number => field(c, 7, 5);
const upper = (c: number): number => lui | (destination(c) << 7) | (imm6(c) << 12);
const popular = (c: number, at: number): number => 8 + field(c, at, 3);

const jumpOffset = (c: number): number =>
  signed(
    (field(c, 3, 3) << 1) |
      bit(c, 11, 4) |
      bit(c, 2, 5) |
      bit(c, 7, 6) |
      bit(c, 6, 7) |
      (field(c, 9, 2) << 8) |
      bit(c, 8, 10) |
      bit(c, 12, 11),
    12,
  );

const branchOffset = (c: number): number =>
  signed(
    (field(c, 3, 2) << 1) |
      (field(c, 10, 2) << 3) |
      bit(c, 2, 5) |
      (field(c, 5, 2) << 6) |
      bit(c, 12, 8),
    9,
  );

const wordOffset = (c: number): number => bit(c, 6, 2) | (field(c, 10, 3) << 3) | bit(c, 5, 6);

function stackAdjustment(c: number): number {
  const imm = bit(c, 6, 4) | bit(c, 2, 5) | bit(c, 5, 6) | (field(c, 3, 2) << 7) | bit(c, 12, 9);
  return iType(immediate, 0, 2, 2, signed(imm, 10));
}

/** c.srli, c.srai, c.andi, c.sub, c.xor, c.or, c.and. */
function arithmetic(c: number): number | undefined {
  const rd = popular(c, 7);
  const kind = field(c, 10, 2);
  const amount = field(c, 2, 5);
  if (kind === 0) return iType(immediate, 5, rd, rd, amount);
  if (kind === 1) return iType(immediate, 5, rd, rd, amount | 0x400);
  if (kind === 2) return iType(immediate, 7, rd, rd, imm6(c));
  if (field(c, 12, 1) === 1) return undefined;
  const rs2 = popular(c, 2);
  const [funct3 = 0, funct7 = 0] = [[0, 0x20], [4], [6], [7]][field(c, 5, 2)] ?? [];
  return rType(funct3, funct7, rd, rd, rs2);
}

/** c.jr, c.mv, c.jalr, c.add. */
function moveOrJump(c: number): number | undefined {
  const rd = field(c, 7, 5);
  const rs2 = field(c, 2, 5);
  const isSecond = field(c, 12, 1) === 1;
  if (rs2 !== 0) return rType(0, 0, rd, isSecond ? rd : 0, rs2);
  return rd === 0 ? undefined : iType(jalr, 0, isSecond ? 1 : 0, rd, 0);
}

const stackLoad = (c: number): number =>
  (field(c, 4, 3) << 2) | bit(c, 12, 5) | (field(c, 2, 2) << 6);

const stackStore = (c: number): number => (field(c, 9, 4) << 2) | (field(c, 7, 2) << 6);

const addi4spn = (c: number): number =>
  bit(c, 6, 2) | bit(c, 5, 3) | (field(c, 11, 2) << 4) | (field(c, 7, 4) << 6);

type Expand = (c: number) => number | undefined;

const reserved: Expand = () => undefined;

/** By quadrant, then funct3. Reserved here also stands for floating point. */
const expansions: readonly (readonly Expand[])[] = [
  [
    (c) => (addi4spn(c) === 0 ? undefined : iType(immediate, 0, popular(c, 2), 2, addi4spn(c))),
    reserved,
    (c) => iType(load, 2, popular(c, 2), popular(c, 7), wordOffset(c)),
    ...[reserved, reserved, reserved],
    (c) => storeWord(popular(c, 7), popular(c, 2), wordOffset(c)),
  ],
  [
    (c) => iType(immediate, 0, destination(c), destination(c), imm6(c)),
    (c) => jump(1, jumpOffset(c)),
    (c) => iType(immediate, 0, destination(c), 0, imm6(c)),
    (c) => (destination(c) === 2 ? stackAdjustment(c) : upper(c)),
    arithmetic,
    (c) => jump(0, jumpOffset(c)),
    (c) => branch(0, popular(c, 7), branchOffset(c)),
    (c) => branch(1, popular(c, 7), branchOffset(c)),
  ],
  [
    (c) => iType(immediate, 1, destination(c), destination(c), field(c, 2, 5)),
    reserved,
    (c) => iType(load, 2, destination(c), 2, stackLoad(c)),
    reserved,
    moveOrJump,
    reserved,
    (c) => storeWord(2, field(c, 2, 5), stackStore(c)),
  ],
];

/** The 32-bit instruction, or undefined when there is none. */
export function expandCompressed(c: number): number | undefined {
  return expansions[c & 3]?.[field(c, 13, 3)]?.(c);
}
