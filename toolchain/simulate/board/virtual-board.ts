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
  /** The largest artifact. */
  readonly slotBytes: number;
  /** Whether the processor reads flash at addresses; if not, code is copied to RAM. Default yes. */
  readonly memoryMapped?: boolean;
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
  sim_init(ramBytes: number, slotBytes: number, isMapped: number, idLength: number): number;
  sim_boot(): void;
  sim_staging(): number;
  sim_staging_bytes(): number;
  sim_feed(length: number): number;
  sim_poll(): number;
  sim_flash(): number;
  sim_flash_bytes(): number;
  sim_flash_operations(): number;
  sim_cut_power(at: number, from: number, to: number): void;
  sim_memory(): number;
  sim_memory_bytes(): number;
  sim_step(index: number): number;
  sim_predict(): number;
  sim_predict_here(): number;
  sim_stats(): number;
  /** Only in sim-counting.wasm. */
  sim_operators?(): bigint;
}

/** Power fails at one flash operation (an erased sector, a programmed page), counted from 0. */
export interface PowerCut {
  readonly operation: number;
  /** Of its bytes, those that it still changes; none by default. */
  readonly from?: number;
  readonly to?: number;
}

export class VirtualBoard {
  readonly profile: VirtualBoardProfile;
  readonly #module: WebAssembly.Module;
  readonly #options: VirtualBoardOptions;
  #firmware: Firmware;
  #listener: (bytes: Uint8Array) => void = () => {};

  private constructor(
    profile: VirtualBoardProfile,
    module: WebAssembly.Module,
    options: VirtualBoardOptions,
  ) {
    this.profile = profile;
    this.#module = module;
    this.#options = options;
    this.#firmware = this.#powerOn();
  }

  /** Boots `firmware` (the bytes of sim.wasm) on a board of this profile. */
  static async create(
    firmware: Uint8Array<ArrayBufferLike>,
    profile: VirtualBoardProfile,
    options: VirtualBoardOptions = {},
  ): Promise<VirtualBoard> {
    const module = await WebAssembly.compile(new Uint8Array(firmware));
    const board = new VirtualBoard(profile, module, options);
    board.#firmware.sim_boot();
    return board;
  }

  /** Takes power away and gives it back: RAM is lost, flash keeps what it holds. */
  restart(): void {
    const flash = this.flash().slice();
    this.#firmware = this.#powerOn();
    this.flash().set(flash);
    this.#firmware.sim_boot();
  }

  /** A board with erased flash, before its first instruction. */
  #powerOn(): Firmware {
    const { nowUs = () => 0, txBytesPerPoll = Number.POSITIVE_INFINITY } = this.#options;
    const sim = {
      tx: (at: number, length: number): number => {
        const accepted = Math.min(length, txBytesPerPoll);
        this.#listener(this.#bytes(at, accepted).slice());
        return accepted;
      },
      ticks_us: () => nowUs() | 0,
    };
    const { exports } = new WebAssembly.Instance(this.#module, { sim });
    this.#firmware = exports as unknown as Firmware;
    const { id, ramForModelBytes, slotBytes, memoryMapped = true } = this.profile;
    const name = new TextEncoder().encode(id);
    this.#stage(name);
    const isMapped = memoryMapped ? 1 : 0;
    const made = this.#firmware.sim_init(ramForModelBytes, slotBytes, isMapped, name.length);
    assert(made === 1, `the simulator cannot hold board ${id}`);
    return this.#firmware;
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

  /** The model slot itself, not a copy. */
  flash(): Uint8Array {
    return this.#bytes(this.#firmware.sim_flash(), this.#firmware.sim_flash_bytes());
  }

  /** Flash operations since power came: sectors erased and pages programmed. */
  flashOperations(): number {
    return this.#firmware.sim_flash_operations();
  }

  /** From this operation on flash stays as it is, until restart(). */
  cutPower({ operation, from = 0, to = from }: PowerCut): void {
    this.#firmware.sim_cut_power(operation, from, to);
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

  /** ef_predict, as a program on the board calls it; undefined when it is refused. */
  predictHere(inputs: Uint8Array, outputBytes: number): Uint8Array | undefined {
    this.#stage(inputs);
    if (this.#firmware.sim_predict_here() === 0) return undefined;
    return this.#bytes(this.#firmware.sim_staging(), outputBytes).slice();
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
