/**
 * WebAssembly written by hand: expressions as bytes, sections as bytes (specification 1.0, chapter
 * 5). Just enough for test modules that say exactly what they contain, sound or not.
 */
export type Code = readonly number[];

export function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(Math.floor(value / 128))];
}

function signedLeb(value: number): number[] {
  const low = value & 127;
  const rest = value >> 7;
  const isLast = (rest === 0 && low < 64) || (rest === -1 && low >= 64);
  return isLast ? [low] : [low | 128, ...signedLeb(rest)];
}

const text = (name: string) => {
  const letters = [...new TextEncoder().encode(name)];
  return [...leb(letters.length), ...letters];
};

const vector = (items: readonly Code[]) => [...leb(items.length), ...items.flat()];

export const i32 = (value: number): Code => [0x41, ...signedLeb(value)];
export const i64 = (value: number): Code => [0x42, ...signedLeb(value)];
export const local = (index: number): Code => [0x20, ...leb(index)];
export const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
export const sub = (a: Code, b: Code): Code => [...a, ...b, 0x6b];
export const drop = (value: Code): Code => [...value, 0x1a];
export const unreachable: Code = [0x00];

const access =
  (opcode: number) =>
  (address: Code, offset = 0): Code => [...address, opcode, 0, ...leb(offset)];
export const load8 = access(0x2d);
export const load32 = access(0x28);

const store =
  (opcode: number) =>
  (address: Code, value: Code, offset = 0): Code => [
    ...address,
    ...value,
    opcode,
    0,
    ...leb(offset),
  ];
export const store8 = store(0x3a);
export const store32 = store(0x36);
export const store64 = store(0x37);

export const fill = (to: Code, value: Code, length: Code): Code => [
  ...[...to, ...value, ...length],
  ...[0xfc, 11, 0],
];
export const copy = (to: Code, from: Code, length: Code): Code => [
  ...[...to, ...from, ...length],
  ...[0xfc, 10, 0, 0],
];

export const call = (index: number, ...args: readonly Code[]): Code => [
  ...args.flat(),
  0x10,
  ...leb(index),
];

/** Repeats `body` with local `index` counting down from its value to 1. */
export const countDown = (index: number, body: Code): Code => [
  ...[0x03, 0x40, ...body],
  ...[...local(index), ...i32(1), 0x6b, 0x22, ...leb(index)],
  ...[0x0d, 0, 0x0b],
];

export const setLocal = (index: number, value: Code): Code => [...value, 0x21, ...leb(index)];

const types = {
  weights: [0x60, 3, 0x7f, 0x7f, 0x7f, 0],
  tile: [0x60, 5, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0],
  predict: [0x60, 0, 1, 0x7f],
  step: [0x60, 1, 0x7f, 0],
  unary: [0x60, 1, 0x7f, 1, 0x7f],
  start: [0x60, 0, 0],
} as const;

export type TypeName = keyof typeof types;
const typeIndex = (name: TypeName) => Object.keys(types).indexOf(name);

export const sectionIds = {
  type: 1,
  import: 2,
  function: 3,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  code: 10,
  data: 11,
} as const;

export interface Section {
  readonly id: number;
  readonly payload: Code;
}

const section = (name: keyof typeof sectionIds, items: readonly Code[]): Section => ({
  id: sectionIds[name],
  payload: vector(items),
});

export const customSection = (name: string, payload: Iterable<number>): Section => ({
  id: 0,
  payload: [...text(name), ...payload],
});

export const typeSection = section("type", Object.values(types));
export const importSection = (...imports: readonly [string, string, TypeName][]) =>
  section(
    "import",
    imports.map(([from, name, type]) => [...text(from), ...text(name), 0, typeIndex(type)]),
  );
export const memorySection = (pages: number) => section("memory", [[1, pages, pages]]);
/** Immutable i32 globals. */
export const globalSection = (...values: readonly number[]) =>
  section(
    "global",
    values.map((value) => [0x7f, 0, ...i32(value), 0x0b]),
  );

const exportKinds = { function: 0, memory: 2, global: 3 } as const;
export const exportSection = (
  ...exports: readonly [string, keyof typeof exportKinds, number][]
): Section =>
  section(
    "export",
    exports.map(([name, kind, index]) => [...text(name), exportKinds[kind], index]),
  );

export const startSection = (index: number): Section => ({
  id: sectionIds.start,
  payload: [index],
});
export const dataSection = (address: number, ...bytes: readonly number[]) =>
  section("data", [[0, ...i32(address), 0x0b, ...leb(bytes.length), ...bytes]]);

export interface FunctionBody {
  readonly type: TypeName;
  readonly code: Code;
  /** i32 locals after the parameters. */
  readonly locals?: number;
}

/** The function and the code section. */
export function functionSections(bodies: readonly FunctionBody[]): [Section, Section] {
  const code = bodies.map(({ code, locals = 0 }) => {
    const body = [...(locals === 0 ? [0] : [1, ...leb(locals), 0x7f]), ...code, 0x0b];
    return [...leb(body.length), ...body];
  });
  const indices = bodies.map(({ type }) => [typeIndex(type)]);
  return [section("function", indices), section("code", code)];
}

export function wasm(...sections: readonly Section[]): Uint8Array {
  const bytes = sections.flatMap(({ id, payload }) => [id, ...leb(payload.length), ...payload]);
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...bytes]);
}
