/**
 * Whether a model fits a board: the bytes it takes there, next to the bytes the board leaves.
 *
 * The runtime's part is not estimated: the simulator loads the artifact into the same wasm3, whose
 * pointers have the size of the chips', and reports the most heap it ever held (linear memory,
 * structures, stack and all translated code). A board that does not map its flash holds the whole
 * artifact in RAM as well.
 */
import type { Board } from "./schema.ts";

export interface Footprint {
  /** Most heap that loading and running takes, linear memory included. */
  readonly heapBytes: number;
  readonly artifactBytes: number;
}

export interface Fit {
  readonly deviceRamBytes: number;
  /** Of it, the artifact itself, where flash is not mapped. */
  readonly copiedBytes: number;
  readonly flashBytes: number;
  readonly ramFits: boolean;
  readonly flashFits: boolean;
}

export function fitOn(board: Board, { heapBytes, artifactBytes }: Footprint): Fit {
  const copiedBytes = board.modelSlot.memoryMapped ? 0 : artifactBytes;
  const deviceRamBytes = heapBytes + copiedBytes;
  return {
    deviceRamBytes,
    copiedBytes,
    flashBytes: artifactBytes,
    ramFits: deviceRamBytes <= board.ramForModelBytes,
    flashFits: artifactBytes <= board.modelSlot.bytes,
  };
}
