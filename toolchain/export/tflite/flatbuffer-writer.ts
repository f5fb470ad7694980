/**
 * A writer of FlatBuffers: plain values that describe tables, vectors and strings in, bytes out.
 *
 * Offsets in the format point forward only, so objects are written in breadth-first order from the
 * root, and an object's address is patched into its owner's field when it is reached. Fields are
 * aligned to their own size from the start of the file, vectors of bytes to `alignment`.
 */
import { assert } from "../../diagnostics/assert.ts";

const scalars = {
  int8: { bytes: 1, set: (v: DataView, at: number, n: number) => v.setInt8(at, n) },
  uint8: { bytes: 1, set: (v: DataView, at: number, n: number) => v.setUint8(at, n) },
  bool: { bytes: 1, set: (v: DataView, at: number, n: number) => v.setUint8(at, n) },
  uint16: { bytes: 2, set: (v: DataView, at: number, n: number) => v.setUint16(at, n, true) },
  int32: { bytes: 4, set: (v: DataView, at: number, n: number) => v.setInt32(at, n, true) },
  uint32: { bytes: 4, set: (v: DataView, at: number, n: number) => v.setUint32(at, n, true) },
  float32: { bytes: 4, set: (v: DataView, at: number, n: number) => v.setFloat32(at, n, true) },
  int64: {
    bytes: 8,
    set: (v: DataView, at: number, n: number) => v.setBigInt64(at, BigInt(n), true),
  },
} as const;

export type ScalarType = keyof typeof scalars;

interface Scalar {
  readonly kind: "scalar";
  readonly type: ScalarType;
  readonly value: number;
}

/** Fields by slot; a hole is an absent field. */
interface Table {
  readonly kind: "table";
  readonly fields: readonly (FlatField | undefined)[];
}

interface Scalars {
  readonly kind: "scalars";
  readonly type: ScalarType;
  readonly values: readonly number[];
}

interface Bytes {
  readonly kind: "bytes";
  readonly data: Uint8Array;
  readonly alignment: number;
}

interface Text {
  readonly kind: "text";
  readonly text: string;
}

interface Objects {
  readonly kind: "objects";
  readonly items: readonly FlatObject[];
}

/** What another file holds at an address, when that file is the tail of this one. */
interface Kept {
  readonly kind: "kept";
  readonly at: number;
}

export type FlatObject = Table | Scalars | Bytes | Text | Objects | Kept;
export type FlatField = Scalar | FlatObject;

export const scalar = (type: ScalarType, value: number): Scalar => ({
  kind: "scalar",
  type,
  value,
});
export const scalarVector = (type: ScalarType, values: readonly number[]): Scalars => ({
  kind: "scalars",
  type,
  values,
});
export const text = (value: string): Text => ({ kind: "text", text: value });
export const kept = (at: number): Kept => ({ kind: "kept", at });
export const objects = (items: readonly FlatObject[]): Objects => ({ kind: "objects", items });

/** A table from its fields by slot number. */
export function table(fields: Readonly<Record<number, FlatField | undefined>>): Table {
  const slots = Object.keys(fields).map(Number);
  const length = Math.max(-1, ...slots) + 1;
  return { kind: "table", fields: Array.from({ length }, (_, slot) => fields[slot]) };
}

/** A vector of raw bytes whose first byte is aligned. */
export const alignedBytes = (data: Uint8Array, alignment: number): Bytes => ({
  kind: "bytes",
  data,
  alignment,
});

/**
 * A whole file with this root and four-letter identifier. `tail` comes after it as it is, at a
 * multiple of 16, so that all in it keeps its alignment; `kept` objects are those inside it.
 */
