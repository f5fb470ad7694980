/**
 * The sender against the firmware's own C over a line with faults that a seed decides: whatever is
 * flipped, dropped or doubled, the board ends up with the same bytes and answers the same, and a
 * board that is not there is reported, without a test ever sleeping.
 */
import { describe, expect, it } from "vitest";
import { connect } from "../../toolchain/deploy/link/index.ts";
import { type LineOptions, SerialLine } from "../../toolchain/simulate/board/line.ts";
import { VirtualBoard } from "../../toolchain/simulate/board/virtual-board.ts";
import { VirtualClock } from "../../toolchain/simulate/board/virtual-clock.ts";
import { bench, firmware, roomy } from "../device/bench-board.ts";
import { adder, byteAdder } from "../device/modules.ts";

const pattern = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 197 + 3) & 255);
const weights = pattern(15_001);
const model = byteAdder(weights);

/** Transfers, runs twice and compares every byte that the weights put into the outputs. */
async function deploys(line: LineOptions, session = {}) {
  const on = await bench({ line, session });
  const reports: number[] = [];
  const startMs = on.clock.nowMs();
  await on.session.transfer(model.artifact, model.offer, (sent) => reports.push(sent));
  const transferMs = on.clock.nowMs() - startMs;
  for (const value of [0, 77]) {
    const inputs = new Uint8Array(weights.length).fill(value);
    expect(await on.session.run(inputs)).toEqual(weights.map((weight) => weight + value));
  }
  expect(reports.at(0)).toBe(0);
  expect(reports.at(-1)).toBe(model.artifact.length);
  expect(reports).toEqual([...reports].sort((a, b) => a - b));
  const stats = await on.session.stats();
  return { ...on, transferMs, stats };
}

describe("a clean line", () => {
  it("is filled: 97 % of what it can carry, at a latency of 16 ms a way", async () => {
    const baudRateHz = 115_200;
    const { transferMs, stats } = await deploys({ baudRateHz, latencyMs: 16 });
    const idealMs = (model.artifact.length * 10_000) / baudRateHz;
    const handshakesMs = 3 * (2 * 16 + 10);
    expect(idealMs / (transferMs - handshakesMs)).toBeGreaterThan(0.97);
    expect(stats.noise).toBe(0);
    expect(stats.droppedBytes).toBe(0);
  });

  it("never has more bytes in flight than the board's receiver holds", async () => {
    const { stats } = await deploys({ baudRateHz: 1_000_000, latencyMs: 50 });
    expect(stats.droppedBytes).toBe(0);
  });

  it("takes as long every time", async () => {
    const line = { baudRateHz: 460_800, latencyMs: 2, toBoard: { flip: 1e-4 }, seed: 5 };
    const first = await deploys(line);
    const second = await deploys(line);
    expect(second.transferMs).toBe(first.transferMs);
    expect(second.line.traffic).toEqual(first.line.traffic);
  });
});

const faults: [string, LineOptions, object?][] = [
  ["flipped on the way to the board", { toBoard: { flip: 1e-3 } }],
  ["flipped on the way back", { toHost: { flip: 2e-3 } }],
  ["dropped", { toBoard: { drop: 1e-3 }, toHost: { drop: 1e-3 } }],
  ["doubled", { toBoard: { duplicate: 1e-3 }, toHost: { duplicate: 1e-3 } }],
  [
    "flipped, dropped and doubled",
    {
      toBoard: { flip: 3e-4, drop: 3e-4, duplicate: 3e-4 },
      toHost: { flip: 3e-4, drop: 3e-4, duplicate: 3e-4 },
    },
  ],
  [
    "flipped one in two hundred, in small frames",
    { toBoard: { flip: 5e-3 }, toHost: { flip: 5e-3 } },
    { chunkBytes: 256 },
  ],
];

describe("a line on which bytes are", () => {
  it.each(faults)("%s", async (_, line, session) => {
    let noise = 0;
    for (const seed of [1, 2, 3, 4]) {
      const options = { baudRateHz: 921_600, latencyMs: 4, ...line, seed };
      const { stats, board } = await deploys(options, { tries: 40, connectTries: 40, ...session });
      expect(board.stats().linearMemoryBytes).toBe(3 * weights.length);
      expect(stats.droppedBytes).toBe(0);
      noise += stats.noise;
    }
    if (line.toBoard !== undefined) expect(noise).toBeGreaterThan(0);
  });

  it("flipped one in ten thousand still carries 80 % of its rate", async () => {
    const baudRateHz = 921_600;
    const toBoard = { flip: 1e-4 };
    const { transferMs } = await deploys({ baudRateHz, latencyMs: 1, toBoard, seed: 9 });
    const idealMs = (model.artifact.length * 10_000) / baudRateHz;
    const handshakesMs = 3 * 2;
    expect(idealMs / (transferMs - handshakesMs)).toBeGreaterThan(0.8);
  });
});

