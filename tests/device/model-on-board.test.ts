/**
 * A model on the virtual board: what the firmware and wasm3 compute is what V8 computes, the memory
 * is exactly as long as planned, and the heap figures mean what they say.
 */
import { describe, expect, it } from "vitest";
import { bench, roomy } from "./bench-board.ts";
import { adder, buildModule, byteAdder, inV8, type ModuleParts } from "./modules.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);
const pattern = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 37 + 11) & 255);

async function loaded(parts: ModuleParts) {
  const model = buildModule(parts);
  const on = await bench();
  await on.session.transfer(model.artifact, model.offer);
  return { ...on, model };
}

const runs = (predict: string, arenaBytes = 1000) =>
  loaded({ arenaBytes, predict: `${predict} (i32.const 0)` });

describe("a model on the virtual board", () => {
  it("answers as V8 does and keeps state from case to case", async () => {
    const model = adder();
    const { session } = await bench();
    await session.transfer(model.artifact, model.offer);
    const v8 = inV8(model, bytes(99, 1, 2, 3, 4, 5, 6, 7));
    const memory = new Uint8Array(v8.memory.buffer);
    for (const start of [10, 60, 250]) {
      const inputs = bytes(start, 1, 2, 3, 4, 5, start);
      memory.set(inputs.subarray(0, 4), 0);
      memory.set(inputs.subarray(4), 8);
      expect(v8.predict()).toBe(0);
      const expected = [...memory.subarray(16, 23), ...memory.subarray(32, 36)];
      expect([...(await session.run(inputs))]).toEqual(expected);
    }
    expect(memory[32]).toBe(3);
  });

  it("takes inputs and outputs of many chunks", async () => {
    const weights = pattern(10_007);
    const model = byteAdder(weights);
    const { session } = await bench();
    await session.transfer(model.artifact, model.offer);
    const inputs = weights.map((value) => value ^ 0x5a);
    const sums = inputs.map((value, index) => value + (weights[index] ?? 0));
    expect(await session.run(inputs)).toEqual(sums);
  });

  it("takes a model without inputs or outputs", async () => {
    const { session } = await runs("(i32.store (i32.const 0) (i32.const 7))");
    expect(await session.run(new Uint8Array())).toEqual(new Uint8Array());
  });

  it("expands tiles as the ABI says, in wasm3 and in V8", async () => {
    const weights = bytes(0, 0x80, 0x7f, 0xff, 5, 0xfb, 0, 9, 8, 7);
    for (const laneBits of [21, 22]) {
      const predict = `(call $tile (i32.const 8) (i32.const 1) (i32.const 2) (i32.const ${laneBits})
        (i32.const 3)) (i32.const 0)`;
      const outputs = [{ offset: 8, bytes: 19 }];
      const { session, model } = await loaded({ arenaBytes: 64, outputs, weights, predict });
      const v8 = inV8(model, weights);
      v8.predict();
      const onBoard = await session.run(new Uint8Array());
      expect([...onBoard]).toEqual([...new Uint8Array(v8.memory.buffer, 8, 19)]);
      const word = new DataView(onBoard.buffer, onBoard.byteOffset).getBigInt64(0, true);
      expect(word).toBe(-128n + (127n << BigInt(laneBits)) + (-1n << BigInt(2 * laneBits)));
    }
  });
});

