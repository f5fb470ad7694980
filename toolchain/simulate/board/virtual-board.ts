/**
 * A board in memory: the firmware core and wasm3, compiled to firmware-host/prebuilt/sim.wasm, with
 * the RAM and flash of a board profile. What runs here is the code that runs on chips; only the
 * HAL is another. Its heap figures are those of a 32-bit chip, to the byte.
 *
 * Bytes in, bytes out is all a host sees (write, onBytes). The instruments below it (linear
 * memory, single steps, statistics) exist in the simulator alone.
 */
import { assert } from "../../diagnostics/assert.ts";
import { Diagnostic } from "../../diagnostics/diagnostic.ts";

export interface VirtualBoardProfile {
  readonly id: string;
  readonly ramForModelBytes: number;
  readonly slotBytes: number;
}

export interface VirtualBoardOptions {
  /** The board's timer, in microseconds. */
  readonly nowUs?: () => number;
  /** How many bytes the transmitter takes at once; any number by default. */
  readonly txBytesPerPoll?: number;
}

/** Fields of rt_stats (firmware-host/runtime/rt.h), in its order. */
const statsFields = [
  "heapUsedBytes",
  "heapPeakBytes",
  "heapBytes",
  "linearMemoryBytes",
  "codeBytes",
  "codeWords",
  "functions",
  "stackBytes",
  "frameBytesMax",
] as const;

export type RuntimeStats = Readonly<Record<(typeof statsFields)[number], number>>;

/** The exports of ports/sim/sim.c. */
interface Firmware {
  readonly memory: { readonly buffer: ArrayBuffer };
  sim_init(ramBytes: number, slotBytes: number, idLength: number): number;
  sim_staging(): number;
  sim_staging_bytes(): number;
  sim_feed(length: number): number;
  sim_poll(): number;
  sim_memory(): number;
  sim_memory_bytes(): number;
  sim_step(index: number): number;
  sim_predict(): number;
  sim_stats(): number;
  /** Only in sim-counting.wasm. */
  sim_operators?(): bigint;
}

export class VirtualBoard {
  readonly profile: VirtualBoardProfile;
  readonly #firmware: Firmware;
  #listener: (bytes: Uint8Array) => void = () => {};

  private constructor(profile: VirtualBoardProfile, firmware: Firmware) {
    this.profile = profile;
    this.#firmware = firmware;
  }

  /** Boots `firmware` (the bytes of sim.wasm) on a board of this profile. */
  static async create(
    firmware: Uint8Array<ArrayBufferLike>,
    profile: VirtualBoardProfile,
    options: VirtualBoardOptions = {},
  ): Promise<VirtualBoard> {
    const { nowUs = () => 0, txBytesPerPoll = Number.POSITIVE_INFINITY } = options;
    let board: VirtualBoard | undefined;
    const sim = {
      tx: (at: number, length: number): number => {
        const accepted = Math.min(length, txBytesPerPoll);
        if (board !== undefined) board.#listener(board.#bytes(at, accepted).slice());
        return accepted;
      },
      ticks_us: () => nowUs() | 0,
    };
    const { instance } = await WebAssembly.instantiate(new Uint8Array(firmware), { sim });
    board = new VirtualBoard(profile, instance.exports as unknown as Firmware);
    board.#boot();
    return board;
  }

  #boot(): void {
    const { id, ramForModelBytes, slotBytes } = this.profile;
    const name = new TextEncoder().encode(id);
    this.#stage(name);
    const hasBooted = this.#firmware.sim_init(ramForModelBytes, slotBytes, name.length);
    assert(hasBooted === 1, `the simulator cannot hold board ${id}`);
  }

  #bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#firmware.memory.buffer, at, length);
  }

  #stage(bytes: Uint8Array): void {
    this.#bytes(this.#firmware.sim_staging(), bytes.length).set(bytes);
  }

  /** Bytes arrive at the board's receiver; those that its ring cannot hold are lost. */
  write(bytes: Uint8Array): void {
    const most = this.#firmware.sim_staging_bytes();
    for (let start = 0; start < bytes.length; start += most) {
      const piece = bytes.subarray(start, start + most);
      this.#stage(piece);
      this.#firmware.sim_feed(piece.length);
      while (this.#firmware.sim_poll() !== 0);
    }
  }

  onBytes(callback: (bytes: Uint8Array) => void): void {
    this.#listener = callback;
  }

  /** The running model's linear memory itself, not a copy. */
  linearMemory(): Uint8Array {
    const at = this.#firmware.sim_memory();
    assert(at !== 0, "no model is loaded");
    return this.#bytes(at, this.#firmware.sim_memory_bytes());
  }

  /** Fills linear memory with `pattern`, to find reads of bytes that nothing wrote. */
  poison(pattern: number): void {
    this.linearMemory().fill(pattern);
  }

  /** Runs operator `index` alone. */
  step(index: number): void {
    this.#expectNoTrap(this.#firmware.sim_step(index), `step ${index}`);
  }

  predict(): void {
    this.#expectNoTrap(this.#firmware.sim_predict(), "predict");
  }

  #expectNoTrap(text: number, what: string): void {
    if (text === 0) return;
    const all = this.#bytes(text, 128);
    const message = new TextDecoder().decode(all.subarray(0, all.indexOf(0)));
    const where = { board: this.profile.id };
    throw new Diagnostic("EF6005", { message: `${what} stopped: ${message}`, where });
  }

  /** Operators that wasm3 has executed since boot; only sim-counting.wasm counts them. */
  operators(): number {
    const count = this.#firmware.sim_operators?.();
    assert(count !== undefined, "this firmware does not count operators");
    return Number(count);
  }

  stats(): RuntimeStats {
    const buffer = this.#firmware.memory.buffer;
    const words = new Uint32Array(buffer, this.#firmware.sim_stats(), statsFields.length);
    const entries = statsFields.map((name, index) => [name, words[index]]);
    return Object.fromEntries(entries) as RuntimeStats;
  }
}
