/**
 * Bytes of linear memory that a run touches = the plan's figure, measured on wasm3.
 *
 * The module runs twice, from memory filled with 0x55 and with 0xAA. A byte that was never written
 * still shows both patterns; a written one cannot, since both runs write the same. So the set of
 * touched bytes is exact, whatever wrote them: stores, bulk copies or the firmware's own pulls. The
 * firmware gives the module exactly the planned bytes, and anything above traps.
 */
import { describe, expect, it } from "vitest";
import { findBoard } from "../../toolchain/boards/boards.ts";
import { sendTo, simulatedDevice } from "../../toolchain/cli/device.ts";
import { silentProgress } from "../../toolchain/cli/progress.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { optimizations, type Plan } from "../../toolchain/plan/types.ts";
import { instantiate } from "../../toolchain/simulate/host/host-runtime.ts";
import { type Built, build, coverage, testModels } from "./built-models.ts";

const patterns = [0x55, 0xaa];

interface Memory {
  readonly bytes: Uint8Array;
  readonly predict: () => void;
}

async function onBoard({ artifact }: Built): Promise<Memory> {
  const device = await simulatedDevice({ ...findBoard("sim"), ramForModelBytes: 2 ** 20 });
  await sendTo(device, artifact, silentProgress());
  const board = must(device.virtual, "a simulated board");
  return { bytes: board.linearMemory(), predict: () => board.predict() };
}

/** Memory after a run on the same input, for each pattern that memory was filled with before. */
function snapshots({ bytes, predict }: Memory, { artifact: { manifest } }: Built): Uint8Array[] {
  return patterns.map((pattern) => {
    bytes.fill(pattern);
    for (const index of manifest.inputs) {
      const { offset, bytes: length } = must(manifest.tensors[index], "an input");
      for (let at = 0; at < length; at++) bytes[offset + at] = (at * 37 + 11) & 0xff;
    }
    predict();
    return bytes.slice();
  });
}

function touched([first, second]: readonly Uint8Array[]): Set<number> {
  const [a, b] = [must(first, "a snapshot"), must(second, "a snapshot")];
  const untouched = (at: number) => a[at] === patterns[0] && b[at] === patterns[1];
  return new Set([...a.keys()].filter((at) => !untouched(at)));
}

function planned({ buffers, scratch }: Plan): Set<number> {
  const ranges = [...buffers, ...scratch];
  return new Set(
    ranges.flatMap(({ offset, bytes }) => Array.from({ length: bytes }, (_, at) => offset + at)),
  );
}

describe(`touched memory${coverage}`, () => {
  describe.each(testModels)("$name", (model) => {
    it.each(optimizations)(
      "--optimize %s: touched bytes are the planned bytes",
      async (optimize) => {
        const built = await build(model, { optimize });
        const memory = await onBoard(built);
        const { plan, artifact } = built;
        expect(memory.bytes.length).toBe(plan.peakBytes);
        expect(artifact.manifest.plan.linearMemoryBytes).toBe(plan.peakBytes);
        const runs = snapshots(memory, built);
        const found = touched(runs);
        const expected = planned(plan);
        expect([...expected].filter((at) => !found.has(at))).toEqual([]);
        expect([...found].filter((at) => !expected.has(at))).toEqual([]);
        expect(Math.max(...found) + 1).toBe(plan.peakBytes);

        // Nothing that a run reads before writing decides its outputs, and V8 gives the same bytes.
        const host = instantiate(artifact.wasm, artifact.weights);
        const v8 = snapshots({ bytes: host.memory.subarray(0, plan.peakBytes), ...host }, built);
        for (const index of artifact.manifest.outputs) {
          const { offset, bytes } = must(artifact.manifest.tensors[index], "an output");
          const outputs = [...runs, ...v8].map((run) => run.slice(offset, offset + bytes));
          for (const output of outputs.slice(1)) expect(output).toEqual(outputs[0]);
        }
      },
    );
  });
});
