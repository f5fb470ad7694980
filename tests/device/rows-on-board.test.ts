/**
 * An input that arrives by rows, on the virtual board: the host sends all of it as ever, the
 * firmware hands it to the model row by row, over a perfect line and over one that loses bytes.
 */
import { describe, expect, it } from "vitest";
import { offerOf } from "../../toolchain/cli/device.ts";
import { GraphBuilder } from "../../toolchain/import/builder/builder.ts";
import { int8 } from "../../toolchain/import/builder/tensor-types.ts";
import type { Graph } from "../../toolchain/ir/graph.ts";
import { buildArtifact } from "../../toolchain/pack/artifact.ts";
import type { LineOptions } from "../../toolchain/simulate/board/line.ts";
import { interpret } from "../../toolchain/simulate/reference/interpreter.ts";
import { between, xorshift32 } from "../ops/random.ts";
import { streamedPlan } from "../plan/streamed-plan.ts";
import { bench } from "./bench-board.ts";
import { RawBoard } from "./raw-board.ts";

const SHAPE = [1, 30, 25, 2] as const;
const INPUT_BYTES = 30 * 25 * 2;

/** Neighbouring rows of an image, and the sum of all. */
function graph(): Graph {
  const g = new GraphBuilder("rows");
  const x = g.input("x", int8(SHAPE, { scale: 0.05, zeroPoint: -3 }));
  const pooled = g.maxPool2d(x, [3, 3], { stride: 2, padding: "valid" });
  return g.build(g.mean(pooled, [1, 2], { keepDims: true, output: { scale: 0.07, zeroPoint: 4 } }));
}

const model = graph();
const artifact = await buildArtifact(streamedPlan(model, { ranges: [[0, 1]], inputByRows: true }));

const cases = Array.from({ length: 4 }, (_, seed) => {
  const random = xorshift32(seed + 1);
  return Uint8Array.from({ length: INPUT_BYTES }, () => between(random, 0, 255));
});

const wanted = (input: Uint8Array) => interpret(model, [input], { rounding: "tflite" }).outputs[0];

async function loaded(line: LineOptions = {}) {
  const on = await bench({ line });
  await on.session.transfer(artifact.wasm, offerOf(artifact.manifest));
  on.board.poison(0xa5);
  return on;
}

describe("an input by rows on the virtual board", () => {
  it("gives the reference's bytes, case after case, with rows across chunks", async () => {
    const { session } = await loaded();
    const { inputBytes } = await session.status();
    expect(inputBytes).toBe(INPUT_BYTES);
    expect(artifact.manifest.plan.linearMemoryBytes).toBeLessThan(INPUT_BYTES / 4);
    for (const input of cases) expect(await session.run(input)).toEqual(wanted(input));
  });

  it("repeats chunks that came before a lost one", async () => {
    const faults = { drop: 0.0004, flip: 0.0002 };
    for (const seed of [1, 2, 3]) {
      const line = { baudRateHz: 115200, latencyMs: 1, toBoard: faults, toHost: faults, seed };
      const { session, board } = await loaded(line);
      for (const input of cases) expect(await session.run(input)).toEqual(wanted(input));
      const { noise } = await session.stats();
      expect(noise).toBeGreaterThan(0);
      expect(board.linearMemory().length).toBe(artifact.manifest.plan.linearMemoryBytes);
    }
  });

  it("forgets the rows of a run that was given up", async () => {
    const raw = await RawBoard.create();
    raw.load(artifact.wasm, offerOf(artifact.manifest));
    const [first = new Uint8Array(), second = new Uint8Array()] = cases;
    const send = (seq: number, input: Uint8Array, from: number, to: number) =>
      raw.ask({ type: "run", seq, offset: from, payload: input.subarray(from, to) });
    expect(send(1, first, 0, 1024)).toMatchObject({ status: 0 });
    // The second chunk of the next run comes before its first, and again after it.
    expect(send(2, second, 1024, INPUT_BYTES)).toMatchObject({ status: 0 });
    expect(send(2, second, 0, 1024)).toMatchObject({ status: 0 });
    expect(send(2, second, 1024, INPUT_BYTES)).toMatchObject({ status: 0 });
    const read = raw.ask({ type: "read", seq: 2, payload: Uint8Array.of(2, 0) });
    expect(read.frame.payload.slice(4, 6)).toEqual(wanted(second));
  });

  it("is the same for the board's own predictions, and after a restart", async () => {
    const { board } = await loaded();
    const [input = new Uint8Array()] = cases;
    const output = () => board.predictHere(input, 2);
    expect(output()).toEqual(wanted(input));
    board.restart();
    expect(output()).toEqual(wanted(input));
  });
});
