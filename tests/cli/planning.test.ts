/**
 * The options that say what to spend memory on, on a real model, in process: each does what its
 * help says, and what they exclude or cannot do is a Diagnostic that names a way out.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { readAsset } from "../../toolchain/assets.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { cli } from "./test-host.ts";

const digits = readAsset("models/digits/digits.tflite");
const inputBytes = 784;
const cases = Uint8Array.from({ length: 2 * inputBytes }, (_, index) => (index * 37) % 251);
const files = { "digits.tflite": digits, "in.bin": cases };

interface PlanDocument {
  readonly peakBytes: number;
  readonly tensorBytes: number;
  readonly tensorLowerBoundBytes: number;
  readonly deviceRamBytes: number;
  readonly predictedInstructions: number;
  readonly weightBytesRead: number;
  readonly segments: readonly unknown[];
  readonly tensors: readonly { readonly name: string; readonly bytes: number }[];
  readonly pareto: readonly Pick<PlanDocument, "peakBytes" | "predictedInstructions">[];
}

async function plan(options: string): Promise<PlanDocument> {
  const result = await cli(`plan digits.tflite ${options} --json`, { files });
  expect(result.stderr.match(/^EF.*/m)?.[0]).toBeUndefined();
  expect(result.status).toBe(0);
  return JSON.parse(result.stdout) as PlanDocument;
}

describe("what to spend memory on", () => {
  let speed: PlanDocument;
  beforeAll(async () => {
    speed = await plan("--optimize speed");
  });

  it("--optimize orders peaks one way and time the other", async () => {
    const [balanced, ram] = [await plan(""), await plan("--optimize ram")];
    expect(balanced.peakBytes).toBeLessThan(speed.peakBytes);
    expect(ram.peakBytes).toBeLessThanOrEqual(balanced.peakBytes);
    expect(balanced.predictedInstructions).toBeGreaterThanOrEqual(speed.predictedInstructions);
    expect(ram.predictedInstructions).toBeGreaterThanOrEqual(balanced.predictedInstructions);
  });

  it("--latency-budget takes a ratio or a percentage, and keeps it", async () => {
    const [ratio, percent] = [
      await plan("--latency-budget 1.2"),
      await plan("--latency-budget 20%"),
    ];
    expect(ratio).toEqual(percent);
    expect(ratio.predictedInstructions).toBeLessThanOrEqual(1.2 * speed.predictedInstructions);
    expect(ratio.deviceRamBytes).toBeLessThan((await plan("")).deviceRamBytes);
  });

  it("--ram-budget gives each point of the front its own figures", async () => {
    const [leanest] = speed.pareto;
    const { peakBytes, predictedInstructions } = must(leanest, "a point");
    expect(await plan(`--ram-budget ${peakBytes}`)).toMatchObject({
      peakBytes,
      predictedInstructions,
    });
  });

  it("--max-weight-reads bounds what a prediction reads of the flash", async () => {
    const once = await plan("--optimize ram --max-weight-reads 1x");
    const free = await plan("--optimize ram");
    expect(once.weightBytesRead).toBeLessThan(free.weightBytesRead);
    const exact = await plan(`--optimize ram --max-weight-reads ${once.weightBytesRead}`);
    expect(exact.peakBytes).toBe(once.peakBytes);
  });

  it("--no-streaming and --tensor-level leave out what they name", async () => {
    const budget = `--ram-budget ${must(speed.pareto[0], "a point").peakBytes}`;
    expect((await plan(budget)).segments.length).toBeGreaterThan(0);
    const whole = await cli(`plan digits.tflite ${budget} --no-streaming --json`, { files });
    expect(whole.status).toBe(4);
    expect(whole.stderr + whole.stdout).toMatch(/EF4002/);
    const tensors = await plan("--tensor-level");
    expect(tensors.segments).toEqual([]);
    expect(tensors.tensorBytes).toBe(tensors.tensorLowerBoundBytes);
    expect(tensors.tensorBytes).toBeGreaterThan((await plan("")).tensorBytes);
  });
});

describe("input by rows", () => {
  it("keeps a few rows of it in memory, and gives the same bytes", async () => {
    const byRows = await plan("--optimize ram --input-by-rows");
    const whole = await plan("--optimize ram");
    const ofInput = ({ tensors }: PlanDocument) =>
      tensors.find(({ name }) => name === "input")?.bytes ?? Number.NaN;
    expect(ofInput(whole)).toBe(inputBytes);
    expect(ofInput(byRows)).toBeLessThan(inputBytes / 4);
    const outputs: Uint8Array[] = [];
    const rows = ["", "--input-by-rows --optimize ram", "--runtime v8 --input-by-rows"];
    for (const options of rows) {
      const line = `run digits.tflite --input in.bin --output out.bin ${options}`;
      const result = await cli(line, { files });
      expect(result.status).toBe(0);
      outputs.push(must(result.files.get("out.bin"), "an output"));
    }
    const [plain, ...others] = outputs;
    expect(plain?.length).toBeGreaterThan(0);
    for (const other of others) expect(other).toEqual(plain);
  });
});

describe("options that exclude one another or cannot be met", () => {
  it.each([
    ["--ram-budget 4K --latency-budget 1.1", 2, /EF7007.*exclude one another/s],
    ["--latency-budget 0.9", 2, /ratio from 1/],
    ["--max-weight-reads 100", 4, /EF4002.*--max-weight-reads \d+/s],
    ["--ram-budget 100", 4, /EF4002.*least RAM found is \d+ B/s],
  ])("%s: exit %i", async (options, status, message) => {
    const result = await cli(`plan digits.tflite ${options}`, { files });
    expect(result.status).toBe(status);
    expect(result.stderr).toMatch(message);
  });
});
