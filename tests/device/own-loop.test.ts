/**
 * ef_predict, the board's own predictions beside those of the host: they share one linear memory,
 * and the host has precedence while its run is under way and until it can have read the outputs.
 */
import { describe, expect, it } from "vitest";
import { bench } from "./bench-board.ts";
import { adder, byteAdder } from "./modules.ts";
import { RawBoard } from "./raw-board.ts";

const model = adder();
const twoChunks = byteAdder(new Uint8Array(1500));
const outputBytes = 11;
const inputs = Uint8Array.of(10, 20, 30, 40, 50, 60, 70);
const sums = [11, 22, 33, 44, 55, 66, 77];

describe("ef_predict", () => {
  it("computes what the host gets, with the same state", async () => {
    const { board, session } = await bench();
    expect(board.predictHere(inputs, outputBytes)).toBeUndefined();
    await session.transfer(model.artifact, model.offer);
    for (const run of [1, 2]) {
      const outputs = board.predictHere(inputs, outputBytes);
      expect([...(outputs ?? [])]).toEqual([...sums, run, 0, 0, 0]);
    }
    expect([...(await session.run(inputs))]).toEqual([...sums, 3, 0, 0, 0]);
  });

  it("is refused while a run of the host is under way, and for a second after it", async () => {
    let nowUs = 5_000_000;
    const raw = await RawBoard.create({}, { nowUs: () => nowUs });
    raw.load(model.artifact, model.offer);
    expect(raw.run(new Uint8Array(7), outputBytes)[0]).toBe(1);
    nowUs += 999_999;
    expect(raw.board.predictHere(inputs, outputBytes)).toBeUndefined();
    const read = { type: "read", seq: 1, payload: Uint8Array.of(outputBytes, 0) } as const;
    expect(raw.ask(read).frame.payload[4]).toBe(1);
    nowUs += 1;
    expect(raw.board.predictHere(inputs, outputBytes)?.[0]).toBe(11);
    expect(raw.ask(read)).toMatchObject({ status: 3 });
  });

  it("waits for all chunks of the host's inputs", async () => {
    const raw = await RawBoard.create();
    const { artifact, offer } = twoChunks;
    raw.load(artifact, offer);
    raw.ask({ type: "run", seq: 1, payload: new Uint8Array(1024) });
    expect(raw.board.predictHere(new Uint8Array(1500), 1500)).toBeUndefined();
    raw.ask({ type: "run", seq: 1, offset: 1024, payload: new Uint8Array(476) });
    expect(raw.hello().state).toBe("loaded");
  });

  it("is there again after a restart", async () => {
    const { board, session } = await bench();
    await session.transfer(model.artifact, model.offer);
    board.restart();
    expect(board.predictHere(inputs, outputBytes)?.[0]).toBe(11);
  });
});
