/**
 * The verbs on real models, in process: the JSON contract that scripts rely on, equal bytes from
 * all three runtimes, and every refusal a user can meet, with its exit status.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { readAsset } from "../../toolchain/assets.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { writeTflite } from "../../toolchain/export/tflite/write.ts";
import { GraphBuilder } from "../../toolchain/import/builder/builder.ts";
import { float32, int8 } from "../../toolchain/import/builder/tensor-types.ts";
import { testMachine } from "../deploy/test-machine.ts";
import { cliOn } from "./on-machine.ts";
import { type CliResult, cli, type TestOptions } from "./test-host.ts";

const sine = readAsset("models/sine/sine.tflite");
const inputs = Uint8Array.of(0, 64, 128, 200, 255);
const digits = readAsset("models/digits/digits.tflite");
const files = { "sine.tflite": sine, "digits.tflite": digits, "in.bin": inputs };

const json = (result: CliResult) => JSON.parse(result.stdout) as Record<string, unknown>;

async function succeed(line: string, options: TestOptions = { files }): Promise<CliResult> {
  const result = await cli(line, options);
  expect(result.stderr.match(/^EF.*/m)?.[0]).toBeUndefined();
  expect(result.status).toBe(0);
  return result;
}

describe("profile", () => {
  it("counts every operator; the shares make a whole, the prediction is the plan's", async () => {
    const profile = json(await succeed("profile sine.tflite --json"));
    const steps = profile.steps as Record<string, number | string>[];
    expect(steps.map(({ op }) => op)).toEqual(Array(3).fill("fully_connected"));
    const sum = (key: string) => steps.reduce((total, step) => total + Number(step[key]), 0);
    expect(sum("operators")).toBe(profile.operators);
    expect(sum("operators")).toBeGreaterThan(Number(profile.macs));
    expect(sum("operatorsShare")).toBeCloseTo(1, 9);
    expect(sum("predictedShare")).toBeCloseTo(1, 2);
    const plan = json(await succeed("plan sine.tflite --json"));
    expect(profile.predictedInstructions).toBe(plan.predictedInstructions);
    expect(profile.macs).toBe(plan.macs);
  });

  it("prints one row an operator", async () => {
    const { stdout } = await succeed("profile sine.tflite --no-color");
    expect(stdout.match(/^ *\d+ {2}fully_connected/gm)).toHaveLength(3);
    expect(stdout).toMatch(/counted in the simulator: [\d,]+ wasm3 operators, [\d.]+ a MAC/);
  });
});

