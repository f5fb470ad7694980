/**
 * A board on the bench: the prebuilt firmware, a line and a session, as the tests use them.
 */
import { readFileSync } from "node:fs";
import {
  connect,
  type DeviceSession,
  type SessionOptions,
} from "../../toolchain/deploy/link/index.ts";
import { type LineOptions, SerialLine } from "../../toolchain/simulate/board/line.ts";
import {
  VirtualBoard,
  type VirtualBoardOptions,
  type VirtualBoardProfile,
} from "../../toolchain/simulate/board/virtual-board.ts";
import { VirtualClock } from "../../toolchain/simulate/board/virtual-clock.ts";

export const firmware = new Uint8Array(
  readFileSync(new URL("../../firmware-host/prebuilt/sim.wasm", import.meta.url)),
);

export const roomy: VirtualBoardProfile = {
  id: "bench",
  ramForModelBytes: 262_144,
  slotBytes: 131_072,
};

export interface Bench {
  readonly clock: VirtualClock;
  readonly board: VirtualBoard;
  readonly line: SerialLine;
  readonly session: DeviceSession;
}

export interface BenchOptions {
  readonly profile?: Partial<VirtualBoardProfile>;
  readonly line?: LineOptions;
  readonly board?: VirtualBoardOptions;
  readonly session?: SessionOptions;
}

export async function bench(options: BenchOptions = {}): Promise<Bench> {
  const clock = new VirtualClock();
  const profile = { ...roomy, ...options.profile };
  const nowUs = () => clock.nowMs() * 1000;
  const board = await VirtualBoard.create(firmware, profile, { nowUs, ...options.board });
  const line = new SerialLine(board, clock, options.line);
  const session = await connect(line, { clock, ...options.session });
  return { clock, board, line, session };
}
