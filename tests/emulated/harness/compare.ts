/**
 * A model on an emulated board beside the same artifact in the simulator: outputs for a few seeded
 * inputs, and what the runtime's heap held. Both have 32-bit pointers, so the figures must agree to
 * the byte.
 */
import { expect } from "vitest";
import { measuredDevice, sendTo } from "../../../toolchain/cli/device.ts";
import { silentProgress } from "../../../toolchain/cli/progress.ts";
import type { Artifact } from "../../../toolchain/pack/artifact.ts";
import { randomNumbers } from "../../../toolchain/simulate/board/line.ts";
import type { BoardOnBench } from "./board.ts";

const CASES = 2;

/** The figures of STATS that depend on the model alone, not on the board's RAM. */
const heapFigures: readonly string[] = [
  ...["heapUsedBytes", "heapPeakBytes", "linearMemoryBytes"],
  ...["codeBytes", "codeWords", "functions", "stackBytes", "frameBytesMax"],
];

const pick = (stats: object) =>
  Object.fromEntries(Object.entries(stats).filter(([name]) => heapFigures.includes(name)));

export function seededInputs(bytes: number, cases = CASES, seed = 1): Uint8Array[] {
  const random = randomNumbers(seed);
  return Array.from({ length: cases }, () =>
    Uint8Array.from({ length: bytes }, () => Math.floor(random() * 256)),
  );
}

/** The model is loaded on `board`: runs it there and in the simulator. */
export async function expectSameAsSimulator(
  board: Pick<BoardOnBench, "session">,
  artifact: Artifact,
  { compareHeap = true } = {},
): Promise<void> {
  const simulator = await sendTo(await measuredDevice(), artifact, silentProgress());
  const { inputBytes } = await board.session.status();
  for (const input of seededInputs(inputBytes)) {
    const [here, there] = [await board.session.run(input), await simulator.run(input)];
    expect(Buffer.from(here).toString("hex")).toBe(Buffer.from(there).toString("hex"));
  }
  if (!compareHeap) return;
  const stats = pick(await board.session.stats());
  expect(Object.keys(stats)).toHaveLength(heapFigures.length);
  expect(stats).toEqual(pick(await simulator.stats()));
}
