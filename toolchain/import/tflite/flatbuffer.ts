/**
 * A reader of FlatBuffers that trusts nothing: every offset, length and alignment is checked before
 * it is followed, and a file that lies ends in EF1002 with the byte where it does.
 *
 * Format (FlatBuffers internals documentation): a table starts with a signed offset back to its
 * vtable, a list of u16: its size, the table's size, then each field's offset in the table or 0 for
 * absent. Strings, vectors and tables are reached by an unsigned offset from where it stands.
 * Tables may share parts, so a small file could describe endless work: a budget of bytes visited,
 * proportional to the file, ends that.
 */
import { Diagnostic } from "../../diagnostics/diagnostic.ts";

const VISITS_PER_BYTE = 4;
const FREE_VISITS = 65536;
/** What a table costs before its fields are read. */
const TABLE_VISITS = 16;

/** Sizes and accessors of the scalars that tables and vectors hold. */
const scalars = {
  int8: { bytes: 1, get: (view: DataView, at: number) => view.getInt8(at) },
  uint8: { bytes: 1, get: (view: DataView, at: number) => view.getUint8(at) },
  bool: { bytes: 1, get: (view: DataView, at: number) => view.getUint8(at) },
  uint16: { bytes: 2, get: (view: DataView, at: number) => view.getUint16(at, true) },
  int32: { bytes: 4, get: (view: DataView, at: number) => view.getInt32(at, true) },
  uint32: { bytes: 4, get: (view: DataView, at: number) => view.getUint32(at, true) },
  float32: { bytes: 4, get: (view: DataView, at: number) => view.getFloat32(at, true) },
  int64: { bytes: 8, get: (view: DataView, at: number) => Number(view.getBigInt64(at, true)) },
  uint64: { bytes: 8, get: (view: DataView, at: number) => Number(view.getBigUint64(at, true)) },
} as const;

export type ScalarType = keyof typeof scalars;

const utf8 = new TextDecoder();

/** EF1002 at one byte of the file. */
export function damaged(message: string, byteOffset: number): Diagnostic {
  return new Diagnostic("EF1002", { message, where: { byteOffset } });
}

export class FlatBuffer {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #visitsLeft: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#visitsLeft = bytes.length * VISITS_PER_BYTE + FREE_VISITS;
  }

  get root(): FlatTable {
    return new FlatTable(this, this.follow(0));
  }

  /** Fails unless `length` bytes at `at` lie inside the file and `at` is aligned. */
  check(at: number, length: number, alignment: number): void {
    if (at + length > this.#bytes.length) {
      const size = this.#bytes.length;
      throw damaged(`${length} bytes at ${at} are needed, the file ends at ${size}`, at);
    }
    if (at % alignment !== 0) throw damaged(`a value at ${at} is not aligned to ${alignment}`, at);
  }

  scalar(type: ScalarType, at: number): number {
    const { bytes, get } = scalars[type];
    this.check(at, bytes, bytes);
    return get(this.#view, at);
  }

  /** Where the unsigned offset stored at `at` points. */
  follow(at: number): number {
    const distance = this.scalar("uint32", at);
    if (distance === 0) throw damaged("an offset points at itself", at);
    return at + distance;
  }

  /** Start and element count of a vector. The elements may be used without further checks. */
  vector(at: number, elementBytes: number): { start: number; length: number } {
    const length = this.scalar("uint32", at);
    const start = at + 4;
    this.check(start, length * elementBytes, elementBytes);
    return { start, length };
  }

  /** Raw bytes, as a view of the file: costs nothing, however often they are shared. */
  bytes(start: number, length: number): Uint8Array {
    this.check(start, length, 1);
    return this.#bytes.subarray(start, start + length);
  }

  /** Counts work that depends on lengths in the file. */
  visit(bytes: number, at: number): void {
    this.#visitsLeft -= bytes;
    if (this.#visitsLeft < 0) throw damaged("parts of the file refer to each other too often", at);
  }
}

export class FlatTable {
  readonly at: number;
  readonly #buffer: FlatBuffer;
  readonly #fieldOffsets: number;
  readonly #fieldCount: number;
  readonly #bytes: number;

  constructor(buffer: FlatBuffer, at: number) {
    this.#buffer = buffer;
    this.at = at;
    const vtable = at - buffer.scalar("int32", at);
    if (vtable < 0) throw damaged(`the table at ${at} has its field list at ${vtable}`, at);
    const vtableBytes = buffer.scalar("uint16", vtable);
    buffer.check(vtable, vtableBytes, 2);
    this.#bytes = buffer.scalar("uint16", vtable + 2);
    buffer.check(at, this.#bytes, 4);
    this.#fieldOffsets = vtable + 4;
    this.#fieldCount = Math.max(0, (vtableBytes - 4) >> 1);
    buffer.visit(TABLE_VISITS, at);
  }

  /** Position of a field, or null when it is absent. */
  #field(slot: number, bytes: number): number | null {
    if (slot >= this.#fieldCount) return null;
    const offset = this.#buffer.scalar("uint16", this.#fieldOffsets + 2 * slot);
    if (offset === 0) return null;
    if (offset + bytes > this.#bytes) {
      throw damaged(`field ${slot} of the table at ${this.at} lies outside it`, this.at);
    }
    return this.at + offset;
  }

  #reference(slot: number): number | null {
    const at = this.#field(slot, 4);
    return at === null ? null : this.#buffer.follow(at);
  }

  scalar(slot: number, type: ScalarType, fallback: number): number {
    const at = this.#field(slot, scalars[type].bytes);
    return at === null ? fallback : this.#buffer.scalar(type, at);
  }

  has(slot: number): boolean {
    return this.#field(slot, 4) !== null;
  }

  /** Where the table, vector or string of a field lies in the file; null when it is absent. */
  addressOf(slot: number): number | null {
    return this.#reference(slot);
  }

  table(slot: number): FlatTable | null {
    const at = this.#reference(slot);
    return at === null ? null : new FlatTable(this.#buffer, at);
  }

  /** Numbers of a vector; null when the field is absent. */
  scalars(slot: number, type: ScalarType): number[] | null {
    const at = this.#reference(slot);
    if (at === null) return null;
    const { bytes } = scalars[type];
    const { start, length } = this.#buffer.vector(at, bytes);
    this.#buffer.visit(length * bytes, at);
    return Array.from({ length }, (_, i) => this.#buffer.scalar(type, start + i * bytes));
  }

  /** Tables of a vector; none when the field is absent. */
  tables(slot: number): FlatTable[] {
    const at = this.#reference(slot);
    if (at === null) return [];
    const { start, length } = this.#buffer.vector(at, 4);
    this.#buffer.visit(length * 4, at);
    return Array.from(
      { length },
      (_, i) => new FlatTable(this.#buffer, this.#buffer.follow(start + i * 4)),
    );
  }

  /** A vector of bytes, not copied; null when the field is absent. */
  bytes(slot: number): Uint8Array | null {
    const at = this.#reference(slot);
    if (at === null) return null;
    const { start, length } = this.#buffer.vector(at, 1);
    return this.#buffer.bytes(start, length);
  }

  /** Text of a string; empty when the field is absent. */
  string(slot: number): string {
    const bytes = this.bytes(slot) ?? new Uint8Array(0);
    this.#buffer.visit(bytes.length, this.at);
    return utf8.decode(bytes);
  }
}
