/**
 * `edgeflash deploy MODEL --board B (--port P | --sim)`: plan, build, check that it fits, prove it
 * in the simulator, send it, and verify on the board itself that it computes what the reference
 * does.
 */

import { findBoard } from "../../boards/boards.ts";
import { must } from "../../diagnostics/assert.ts";
import { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { type Graph, statesOf } from "../../ir/graph.ts";
import { byteLength, bytesOf, elementCount } from "../../ir/types.ts";
import { concatenate, type Port, type Prediction, predictionOf, splitCases } from "../cases.ts";
import {
  type Device,
  type DeviceRunner,
  sendTo,
  serialDevice,
  simulatedDevice,
} from "../device.ts";
import { readInput } from "../files.ts";
import type { Options } from "../options.ts";
import { type Built, buildFor, leanerText } from "../pipeline.ts";
import { formatBytes, formatSeconds, heading, renderFields } from "../render.ts";
import { renderPredictions } from "../render-predictions.ts";
import { referenceRunner } from "../runners.ts";
import type { Command, Session } from "../session.ts";

const VERIFIED_CASES = 3;
const SEED = 0x9e3779b9;

/** xorshift32 (Marsaglia 2003): 32 random bits a call. */
function randomBits(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Any bytes are a fair integer tensor; floats are drawn from [-1, 1), so that none is a NaN. */
function randomTensor({ type }: Port, nextBits: () => number): Uint8Array {
  if (type.dtype !== "float32") {
    return Uint8Array.from({ length: byteLength(type) }, () => nextBits() >>> 24);
  }
  const draw = () => nextBits() / 2 ** 31 - 1;
  return bytesOf(Float32Array.from({ length: elementCount(type.shape) }, draw));
}

function verificationCases(inputs: readonly Port[]): Uint8Array[] {
  const nextBits = randomBits(SEED);
  return Array.from({ length: VERIFIED_CASES }, () =>
    concatenate(inputs.map((port) => randomTensor(port, nextBits))),
  );
}

/** EF6006 at the first byte in which the device and the reference interpreter differ. */
async function verify(runner: DeviceRunner, graph: Graph, built: Built, place: string) {
  const reference = referenceRunner(graph, built.plan.rounding);
  const cases = verificationCases(runner.inputs);
  for (const [index, input] of cases.entries()) {
    const expected = await reference.run(input);
    const found = await runner.run(input);
    const at = expected.findIndex((byte, position) => byte !== found[position]);
    if (at >= 0) {
      const message =
        `on ${place}, output byte ${at} of verification case ${index} is ` +
        `${must(found[at], "an output byte")}, the reference says ${expected[at]}`;
      throw new Diagnostic("EF6006", { message, where: { model: graph.name } });
    }
  }
}

async function openDevice(session: Session, options: Options): Promise<Device> {
  const board = findBoard(options.board ?? "");
  const { port, sim = false } = options;
  if (port !== undefined && sim) {
    const message = "--port and --sim exclude one another";
    throw new Diagnostic("EF7007", { message, next: ["give only one of them"] });
  }
  if (sim) return simulatedDevice(board);
  return serialDevice(session, board, port);
}

async function sendAndVerify(session: Session, device: Device, built: Built) {
  const { board, graph, artifact } = built;
  if (device.virtual === undefined) {
    session.progress.phase("verifying in the simulator");
    const twin = await sendTo(await simulatedDevice(board), artifact, session.progress);
    await verify(twin, graph, built, "the simulated board");
  }
  const runner = await sendTo(device, artifact, session.progress);
  session.progress.phase("verifying on the board");
  await verify(runner, graph, built, board.id);
  // What verification left in the states must not meet the user's data; only a load clears them.
  return statesOf(graph).length === 0 ? runner : sendTo(device, artifact, session.progress);
}

async function predict(session: Session, runner: DeviceRunner, file: string | undefined) {
  if (file === undefined) return [];
  const cases = splitCases(await readInput(session.host, file), runner.inputs, file);
  session.progress.phase(`running ${cases.length} cases on the board`);
  const predictions: Prediction[] = [];
  for (const input of cases) {
    const prediction = predictionOf(await runner.run(input), runner.outputs, runner.labels);
    if (prediction !== null) predictions.push(prediction);
  }
  return predictions;
}

async function deploy(session: Session, path: string, device: Device, options: Options) {
  const built = await buildFor(session, path, options);
  const runner = await sendAndVerify(session, device, built);
  const predictions = await predict(session, runner, options.input);
  const stats = await runner.stats();
  // The simulator runs with the limits of the larger boards.
  const savedBytes = device.virtual ? built.board.runtime.heapBelowSimulatorBytes : 0;
  return {
    model: built.plan.graph.name,
    board: built.board.id,
    port: device.portPath ?? null,
    flashedBytes: device.flashed?.writtenBytes ?? 0,
    simulated: device.virtual !== undefined,
    artifactBytes: built.artifact.wasm.length,
    transferSeconds: runner.transferSeconds,
    verifiedCases: VERIFIED_CASES,
    leaner: leanerText(built),
    peakBytes: built.plan.peakBytes,
    linearMemoryBytes: stats.linearMemoryBytes,
    deviceRamBytes: stats.heapPeakBytes - savedBytes,
    predictions,
  };
}

export const command: Command = async (session, [path = ""], options) => {
  const device = await openDevice(session, options);
  try {
    const document = await deploy(session, path, device, options);
    const { artifactBytes, transferSeconds, simulated, predictions } = document;
    const clock = simulated
      ? ` of simulated time at ${findBoard(document.board).link.baudRateHz} baud`
      : "";
    return {
      document,
      text: (style) =>
        [
          heading(
            style,
            `${document.model} runs on ${simulated ? "a simulated " : ""}${document.board}`,
          ),
          renderFields([
            ["sent", `${formatBytes(artifactBytes)} in ${formatSeconds(transferSeconds)}${clock}`],
            ["verified", `${document.verifiedCases} cases, every byte equals the reference`],
            ...(document.leaner === null ? [] : [["planned", document.leaner] as const]),
            ["linear memory", `${formatBytes(document.linearMemoryBytes)}, as planned`],
            ["RAM in use", `${formatBytes(document.deviceRamBytes)} with the runtime, at most`],
          ]),
          ...(predictions.length > 0 ? ["", renderPredictions(predictions, style)] : []),
        ].join("\n"),
    };
  } finally {
    await device.close();
  }
};
