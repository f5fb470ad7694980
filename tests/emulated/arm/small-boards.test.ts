/**
 * Chips with little RAM in QEMU: the micro:bit's nRF51 (16 KB, flash controller modelled) and an
 * STM32F405 (128 KB; QEMU has no flash controller, so the slot is RAM there). What does not fit is
 * refused before anything is erased, what fits gives the simulator's bytes, and a restart finds the
 * model where it was.
 */
import { expect, it } from "vitest";
import { findBoard } from "../../../toolchain/boards/boards.ts";
import { measure } from "../../../toolchain/cli/device.ts";
import { GraphBuilder } from "../../../toolchain/import/builder/builder.ts";
import { int8 } from "../../../toolchain/import/builder/tensor-types.ts";
import { type BuiltArtifact, buildArtifact } from "../../../toolchain/pack/artifact.ts";
import { makePlan } from "../../../toolchain/plan/plan.ts";
import { buildFirmware, load, startBoard } from "../harness/board.ts";
import { expectSameAsSimulator, seededInputs } from "../harness/compare.ts";
import { artifactOf } from "../harness/models.ts";
import { armTools, suiteWith } from "../harness/tools.ts";

/** Its wasm3 has smaller limits than the simulator's, hence other heap figures. */
const unlikeSimulator = { compareHeap: false };

/** More linear memory than the board has: refused before anything is erased. */
function wideArtifact(): Promise<BuiltArtifact> {
  const g = new GraphBuilder("wide");
  const picture = g.input("picture", int8([1, 64, 64, 4], { scale: 0.1, zeroPoint: 0 }));
  return buildArtifact(makePlan(g.build(g.maxPool2d(picture, 2))));
}

suiteWith(armTools, "microbit (nRF51, 16 KB RAM)", () => {
  it("runs sine, keeps it over a refused offer and finds it after a restart", async () => {
    const sine = await artifactOf("sine", { latencyBudget: 2 });
    const wide = await wideArtifact();
    const board = await startBoard("microbit", buildFirmware("microbit"));
    try {
      const { ramForModelBytes } = board.session.hello;
      expect(ramForModelBytes).toBeGreaterThanOrEqual(findBoard("microbit").ramForModelBytes);
      await load(board, sine);
      await expectSameAsSimulator(board, sine, unlikeSimulator);
      const { heapPeakBytes } = await board.session.stats();
      const saved = (await measure(sine)).heapPeakBytes - heapPeakBytes;
      const { heapBelowSimulatorBytes } = findBoard("microbit").runtime;
      expect(saved).toBeGreaterThanOrEqual(heapBelowSimulatorBytes);
      expect(saved).toBeLessThan(heapBelowSimulatorBytes + 1024);
      await expect(load(board, wide)).rejects.toMatchObject({ code: "EF4001" });
      await expectSameAsSimulator(board, sine, unlikeSimulator);
      await board.session.reset();
      await board.session.connect();
      await expectSameAsSimulator(board, sine, unlikeSimulator);
    } finally {
      await board.close();
    }
  });

  it("refuses at COMMIT a model whose translated code does not fit", async () => {
    const digits = await artifactOf("digits");
    const board = await startBoard("microbit", buildFirmware("microbit"));
    try {
      await expect(load(board, digits)).rejects.toMatchObject({ code: "EF4001" });
      expect((await board.session.status()).state).toBe("refused");
    } finally {
      await board.close();
    }
  });
});

suiteWith(armTools, "stm32f405 (Cortex-M4F, 128 KB RAM)", () => {
  it("runs digits, also after a restart", async () => {
    const digits = await artifactOf("digits");
    const board = await startBoard("stm32f405", buildFirmware("stm32f405"));
    try {
      await load(board, digits);
      await expectSameAsSimulator(board, digits);
      const { inputBytes } = await board.session.status();
      const [input = new Uint8Array()] = seededInputs(inputBytes);
      const before = await board.session.run(input);
      await board.session.reset();
      await board.session.connect();
      expect(await board.session.run(input)).toEqual(before);
    } finally {
      await board.close();
    }
  });

  it("leaves a model the RAM that its profile promises", async () => {
    const board = await startBoard("stm32f405", buildFirmware("stm32f405"));
    try {
      const { ramForModelBytes } = board.session.hello;
      expect(ramForModelBytes).toBeGreaterThanOrEqual(findBoard("stm32f405").ramForModelBytes);
    } finally {
      await board.close();
    }
  });
});
