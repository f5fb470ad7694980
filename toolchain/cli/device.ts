/**
 * A model on a device at the other end of a link: the simulated board, or a real one on a port.
 *
 * Both are driven by the same session and the same frames. On the simulated line time is virtual: a
 * transfer takes as long as its bytes at the board's baud rate, and no waiting.
 */
import { readAsset } from "../assets.ts";
import type { Board } from "../boards/schema.ts";
import { connect, type DeviceSession, type Offer, type Stats } from "../deploy/link/index.ts";
import { openSerialPort } from "../deploy/serial-port.ts";
import type { Artifact } from "../pack/artifact.ts";
import type { Manifest } from "../pack/manifest.ts";
import { type LineOptions, SerialLine } from "../simulate/board/line.ts";
import { VirtualBoard, type VirtualBoardProfile } from "../simulate/board/virtual-board.ts";
import { VirtualClock } from "../simulate/board/virtual-clock.ts";
import { type Progress, silentProgress } from "./progress.ts";
import { portsOf, type Runner, runSteps, tensorsAt } from "./runners.ts";

const FIRMWARE = "firmware-host/prebuilt/sim.wasm";
const LINE_LATENCY_MS = 1;
const ROOMY_BYTES = 16 * 1024 * 1024;

/** A connected board, before it has a model. */
export interface Device {
  readonly session: DeviceSession;
  readonly nowMs: () => number;
  /** The instruments of the simulated board. */
  readonly virtual?: VirtualBoard;
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
  const { id, ramForModelBytes, modelSlot, link } = board;
  const profile = { id, ramForModelBytes, slotBytes: modelSlot.bytes };
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

export async function serialDevice(
  board: Board,
  path: string,
  nowMs: () => number,
): Promise<Device> {
  const port = await openSerialPort(path, board.link.baudRateHz);
  try {
    return { session: await connect(port), nowMs, close: () => port.close() };
  } catch (error) {
    await port.close();
    throw error;
  }
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

/** Sends the artifact and gives what runs it there. */
export async function sendTo(
  device: Device,
  { wasm, manifest }: Artifact,
  progress: Progress,
): Promise<DeviceRunner> {
  const { session, virtual, nowMs } = device;
  progress.phase(`sending to ${session.hello.board}`);
  const startMs = nowMs();
  await session.transfer(wasm, offerOf(manifest), (sent, total) =>
    progress.advance(sent, total, nowMs()),
  );
  return {
    inputs: portsOf(manifest, manifest.inputs),
    outputs: portsOf(manifest, manifest.outputs),
    labels: manifest.labels ?? [],
    transferSeconds: (nowMs() - startMs) / 1000,
    stats: () => session.stats(),
    run: async (input, trace) => {
      if (trace === undefined || virtual === undefined) return session.run(input);
      const step = (index: number) => virtual.step(index);
      return runSteps(manifest, { memory: virtual.linearMemory(), step }, input, trace);
    },
    close: () => device.close(),
  };
}
