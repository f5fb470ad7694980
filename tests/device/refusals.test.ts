/**
 * What the board refuses: always with a reason and the two numbers, always before it has erased or
 * overwritten anything, and never by crashing, whatever bytes arrive.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeFrame } from "../../toolchain/deploy/link/frame.ts";
import type { Offer } from "../../toolchain/deploy/link/index.ts";
import { offerPayload } from "../../toolchain/deploy/link/messages.ts";
import { refusal } from "../../toolchain/deploy/link/refusal.ts";
import { bench } from "./bench-board.ts";
import { adder, done } from "./modules.ts";
import { RawBoard } from "./raw-board.ts";
import {
  customSection,
  dataSection,
  exportSection,
  functionSections,
  globalSection,
  importSection,
  memorySection,
  startSection,
  typeSection,
  wasm,
} from "./wasm-builder.ts";

const model = adder();

/** The message the user reads when this module is offered so. */
async function refused(artifact: Uint8Array, offer: Partial<Offer>, profile = {}) {
  const raw = await RawBoard.create(profile);
  const reply = raw.load(artifact, { ...model.offer, ...offer });
  expect(reply.status).not.toBe(0);
  const { code, message } = refusal("commit", reply.frame.payload);
  return `${code} ${message}`;
}

describe("an offer", () => {
  it("larger than the slot is refused with both numbers", async () => {
    const { session } = await bench({ profile: { slotBytes: 200 } });
    await expect(session.transfer(model.artifact, model.offer)).rejects.toMatchObject({
      code: "EF4001",
      message:
        `the artifact takes ${model.artifact.length} bytes, ` +
        "the board's model slot has 200 bytes",
    });
  });

  it("that needs more RAM than there is, is refused with both numbers", async () => {
    const offer = { ...model.offer, arenaBytes: 60_000 };
    const message = await refused(model.artifact, offer, { ramForModelBytes: 60_000 });
    expect(message).toMatch(
      /^EF4001 the model needs 6\d,\d{3} bytes of RAM or more, the board has 60,000 bytes for it$/,
    );
  });

  it("of another ABI, of a wrong size of memory, of a region outside it", async () => {
    expect(await refused(model.artifact, { abi: 2 })).toBe(
      "EF6003 the artifact has ABI 2, the board's firmware has ABI 1",
    );
    expect(await refused(model.artifact, { arenaBytes: 72 })).toBe(
      "EF6003 the offer says 72 bytes of linear memory, the module 64 bytes",
    );
    expect(await refused(model.artifact, { outputs: [{ offset: 60, bytes: 8 }] })).toBe(
      "EF6003 an input or output ends at byte 68 of a linear memory of 64 bytes",
    );
    expect(await refused(model.artifact, { inputs: [{ offset: 0xffffffff, bytes: 2 }] })).toBe(
      "EF6003 an input or output ends at byte 4294967295 of a linear memory of 64 bytes",
    );
  });

  it("leaves the running model as it is when it is refused", async () => {
    const { session } = await bench();
    await session.transfer(model.artifact, model.offer);
    const offer = { ...model.offer, abi: 9 };
    await expect(session.transfer(model.artifact, offer)).rejects.toMatchObject({ code: "EF6003" });
    expect([...(await session.run(new Uint8Array(7)))]).toEqual([1, 2, 3, 4, 5, 6, 7, 1, 0, 0, 0]);
  });
});

