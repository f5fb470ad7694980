/**
 * The model slot over restarts: what was committed runs again, and power may fail between any two
 * flash operations, or within one. Afterwards the board runs a whole model or none.
 */
import { describe, expect, it } from "vitest";
import { offerOf } from "../../toolchain/cli/device.ts";
import { crc32c } from "../../toolchain/deploy/link/crc32c.ts";
import { connect } from "../../toolchain/deploy/link/index.ts";
import type { PowerCut } from "../../toolchain/simulate/board/virtual-board.ts";
import { build, testModels } from "../e2e/built-models.ts";
import { type Bench, bench } from "./bench-board.ts";
import { adder, buildModule, byteAdder, done, functions, inV8, type TestModel } from "./modules.ts";
import { RawBoard } from "./raw-board.ts";
import { call, i32 } from "./wasm-builder.ts";

const recordBytes = 256;
const programBytes = 256;
const sectorBytes = 4096;
const pattern = (length: number, step: number) =>
  Uint8Array.from({ length }, (_, index) => (index * step + 11) & 255);

/** Nine thousand bytes and more: three sectors. */
const oldWeights = pattern(9001, 37);
const newWeights = pattern(9001, 91);
const models: readonly (readonly [TestModel, Uint8Array])[] = [
  [byteAdder(oldWeights), oldWeights],
  [byteAdder(newWeights), newWeights],
];

const restarted = ({ board, line, clock }: Bench) => {
  board.restart();
  return connect(line, { clock });
};

describe("a model that was deployed", () => {
  it("runs again after a restart, with the same heap", async () => {
    const on = await bench();
    const model = adder();
    await on.session.transfer(model.artifact, model.offer);
    const before = on.board.stats();
    const session = await restarted(on);
    expect(session.hello).toMatchObject({
      state: "confirmed",
      model: {
        artifactBytes: model.artifact.length,
        crc32c: crc32c(model.artifact),
        arenaBytes: model.offer.arenaBytes,
      },
    });
    expect(on.board.stats()).toEqual(before);
    expect([...(await session.run(new Uint8Array(7)))]).toEqual([1, 2, 3, 4, 5, 6, 7, 1, 0, 0, 0]);
  });

  it("is there when the host asks the board to restart", async () => {
    const { session } = await bench();
    const model = adder();
    await session.transfer(model.artifact, model.offer);
    await session.run(new Uint8Array(7));
    await session.reset();
    await expect(session.status()).rejects.toMatchObject({
      message: "the board has restarted since the connection was made",
    });
    expect(await session.connect()).toMatchObject({ state: "confirmed" });
    // Linear memory is new: the model counts its runs from one again.
    expect((await session.run(new Uint8Array(7)))[7]).toBe(1);
  });

  it("is gone for good when it is aborted", async () => {
    const on = await bench();
    const model = adder();
    await on.session.transfer(model.artifact, model.offer);
    await on.session.abort();
    expect((await restarted(on)).hello).toMatchObject({ state: "empty" });
    expect(on.board.flashOperations()).toBe(0);
  });

  it("stays when an offer is refused, and not when one is accepted", async () => {
    const on = await bench();
    const [old] = models[0] ?? [adder()];
    await on.session.transfer(old.artifact, old.offer);
    const wrong = { ...old.offer, abi: 9 };
    await expect(on.session.transfer(old.artifact, wrong)).rejects.toMatchObject({
      code: "EF6003",
    });
    expect((await restarted(on)).hello.state).toBe("confirmed");
    const raw = new RawBoard(on.board);
    raw.offer(old.artifact, old.offer);
    on.board.restart();
    expect(raw.hello().state).toBe("empty");
  });
});

