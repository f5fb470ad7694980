/**
 * The stages as commands call them: file to graph, graph to plan, plan to artifact, with progress
 * and with the user's file named in every Diagnostic. Whether it fits the board is decided here.
 */
import { basename, extname } from "node:path";
import type { Advice } from "../advise/advise.ts";
import { settingsOn } from "../advise/candidates.ts";
import type { CommandLine } from "../advise/command-line.ts";
import { withInputSize } from "../advise/input-size.ts";
import { findBoard } from "../boards/boards.ts";
import { type Footprint, fitOn, ramForModel } from "../boards/fit.ts";
import type { Board } from "../boards/schema.ts";
import { nestedOperators } from "../compile/operators.ts";
import { must } from "../diagnostics/assert.ts";
import { codes } from "../diagnostics/codes.ts";
import { Diagnostic, type Place } from "../diagnostics/diagnostic.ts";
import { importModel } from "../import/index.ts";
import { type Graph, tensorAt } from "../ir/graph.ts";
import { type BuiltArtifact, buildArtifact } from "../pack/artifact.ts";
import { rewrite } from "../passes/pipeline.ts";
import { makePlan, type PlanOptions, paretoPoints } from "../plan/plan.ts";
import type { ParetoPoint, Plan } from "../plan/types.ts";
import { adviseOnBoard, blame, overBudget, planCommand, withAdvice } from "./advice.ts";
import { weightReadsOf } from "./amounts.ts";
import { measure } from "./device.ts";
import { readInput } from "./files.ts";
import type { Options } from "./options.ts";
import { formatBytes, ramParts } from "./render.ts";
import type { Session } from "./session.ts";

export const DEFAULT_BOARD = "sim";

/** What a model is called: its file name without folder and extension. */
export const modelName = (path: string): string => basename(path, extname(path));

const WASM_MAGIC = [0x00, 0x61, 0x73, 0x6d];

export const isWasm = (bytes: Uint8Array): boolean =>
  WASM_MAGIC.every((byte, index) => bytes[index] === byte);

/** Adds the place to a Diagnostic that passes by. */
export async function located<T>(place: Place, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof Diagnostic ? error.at(place) : error;
  }
}

export async function importGraph(path: string, bytes: Uint8Array): Promise<Graph> {
  if (isWasm(bytes)) {
    throw new Diagnostic("EF1001", {
      message: `${path} is a WebAssembly module, this command needs the model it was built from`,
      where: { file: path },
      next: ["give the model file: a .tflite", "a built .wasm goes to: edgeflash run, inspect"],
    });
  }
  return located({ file: path }, () => importModel(bytes, modelName(path)));
}

export interface Planned {
  /** The model as it was read; plan.graph is what the passes made of it. */
  readonly graph: Graph;
  readonly plan: Plan;
  readonly settings: PlanOptions;
  readonly board: Board;
  /** What the user asked for, as a command line. */
  readonly command: CommandLine;
}

export async function planModel(
  session: Session,
  path: string,
  options: Options,
): Promise<Planned> {
  const board = findBoard(options.board ?? DEFAULT_BOARD);
  session.progress.phase(`reading ${path}`);
  const read = await importGraph(path, await readInput(session.host, path));
  const { inputSize: [height, width] = [] } = options;
  const isResized = height !== undefined && width !== undefined;
  const graph = isResized ? withInputSize(read, { height, width }) : read;
  session.progress.phase("planning memory");
  const settings = settingsOn(board, planOptions(options));
  const command = planCommand(path, options);
  const asked = { graph, settings, board, command };
  const plan = await located({ file: path }, () => planOrAdvise(session, asked));
  return { ...asked, plan };
}

/** What the options say of planning. */
function planOptions(options: Options): PlanOptions {
  const { rounding, optimize = "balanced", ramBudget, latencyBudget, maxWeightReads } = options;
  if (ramBudget !== undefined && latencyBudget !== undefined) {
    const message = "--ram-budget and --latency-budget exclude one another";
    throw new Diagnostic("EF7007", { message, next: ["give only one of them"] });
  }
  const { inputByRows, tensorLevel } = options;
  const streaming = options.streaming ? undefined : false;
  return {
    ...{ rounding, optimize, ramBudgetBytes: ramBudget, latencyBudget },
    ...{ inputByRows, streaming, tensorLevel },
    weightReadsMax: maxWeightReads === undefined ? undefined : weightReadsOf(maxWeightReads),
  };
}

/** The plan; with EF4002, what would keep the budget. */
async function planOrAdvise(session: Session, asked: Omit<Planned, "plan">): Promise<Plan> {
  const { graph, settings } = asked;
  try {
    return makePlan(rewrite(graph, { rounding: settings.rounding ?? "tflite" }), settings);
  } catch (error) {
    const isBudget = error instanceof Diagnostic && error.where.option === "--ram-budget";
    throw isBudget ? await overBudget(session, error, asked) : error;
  }
}

/** Planned for less RAM than balanced, which did not fit. */
export interface Leaner {
  /** What a user would type for it. */
  readonly asked: string;
  /** Predicted instructions beside the balanced plan's. */
  readonly slowdown: number;
}

export interface Built extends Planned {
  readonly artifact: BuiltArtifact;
  readonly leaner?: Leaner;
}

