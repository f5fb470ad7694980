/**
 * Puts an entry of metadata in a .tflite file and leaves all of its bytes as they are.
 *
 * Offsets in a FlatBuffer point forward only, and what they point at need not be near. So a new
 * root, with a longer list of buffers and of metadata, goes in front of the whole old file, whose
 * objects it refers to; only the old root is no longer used.
 */
import { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { FlatBuffer, type FlatTable } from "../../import/tflite/flatbuffer.ts";
import {
  bufferSlots,
  FILE_IDENTIFIER,
  metadataSlots,
  modelSlots,
  SCHEMA_VERSION,
} from "../../ops/shared/tflite-schema.ts";
import {
  alignedBytes,
  kept,
  objects,
  scalar,
  table,
  text,
  writeFlatBuffer,
} from "./flatbuffer-writer.ts";

const ALIGNMENT = 16;

/** The file with `data` under `name`; an entry of that name which it has is replaced. */
export function withMetadata(model: Uint8Array, name: string, data: Uint8Array): Uint8Array {
  const old = new FlatBuffer(model).root;
  const buffers = old.tables(modelSlots.buffers);
  if (buffers.some((buffer) => buffer.scalar(bufferSlots.offset, "uint64", 0) > 1)) {
    const message = "constants lie after the FlatBuffer, at addresses that an addition would move";
    throw new Diagnostic("EF1004", { message });
  }
  const others = old
    .tables(modelSlots.metadata)
    .filter((entry) => entry.string(metadataSlots.name) !== name);
  const entry = table({
    [metadataSlots.name]: text(name),
    [metadataSlots.buffer]: scalar("uint32", buffers.length),
  });
  const buffer = table({ [bufferSlots.data]: alignedBytes(data, ALIGNMENT) });
  const unchanged = [
    modelSlots.operatorCodes,
    modelSlots.subgraphs,
    modelSlots.description,
    modelSlots.metadataBuffers,
    modelSlots.signatures,
  ].flatMap((slot) => {
    const at = old.addressOf(slot);
    return at === null ? [] : [[slot, kept(at)] as const];
  });
  const root = table({
    ...Object.fromEntries(unchanged),
    [modelSlots.version]: scalar("uint32", SCHEMA_VERSION),
    [modelSlots.buffers]: objects([...buffers.map(keep), buffer]),
    [modelSlots.metadata]: objects([...others.map(keep), entry]),
  });
  return writeFlatBuffer(root, FILE_IDENTIFIER, model);
}

const keep = ({ at }: FlatTable) => kept(at);