describe("a damaged slot", () => {
  async function stateWith(damage: (flash: Uint8Array) => void): Promise<string> {
    const raw = await RawBoard.create();
    const model = adder();
    raw.load(model.artifact, model.offer);
    damage(raw.board.flash());
    raw.board.restart();
    return raw.hello().state;
  }

  it("is no model, whichever bit of record or artifact is wrong", async () => {
    const model = adder();
    const regions = model.offer.inputs.length + model.offer.outputs.length;
    const written = 4 + 4 + (18 + 8 * regions) + 4;
    for (let at = 0; at < written; at++) {
      const state = await stateWith((flash) => flash.set([(flash[at] ?? 0) ^ (1 << (at % 8))], at));
      expect(`${at}: ${state}`).toBe(`${at}: empty`);
    }
    for (let index = 0; index < model.artifact.length; index += 7) {
      const at = recordBytes + index;
      const state = await stateWith((flash) => flash.set([(flash[at] ?? 0) ^ 1], at));
      expect(`${at}: ${state}`).toBe(`${at}: empty`);
    }
    expect(await stateWith(() => {})).toBe("confirmed");
  });

  it("full of one byte is no model", async () => {
    for (const byte of [0x00, 0xff, 0x45]) {
      expect(await stateWith((flash) => flash.fill(byte))).toBe("empty");
    }
  });
});

/** Which of the models runs, by what it computes: an index, or -1 for none. */
function runningModel(raw: RawBoard): number {
  const { state } = raw.hello();
  if (state !== "confirmed") {
    expect(state).toBe("empty");
    return -1;
  }
  const sums = raw.run(new Uint8Array(9001), 9001);
  return models.findIndex(([, weights]) => Buffer.compare(sums, weights) === 0);
}

/** How much of the operation at which power fails still happens. */
const tears: readonly Pick<PowerCut, "from" | "to">[] = [
  {},
  { from: 0, to: 1 },
  { from: 0, to: programBytes / 2 },
  { from: 3, to: sectorBytes },
  { from: recordBytes, to: sectorBytes },
  { from: 0, to: sectorBytes - 1 },
];

describe("power that fails", () => {
  const [[older], [newer]] = models as readonly [(typeof models)[number], (typeof models)[number]];
  const sectors = Math.ceil((recordBytes + newer.artifact.length) / sectorBytes);
  const pages = Math.ceil(newer.artifact.length / programBytes);
  const operations = sectors + pages + 1;

  it("is tried at every flash operation of a deployment", async () => {
    const raw = await RawBoard.create();
    raw.load(newer.artifact, newer.offer);
    expect(raw.board.flashOperations()).toBe(operations);
    expect(sectors).toBe(3);
  });

  it.each([
    ["an empty board", undefined],
    ["a board with another model", older],
  ])("during a deployment to %s leaves a whole model or none", async (_, before) => {
    const raw = await RawBoard.create();
    const found = new Set<number>();
    for (const tear of tears) {
      for (let operation = 0; operation < operations; operation++) {
        raw.board.flash().fill(0xff);
        if (before !== undefined) raw.load(before.artifact, before.offer);
        raw.board.restart();
        raw.board.cutPower({ operation, ...tear });
        raw.load(newer.artifact, newer.offer);
        raw.board.restart();
        const running = runningModel(raw);
        const isLast = operation === operations - 1;
        const isFirst = operation === 0;
        const where = `operation ${operation}, ${JSON.stringify(tear)}: model ${running}`;
        const allowed = [-1, ...(isFirst && before ? [0] : []), ...(isLast ? [1] : [])];
        expect(allowed, where).toContain(running);
        found.add(running);
      }
    }
    expect([...found].sort()).toEqual(before === undefined ? [-1, 1] : [-1, 0, 1]);
  });

  it("while a model is forgotten leaves it whole or none", async () => {
    const raw = await RawBoard.create();
    const found = new Set<number>();
    for (const tear of tears) {
      raw.load(newer.artifact, newer.offer);
      raw.board.restart();
      raw.board.cutPower({ operation: 0, ...tear });
      raw.hello();
      raw.ask({ type: "abort" });
      raw.board.restart();
      found.add(runningModel(raw));
    }
    expect([...found].sort()).toEqual([-1, 1]);
  });

  it("is no obstacle to the next deployment", async () => {
    const raw = await RawBoard.create();
    for (let operation = 0; operation < operations; operation += 5) {
      raw.board.cutPower({ operation, from: 0, to: 100 });
      raw.load(newer.artifact, newer.offer);
      raw.board.restart();
      expect(raw.load(newer.artifact, newer.offer).status).toBe(0);
      raw.board.restart();
      expect(runningModel(raw)).toBe(1);
    }
  });
});