describe("a commit", () => {
  it("whose bytes have another CRC is refused, again and again, with both", async () => {
    const raw = await RawBoard.create();
    raw.hello();
    const offered = { bytes: model.artifact.length, crc32c: 0x12345678, chunkBytes: 1024 };
    raw.ask({ type: "offer", payload: offerPayload(model.offer, offered) });
    raw.ask({ type: "data", payload: model.artifact });
    const reply = raw.ask({ type: "commit" });
    expect(reply).toMatchObject({ status: 8, state: "refused", needed: 0x12345678 });
    expect(raw.ask({ type: "commit" })).toMatchObject({ status: 8, needed: 0x12345678 });
    expect(raw.ask({ type: "confirm" })).toMatchObject({ status: 3 });
    expect(raw.load(model.artifact, model.offer)).toMatchObject({ status: 0, state: "loaded" });
  });

  it("before all chunks have come is refused and loses nothing", async () => {
    const raw = await RawBoard.create();
    const long = new Uint8Array(2100);
    long.set(model.artifact);
    raw.hello();
    const offered = { bytes: long.length, crc32c: 0, chunkBytes: 1024 };
    raw.ask({ type: "offer", payload: offerPayload(model.offer, offered) });
    raw.ask({ type: "data", payload: long.slice(0, 1024) });
    const reply = raw.ask({ type: "commit" });
    expect(reply).toMatchObject({ status: 2, state: "receiving", needed: 3, available: 1 });
  });

  const [functionSection, codeSection] = functionSections([{ type: "start", code: [] }]);
  const [predictSection, predictCode] = functionSections([
    { type: "predict", code: done },
    { type: "step", code: [] },
  ]);
  const memory = memorySection(1);
  const heapBase = [globalSection(64), exportSection(["__heap_base", "global", 0])] as const;
  const weights = customSection("edgeflash.weights", [1]);
  const malformed: [string, Uint8Array, string][] = [
    ["no wasm", Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), "no wasm header"],
    ["a later wasm", Uint8Array.of(0, 97, 115, 109, 13, 0, 0, 0), "no wasm header"],
    ["a cut file", model.artifact.slice(0, -1), "truncated section"],
    [
      "a foreign import",
      wasm(typeSection, importSection(["env", "weights", "weights"])),
      "import outside ABI 1",
    ],
    [
      "a start function",
      wasm(typeSection, functionSection, memory, startSection(0), codeSection),
      "section outside ABI 1",
    ],
    ["a data segment", wasm(memory, dataSection(0, 1)), "section outside ABI 1"],
    ["no memory", wasm(...heapBase), "no memory"],
    ["no __heap_base", wasm(memory), "no __heap_base"],
    ["a __heap_base that is not there", wasm(memory, heapBase[1]), "global initialiser"],
    ["two weights sections", wasm(memory, ...heapBase, weights, weights), "two weights sections"],
    [
      "no predict",
      wasm(typeSection, functionSection, memory, ...heapBase, codeSection),
      "function lookup failed",
    ],
    [
      "another predict",
      wasm(
        ...[typeSection, functionSection, memory, heapBase[0]],
        exportSection(["__heap_base", "global", 0], ["predict", "function", 0]),
        codeSection,
      ),
      "malformed function signature",
    ],
    [
      "no step",
      wasm(
        ...[typeSection, predictSection, memory, heapBase[0]],
        exportSection(["__heap_base", "global", 0], ["predict", "function", 0]),
        predictCode,
      ),
      "function lookup failed",
    ],
    [
      "another signature of an import",
      wasm(typeSection, importSection(["edgeflash", "weights", "tile"]), memory, ...heapBase),
      "function signature mismatch",
    ],
  ];

  it.each(malformed)("of %s is refused by name", async (_, artifact, reason) => {
    expect(await refused(artifact, {})).toBe(
      `EF6003 the board's runtime rejects the module: ${reason}`,
    );
  });

  it("of a file cut anywhere is refused", async () => {
    const raw = await RawBoard.create();
    for (let length = 1; length < model.artifact.length; length++) {
      const cut = model.artifact.slice(0, length);
      if (WebAssembly.validate(cut)) continue; // cut just before the weights
      const reply = raw.load(cut, model.offer);
      expect(`${length}: ${reply.status}`).toBe(`${length}: 10`);
    }
  });

  it("is not tried with a module that V8 finds invalid", async () => {
    const { session } = await bench();
    const transfer = session.transfer(model.artifact.slice(0, 90), model.offer);
    await expect(transfer).rejects.toMatchObject({ code: "EF5003" });
  });
});

