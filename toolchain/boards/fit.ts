/**
 * Whether a model fits a board: the bytes it takes there, next to the bytes the board leaves.
 *
 * The runtime's part is not estimated: the simulator loads the artifact into the same wasm3, whose
 * pointers have the size of the chips', and reports the most heap it ever held (linear memory,
 * structures, stack and all translated code). A board that does not map its flash copies the
 * module's code to the heap while it translates it; weights stay in flash everywhere. A firmware
 * built with smaller limits than the simulator's needs less by what its profile says.
 *
 * The native stack is the firmware's and not part of that RAM. Loading takes a fixed piece of it;
 * running takes more only where the compiler makes no tail calls, a frame an operator.
 */
import type { Board } from "./schema.ts";

/** What the board leaves for a model, its slow RAM included. */
export const ramForModel = ({ ramForModelBytes, slowRam }: Board): number =>
  ramForModelBytes + (slowRam?.bytes ?? 0);

/**
 * What the runtime takes of the heap besides linear memory and translated code: 12 to 15 KB were
 * measured in the simulator, so this leaves some for larger modules.
 */
const RUNTIME_HEAP_BYTES = 16_384;

/** Fast RAM for linear memory and translated code; undefined where there is no slow RAM. */
export function fastRamBytes({ ramForModelBytes, slowRam, runtime }: Board): number | undefined {
  if (slowRam === undefined) return undefined;
  const beside = RUNTIME_HEAP_BYTES - runtime.heapBelowSimulatorBytes;
  return Math.max(0, ramForModelBytes - Math.max(0, beside));
}

export interface Footprint {
  /** Most heap that loading and running takes, linear memory included. */
  readonly heapBytes: number;
  readonly artifactBytes: number;
  /** Of it, the module itself: without manifest and weights. */
  readonly codeBytes: number;
  /** Operators that are on the native stack at once without tail calls. */
  readonly nestedOperators: number;
}

export interface Fit {
  readonly deviceRamBytes: number;
  /** Of it, the copy of the code, where flash is not mapped. */
  readonly copiedBytes: number;
  readonly flashBytes: number;
  readonly nativeStackBytes: number;
  readonly ramFits: boolean;
  readonly flashFits: boolean;
  readonly stackFits: boolean;
}

/** All three of them. */
export const fits = ({ ramFits, flashFits, stackFits }: Fit): boolean =>
  ramFits && flashFits && stackFits;

/** How many operators may nest on this board; no limit with tail calls. */
export function nestedOperatorsMax({ runtime }: Board): number {
  const { nativeStackBytes, nesting } = runtime;
  if (!nesting) return Number.POSITIVE_INFINITY;
  return Math.floor((nativeStackBytes - nesting.baseBytes) / nesting.operatorBytes);
}

/** Native stack that loading and running takes on this board. */
export function nativeStackOn({ runtime }: Board, nestedOperators: number): number {
  const { loadStackBytes, nesting } = runtime;
  const running = nesting ? nesting.baseBytes + nestedOperators * nesting.operatorBytes : 0;
  return Math.max(loadStackBytes, running);
}

/** What an allocation takes of the board's heap (firmware-host/core/heap.c). */
const allocationBytes = (bytes: number) => Math.ceil((bytes + 4) / 8) * 8;

export function fitOn(board: Board, footprint: Footprint): Fit {
  const { heapBytes, artifactBytes, codeBytes, nestedOperators } = footprint;
  const copiedBytes = board.modelSlot.memoryMapped ? 0 : allocationBytes(codeBytes);
  const deviceRamBytes = heapBytes - board.runtime.heapBelowSimulatorBytes + copiedBytes;
  const nativeStackBytes = nativeStackOn(board, nestedOperators);
  return {
    deviceRamBytes,
    copiedBytes,
    flashBytes: artifactBytes,
    nativeStackBytes,
    ramFits: deviceRamBytes <= ramForModel(board),
    flashFits: artifactBytes <= board.modelSlot.bytes,
    stackFits: nativeStackBytes <= board.runtime.nativeStackBytes,
  };
}