describe("flash that is not mapped", () => {
  it("costs the code on the heap while it is translated, and computes the same", async () => {
    const model = byteAdder(oldWeights);
    const codeBytes = model.artifact.length - oldWeights.length - sectionHeadBytes;
    const mapped = await bench();
    const unmapped = await bench({ profile: { memoryMapped: false } });
    const inputs = pattern(9001, 5);
    for (const { session } of [mapped, unmapped]) {
      await session.transfer(model.artifact, model.offer);
    }
    expect(await unmapped.session.run(inputs)).toEqual(await mapped.session.run(inputs));
    const expected = mapped.board.stats();
    const copyBytes = Math.ceil((codeBytes + 4) / 8) * 8;
    expect(unmapped.board.stats()).toEqual({
      ...expected,
      heapPeakBytes: expected.heapPeakBytes + copyBytes,
    });
    expect((await restarted(unmapped)).hello.state).toBe("confirmed");
  });

  it("expands tiles in place, over their own source", async () => {
    const weights = pattern(70, 83);
    const [triples, rawBytes, laneBits] = [21, 4, 21];
    const tile = [8, 3, triples, laneBits, rawBytes].map(i32);
    const outputs = [{ offset: 0, bytes: 200 }];
    const predict = [...call(functions.tile, ...tile), ...done];
    const model = buildModule({ arenaBytes: 200, outputs, weights, predict });
    const v8 = inV8(model, weights);
    v8.predict();
    const { session } = await bench({ profile: { memoryMapped: false } });
    await session.transfer(model.artifact, model.offer);
    const expected = new Uint8Array(v8.memory.buffer, 0, 200);
    expect(await session.run(new Uint8Array())).toEqual(new Uint8Array(expected));
  });

  it.each(testModels)("computes $name as mapped flash does", async (testModel) => {
    const { artifact } = await build(testModel, { rounding: "tflite", optimize: "speed" });
    const outputs: Uint8Array[] = [];
    for (const memoryMapped of [true, false]) {
      const profile = { memoryMapped, ramForModelBytes: 1 << 20, slotBytes: 1 << 20 };
      const { session } = await bench({ profile });
      await session.transfer(artifact.wasm, offerOf(artifact.manifest));
      const { inputBytes } = await session.status();
      outputs.push(await session.run(pattern(inputBytes, 57)));
    }
    expect(outputs[1]).toEqual(outputs[0]);
  });

  it("refuses a model whose code has no room beside it, with both numbers", async () => {
    const model = byteAdder(pattern(300, 1));
    const { board, session } = await bench({ profile: { memoryMapped: false } });
    await session.transfer(model.artifact, model.offer);
    const { heapPeakBytes } = board.stats();
    const profile = { memoryMapped: false, ramForModelBytes: heapPeakBytes };
    const exact = await bench({ profile });
    await exact.session.transfer(model.artifact, model.offer);
    const short = await bench({ profile: { ...profile, ramForModelBytes: heapPeakBytes - 8 } });
    await expect(short.session.transfer(model.artifact, model.offer)).rejects.toMatchObject({
      code: "EF4001",
    });
  });
});

/** Id, two bytes of length, and the name of the section edgeflash.weights with its length. */
const sectionHeadBytes = 1 + 2 + 1 + "edgeflash.weights".length;
