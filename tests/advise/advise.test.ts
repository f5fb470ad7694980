/**
 * The fit assistant keeps its word: each suggestion, run as the command line that it prints, plans
 * exactly the bytes that it promised and fits when it said so. Boards are real ones, with as little
 * RAM as a case needs.
 */
import { describe, expect, it } from "vitest";
import { type Advice, advise, boardTarget, leanestPlan } from "../../toolchain/advise/advise.ts";
import { settingsOn } from "../../toolchain/advise/candidates.ts";
import { commandText, laidOver } from "../../toolchain/advise/command-line.ts";
import type { AdviceRequest } from "../../toolchain/advise/request.ts";
import { readAsset } from "../../toolchain/assets.ts";
import { allBoards, findBoard } from "../../toolchain/boards/boards.ts";
import { type Footprint, fitOn } from "../../toolchain/boards/fit.ts";
import type { Board } from "../../toolchain/boards/schema.ts";
import { measure } from "../../toolchain/cli/device.ts";
import { nestedOperators } from "../../toolchain/compile/operators.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { writeTflite } from "../../toolchain/export/tflite/write.ts";
import { importModel } from "../../toolchain/import/index.ts";
import type { Graph } from "../../toolchain/ir/graph.ts";
import { buildArtifact } from "../../toolchain/pack/artifact.ts";
import { rewrite } from "../../toolchain/passes/pipeline.ts";
import { makePlan, type PlanOptions, paretoPoints } from "../../toolchain/plan/plan.ts";
import type { Plan } from "../../toolchain/plan/types.ts";
import { cli } from "../cli/test-host.ts";
import { anySize, floatModel, oneSize } from "./networks.ts";

async function measured(plan: Plan): Promise<Footprint> {
  const { wasm, codeBytes, ...artifact } = await buildArtifact(plan);
  const { heapPeakBytes } = await measure({ wasm, ...artifact });
  const operators = nestedOperators(wasm);
  return {
    ...{ heapBytes: heapPeakBytes, artifactBytes: wasm.length, codeBytes },
    nestedOperators: operators,
  };
}

interface Case {
  readonly graph: Graph;
  readonly options: PlanOptions;
  readonly board: string;
  /** RAM of the board as a part of what the plan needs. */
  readonly share: number;
}

/** Advice for a board that leaves a part of what the plan needs, and that board. */
async function advised({ graph, options, board: id, share }: Case) {
  const real = findBoard(id);
  const settings = settingsOn(real, options);
  const rewritten = rewrite(graph, { rounding: "tflite" });
  const plan = makePlan(rewritten, settings);
  const footprint = await measured(plan);
  const needed = fitOn(real, footprint).deviceRamBytes;
  const board: Board = { ...real, ramForModelBytes: Math.floor(needed * share) };
  const { optimize } = options;
  const request: AdviceRequest = {
    ...{ graph, plan, settings, board, boards: allBoards() },
    command: {
      model: "model.tflite",
      flags: { "--board": id, ...(optimize && { "--optimize": optimize }) },
    },
    pareto: paretoPoints(rewritten, settings),
    target: boardTarget(plan, board, footprint, measured),
  };
  return { board, advice: await advise(request) };
}

async function run(command: string, graph: Graph): Promise<Record<string, unknown>> {
  const files = { "model.tflite": writeTflite(graph) };
  const line = command.replace("edgeflash ", "");
  const { stdout } = await cli(`${line} --json`, { files });
  return JSON.parse(stdout);
}

/** Every suggestion gives what it promises; those that fit do. */
async function expectKept(graph: Graph, advice: readonly Advice[], limit: (b: string) => number) {
  for (const { command, peakBytes, predictedInstructions, deviceRamBytes, fits } of advice) {
    if (command === null) continue;
    const found = await run(command, graph);
    expect(found, command).toMatchObject({ peakBytes, predictedInstructions });
    if (deviceRamBytes === null) continue;
    expect(found.deviceRamBytes, command).toBe(deviceRamBytes);
    expect(deviceRamBytes <= limit(String(found.board)), command).toBe(fits);
  }
}

const ofFile = (name: string): Graph => {
  return importModel(readAsset(`models/${name}/${name}.tflite`), name);
};

