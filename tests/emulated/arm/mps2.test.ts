/**
 * The firmware on QEMU's MPS2 and MPS3 boards (Cortex-M3, M4F, M7 and M55): a keyword-spotting
 * model over a real tty, a digit classifier over a socket, and the same bytes and heap figures as
 * in the simulator.
 */
import { expect, it } from "vitest";
import { findBoard } from "../../../toolchain/boards/boards.ts";
import { sharedDataPresent } from "../../oracles/goldens.ts";
import { buildFirmware, load, startBoard } from "../harness/board.ts";
import { expectSameAsSimulator } from "../harness/compare.ts";
import { artifactOf } from "../harness/models.ts";
import { armTools, suiteWith } from "../harness/tools.ts";

suiteWith(armTools, "mps2-an386 (Cortex-M4F)", () => {
  it.skipIf(!sharedDataPresent)(
    "runs kws_ref_model through a pty (skipped without ../shared/data)",
    async () => {
      const artifact = await artifactOf("kws_ref_model");
      const board = await startBoard("mps2-an386", buildFirmware("mps2-an386"), { wire: "pty" });
      try {
        expect(board.session.hello.board).toBe("mps2-an386");
        await load(board, artifact);
        await expectSameAsSimulator(board, artifact);
        const depth = await board.emulator.stackDepthBytes();
        expect(depth).toBeGreaterThan(100);
        // The chip with this core has less stack than the virtual board.
        expect(depth).toBeLessThan(findBoard("stm32f405").runtime.nativeStackBytes);
      } finally {
        await board.close();
      }
    },
  );
});

suiteWith(armTools, "MPS2 and MPS3 boards", () => {
  it.each(["mps2-an385", "mps2-an500", "mps2-an547"] as const)(
    "%s runs digits over a socket",
    async (id) => {
      const artifact = await artifactOf("digits");
      const board = await startBoard(id, buildFirmware(id));
      try {
        await load(board, artifact);
        await expectSameAsSimulator(board, artifact);
        const { predictUs } = await board.session.stats();
        expect(predictUs).toBeGreaterThan(0);
        expect(board.text()).toContain(`edgeflash ${id}`);
      } finally {
        await board.close();
      }
    },
  );
});