/** Class names, one a line; as many as the first output has values. */
async function readLabels(session: Session, file: string | undefined, graph: Graph) {
  if (file === undefined) return {};
  const text = new TextDecoder().decode(await readInput(session.host, file));
  const labels = text.split(/\r?\n/).filter((line) => line !== "");
  const output = tensorAt(graph, must(graph.outputs[0], "an output"));
  const classes = output.type.shape.at(-1) ?? 1;
  if (labels.length !== classes) {
    const found = `${file} has ${labels.length} labels`;
    const message = `${found}, output ${output.name} has ${classes} values`;
    throw new Diagnostic("EF7004", { message, where: { file, option: "--labels" } });
  }
  return { labels };
}

export async function buildModel(session: Session, path: string, options: Options): Promise<Built> {
  const planned = await planModel(session, path, options);
  const labels = await readLabels(session, options.labels, planned.graph);
  session.progress.phase("compiling kernels");
  const artifact = await located({ file: path }, () => buildArtifact(planned.plan, labels));
  return { ...planned, artifact };
}

/** What the artifact takes on any board: it is loaded in the simulator and its heap is read. */
export async function footprintOf(
  session: Session,
  { artifact }: Pick<Built, "artifact">,
): Promise<Footprint> {
  session.progress.phase("measuring in the simulator");
  const { heapPeakBytes } = await measure(artifact);
  const { wasm, codeBytes } = artifact;
  return {
    heapBytes: heapPeakBytes,
    artifactBytes: wasm.length,
    codeBytes,
    nestedOperators: nestedOperators(wasm),
  };
}

/** Why it does not fit, with the two tensors to blame; undefined when it does. */
export function misfit({ plan, board }: Planned, footprint: Footprint): Diagnostic | undefined {
  const fit = fitOn(board, footprint);
  const where = { model: plan.graph.name, board: board.id };
  if (!fit.ramFits) {
    const over = fit.deviceRamBytes - ramForModel(board);
    const message =
      `needs ${formatBytes(fit.deviceRamBytes)} of RAM (${ramParts(plan, fit)}), ${board.id} ` +
      `leaves ${formatBytes(ramForModel(board))}, ${formatBytes(over)} too few; ` +
      blame(plan);
    return new Diagnostic("EF4001", { message, where });
  }
  if (!fit.flashFits) {
    const message =
      `the artifact has ${formatBytes(fit.flashBytes)}, the model slot of ${board.id} ` +
      `${formatBytes(board.modelSlot.bytes)}`;
    return new Diagnostic("EF4001", { message, where, next: codes.EF4001.next.slice(0, 1) });
  }
  return fit.stackFits ? undefined : stackMisfit(board, fit.nativeStackBytes, where);
}

function stackMisfit(board: Board, needed: number, where: Place): Diagnostic {
  const { nativeStackBytes } = board.runtime;
  const message =
    `running takes ${formatBytes(needed)} of native stack, ${board.id} has ` +
    `${formatBytes(nativeStackBytes)}: its compiler makes no tail calls, straight-line code nests`;
  // The plan for this board has the shortest kernels that there are.
  const next = ["choose a board with more native stack: edgeflash boards"];
  return new Diagnostic("EF4001", { message, where, next });
}

/** What would make a plan fit its board; candidates are built and measured like the plan was. */
export function adviceFor(
  session: Session,
  planned: Planned,
  pareto: readonly ParetoPoint[],
  footprint: Footprint,
): Promise<Advice[]> {
  const measured = async (plan: Plan) =>
    footprintOf(session, { artifact: await buildArtifact(plan) });
  return adviseOnBoard(session, { ...planned, pareto }, footprint, measured);
}

/** What is tried, in this order, when nobody said what to plan for and balanced does not fit. */
const leanerOptions: readonly (readonly [string, Partial<Options>])[] = [
  ["--optimize ram", { optimize: "ram" }],
  ["--latency-budget 1.1", { latencyBudget: 1.1 }],
  ["--latency-budget 1.3", { latencyBudget: 1.3 }],
  ["--latency-budget 2", { latencyBudget: 2 }],
];

/** The first of the leaner builds that fits. */
async function buildLeaner(session: Session, path: string, options: Options, than: Built) {
  for (const [asked, change] of leanerOptions) {
    const built = await buildModel(session, path, { ...options, ...change });
    if (misfit(built, await footprintOf(session, built)) !== undefined) continue;
    const slowdown = built.plan.predictedInstructions / than.plan.predictedInstructions;
    return { ...built, leaner: { asked, slowdown } };
  }
  return undefined;
}

/** Builds, leaner where only the default is too large; EF4001 when it does not fit the board. */
export async function buildFor(session: Session, path: string, options: Options): Promise<Built> {
  const built = await buildModel(session, path, options);
  const footprint = await footprintOf(session, built);
  const failure = misfit(built, footprint);
  if (failure === undefined) return built;
  const isChosen = [options.optimize, options.ramBudget, options.latencyBudget].some(
    (goal) => goal !== undefined,
  );
  const leaner = isChosen ? undefined : await buildLeaner(session, path, options, built);
  if (leaner !== undefined) return leaner;
  const pareto = paretoPoints(built.plan.graph, built.settings);
  throw withAdvice(failure, await adviceFor(session, built, pareto, footprint));
}

/** What a build says of it; null: it is as asked. */
export const leanerText = ({ leaner }: Built): string | null =>
  leaner === undefined
    ? null
    : `did not fit as balanced; as ${leaner.asked}, predicted ` +
      `${(100 * (leaner.slowdown - 1)).toFixed(1)} % slower`;
