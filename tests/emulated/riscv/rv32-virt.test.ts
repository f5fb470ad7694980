/**
 * The firmware on QEMU's riscv32 "virt" machine, which stands for RV32IMC chips: the digit
 * classifier gives the simulator's bytes in the simulator's heap, with room to spare on the native
 * stack, and in the same number of instructions every time.
 */
import { expect, it } from "vitest";
import { findBoard } from "../../../toolchain/boards/boards.ts";
import { must } from "../../../toolchain/diagnostics/assert.ts";
import { build, testModels } from "../../e2e/built-models.ts";
import { buildFirmware, load, startBoard } from "../harness/board.ts";
import { expectSameAsSimulator, seededInputs } from "../harness/compare.ts";
import { stackDepth } from "../harness/stack.ts";
import { suiteWith } from "../harness/tools.ts";

const tools = ["riscv64-unknown-elf-gcc", "qemu-system-riscv32"];
const id = "rv32-virt";
const instructionNs = 16;

async function digits() {
  const model = must(
    testModels.find(({ name }) => name === "digits"),
    "model digits",
  );
  return (await build(model, {})).artifact;
}

suiteWith(tools, "rv32-virt (RV32IMC)", () => {
  it("runs digits as the simulator does, to the byte of output and of heap", async () => {
    const artifact = await digits();
    const firmware = buildFirmware(id);
    const board = await startBoard(id, firmware);
    try {
      const { ramForModelBytes, modelSlot } = findBoard(id);
      expect(board.session.hello).toMatchObject({
        ...{ board: id, ramForModelBytes, slotBytes: modelSlot.bytes },
      });
      expect(board.text()).toContain("edgeflash rv32-virt");
      await load(board, artifact);
      await expectSameAsSimulator(board, artifact);
      const depth = await stackDepth(board, firmware.elf);
      expect(depth).toBeGreaterThan(100);
      expect(depth).toBeLessThan(8192);
    } finally {
      await board.close();
    }
  });

  it("takes the same number of instructions for a prediction every time", async () => {
    const artifact = await digits();
    const firmware = buildFirmware(id);
    const microseconds: number[] = [];
    for (let round = 0; round < 2; round++) {
      const board = await startBoard(id, firmware, { instructionNs });
      try {
        await load(board, artifact);
        const { inputBytes } = await board.session.status();
        const [input = new Uint8Array()] = seededInputs(inputBytes, 1);
        await board.session.run(input);
        microseconds.push((await board.session.stats()).predictUs);
      } finally {
        await board.close();
      }
    }
    const [first = 0, second = 0] = microseconds;
    // More than a hundred thousand instructions, and the same to one tick of the timer.
    expect(first).toBeGreaterThan((100_000 * instructionNs) / 1000);
    expect(Math.abs(first - second)).toBeLessThanOrEqual(1);
  });
});
