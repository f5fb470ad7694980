/**
 * A model on a device at the other end of a link: the simulated board, or a real one on a port.
 *
 * Both are driven by the same session and the same frames. On the simulated line time is virtual: a
 * transfer takes as long as its bytes at the board's baud rate, and no waiting.
 */
import { readAsset } from "../assets.ts";
import { ramForModel } from "../boards/fit.ts";
import type { Board } from "../boards/schema.ts";
import { vanished } from "../deploy/failures.ts";
import type { Flashed } from "../deploy/flashers/flasher.ts";
import { connect, type DeviceSession, type Offer, type Stats } from "../deploy/link/index.ts";
import { PortLostError } from "../deploy/machine.ts";
import { reachBoard } from "../deploy/reach-board.ts";
import type { Artifact } from "../pack/artifact.ts";
import { ABI_VERSION, type Manifest } from "../pack/manifest.ts";
import { type LineOptions, SerialLine } from "../simulate/board/line.ts";
import { VirtualBoard, type VirtualBoardProfile } from "../simulate/board/virtual-board.ts";
import { VirtualClock } from "../simulate/board/virtual-clock.ts";
import { flashIoOf } from "./machine.ts";
import { type Progress, silentProgress } from "./progress.ts";
import { portsOf, type Runner, runSteps, streamedNodes, tensorsAt } from "./runners.ts";
import type { Session } from "./session.ts";

const FIRMWARE = "firmware-host/prebuilt/sim.wasm";
const LINE_LATENCY_MS = 1;
const ROOMY_BYTES = 16 * 1024 * 1024;

/** A connected board, before it has a model. */
export interface Device {
  readonly session: DeviceSession;
  readonly nowMs: () => number;
  /** The instruments of the simulated board. */
  readonly virtual?: VirtualBoard;
  readonly portPath?: string;
  /** Firmware that had to be written first. */
  readonly flashed?: Flashed;
  close(): Promise<void>;
}

export type VirtualDevice = Device & { readonly virtual: VirtualBoard };

async function virtualDevice(
  profile: VirtualBoardProfile,
  line: LineOptions,
): Promise<VirtualDevice> {
  const clock = new VirtualClock();
  const nowUs = () => clock.nowMs() * 1000;
  const virtual = await VirtualBoard.create(readAsset(FIRMWARE), profile, { nowUs });
  const session = await connect(new SerialLine(virtual, clock, line), { clock });
  return { session, virtual, nowMs: () => clock.nowMs(), close: async () => {} };
}

export function simulatedDevice(board: Board): Promise<VirtualDevice> {
  const { id, modelSlot, link, runtime } = board;
  const { bytes: slotBytes, memoryMapped } = modelSlot;
  const ramForModelBytes = ramForModel(board) + runtime.heapBelowSimulatorBytes;
  const profile = { id, ramForModelBytes, slotBytes, memoryMapped };
  return virtualDevice(profile, { baudRateHz: link.baudRateHz, latencyMs: LINE_LATENCY_MS });
}

/** A simulated board with room for everything and a line that takes no time: for measuring. */
export function measuredDevice(): Promise<VirtualDevice> {
  const profile = { id: "measure", ramForModelBytes: ROOMY_BYTES, slotBytes: ROOMY_BYTES };
  return virtualDevice(profile, {});
}

/** What the artifact takes of the runtime's heap. */
export async function measure(artifact: Artifact): Promise<Stats> {
  const runner = await sendTo(await measuredDevice(), artifact, silentProgress());
  return runner.stats();
}

/** The board on a port, or on the only port that can be it; with firmware, if it had none. */
export async function serialDevice(session: Session, board: Board, path?: string): Promise<Device> {
  session.progress.phase(`looking for ${board.id}`);
  const reached = await reachBoard(flashIoOf(session), { board, path, abi: ABI_VERSION });
  const { port, info, flashed, ...connection } = reached;
  return {
    session: connection.session,
    nowMs: () => session.host.now(),
    portPath: info.path,
    ...(flashed === undefined ? {} : { flashed }),
    close: () => port.close(),
  };
}

export function offerOf(manifest: Manifest): Offer {
  const regions = (indices: readonly number[]) =>
    tensorsAt(manifest, indices).map(({ offset, bytes }) => ({ offset, bytes }));
  return {
    abi: manifest.abi,
    arenaBytes: manifest.plan.linearMemoryBytes,
    inputs: regions(manifest.inputs),
    outputs: regions(manifest.outputs),
  };
}

export interface DeviceRunner extends Runner {
  /** How long the artifact was on the line. */
  readonly transferSeconds: number;
  stats(): Promise<Stats>;
}

/** EF6111 when the port goes away during `work`. */
async function untilLost<T>(work: Promise<T>, when: () => string, afterwards: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof PortLostError)) throw error;
    throw vanished(error.path, when(), afterwards);
  }
}

/** Sends the artifact and gives what runs it there. */
export async function sendTo(
  device: Device,
  { wasm, manifest }: Artifact,
  progress: Progress,
): Promise<DeviceRunner> {
  const { session, virtual, nowMs } = device;
  progress.phase(`sending to ${session.hello.board}`);
  const startMs = nowMs();
  let percent = 0;
  const onProgress = (sent: number, total: number) => {
    percent = Math.floor((100 * sent) / total);
    progress.advance(sent, total, nowMs());
  };
  await untilLost(
    session.transfer(wasm, offerOf(manifest), onProgress),
    () => `at ${percent} % of the model`,
    "it is sent from the start",
  );
  const onBoard = <T>(work: Promise<T>) =>
    untilLost(work, () => "while the model ran", "the board keeps its model");
  return {
    inputs: portsOf(manifest, manifest.inputs),
    outputs: portsOf(manifest, manifest.outputs),
    labels: manifest.labels ?? [],
    streamed: streamedNodes(manifest),
    transferSeconds: (nowMs() - startMs) / 1000,
    stats: () => onBoard(session.stats()),
    run: async (input, trace) => {
      if (trace === undefined || virtual === undefined) return onBoard(session.run(input));
      const step = (index: number) => virtual.step(index);
      return runSteps(manifest, { memory: virtual.linearMemory(), step }, input, trace);
    },
    close: () => device.close(),
  };
}
