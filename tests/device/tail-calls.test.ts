/**
 * Tail calls put into the assembly of wasm3's operators (firmware-host/targets/tail-calls.mjs):
 * what is rewritten, and what is left alone. That the result runs is shown on an emulated core
 * (tests/emulated/esp/esp32-core.test.ts).
 */
import { describe, expect, it } from "vitest";

interface Rewriter {
  withTailCalls(assembly: string): string;
}

const path: string = new URL("../../firmware-host/targets/tail-calls.mjs", import.meta.url).href;
const { withTailCalls } = (await import(path)) as Rewriter;

const functionOf = (name: string, lines: readonly string[]) =>
  [`${name}:`, ...lines.map((line) => (line.startsWith(".") ? line : `\t${line}`)), ""].join("\n") +
  `\t.size\t${name}, .-${name}\n`;

const epilogue = ["l32i.n\ta0, sp, 12", "addi\tsp, sp, 16", "ret.n"];
const jumpTo = (register: string) => [...epilogue.slice(0, 2), `jx\t${register}`];

const linesOf = (text: string) => text.split("\n").map((line) => line.trim());

describe("tail calls", () => {
  it("restore, release and jump where the call's result is returned", () => {
    const text = functionOf("op_Add", ["mov.n\ta6, a7", "callx0\ta5", ...epilogue]);
    expect(withTailCalls(text)).toBe(
      functionOf("op_Add", ["mov.n\ta6, a7", ...jumpTo("a5"), ...epilogue]),
    );
  });

  it("keep a target that the restoring would overwrite", () => {
    const text = functionOf("op_Add", ["callx0\ta0", ...epilogue]);
    expect(linesOf(withTailCalls(text)).slice(1, 5)).toEqual(["mov\ta10, a0", ...jumpTo("a10")]);
  });

  it("follow a jump to an end that several calls share", () => {
    const body = ["callx0\ta8", "j\t.L2", ".L1:", "callx0\ta5", ".L2:", ...epilogue];
    const found = linesOf(withTailCalls(functionOf("op_If", body)));
    expect(found.filter((line) => line.startsWith("jx"))).toEqual(["jx\ta8", "jx\ta5"]);
    expect(found.filter((line) => line.startsWith("callx0"))).toEqual([]);
  });

  it.each([
    [
      "a call whose result is looked at",
      "op_Loop",
      ["callx0\ta8", "beq\ta12, a2, .L1", ...epilogue],
    ],
    ["a call whose result is replaced", "op_Call", ["callx0\ta8", "movi.n\ta2, 0", ...epilogue]],
    ["a function that is no operator", "Compile_Block", ["callx0\ta8", ...epilogue]],
  ])("leave %s alone", (_, name, body) => {
    const text = functionOf(name, body);
    expect(withTailCalls(text)).toBe(text);
  });
});
