/**
 * `edgeflash run MODEL|FILE.wasm`: executes cases on this computer, on wasm3 inside the real
 * firmware core by default, and gives the bytes that a board would give.
 */
import { findBoard } from "../../boards/boards.ts";
import { must } from "../../diagnostics/assert.ts";
import { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { tensorAt } from "../../ir/graph.ts";
import { type Artifact, readArtifact } from "../../pack/artifact.ts";
import { visiblePlaces } from "../../plan/places.ts";
import { shortName } from "../../report/live.ts";
import { concatenate, type Prediction, predictionOf, splitCases } from "../cases.ts";
import { sendTo, simulatedDevice } from "../device.ts";
import { readInput, writeOutput } from "../files.ts";
import type { Options, Runtime } from "../options.ts";
import { buildFor, buildModel, DEFAULT_BOARD, importGraph, isWasm, located } from "../pipeline.ts";
import { formatBytes, heading, renderFields } from "../render.ts";
import { renderPredictions } from "../render-predictions.ts";
import { type Runner, referenceRunner, v8Runner } from "../runners.ts";
import type { Command, Session } from "../session.ts";

type Open = (session: Session, path: string, options: Options) => Promise<Runner>;

interface Opened {
  readonly artifact: Artifact;
  /** What traces call each of the manifest's tensors: its index in the model, when known. */
  readonly tensorNumbers: readonly number[];
}

async function openArtifact(session: Session, path: string, options: Options): Promise<Opened> {
  const bytes = await readInput(session.host, path);
  if (isWasm(bytes)) {
    const artifact = await located({ file: path }, () => readArtifact(bytes));
    return { artifact, tensorNumbers: artifact.manifest.tensors.map((_, index) => index) };
  }
  const build = options.runtime === "wasm3" ? buildFor : buildModel;
  const { artifact, plan, graph } = await build(session, path, options);
  // Passes and the planner's order renumber tensors; their names stay.
  const numbers = new Map(graph.tensors.map(({ name }, index) => [name, index]));
  const planned = [...visiblePlaces(plan).keys()].map((tensor) =>
    must(numbers.get(tensorAt(plan.graph, tensor).name), "a tensor of the model"),
  );
  return { artifact, tensorNumbers: planned };
}

/** The same runner, its traces numbered otherwise. */
function numbered(runner: Runner, numbers: readonly number[]): Runner {
  const run: Runner["run"] = (input, trace) =>
    runner.run(
      input,
      trace && ((step, tensor, bytes) => trace(step, numbers[tensor] ?? tensor, bytes)),
    );
  return { ...runner, run };
}

const openers: Readonly<Record<Runtime, Open>> = {
  reference: async (session, path, options) => {
    const bytes = await readInput(session.host, path);
    if (isWasm(bytes)) {
      const message = "--runtime reference needs the model file, a .wasm no longer has its graph";
      throw new Diagnostic("EF7004", { message, where: { file: path, option: "--runtime" } });
    }
    return referenceRunner(await importGraph(path, bytes), options.rounding);
  },
  v8: async (session, path, options) => {
    const { artifact, tensorNumbers } = await openArtifact(session, path, options);
    return numbered(v8Runner(artifact), tensorNumbers);
  },
  wasm3: async (session, path, options) => {
    const board = findBoard(options.board ?? DEFAULT_BOARD);
    const { artifact, tensorNumbers } = await openArtifact(session, path, options);
    const runner = await sendTo(await simulatedDevice(board), artifact, session.progress);
    return numbered(runner, tensorNumbers);
  },
};

/** NNN_tT.bin: operator index, tensor index. */
const traceName = (step: number, tensor: number) =>
  `${String(step).padStart(3, "0")}_t${tensor}.bin`;

interface Run {
  readonly outputs: readonly Uint8Array[];
  readonly traces: ReadonlyMap<string, Uint8Array>;
}

async function runAll(runner: Runner, cases: readonly Uint8Array[], traced: boolean): Promise<Run> {
  const outputs: Uint8Array[] = [];
  const traces = new Map<string, Uint8Array>();
  const keep = (step: number, tensor: number, bytes: Uint8Array) =>
    void traces.set(traceName(step, tensor), bytes);
  for (const input of cases) {
    outputs.push(await runner.run(input, traced && outputs.length === 0 ? keep : undefined));
  }
  return { outputs, traces };
}

async function writeAll(session: Session, options: Options, { outputs, traces }: Run) {
  if (options.output !== undefined) {
    await writeOutput(session.host, options.output, concatenate(outputs));
  }
  for (const [name, bytes] of traces) {
    await writeOutput(session.host, `${options.trace}/${name}`, bytes);
  }
}

const streamedText = (nodes: readonly string[]) =>
  `${nodes.map(shortName).join(", ")}: they run row by row, only some of their rows exist at once`;

export const command: Command = async (session, [path = ""], options) => {
  const { input = "", runtime, output = null } = options;
  // Before the build: a misspelt file should not cost its seconds.
  const bytes = await readInput(session.host, input);
  const runner = await openers[runtime](session, path, options);
  try {
    const cases = splitCases(bytes, runner.inputs, input);
    session.progress.phase(`running ${cases.length} cases on ${runtime}`);
    const run = await runAll(runner, cases, options.trace !== undefined);
    await writeAll(session, options, run);
    const predictions = run.outputs
      .map((bytes) => predictionOf(bytes, runner.outputs, runner.labels))
      .filter((prediction): prediction is Prediction => prediction !== null);
    const notTraced = options.trace === undefined ? [] : (runner.streamed ?? []);
    const outputBytes = run.outputs.reduce((sum, { length }) => sum + length, 0);
    return {
      document: {
        model: path,
        runtime,
        board: runtime === "wasm3" ? (options.board ?? DEFAULT_BOARD) : null,
        cases: cases.length,
        output,
        outputBytes,
        traces: [...run.traces.keys()],
        notTraced,
        predictions,
      },
      text: (style) =>
        [
          heading(style, `ran ${path} on ${runtime}`),
          renderFields([
            ["cases", String(cases.length)],
            ["outputs", `${formatBytes(outputBytes)}${output === null ? "" : ` in ${output}`}`],
            ...(notTraced.length === 0 ? [] : [["not traced", streamedText(notTraced)] as const]),
          ]),
          renderPredictions(predictions, style),
        ].join("\n"),
    };
  } finally {
    await runner.close();
  }
};
