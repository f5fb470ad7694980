/**
 * A model over a real tty: serialport opens the pseudo-terminal of a board that is a process. What
 * it computes is what the simulator computes, and its flash file outlives it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { measuredDevice, offerOf, sendTo } from "../../../toolchain/cli/device.ts";
import { silentProgress } from "../../../toolchain/cli/progress.ts";
import { crc32c } from "../../../toolchain/deploy/link/crc32c.ts";
import { must } from "../../../toolchain/diagnostics/assert.ts";
import type { BuiltArtifact } from "../../../toolchain/pack/artifact.ts";
import { adder, buildModule, functions } from "../../device/modules.ts";
import { add, call, i32, local } from "../../device/wasm-builder.ts";
import { build, coverage, testModels } from "../../e2e/built-models.ts";
import { suiteWith } from "../harness/tools.ts";
import { buildProgram, onPort, type ProcessBoard, startProcess } from "./process-board.ts";

/** The keyword spotter; without the shared data our own digits. */
const model = must(
  testModels.find(({ name }) => name === "kws_ref_model") ??
    testModels.find(({ name }) => name === "digits"),
  "a model",
);

let folder: string;
let boards: ProcessBoard[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "edgeflash-posix-"));
});
afterEach(async () => {
  for (const board of boards) await board.kill();
  boards = [];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A board whose flash is a file of this name; more words are its RAM, slot and name. */
async function started(program: string, flash: string, ...more: readonly string[]) {
  const board = await startProcess(program, join(folder, flash), ...more);
  boards.push(board);
  return board;
}

suiteWith(["cc"], `a model over a pseudo-terminal${coverage}`, () => {
  let program: string;
  let artifact: BuiltArtifact;
  beforeAll(async () => {
    program = buildProgram("posix");
    ({ artifact } = await build(model, { rounding: "tflite", optimize: "speed" }));
  });

  const inputBytes = () =>
    offerOf(artifact.manifest).inputs.reduce((sum, { bytes }) => sum + bytes, 0);
  const inputs = () => Uint8Array.from({ length: inputBytes() }, (_, at) => (at * 73 + 19) & 255);

  async function onSimulator(cases: number): Promise<Uint8Array[]> {
    const runner = await sendTo(await measuredDevice(), artifact, silentProgress());
    const outputs: Uint8Array[] = [];
    for (let index = 0; index < cases; index++) outputs.push(await runner.run(inputs()));
    return outputs;
  }

  it(`${model.name} computes what the simulator does, also after a restart`, async () => {
    const [first, second] = await onSimulator(2);
    const board = await started(program, "model.flash");
    const outputs = await onPort(board.path, async (session) => {
      expect(session.hello).toMatchObject({ board: "posix", state: "empty" });
      await session.transfer(artifact.wasm, offerOf(artifact.manifest));
      return [await session.run(inputs()), await session.run(inputs())];
    });
    expect(outputs).toEqual([first, second]);
    await board.kill();
    const later = await started(program, "model.flash");
    await onPort(later.path, async (session) => {
      expect(session.hello).toMatchObject({
        state: "confirmed",
        model: { artifactBytes: artifact.wasm.length, crc32c: crc32c(artifact.wasm) },
      });
      expect(await session.run(inputs())).toEqual(first);
    });
  });
});

suiteWith(["cc"], "a board as a process on a pseudo-terminal", () => {
  let program: string;
  beforeAll(() => {
    program = buildProgram("posix");
  });

  it("restarts when asked, and hosts may come and go", async () => {
    const board = await started(program, "small.flash", "65536", "4096", "bench");
    const small = adder();
    await onPort(board.path, async (session) => {
      expect(session.hello).toMatchObject({
        ...{ board: "bench", ramForModelBytes: 65_536, slotBytes: 4096 },
      });
      await session.transfer(small.artifact, small.offer);
      await session.run(new Uint8Array(7));
      await session.reset();
    });
    await onPort(board.path, async (session) => {
      expect(session.hello.state).toBe("confirmed");
      const outputs = await session.run(new Uint8Array(7));
      expect([...outputs]).toEqual([1, 2, 3, 4, 5, 6, 7, 1, 0, 0, 0]);
    });
  });

  it("stops a model before it overruns the native stack", async () => {
    const deep = buildProgram("posix-deep");
    const ram = String(48 * 1024 * 1024);
    const board = await started(deep, "deep.flash", ram);
    const endless = buildModule({
      arenaBytes: 8,
      more: [{ type: "unary", code: add(call(functions.more, local(0)), i32(1)) }],
      predict: call(functions.more, i32(0)),
    });
    await onPort(board.path, async (session) => {
      await session.transfer(endless.artifact, endless.offer);
      await expect(session.run(new Uint8Array())).rejects.toMatchObject({
        code: "EF6005",
        message: "the model stopped: [trap] native stack overflow",
      });
      expect((await session.status()).state).toBe("confirmed");
    });
  });

  it("refuses what does not fit, with both numbers", async () => {
    const board = await started(program, "tiny.flash", "8192", "4096");
    await onPort(board.path, async (session) => {
      const small = adder();
      const offer = { ...small.offer, arenaBytes: 8000 };
      await expect(session.transfer(small.artifact, offer)).rejects.toMatchObject({
        code: "EF4001",
        message: expect.stringMatching(/ of RAM or more, the board has 8,192 bytes for it$/),
      });
    });
  });
});