describe("plan", () => {
  it("predicts the instructions of the board's core, and says which core that is", async () => {
    const on = async (board: string) => json(await succeed(`plan digits.tflite ${board} --json`));
    const [own, slow] = [await on(""), await on("--board rp2040")];
    expect(own.board).toBe("sim");
    expect(slow.predictedInstructions).toBeGreaterThan(2 * Number(own.predictedInstructions));
    const front = slow.pareto as { predictedInstructions: number }[];
    expect(front.at(-1)?.predictedInstructions).toBeLessThanOrEqual(
      Number(slow.predictedInstructions),
    );
    const { stdout } = await succeed("plan digits.tflite --board rp2040 --no-color");
    expect(stdout).toMatch(/^prediction +[\d,]+ instructions, Cortex-M0\+$/m);
  });

  it("gives the documented keys, and they agree with one another", async () => {
    const plan = json(await succeed("plan sine.tflite --board esp32 --json"));
    expect(plan).toMatchObject({ model: "sine", board: "esp32", optimize: "balanced", fits: true });
    for (const key of [
      "peakBytes",
      "lowerBoundBytes",
      "linearMemoryBytes",
      "deviceRamBytes",
      "flashBytes",
      "macs",
      "predictedInstructions",
    ]) {
      expect(plan[key], key).toBeTypeOf("number");
    }
    expect(plan.proven).toBe(plan.peakBytes === plan.lowerBoundBytes);
    expect(plan.linearMemoryBytes).toBe(plan.peakBytes);
    expect(Object.keys(must((plan.tensors as object[])[0], "a tensor"))).toEqual([
      "name",
      "bytes",
      "offset",
      "firstStep",
      "lastStep",
    ]);
    expect(Object.keys(must((plan.pareto as object[])[0], "a point"))).toEqual([
      "peakBytes",
      "predictedInstructions",
      "weightBytesRead",
      "deviceBytes",
      "segments",
    ]);
  });

  it("predicts the RAM on the board and the size of the artifact exactly", async () => {
    const plan = json(await succeed("plan sine.tflite --board esp32 --json"));
    const deployed = json(await succeed("deploy sine.tflite --board esp32 --sim --json"));
    expect(deployed.deviceRamBytes).toBe(plan.deviceRamBytes);
    expect(deployed.linearMemoryBytes).toBe(plan.linearMemoryBytes);
    expect(deployed.artifactBytes).toBe(plan.flashBytes);
  });

  it("draws figures, boards, timeline, tensors and trade-offs", async () => {
    const { stdout } = await succeed("plan sine.tflite");
    for (const title of ["Plan of sine", "Boards", "Memory over time", "Tensors", "What memory"]) {
      expect(stdout).toContain(title);
    }
    expect(stdout).toMatch(/prediction +[\d,]+ instructions/);
    expect(stdout).toMatch(/^peak RAM +[\d,]+ B, (proven minimal for|lower bound [\d,]+ B, gap)/m);
    expect(stdout).toMatch(/^order +.*(proven the best|gap at most [\d,]+ B)$/m);
    expect(stdout).toMatch(/^row by row +(no steps|steps \d)/m);
    expect(stdout).toMatch(/^a line of these: edgeflash plan sine.tflite --ram-budget BYTES/m);
    const [, peak = ""] = must(stdout.match(/peak RAM +([\d,]+) B/), "the peak");
    expect(stdout).toContain(`\n${peak} ┤`);
  });

  it.each([50, 80, 200])("keeps its drawing within %i columns", async (columns) => {
    const { stdout } = await succeed("plan sine.tflite", { files, columns });
    const drawing = stdout.split("\n").filter((line) => /[┤└]/.test(line));
    expect(drawing.length).toBeGreaterThan(3);
    for (const line of drawing) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it("writes a self-contained HTML report, the same bytes each time", async () => {
    const line = "plan sine.tflite --report out/report.html --quiet";
    const [first, second] = [await succeed(line), await succeed(line)];
    const html = new TextDecoder().decode(must(first.files.get("out/report.html"), "a report"));
    expect(html).toBe(new TextDecoder().decode(second.files.get("out/report.html")));
    expect(html).toContain("<svg");
    expect(html).toContain("Memory over time");
    expect(html).not.toMatch(/<script|<link|<img|https?:/);
    expect(first.stdout).toBe("");
  });

  it("over the RAM budget: exit 4", async () => {
    const { status, stderr } = await cli("plan sine.tflite --ram-budget 10", { files });
    expect(status).toBe(4);
    expect(stderr).toContain("EF4002 the RAM budget cannot be met: ");
    expect(stderr).toContain("over the budget of 10 B");
  });
});

/** Two tensors of 96 KiB each, both read by the sum of them: too much for an ESP32. */
function wideModel(): Uint8Array {
  const graph = new GraphBuilder("wide");
  const type = int8([1, 128, 192, 4], { scale: 0.1, zeroPoint: 0 });
  const input = graph.input("picture", type);
  const pooled = graph.maxPool2d(input, 3, { stride: 1, padding: "same", name: "soften" });
  const output = { scale: 0.2, zeroPoint: 0 };
  const sum = graph.add(pooled, input, { output, name: "sum" });
  return writeTflite(graph.build(graph.maxPool2d(sum, 4, { name: "shrink" })));
}

describe("a model that does not fit", () => {
  const wide = { files: { "wide.tflite": wideModel(), "in.bin": new Uint8Array(128 * 192 * 4) } };
  const refusal = [
    "EF4001 the model does not fit the board: needs N B of RAM (N B planned + N B wasm3 and " +
      "code), esp32 leaves 176,128 B, N B too few; the largest tensors alive at the peak, in " +
      "soften, are picture (98,304 B) and soften (98,304 B)",
    "  where: model wide, board esp32",
    "  next: ESP32-C3 DevKitM instead (N): edgeflash plan wide.tflite --board esp32c3",
    "  next: an input of 96x144, after training for it (N): " +
      "edgeflash plan wide.tflite --board esp32 --input-size 96x144",
    "  next: an input of 64x96, after training for it (N): " +
      "edgeflash plan wide.tflite --board esp32 --input-size 64x96",
    "  more: edgeflash explain EF4001",
    "",
  ].join("\n");
  /** The message without the figures that depend on kernels and runtime. */
  const refusalOf = (stderr: string) =>
    stderr
      .slice(stderr.indexOf("EF4001"))
      .replace(/needs [\d,]+ B of RAM \([\d,]+ B planned \+ [\d,]+ B wasm3/, (found) =>
        found.replace(/[\d,]+ B/g, "N B"),
      )
      .replace(/[\d,]+ B too few/, "N B too few")
      .replace(/\([\d,]+ B of RAM, [\d.]+ times as long\)/g, "(N)");

  it("plan prints the plan all the same, exits 4 and blames two tensors", async () => {
    const { status, stdout, stderr } = await cli("plan wide.tflite --board esp32", wide);
    expect(status).toBe(4);
    expect(refusalOf(stderr)).toBe(refusal);
    expect(stdout).toMatch(/^esp32 .*-[\d,]+ B {2}does not fit \(RAM\)$/m);
    expect(stdout).toMatch(/^sim .* fits$/m);
  });

  it("plan --json says so in the one document", async () => {
    const { status, stdout } = await cli("plan wide.tflite --board esp32 --json", wide);
    expect(status).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ fits: false, error: { code: "EF4001" } });
  });

  it.each([
    "build wide.tflite --board esp32",
    "deploy wide.tflite --board esp32 --sim",
    "run wide.tflite --board esp32 --input in.bin",
  ])("%s: exit 4, nothing written", async (line) => {
    const { status, stderr, files: left } = await cli(line, wide);
    expect(status).toBe(4);
    expect(refusalOf(stderr)).toBe(refusal);
    expect([...left.keys()]).toEqual(["wide.tflite", "in.bin"]);
  });

  it("build without a board asks nothing of any board", async () => {
    await succeed("build wide.tflite", wide);
  });
});

describe("build", () => {
  let built: CliResult;
  beforeAll(async () => {
    const withLabels = { files: { ...files, "names.txt": "one\n" } };
    built = await succeed(
      "build sine.tflite --emit-as out.as --labels names.txt --json",
      withLabels,
    );
  });

  it("writes NAME.wasm and says how large it is", () => {
    const wasm = must(built.files.get("sine.wasm"), "the artifact");
    expect(json(built)).toMatchObject({ output: "sine.wasm", bytes: wasm.length, board: null });
    expect(WebAssembly.validate(new Uint8Array(wasm))).toBe(true);
  });

  it("writes the AssemblyScript it compiled", () => {
    const text = new TextDecoder().decode(built.files.get("out.as"));
    expect(text).toContain("export function predict(): i32");
    expect(text).toContain("// ==== k0 ====");
  });

  it("gives the same bytes again", async () => {
    const again = await succeed("build sine.tflite --labels names.txt --output again.wasm --json", {
      files: { ...files, "names.txt": "one\n" },
    });
    expect(json(again).sha256).toBe(json(built).sha256);
  });

  it("inspects as the artifact it is", async () => {
    const artifact = must(built.files.get("sine.wasm"), "the artifact");
    const seen = json(await succeed("inspect a.wasm --json", { files: { "a.wasm": artifact } }));
    expect(seen).toMatchObject({ kind: "artifact", name: "sine", labels: ["one"] });
    const model = json(await succeed("inspect sine.tflite --json"));
    expect(model).toMatchObject({ kind: "model", name: "sine" });
    const ops = (document: Record<string, unknown>) =>
      (document.operators as { op: string }[]).map(({ op }) => op);
    expect(ops(seen)).toEqual(ops(model));
  });

  it("runs, and is refused where a model is needed", async () => {
    const wasm = must(built.files.get("sine.wasm"), "the artifact");
    const options = { files: { "a.wasm": wasm, "in.bin": inputs } };
    const ran = await succeed("run a.wasm --input in.bin --output o.bin", options);
    expect(ran.files.get("o.bin")).toHaveLength(inputs.length);
    const planned = await cli("plan a.wasm", options);
    expect(planned.status).toBe(2);
    expect(planned.stderr).toContain("EF1001 not a model file: a.wasm is a WebAssembly module");
    const reference = await cli("run a.wasm --runtime reference --input in.bin", options);
    expect(reference.status).toBe(2);
    expect(reference.stderr).toContain("EF7004 ");
  });

  it("cannot write: exit 2", async () => {
    const { status, stderr } = await cli("build sine.tflite -o read-only/x.wasm", { files });
    expect(status).toBe(2);
    expect(stderr).toContain(
      "EF7005 the file cannot be written: cannot write read-only/x.wasm: " +
        "the file system is read-only\n",
    );
  });
});

describe("run", () => {
  it("gives the same bytes and traces on all runtimes", async () => {
    const results = await Promise.all(
      ["reference", "v8", "wasm3"].map((runtime) =>
        succeed(`run sine.tflite --runtime ${runtime} --input in.bin --output o.bin --trace t`),
      ),
    );
    const [reference, ...others] = results.map(({ files: written }) =>
      [...written].filter(([path]) => path === "o.bin" || path.startsWith("t/")),
    );
    const traced = must(reference, "a run").filter(([path]) => /^t\/00\d_t\d+\.bin$/.test(path));
    expect(traced).toHaveLength(3);
    for (const other of others) expect(other).toEqual(reference);
  });

  it("lists predictions", async () => {
    const document = json(await succeed("run sine.tflite --input in.bin --json"));
    expect(document).toMatchObject({ runtime: "wasm3", board: "sim", cases: 5, outputBytes: 5 });
    expect(document.predictions).toHaveLength(5);
  });

  it("wrong input size: exit 2 with expected and found", async () => {
    const wide = { files: { "wide.tflite": wideModel(), "in.bin": new Uint8Array(100) } };
    const line = "run wide.tflite --runtime reference --input in.bin --quiet";
    const { status, stderr } = await cli(line, wide);
    expect(status).toBe(2);
    expect(stderr).toBe(
      [
        "EF7003 wrong input size: in.bin has 100 B, expected a multiple of 98,304 B " +
          "(picture int8 [1, 128, 192, 4])",
        "  where: file in.bin",
        "  next: check the file against `edgeflash inspect MODEL`",
        "  more: edgeflash explain EF7003",
        "",
      ].join("\n"),
    );
  });

  it("an empty input is no case", async () => {
    const empty = { files: { ...files, "none.bin": new Uint8Array(0) } };
    const line = "run sine.tflite --runtime reference --input none.bin";
    expect((await cli(line, empty)).status).toBe(2);
  });
});

describe("deploy", () => {
  it("runs the model on a simulated ESP32 and verifies it there", async () => {
    const line = "deploy sine.tflite --board esp32 --sim --input in.bin --json";
    const { stdout, stderr } = await succeed(line);
    expect(JSON.parse(stdout)).toMatchObject({
      model: "sine",
      board: "esp32",
      port: null,
      simulated: true,
      verifiedCases: 3,
    });
    expect(JSON.parse(stdout).predictions).toHaveLength(5);
    expect(stderr).toContain("sending to esp32: 100 % of ");
  });

  it("a port that is not there: exit 5, pointing at --sim", async () => {
    const line = "deploy sine.tflite --board esp32 --port /dev/no-such-port";
    const { status, stderr } = await cliOn(testMachine(), line, { files });
    expect(status).toBe(5);
    expect(stderr).toBe(
      [
        "looking for esp32",
        "EF6001 no such port: cannot open /dev/no-such-port: No such file or directory",
        "  where: port /dev/no-such-port",
        "  next: list the ports: edgeflash ports",
        "  next: use the simulated board: --sim",
        "  more: edgeflash explain EF6001",
        "",
      ].join("\n"),
    );
  });

  it("no port at all: exit 5; both: exit 2", async () => {
    const none = await cliOn(testMachine(), "deploy sine.tflite --board esp32", { files });
    expect(none.status).toBe(5);
    expect(none.stderr).toContain("  next: use the simulated board: --sim\n");
    const both = await cli("deploy sine.tflite --board esp32 --sim --port x", { files });
    expect(both.status).toBe(2);
    expect(both.stderr).toContain("EF7007 wrong arguments: --port and --sim exclude one another\n");
  });
});

describe("labels", () => {
  it("must be as many as the output has values: exit 2", async () => {
    const options = { files: { ...files, "names.txt": "one\ntwo\n" } };
    const { status, stderr } = await cli("build sine.tflite --labels names.txt", options);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^EF7004 invalid option value: names.txt has 2 labels, output \w+ has 1 values$/m,
    );
  });
});

describe("a float32 model", () => {
  it("is deployed and verified with numbers, not with random bit patterns", async () => {
    const graph = new GraphBuilder("floats");
    const input = graph.input("x", float32([1, 6]));
    const model = writeTflite(graph.build(graph.relu(input)));
    const options = { files: { "floats.tflite": model } };
    const line = "deploy floats.tflite --board rp2040 --sim --json";
    expect(json(await succeed(line, options))).toMatchObject({ model: "floats", verifiedCases: 3 });
  });
});

describe("input that is no model", () => {
  it.each([
    ["empty", new Uint8Array(0)],
    ["text", "hello"],
    ["zeros", new Uint8Array(64)],
    ["half a model", sine.subarray(0, sine.length / 2)],
  ])("%s: exit 2, never an internal error", async (_, content) => {
    for (const verb of ["plan", "build", "inspect"]) {
      const { status, stderr } = await cli(`${verb} x.tflite`, { files: { "x.tflite": content } });
      expect(status).toBe(2);
      expect(stderr).toMatch(/^EF100[12] /m);
      expect(stderr).toContain("file x.tflite");
    }
  });
});