describe("a board", () => {
  it("that does not answer is reported after the given number of tries", async () => {
    const clock = new VirtualClock();
    let frames = 0;
    const dead = { write: () => void frames++, onBytes: () => {} };
    const connecting = connect(new SerialLine(dead, clock), { clock, connectTries: 3 });
    await expect(connecting).rejects.toMatchObject({
      code: "EF6002",
      message: "no reply to hello after 3 tries",
    });
    expect(frames).toBe(3);
    expect(clock.nowMs()).toBe(500 + 1000 + 2000);
  });

  it("that dies in the middle of a transfer is reported", async () => {
    const clock = new VirtualClock();
    const board = await VirtualBoard.create(firmware, roomy);
    let left = 6000;
    const mortal = {
      write: (bytes: Uint8Array) => {
        left -= bytes.length;
        if (left > 0) board.write(bytes);
      },
      onBytes: (callback: (bytes: Uint8Array) => void) => board.onBytes(callback),
    };
    const session = await connect(new SerialLine(mortal, clock), { clock, tries: 4 });
    await expect(session.transfer(model.artifact, model.offer)).rejects.toMatchObject({
      code: "EF6004",
      message: "no reply to data after 4 tries",
    });
  });

  it("that restarts is reported, and takes a new connection", async () => {
    const clock = new VirtualClock();
    let board = await VirtualBoard.create(firmware, roomy);
    let receive = (_: Uint8Array) => {};
    const port = {
      write: (bytes: Uint8Array) => board.write(bytes),
      onBytes: (callback: (bytes: Uint8Array) => void) => {
        receive = callback;
        board.onBytes(callback);
      },
    };
    const session = await connect(new SerialLine(port, clock), { clock });
    await session.transfer(adder().artifact, adder().offer);
    board = await VirtualBoard.create(firmware, roomy);
    board.onBytes((bytes) => receive(bytes));
    await expect(session.run(new Uint8Array(7))).rejects.toMatchObject({
      code: "EF6004",
      message: "the board has restarted since the connection was made",
    });
    expect((await session.connect()).state).toBe("empty");
  });

  it("says hello with its profile, and with its model once it has one", async () => {
    const { session } = await bench();
    expect(session.hello).toEqual({
      board: "bench",
      runtime: "wasm3 0.5.0",
      protocol: 1,
      abi: 1,
      maxPayloadBytes: 1024,
      windowBytes: 4172,
      slotBytes: roomy.slotBytes,
      ramForModelBytes: roomy.ramForModelBytes,
      state: "empty",
    });
    await session.transfer(adder().artifact, adder().offer);
    expect(await session.connect()).toMatchObject({
      state: "confirmed",
      model: { artifactBytes: adder().artifact.length, arenaBytes: 64 },
    });
    expect(await session.run(new Uint8Array(7))).toHaveLength(11);
  });

  it("prints text between frames, which reaches the monitor and disturbs nothing", async () => {
    const clock = new VirtualClock();
    const board = await VirtualBoard.create(firmware, roomy);
    let receive = (_: Uint8Array) => {};
    const chatty = {
      write: (bytes: Uint8Array) => {
        receive(new TextEncoder().encode("tick\r\n"));
        board.write(bytes);
      },
      onBytes: (callback: (bytes: Uint8Array) => void) => {
        receive = callback;
        board.onBytes(callback);
      },
    };
    const texts: string[] = [];
    const onText = (bytes: Uint8Array) => void texts.push(new TextDecoder().decode(bytes));
    const session = await connect(new SerialLine(chatty, clock), { clock, onText });
    await session.transfer(adder().artifact, adder().offer);
    expect(await session.run(new Uint8Array(7))).toHaveLength(11);
    expect(texts.length).toBeGreaterThan(5);
    expect(new Set(texts)).toEqual(new Set(["tick\r\n"]));
  });

  it("refuses a case of the wrong length before it is sent", async () => {
    const { session } = await bench();
    await session.transfer(adder().artifact, adder().offer);
    await expect(session.run(new Uint8Array(8))).rejects.toMatchObject({
      code: "EF7003",
      message: "a case has 8 bytes, the model takes 7",
    });
  });
});
