/**
 * A model on the virtual board: what the firmware and wasm3 compute is what V8 computes, the memory
 * is exactly as long as planned, and the heap figures mean what they say.
 */
import { describe, expect, it } from "vitest";
import { bench, roomy } from "./bench-board.ts";
import {
  adder,
  adderWeights,
  buildModule,
  byteAdder,
  done,
  functions,
  inV8,
  type ModuleParts,
} from "./modules.ts";
import {
  add,
  type Code,
  call,
  copy,
  drop,
  fill,
  i32,
  i64,
  load8,
  local,
  store8,
  store32,
  store64,
  unreachable,
} from "./wasm-builder.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);
const pattern = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 37 + 11) & 255);

async function loaded(parts: ModuleParts) {
  const model = buildModule(parts);
  const on = await bench();
  await on.session.transfer(model.artifact, model.offer);
  return { ...on, model };
}

describe("a model on the virtual board", () => {
  it("answers as V8 does and keeps state from case to case", async () => {
    const model = adder();
    const { session } = await bench();
    await session.transfer(model.artifact, model.offer);
    const v8 = inV8(model, adderWeights);
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
    const { session } = await loaded({ arenaBytes: 8, predict: done });
    expect(await session.run(new Uint8Array())).toEqual(new Uint8Array());
  });

  it("expands tiles as the ABI says, in wasm3 and in V8", async () => {
    const weights = bytes(0, 0x80, 0x7f, 0xff, 5, 0xfb, 0, 9, 8, 7);
    for (const laneBits of [21, 22]) {
      const numbers = [8, 1, 2, laneBits, 3];
      const predict = [...call(functions.tile, ...numbers.map(i32)), ...done];
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
  const weights = bytes(1, 2, 3, 4);
  const pull = (...numbers: number[]) => call(functions.weights, ...numbers.map(i32));
  const tileAt = (to: number, triples = 1, laneBits = 21) =>
    call(functions.tile, ...[to, 0, triples, laneBits, 1].map(i32));
  const modelOf = (code: Code) => ({ arenaBytes: 1000, weights, predict: [...code, ...done] });

  const inside: [string, Code][] = [
    ["a byte", store8(i32(999), i32(1))],
    ["8 bytes", store64(i32(992), i64(1))],
    ["a fill", fill(i32(990), i32(1), i32(10))],
    ["a weights pull", pull(998, 0, 2)],
    ["a tile", tileAt(1000 - 8 - 1)],
  ];
  const beyond: [string, Code][] = [
    ["a byte", store8(i32(1000), i32(1))],
    ["8 bytes", store64(i32(993), i64(1))],
    ["a load", drop(load8(i32(1000)))],
    ["a fill", fill(i32(990), i32(1), i32(11))],
    ["a copy", copy(i32(0), i32(995), i32(6))],
    ["an address that wraps", store8(i32(-1), i32(1), 1)],
    ["a weights pull", pull(999, 0, 2)],
    ["a weights pull past the section", pull(0, 3, 2)],
    ["a weights pull of -1 bytes", pull(8, 2, -1)],
    ["a tile", tileAt(1000 - 8)],
    ["a tile of -1 triples", tileAt(0, -1)],
    ["a tile past the section", tileAt(0, 2)],
    ["a tile of 64-bit lanes", tileAt(0, 1, 32)],
  ];

  it.each(inside)("takes %s that ends at the last planned byte", async (_, code) => {
    const { session } = await loaded(modelOf(code));
    expect(await session.run(new Uint8Array())).toHaveLength(0);
  });

  it.each(beyond)("traps %s beyond it", async (_, code) => {
    const { session } = await loaded(modelOf(code));
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
      predict: done,
      step: store32(i32(40), local(0)),
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
    const { board, session } = await loaded({ arenaBytes: 8, predict: unreachable });
    await expect(session.run(new Uint8Array())).rejects.toMatchObject({
      code: "EF6005",
      message: "the model stopped: [trap] unreachable executed",
    });
    expect(() => board.predict()).toThrow("predict stopped: [trap] unreachable executed");
    const failing = await loaded({ arenaBytes: 8, predict: i32(3) });
    await expect(failing.session.run(new Uint8Array())).rejects.toMatchObject({
      code: "EF6005",
      message: "the model stopped: predict returned 3",
    });
  });

  it("reports endless recursion", async () => {
    const recursion = add(call(functions.more, local(0)), i32(1));
    const { session } = await loaded({
      arenaBytes: 8,
      more: [{ type: "unary", code: recursion }],
      predict: call(functions.more, i32(0)),
    });
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

  it.each([0, 7, 40])(
    "costs what docs/device-protocol.md says, with %i functions more",
    async (n) => {
      const more = Array.from({ length: n }, (_, index) => ({
        type: "unary" as const,
        code: add(local(0), i32(1000 + index)),
      }));
      const calls = more.map((_, index) => drop(call(functions.more + index, i32(0))));
      const predict = [...calls.flat(), ...done];
      const { board } = await loaded({ arenaBytes: 500, predict, more });
      const stats = board.stats();
      expect(stats.functions).toBe(4 + n);
      const pages = Math.ceil(stats.codeWords / 245);
      const constants = 8 * (n + 1); // predict and each function have one
      const documented = 520 + 7904 + 60 * stats.functions + 1032 * pages + constants;
      expect(stats.heapPeakBytes).toBeGreaterThan(documented - 40);
      expect(stats.heapPeakBytes).toBeLessThanOrEqual(documented);
    },
  );

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