export function writeFlatBuffer(
  root: FlatObject,
  identifier: string,
  tail: Uint8Array = new Uint8Array(),
): Uint8Array {
  const file = new GrowingFile();
  const rootField = file.reserve(4, 4);
  file.reserve(4, 1);
  file.bytes.set(new TextEncoder().encode(identifier), 4);
  const queue: { readonly field: number; readonly object: FlatObject }[] = [
    { field: rootField, object: root },
  ];
  const intoTail: { readonly field: number; readonly at: number }[] = [];
  for (const { field, object } of queue) {
    if (object.kind === "kept") {
      intoTail.push({ field, at: object.at });
      continue;
    }
    const at = writeObject(file, object, (later, child) => {
      queue.push({ field: later, object: child });
    });
    file.set("uint32", field, at - field);
  }
  const start = file.reserve(tail.length, 16);
  file.bytes.set(tail, start);
  for (const { field, at } of intoTail) file.set("uint32", field, start + at - field);
  return file.finish();
}

/** Notes that `field` must be patched with the address of `object`. */
type Defer = (field: number, object: FlatObject) => void;

/** Writes one object without those it refers to; returns its address. */
function writeObject(file: GrowingFile, object: Exclude<FlatObject, Kept>, defer: Defer): number {
  if (object.kind === "table") return writeTable(file, object, defer);
  if (object.kind === "text") {
    const encoded = new TextEncoder().encode(`${object.text}\0`);
    return writeVector(file, encoded.length - 1, encoded.length, 4, (start) =>
      file.bytes.set(encoded, start),
    );
  }
  if (object.kind === "bytes") {
    const { data, alignment } = object;
    return writeVector(file, data.length, data.length, alignment, (start) =>
      file.bytes.set(data, start),
    );
  }
  if (object.kind === "scalars") {
    const { type, values } = object;
    const size = scalars[type].bytes;
    return writeVector(file, values.length, values.length * size, size, (start) => {
      for (const [i, value] of values.entries()) file.set(type, start + i * size, value);
    });
  }
  const { items } = object;
  return writeVector(file, items.length, items.length * 4, 4, (start) => {
    for (const [i, item] of items.entries()) defer(start + i * 4, item);
  });
}

function writeVector(
  file: GrowingFile,
  length: number,
  bytes: number,
  alignment: number,
  fill: (start: number) => void,
): number {
  const start = file.reserve(bytes, Math.max(alignment, 4), 4);
  file.set("uint32", start - 4, length);
  fill(start);
  return start - 4;
}

/** The vtable, then the table: its offset to the vtable and its fields, largest first. */
function writeTable(file: GrowingFile, { fields }: Table, defer: Defer): number {
  const present = fields.flatMap((field, slot) => (field === undefined ? [] : [{ field, slot }]));
  const sizeOf = (field: FlatField) => (field.kind === "scalar" ? scalars[field.type].bytes : 4);
  present.sort((a, b) => sizeOf(b.field) - sizeOf(a.field) || a.slot - b.slot);

  const vtable = file.reserve(4 + 2 * fields.length, 2);
  const at = file.reserve(4, 4);
  file.set("int32", at, at - vtable);
  for (const { field, slot } of present) {
    const size = sizeOf(field);
    const position = file.reserve(size, size);
    file.setUint16(vtable + 4 + 2 * slot, position - at);
    if (field.kind === "scalar") file.set(field.type, position, field.value);
    else defer(position, field);
  }
  file.setUint16(vtable, 4 + 2 * fields.length);
  file.setUint16(vtable + 2, file.length - at);
  return at;
}

/** Bytes that grow at the end; zero-filled. */
class GrowingFile {
  bytes = new Uint8Array(1024);
  length = 0;
  #view = new DataView(this.bytes.buffer);

  /** Room for `size` bytes at an aligned address, with `before` bytes right in front of it. */
  reserve(size: number, alignment: number, before = 0): number {
    const start = Math.ceil((this.length + before) / alignment) * alignment;
    this.length = start + size;
    if (this.length > this.bytes.length) this.#grow();
    return start;
  }

  set(type: ScalarType, at: number, value: number): void {
    scalars[type].set(this.#view, at, value);
  }

  setUint16(at: number, value: number): void {
    assert(value < 65536, "a FlatBuffers table is limited to 64 KiB");
    this.#view.setUint16(at, value, true);
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, Math.ceil(this.length / 16) * 16);
  }

  #grow(): void {
    const grown = new Uint8Array(2 * this.length + 16);
    grown.set(this.bytes);
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
