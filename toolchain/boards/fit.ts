/**
 * Whether a model fits a board: the bytes it takes there, next to the bytes the board leaves.
 *
 * The runtime's part is not estimated: the simulator loads the artifact into the same wasm3, whose
 * pointers have the size of the chips', and reports the most heap it ever held (linear memory,
 * structures, stack and all translated code). A board that does not map its flash copies the
 * module's code to the heap while it translates it; weights stay in flash everywhere. A firmware
 * built with smaller limits than the simulator's needs less by what its profile says.
 */
import type { Board } from "./schema.ts";

export interface Footprint {
  /** Most heap that loading and running takes, linear memory included. */
  readonly heapBytes: number;
  readonly artifactBytes: number;
  /** Of it, the module itself: without manifest and weights. */
  readonly codeBytes: number;
}

export interface Fit {
  readonly deviceRamBytes: number;
  /** Of it, the copy of the code, where flash is not mapped. */
  readonly copiedBytes: number;
  readonly flashBytes: number;
  readonly ramFits: boolean;
  readonly flashFits: boolean;
}

/** What an allocation takes of the board's heap (firmware-host/core/heap.c). */
const allocationBytes = (bytes: number) => Math.ceil((bytes + 4) / 8) * 8;

export function fitOn(board: Board, { heapBytes, artifactBytes, codeBytes }: Footprint): Fit {
  const copiedBytes = board.modelSlot.memoryMapped ? 0 : allocationBytes(codeBytes);
  const deviceRamBytes = heapBytes - board.runtime.heapBelowSimulatorBytes + copiedBytes;
  return {
    deviceRamBytes,
    copiedBytes,
    flashBytes: artifactBytes,
    ramFits: deviceRamBytes <= board.ramForModelBytes,
    flashFits: artifactBytes <= board.modelSlot.bytes,
  };
}
