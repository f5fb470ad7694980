/**
 * A model that recurses without end, on a chip: the runtime stops it, whichever of the two stacks
 * is short, and the board answers and runs the next model as if nothing had been.
 */
import { expect, it } from "vitest";
import { adder, buildModule, functions } from "../../device/modules.ts";
import { add, call, i32, local } from "../../device/wasm-builder.ts";
import { buildFirmware, startBoard } from "../harness/board.ts";
import { armTools, suiteWith } from "../harness/tools.ts";

const endless = buildModule({
  arenaBytes: 8,
  more: [{ type: "unary", code: add(call(functions.more, local(0)), i32(1)) }],
  predict: call(functions.more, i32(0)),
});

suiteWith(armTools, "endless recursion", () => {
  it.each(["mps2-an386", "stm32f405", "microbit"] as const)("is stopped on %s", async (id) => {
    const board = await startBoard(id, buildFirmware(id));
    const { session } = board;
    try {
      await session.transfer(endless.artifact, endless.offer);
      await expect(session.run(new Uint8Array())).rejects.toMatchObject({
        code: "EF6005",
        message: expect.stringMatching(/^the model stopped: \[trap\] (native )?stack overflow$/),
      });
      const { artifact, offer } = adder();
      await session.transfer(artifact, offer);
      const outputs = await session.run(Uint8Array.of(10, 20, 30, 40, 50, 60, 70));
      expect([...outputs]).toEqual([11, 22, 33, 44, 55, 66, 77, 1, 0, 0, 0]);
    } finally {
      await board.close();
    }
  });
});
