/**
 * Counts the operators that wasm3 executes in each step of a model, in the build of the simulator
 * that counts them. A count, not a time: the same on any machine and, since a board runs the same
 * operators, the same shape of profile there.
 */
import { readAsset } from "../assets.ts";
import { connect } from "../deploy/link/index.ts";
import type { Artifact } from "../pack/artifact.ts";
import { SerialLine } from "../simulate/board/line.ts";
import { VirtualBoard } from "../simulate/board/virtual-board.ts";
import { VirtualClock } from "../simulate/board/virtual-clock.ts";
import { portsBytes } from "./cases.ts";
import { offerOf } from "./device.ts";
import { portsOf, runSteps } from "./runners.ts";

const COUNTING_FIRMWARE = "firmware-host/prebuilt/sim-counting.wasm";
const ROOMY_BYTES = 16 * 1024 * 1024;

/** Operators of each step; wasm3 has translated all functions before, so only execution counts. */
export async function countOperators({ wasm, manifest }: Artifact): Promise<number[]> {
  const profile = { id: "counting", ramForModelBytes: ROOMY_BYTES, slotBytes: ROOMY_BYTES };
  const board = await VirtualBoard.create(readAsset(COUNTING_FIRMWARE), profile);
  const clock = new VirtualClock();
  const session = await connect(new SerialLine(board, clock), { clock });
  await session.transfer(wasm, offerOf(manifest));
  const counts = manifest.steps.map(() => 0);
  const step = (index: number) => {
    const before = board.operators();
    board.step(index);
    counts[index] = (counts[index] ?? 0) + board.operators() - before;
  };
  const zeros = new Uint8Array(portsBytes(portsOf(manifest, manifest.inputs)));
  runSteps(manifest, { memory: board.linearMemory(), step }, zeros, () => {});
  return counts;
}
