/**
 * The specialiser: what it writes out (golden text), that the text compiled by plain asc is the
 * very same module, and that each broken rule is reported at its own line and column of the kernel.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type CompileInput, compile } from "../../toolchain/compile/asc.ts";
import { kernelText } from "../../toolchain/compile/compile.ts";
import { Diagnostic } from "../../toolchain/diagnostics/diagnostic.ts";

const golden = new URL("golden/conv2d-packed.as", import.meta.url);

/** A conv of two taps and three channels, small enough to read. */
const tiny = {
  INPUT_HEIGHT: 2,
  INPUT_WIDTH: 2,
  INPUT_CHANNELS: 2,
  OUTPUT_HEIGHT: 2,
  OUTPUT_WIDTH: 2,
  OUTPUT_CHANNELS: 3,
  KERNEL_HEIGHT: 1,
  KERNEL_WIDTH: 1,
  PAD_TOP: 0,
  PAD_LEFT: 0,
  ROWS: 2,
  WINDOWED: 0,
  CHUNK: 2,
  PARTS: 1,
  PART: 2,
};

const entry = (kernel: string, name: string, parameters: number) =>
  [
    `import { ${name} as k } from "./kernels-as/${kernel}.k0";`,
    `export function predict(): i32 { k(${"0, ".repeat(parameters - 1)}0); return 0; }`,
  ].join("\n");

function tinyModule(text: (name: string) => string | null, specialised: boolean): CompileInput {
  return {
    entry: entry("conv2d-packed", "conv2dPacked", 6),
    instances: [{ id: "k0", source: "conv2d-packed", constants: specialised ? tiny : {} }],
    memoryPages: 1,
    kernelText: text,
    specialised,
  };
}

describe("specialised text", () => {
  it("is the golden text", async () => {
    const { sources } = await compile(tinyModule(kernelText, true));
    expect(sources.get("k0")).toBe(readFileSync(golden, "utf8"));
  });

  it("compiled by plain asc gives the same bytes", async () => {
    const text = readFileSync(golden, "utf8");
    const asPlain = (name: string) => (name === "conv2d-packed" ? text : kernelText(name));
    const specialised = await compile(tinyModule(kernelText, true));
    const plain = await compile(tinyModule(asPlain, false));
    expect(Buffer.from(plain.wasm).equals(Buffer.from(specialised.wasm))).toBe(true);
  });

  it("gives the same bytes twice in one process, also while another compiles", async () => {
    const [first, second] = await Promise.all([
      compile(tinyModule(kernelText, true)),
      compile(tinyModule(kernelText, true)),
    ]);
    expect(Buffer.from(first.wasm).equals(Buffer.from(second.wasm))).toBe(true);
  });
});

const header = [
  'import { registers, unroll } from "./specialise";',
  "export const N: i32 = 4;",
  "export function kernel(p: usize): void {",
];

/** Compiles a kernel whose body is `lines`; line 4 is the first of them. */
async function specialiseBody(lines: readonly string[], constants = {}) {
  const text = [...header, ...lines, "}"].join("\n");
  return compile({
    entry: entry("broken", "kernel", 1),
    instances: [{ id: "k0", source: "broken", constants }],
    memoryPages: 1,
    kernelText: (name) => (name === "broken" ? text : kernelText(name)),
  });
}

