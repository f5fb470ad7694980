/**
 * Integer float32 addition against the hardware's (Math.fround), on random positive numbers of all
 * sizes, on exact halves, subnormals and carries.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { compile } from "../../toolchain/compile/asc.ts";
import { kernelText } from "../../toolchain/compile/compile.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { random } from "./random-convolution.ts";

const view = new DataView(new ArrayBuffer(4));

function bitsOf(value: number): number {
  view.setFloat32(0, value);
  return view.getUint32(0);
}

function numberOf(bits: number): number {
  view.setUint32(0, bits >>> 0);
  return view.getFloat32(0);
}

let add: (a: number, b: number) => number;

beforeAll(async () => {
  const entry = [
    'import { addPositive } from "./kernels-as/binary32";',
    "export function add(a: u32, b: u32): u32 { return addPositive(a, b); }",
  ].join("\n");
  const { wasm } = await compile({ entry, instances: [], memoryPages: 1, kernelText });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(wasm)));
  add = must(exports.add, "the export") as typeof add;
});

const sum = (a: number, b: number) => numberOf(add(bitsOf(a), bitsOf(b)));

describe("addPositive", () => {
  it.each([
    [0, 0],
    [0, 1],
    [1, 2 ** -24],
    [1 + 2 ** -23, 2 ** -24],
    [1, 2 ** -24 + 2 ** -47],
    [1, 2 ** -60],
    [2 - 2 ** -23, 2 ** -24],
    [2 ** -149, 2 ** -149],
    [2 ** -126 - 2 ** -149, 2 ** -149],
    [4095, 1],
  ])("%d + %d", (a, b) => {
    expect(sum(Math.fround(a), Math.fround(b))).toBe(Math.fround(Math.fround(a) + Math.fround(b)));
  });

  it("is the hardware's sum for 200,000 random pairs", () => {
    const next = random(32);
    const draw = () => numberOf(((next() >>> 8) & 0x7fffff) | ((60 + (next() % 90)) << 23));
    const pairs = Array.from({ length: 200_000 }, () => [draw(), draw()] as const);
    expect(pairs.filter(([a, b]) => sum(a, b) !== Math.fround(a + b))).toEqual([]);
  });
});
