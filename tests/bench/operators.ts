/**
 * Counts the operators that wasm3 executes in each step of a model, on the benchmark build of the
 * simulator. A count, not a time: the same on any machine.
 */
import { readAsset } from "../../toolchain/assets.ts";
import { offerOf } from "../../toolchain/cli/device.ts";
import { connect } from "../../toolchain/deploy/link/index.ts";
import type { Artifact } from "../../toolchain/pack/artifact.ts";
import { SerialLine } from "../../toolchain/simulate/board/line.ts";
import { VirtualBoard } from "../../toolchain/simulate/board/virtual-board.ts";
import { VirtualClock } from "../../toolchain/simulate/board/virtual-clock.ts";

const COUNTING_FIRMWARE = "firmware-host/prebuilt/sim-counting.wasm";
const ROOMY_BYTES = 16 * 1024 * 1024;

/** Operators of each step; wasm3 has translated all functions before, so only execution counts. */
export async function countOperators({ wasm, manifest }: Artifact): Promise<number[]> {
  const profile = { id: "bench", ramForModelBytes: ROOMY_BYTES, slotBytes: ROOMY_BYTES };
  const board = await VirtualBoard.create(readAsset(COUNTING_FIRMWARE), profile);
  const clock = new VirtualClock();
  const session = await connect(new SerialLine(board, clock), { clock });
  await session.transfer(wasm, offerOf(manifest));
  board.predict();
  return manifest.steps.map((_, index) => {
    const before = board.operators();
    board.step(index);
    return board.operators() - before;
  });
}
