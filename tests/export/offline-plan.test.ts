/**
 * Models with an offline plan for TensorFlow Lite Micro: the same model for every reader, the old
 * bytes in one piece, and addresses that keep apart what is alive together by its rules.
 */
import { describe, expect, it } from "vitest";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { withMetadata } from "../../toolchain/export/tflite/metadata.ts";
import { writeTflite } from "../../toolchain/export/tflite/write.ts";
import { importModel } from "../../toolchain/import/index.ts";
import { FlatBuffer } from "../../toolchain/import/tflite/flatbuffer.ts";
import { openModel } from "../../toolchain/import/tflite/model.ts";
import { tensorAt } from "../../toolchain/ir/graph.ts";
import { byteLength } from "../../toolchain/ir/types.ts";
import { metadataSlots, modelSlots } from "../../toolchain/ops/shared/tflite-schema.ts";
import { planForTflm, withOfflinePlan } from "../../toolchain/plan/tflm-offline-plan.ts";
import { cli } from "../cli/test-host.ts";
import { readShared, sharedDataPresent } from "../oracles/goldens.ts";
import { runTflite } from "../oracles/tflite-runtime.ts";
import { mobileNetV1 } from "../plan/mobilenets.ts";
import { bypass, diamond, renamed } from "../plan/models.ts";

const handed = ["kws_ref_model", "pretrainedResnet_quant", "ad01_int8", "micro_speech_quantized"];
const models: readonly (readonly [string, () => Uint8Array])[] = [
  ...Object.entries({ diamond, renamed, bypass, mobileNetV1 }).map(
    ([name, graph]) => [name, () => writeTflite(graph())] as const,
  ),
  ...(sharedDataPresent ? handed : []).map(
    (name) => [name, () => readShared(`models/${name}.tflite`)] as const,
  ),
];
const coverage = sharedDataPresent ? "" : " (own models only: ../shared/data is absent)";

const planned = (model: Uint8Array) => withOfflinePlan(model, planForTflm(openModel(model)));

/** Names of a file's metadata, and their contents as int32. */
function metadataOf(model: Uint8Array) {
  const { root } = new FlatBuffer(model);
  const buffers = root.tables(modelSlots.buffers);
  return root.tables(modelSlots.metadata).map((entry) => {
    const buffer = must(buffers[entry.scalar(metadataSlots.buffer, "uint32", 0)], "a buffer");
    const data = Buffer.from(buffer.bytes(0) ?? []);
    const words = Array.from({ length: data.length >> 2 }, (_, i) => data.readInt32LE(4 * i));
    return { name: entry.string(metadataSlots.name), words, at: must(buffer.addressOf(0), "data") };
  });
}

const offlinePlanOf = (model: Uint8Array) =>
  metadataOf(model).filter(({ name }) => name === "OfflineMemoryAllocation");

describe(`a model with an offline plan${coverage}`, () => {
  it.each(models)("%s is the same model to our reader", (name, read) => {
    const model = read();
    expect(importModel(planned(model), name)).toEqual(importModel(model, name));
  });

  it.each(models)("%s has its old bytes in one piece, as aligned as they were", (_, read) => {
    const model = read();
    const file = Buffer.from(planned(model));
    const at = file.indexOf(model);
    expect(at).toBeGreaterThan(0);
    expect(at % 16).toBe(0);
  });

  it.each(models)("%s has an offset for each tensor that lives in the arena", (_, read) => {
    const model = read();
    const file = openModel(model);
    const [plan] = offlinePlanOf(planned(model));
    const [version, subgraph, count, ...offsets] = must(plan, "a plan").words;
    expect([version, subgraph, count]).toEqual([1, 0, file.tensorNames.length]);
    expect((must(plan, "a plan").at + 4) % 16).toBe(0);
    file.readTensors().forEach(({ data }, tensor) => {
      if (data !== undefined) expect(offsets[tensor]).toBe(-1);
    });
    for (const tensor of file.operators.flatMap(({ outputs }) => outputs)) {
      expect(offsets[tensor]).toBeGreaterThanOrEqual(0);
      expect(must(offsets[tensor], "offset") % 16).toBe(0);
    }
  });

  it.each(models)("%s has a plan with the least bytes", (_, read) => {
    const { allocation } = planForTflm(openModel(read()));
    expect(allocation.proof).toBe("bound");
  });

  it.each(models.filter(([name]) => name !== "mobileNetV1"))(
    "%s gives the same outputs in TensorFlow Lite",
    async (name, read) => {
      const model = read();
      const graph = importModel(model, name);
      const inputs = graph.inputs.map((input) => {
        const length = byteLength(tensorAt(graph, input).type);
        return Uint8Array.from({ length }, (_, i) => (i * 31) % 256);
      });
      expect(await runTflite(planned(model), inputs)).toEqual(await runTflite(model, inputs));
    },
  );

  it("keeps other metadata, and has one plan however often it is planned", () => {
    const model = withMetadata(writeTflite(diamond()), "other", Uint8Array.of(1, 2, 3, 4));
    const twice = planned(planned(model));
    expect(metadataOf(twice).map(({ name }) => name)).toEqual(["other", "OfflineMemoryAllocation"]);
    expect(offlinePlanOf(twice)[0]?.words).toEqual(offlinePlanOf(planned(model))[0]?.words);
  });
});

describe("edgeflash export", () => {
  const files = { "diamond.tflite": writeTflite(diamond()) };

  it("writes the file and says what the tensors take", async () => {
    const result = await cli("export diamond.tflite --tflm-offline-plan -o out.tflite --json", {
      files,
    });
    expect(result.status).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({ output: "out.tflite", proven: true });
    expect(result.files.get("out.tflite")).toEqual(planned(files["diamond.tflite"]));
  });

  it("refuses what is no .tflite, and asks what to export", async () => {
    const other = await cli("export it.eir --tflm-offline-plan", {
      files: { "it.eir": new TextEncoder().encode("graph it") },
    });
    expect(other.stderr).toContain("EF1001");
    expect((await cli("export diamond.tflite", { files })).stderr).toContain("EF7007");
  });
});