describe("linear memory", () => {
  const inside: [string, string][] = [
    ["a byte", "(i32.store8 (i32.const 999) (i32.const 1))"],
    ["8 bytes", "(i64.store (i32.const 992) (i64.const 1))"],
    ["a fill", "(memory.fill (i32.const 990) (i32.const 1) (i32.const 10))"],
    ["a weights pull", "(call $weights (i32.const 998) (i32.const 0) (i32.const 2))"],
    ["a tile", tileAt(1000 - 8 - 1)],
  ];
  const beyond: [string, string][] = [
    ["a byte", "(i32.store8 (i32.const 1000) (i32.const 1))"],
    ["8 bytes", "(i64.store (i32.const 993) (i64.const 1))"],
    ["a load", "(drop (i32.load8_u (i32.const 1000)))"],
    ["a fill", "(memory.fill (i32.const 990) (i32.const 1) (i32.const 11))"],
    ["a copy", "(memory.copy (i32.const 0) (i32.const 995) (i32.const 6))"],
    ["an address that wraps", "(i32.store8 offset=1 (i32.const -1) (i32.const 1))"],
    ["a weights pull", "(call $weights (i32.const 999) (i32.const 0) (i32.const 2))"],
    [
      "a weights pull past the section",
      "(call $weights (i32.const 0) (i32.const 3) (i32.const 2))",
    ],
    ["a weights pull of -1 bytes", "(call $weights (i32.const 8) (i32.const 2) (i32.const -1))"],
    ["a tile", tileAt(1000 - 8)],
    ["a tile of -1 triples", tileAt(0, -1)],
    ["a tile past the section", tileAt(0, 2)],
    ["a tile of 64-bit lanes", tileAt(0, 1, 32)],
  ];

  function tileAt(to: number, triples = 1, laneBits = 21): string {
    const numbers = [to, 0, triples, laneBits, 1];
    return `(call $tile ${numbers.map((value) => `(i32.const ${value})`).join(" ")})`;
  }

  const weights = bytes(1, 2, 3, 4);
  const predictOf = (text: string) => ({
    arenaBytes: 1000,
    weights,
    predict: `${text} (i32.const 0)`,
  });

  it.each(inside)("takes %s that ends at the last planned byte", async (_, text) => {
    const { session } = await loaded(predictOf(text));
    expect(await session.run(new Uint8Array())).toHaveLength(0);
  });

  it.each(beyond)("traps %s beyond it", async (_, text) => {
    const { session } = await loaded(predictOf(text));
    await expect(session.run(new Uint8Array())).rejects.toMatchObject({
      code: "EF6005",
      message: expect.stringMatching(/^the model stopped: \[trap\] .*out of bounds/),
    });
    // The board is alive, and the next run is a new one.
    expect((await session.status()).run).toBe(1);
    await expect(session.run(new Uint8Array())).rejects.toMatchObject({ code: "EF6005" });
  });

  it("is exactly the planned bytes, zeroed, and open to the simulator's instruments", async () => {
    const { board, session } = await loaded({
      arenaBytes: 100,
      outputs: [{ offset: 40, bytes: 4 }],
      predict: "(i32.const 0)",
      step: "(i32.store (i32.const 40) (local.get $index))",
    });
    expect(board.linearMemory()).toEqual(new Uint8Array(100));
    board.poison(0xa5);
    board.step(258);
    expect([...board.linearMemory().subarray(39, 45)]).toEqual([0xa5, 2, 1, 0, 0, 0xa5]);
    expect([...(await session.run(new Uint8Array()))]).toEqual([2, 1, 0, 0]);
  });
});

describe("a model that stops", () => {
  it("reports an unreachable and a result that is not 0", async () => {
    const unreachable = await loaded({ arenaBytes: 8, predict: "(unreachable)" });
    await expect(unreachable.session.run(new Uint8Array())).rejects.toMatchObject({
      code: "EF6005",
      message: "the model stopped: [trap] unreachable executed",
    });
    expect(() => unreachable.board.predict()).toThrow("predict stopped: [trap] unreachable");
    const failing = await loaded({ arenaBytes: 8, predict: "(i32.const 3)" });
    await expect(failing.session.run(new Uint8Array())).rejects.toMatchObject({
      code: "EF6005",
      message: "the model stopped: predict returned 3",
    });
  });

  it("reports endless recursion", async () => {
    const more =
      "(func $f (param i32) (result i32) (i32.add (call $f (local.get 0)) (i32.const 1)))";
    const { session } = await loaded({ arenaBytes: 8, more, predict: "(call $f (i32.const 0))" });
    await expect(session.run(new Uint8Array())).rejects.toMatchObject({
      message: "the model stopped: [trap] stack overflow",
    });
  });
});

describe("the heap", () => {
  it("suffices with exactly the reported peak, and not with 8 bytes less", async () => {
    const model = byteAdder(pattern(3001));
    const { board, session } = await bench();
    await session.transfer(model.artifact, model.offer);
    const { heapPeakBytes, linearMemoryBytes } = board.stats();
    expect(linearMemoryBytes).toBe(9003);
    const exact = await bench({ profile: { ramForModelBytes: heapPeakBytes } });
    await exact.session.transfer(model.artifact, model.offer);
    const inputs = new Uint8Array(3001);
    expect(await exact.session.run(inputs)).toEqual(pattern(3001));
    expect(exact.board.stats()).toEqual({ ...board.stats(), heapBytes: heapPeakBytes });
    const short = await bench({ profile: { ramForModelBytes: heapPeakBytes - 8 } });
    await expect(short.session.transfer(model.artifact, model.offer)).rejects.toMatchObject({
      code: "EF4001",
    });
  });

  it("is empty again when the model is unloaded, and the same after many loads", async () => {
    const model = adder();
    const { board, session } = await bench();
    await session.transfer(model.artifact, model.offer);
    const first = board.stats();
    for (let load = 0; load < 5; load++) await session.transfer(model.artifact, model.offer);
    expect(board.stats()).toEqual(first);
    await session.abort();
    expect(board.stats()).toMatchObject({ heapUsedBytes: 0, linearMemoryBytes: 0 });
  });

  it("is reported over the link as the simulator's instruments see it", async () => {
    const model = adder();
    const { board, session } = await bench();
    await session.transfer(model.artifact, model.offer);
    await session.run(new Uint8Array(7));
    expect(await session.stats()).toMatchObject(board.stats());
    expect(board.stats().heapBytes).toBe(roomy.ramForModelBytes);
  });
});
