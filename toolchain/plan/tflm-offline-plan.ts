/**
 * Our placement for TensorFlow Lite Micro: addresses of a .tflite file's tensors as the metadata
 * "OfflineMemoryAllocation" that its interpreter takes instead of planning by itself.
 *
 * Lifetimes are its own (micro_allocation_info.cc): inputs live from before the first operator,
 * every operator is one step, outputs live to the end, each tensor has bytes of its own. Nothing
 * that is alive together overlaps, since its kernels need that, and all begin at multiples of 16.
 * What it must place by itself stays open: constants, variables, and kernel scratch, which it puts
 * around these. Format: int32 of version, subgraph, number of tensors, then an offset for each.
 */
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { withMetadata } from "../export/tflite/metadata.ts";
import type { FileModel } from "../import/tflite/model.ts";
import { byteLength } from "../ir/types.ts";
import { type Allocation, allocate } from "./allocate/allocate.ts";
import { alignUp, type Placeable } from "./allocate/problem.ts";

const METADATA_NAME = "OfflineMemoryAllocation";
const FORMAT_VERSION = 1;
const ALIGNMENT = 16;
/** Offset of a tensor that the interpreter places. */
const OPEN = -1;

export interface OfflinePlan {
  /** For each tensor of the file its offset, or OPEN. */
  readonly offsets: readonly number[];
  readonly allocation: Allocation;
}

export function planForTflm(file: FileModel): OfflinePlan {
  if (file.others.length > 0) {
    const message = "a plan of offsets is for models of one subgraph; this one has more";
    throw new Diagnostic("EF1004", { message });
  }
  const runs = tflmLifetimes(file);
  const allocation = allocate({ runs: [...runs.values()] });
  const offsets = file.tensorNames.map(() => OPEN);
  [...runs.keys()].forEach((tensor, index) => {
    offsets[tensor] = allocation.offsets[index] ?? OPEN;
  });
  return { offsets, allocation };
}

/** The model's own bytes with our plan for its tensors. */
export function withOfflinePlan(model: Uint8Array, { offsets }: OfflinePlan): Uint8Array {
  const words = Int32Array.from([FORMAT_VERSION, 0, offsets.length, ...offsets]);
  const data = new Uint8Array(4 * words.length);
  const view = new DataView(data.buffer);
  for (const [index, word] of words.entries()) view.setInt32(4 * index, word, true);
  return withMetadata(model, METADATA_NAME, data);
}

/** The runs that the interpreter would plan, by tensor. */
function tflmLifetimes(file: FileModel): Map<number, Placeable> {
  const tensors = file.readTensors();
  const lives = new Map<number, { firstStep: number; lastStep: number }>();
  const use = (tensor: number, step: number) => {
    const life = lives.get(tensor) ?? { firstStep: step, lastStep: step };
    lives.set(tensor, { ...life, lastStep: step });
  };
  for (const tensor of file.inputs) use(tensor, 0);
  file.operators.forEach(({ inputs, outputs }, index) => {
    for (const tensor of outputs) use(tensor, index + 1);
    for (const tensor of inputs) if (tensor !== null) use(tensor, index + 1);
  });
  for (const tensor of file.outputs) use(tensor, file.operators.length);
  const runs = [...lives].flatMap(([tensor, life]): [number, Placeable][] => {
    const { type, data } = tensors[tensor] ?? {};
    if (type === undefined || data !== undefined || file.variables.includes(tensor)) return [];
    const bytes = alignUp(byteLength(type), ALIGNMENT);
    return [[tensor, { ...life, bytes, alignment: ALIGNMENT }]];
  });
  return new Map(runs.sort(([a], [b]) => a - b));
}