const broken: readonly {
  readonly name: string;
  readonly body: readonly string[];
  readonly message: string;
  readonly at: readonly [line: number, column: number];
  readonly constants?: Readonly<Record<string, number>>;
}[] = [
  {
    name: "a loop that is not marked",
    body: [
      "  const w = registers<i32>(N);",
      "  for (let k: i32 = 0; k < N; k++) w[k] = load<u8>(p + k);",
    ],
    message: "the index of register array 'w' is not a compile-time constant",
    at: [5, 36],
  },
  {
    name: "an index past the end",
    body: ["  const w = registers<i32>(N);", "  w[4] = 1;"],
    message: "index 4 is outside 'w' of 4",
    at: [5, 3],
  },
  {
    name: "an array that escapes",
    body: ["  const w = registers<i32>(N);", "  store<usize>(p, changetype<usize>(w));"],
    message: "register array 'w' may only be indexed",
    at: [5, 37],
  },
  {
    name: "a bound that is not constant",
    body: ["  for (let k: i32 = 0; k < unroll(load<i32>(p)); k++) store<u8>(p, 1);"],
    message: "the bound of unroll() is not a compile-time constant",
    at: [4, 28],
  },
  {
    name: "a loop of another shape",
    body: ["  for (let k: i32 = 4; k >= unroll(N); k++) store<u8>(p, 1);"],
    message: "an unrolled loop reads:",
    at: [4, 24],
  },
  {
    name: "a break inside",
    body: ["  for (let k: i32 = 0; k < unroll(N); k++) { if (load<u8>(p) == k) break; }"],
    message: "an unrolled loop cannot be left early",
    at: [4, 68],
  },
  {
    name: "an assigned loop variable",
    body: ["  for (let k: i32 = 0; k < unroll(N); k++) { k = 2; }"],
    message: "'k' is assigned inside its unrolled loop",
    at: [4, 46],
  },
  {
    name: "a hidden constant",
    body: ["  const N: i32 = 2;", "  store<u8>(p, N);"],
    message: "'N' hides a constant of that name",
    at: [4, 9],
  },
  {
    name: "unroll outside a loop header",
    body: ["  store<i32>(p, unroll(N));"],
    message: "unroll() marks the bound of a for loop",
    at: [4, 17],
  },
  {
    name: "a straight line that the compiler cannot take",
    body: ["  for (let k: i32 = 0; k < unroll(N * 300); k++) store<u8>(p, 1);"],
    message: "1200 statements in a row, at most 1024 compile safely",
    at: [3, 40],
  },
  {
    name: "an unknown parameter",
    body: ["  store<u8>(p, N);"],
    message: "the kernel has no parameter 'M'",
    at: [1, 1],
    constants: { M: 1 },
  },
];

describe("broken kernels", () => {
  it.each(broken)("$name", async ({ body, message, at, constants }) => {
    const failure = await specialiseBody(body, constants).then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(Diagnostic);
    const { code, where, message: text } = failure as Diagnostic;
    expect(code).toBe("EF5001");
    expect(text).toContain(message);
    expect([where.line, where.column]).toEqual(at);
    expect(where.file).toBe("kernels-as/broken.k0.ts");
  });

  it("a type error in an unrolled body is the compiler's to report, at its line", async () => {
    const body = ["  for (let k: i32 = 0; k < unroll(N); k++) store<u8>(p, missing);"];
    const failure = await specialiseBody(body).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "EF5002", where: { line: 4 } });
  });
});

describe("what is written out", () => {
  const specialised = async (...body: string[]) =>
    (await specialiseBody(body, { N: 3 })).sources.get("k0") ?? "";

  it("folds the constant part of an address into an immediate, never a negative one", async () => {
    const text = await specialised(
      "  for (let k: i32 = 1; k < unroll(N); k++) store<u8>(p + k * 8, load<u8>(p + 4 + k - 9));",
    );
    expect(text).toContain("store<u8>(p, load<u8>(p + 4 + 1 - 9), 8);");
  });

  it("takes the branch that constants choose", async () => {
    const text = await specialised("  if (N > 2) store<u8>(p, 7);", "  else store<u8>(p, 8);");
    expect(text).toContain("store<u8>(p, 7);");
    expect(text).not.toContain("8);");
  });

  it("gives each written-out body with declarations a scope of its own", async () => {
    const text = await specialised(
      "  for (let k: i32 = 0; k < unroll(N); k++) { let v = load<u8>(p); store<u8>(p + k, v); }",
    );
    expect(text.match(/let v/g)).toHaveLength(3);
  });
});