describe("a request", () => {
  it("in the wrong state, of an unknown type or length, is refused", async () => {
    const raw = await RawBoard.create();
    expect(raw.ask({ type: "status" })).toMatchObject({ status: 4 });
    expect(raw.ask({ type: "hello", session: 0, payload: Uint8Array.of(1, 1) }).status).toBe(4);
    expect(raw.ask({ type: "hello", payload: Uint8Array.of(2, 5) })).toMatchObject({
      status: 1,
      needed: 5,
      available: 1,
    });
    raw.hello();
    expect(raw.ask({ type: "status", session: 7 }).status).toBe(4);
    expect(raw.ask({ type: 200 }).status).toBe(1);
    expect(raw.ask({ type: 0 }).status).toBe(1);
    expect(raw.ask({ type: "data", payload: Uint8Array.of(1) }).status).toBe(3);
    expect(raw.ask({ type: "run" }).status).toBe(3);
    expect(raw.ask({ type: "commit", payload: Uint8Array.of(1) }).status).toBe(2);
  });

  it("for a chunk or a run out of turn is refused", async () => {
    const raw = await RawBoard.create();
    raw.load(model.artifact, model.offer);
    expect(raw.ask({ type: "run", seq: 2 })).toMatchObject({ status: 13, needed: 1, available: 2 });
    expect(raw.ask({ type: "run", seq: 1, offset: 8, payload: new Uint8Array(7) }).status).toBe(2);
    expect(raw.ask({ type: "run", seq: 1, payload: new Uint8Array(8) }).status).toBe(2);
    expect(raw.ask({ type: "read", seq: 1, payload: Uint8Array.of(1, 0) })).toMatchObject({
      status: 3,
    });
    expect(raw.ask({ type: "run", seq: 1, payload: new Uint8Array(7) }).status).toBe(0);
    for (const [offset, length] of [
      [0, 12],
      [11, 1],
      [0xffffffff, 2],
    ]) {
      const payload = Uint8Array.of(length ?? 0, 0);
      expect(raw.ask({ type: "read", seq: 1, offset: offset ?? 0, payload }).status).toBe(2);
    }
  });

  it("to run that is repeated runs once", async () => {
    const raw = await RawBoard.create();
    raw.load(model.artifact, model.offer);
    for (let i = 0; i < 3; i++)
      raw.ask({ type: "run", seq: 1, payload: new Uint8Array(7).fill(i) });
    const reply = raw.ask({ type: "read", seq: 1, payload: Uint8Array.of(11, 0) });
    expect([...reply.frame.payload.subarray(4)]).toEqual([1, 2, 3, 4, 5, 6, 7, 1, 0, 0, 0]);
  });

  it("of any content, soundly framed, gets one reply", async () => {
    const raw = await RawBoard.create({}, { txBytesPerPoll: 5 });
    raw.load(model.artifact, model.offer);
    const requests = fc.record({
      type: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 255 })),
      session: fc.constantFrom(1, 1, 1, 0, 2),
      seq: fc.integer({ min: 0, max: 3 }),
      offset: fc.oneof(fc.constantFrom(0, 1024, 2048), fc.integer({ min: 0, max: 0xffffffff })),
      payload: fc.uint8Array({ maxLength: 1024 }),
    });
    fc.assert(
      fc.property(requests, (request) => {
        const reply = raw.ask(request);
        expect(reply.frame.type).toBe(request.type | 0x80);
        expect(reply.frame.seq).toBe(request.seq);
      }),
      { seed: 3, numRuns: 2000 },
    );
    expect(raw.hello().status).toBe(0);
  });
});

describe("bytes that are no frames", () => {
  it("are survived, and the next frame is heard", async () => {
    const raw = await RawBoard.create();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (junk) => {
        raw.write(junk);
        raw.write(Uint8Array.of(0));
        expect(raw.hello().status).toBe(0);
      }),
      { seed: 4, numRuns: 300 },
    );
    raw.write(new Uint8Array(20_000).fill(3));
    expect(raw.hello().status).toBe(0);
  });

  it("of a frame one byte longer than the largest are noise", async () => {
    const raw = await RawBoard.create();
    raw.hello();
    const frame = { type: 3, session: 1, seq: 0, offset: 0 };
    expect(raw.write(encodeFrame({ ...frame, payload: new Uint8Array(1025) }))).toHaveLength(0);
    expect(raw.write(encodeFrame({ ...frame, payload: new Uint8Array(1024) }))).toHaveLength(1);
  });
});