describe("a suggestion", () => {
  it.each([
    ["sine on a small ESP32", { graph: ofFile("sine"), options: {}, board: "esp32", share: 0.9 }],
    [
      "images of any size",
      { graph: anySize(24, 24), options: { optimize: "speed" }, board: "esp32", share: 0.85 },
    ],
    [
      "images of one size, on a board that nests",
      { graph: oneSize(16, 16), options: { optimize: "speed" }, board: "rp2040", share: 0.7 },
    ],
    ["far too little", { graph: anySize(16, 16), options: {}, board: "stm32f405", share: 0.3 }],
  ] as const)("keeps its word: %s", async (_, one) => {
    const { board, advice } = await advised(one);
    expect(advice.length).toBeGreaterThan(0);
    const limitOf = (id: string) =>
      id === board.id ? board.ramForModelBytes : findBoard(id).ramForModelBytes;
    await expectKept(one.graph, advice, limitOf);
    expect(advice.filter(({ deviceRamBytes }) => deviceRamBytes !== null).length).toBeLessThan(4);
  });

  it("has the cheapest first, and what needs the least effort", async () => {
    const one = { graph: anySize(24, 24), options: { optimize: "speed" }, share: 0.5 } as const;
    const { advice } = await advised({ ...one, board: "esp32" });
    const efforts = ["option", "board", "input", "format"];
    const order = advice.map(({ effort }) => efforts.indexOf(effort));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    const times = advice.filter(({ effort }) => effort === "option").map((a) => a.slowdown);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const sizes = advice.filter(({ effort }) => effort === "input").map((a) => a.peakBytes);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  });

  it("says of an int8 model that it is an estimate, and has no command for it", async () => {
    const graph = floatModel();
    const { advice } = await advised({ graph, options: {}, board: "esp32", share: 0.2 });
    const twin = must(
      advice.find(({ effort }) => effort === "format"),
      "the int8 model",
    );
    expect(twin).toMatchObject({ estimated: true, command: null });
    const float = makePlan(graph, settingsOn(findBoard("esp32"), {}));
    expect(twin.peakBytes).toBeLessThan(float.peakBytes / 2);
    expect(advice.filter(({ estimated }) => estimated)).toEqual([twin]);
  });

  it("is the same each time", async () => {
    const one = { graph: oneSize(16, 16), options: {}, board: "esp32", share: 0.5 };
    expect(await advised(one)).toEqual(await advised(one));
  });
});

describe("a budget that no plan keeps", () => {
  it("is met by what is suggested", async () => {
    const graph = anySize(32, 32);
    const { plan } = leanestPlan(graph, settingsOn(findBoard("sim"), {}));
    const budget = Math.floor(plan.peakBytes * 0.75);
    const files = { "model.tflite": writeTflite(graph) };
    const line = `plan model.tflite --ram-budget ${budget} --json`;
    const { status, stdout } = await cli(line, { files });
    expect(status).toBe(4);
    const { advice, error } = JSON.parse(stdout) as { advice: Advice[]; error: { next: string[] } };
    expect(error).toMatchObject({ code: "EF4002" });
    expect(error.next).toHaveLength(Math.min(3, advice.filter(({ fits }) => fits).length));
    const least = advice.find(({ command }) => command?.includes(`${plan.peakBytes}`));
    expect(least).toMatchObject({ peakBytes: plan.peakBytes, fits: true });
    const others = advice.filter((one) => one !== least);
    expect(others.length).toBeGreaterThan(0);
    for (const { peakBytes } of others) expect(peakBytes).toBeLessThanOrEqual(budget);
    await expectKept(graph, advice, () => budget);
  });
});

describe("command lines", () => {
  const command = { model: "my model.tflite", flags: { "--board": "esp32", "--ram-budget": "9" } };

  it("replace one goal by another, and keep the rest", () => {
    expect(commandText(laidOver(command, { "--optimize": "ram" }))).toBe(
      "edgeflash plan 'my model.tflite' --board esp32 --optimize ram",
    );
    expect(commandText(laidOver(command, { "--input-size": "8x8", "--board": null }))).toBe(
      "edgeflash plan 'my model.tflite' --ram-budget 9 --input-size 8x8",
    );
    expect(commandText({ model: "it's", flags: { "--input-by-rows": true } })).toBe(
      "edgeflash plan 'it'\\''s' --input-by-rows",
    );
  });
});
