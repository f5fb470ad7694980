/**
 * What a board profile holds. A profile is data only: boards/<id>.json, one schema for all.
 *
 * `ramForModelBytes` is the one number a plan is compared with: what the firmware, its operating
 * system, stacks and link buffers leave for linear memory, the Wasm runtime and its translated
 * code. `ramNote` gives the reasoning. `slowRam` comes on top of it: RAM behind a cache or a serial
 * bus, for linear memory alone, in ports that map both behind one range of addresses. Figures that
 * nobody measured on silicon are named guesses.
 */
import * as v from "valibot";

const bytes = v.pipe(v.number(), v.integer(), v.minValue(1));
const hertz = bytes;
const text = v.pipe(v.string(), v.minLength(1));

/**
 * simulated: the portable firmware core has run under this profile in the simulator.
 * emulated: a firmware image for this chip has run on an emulator of the chip.
 * untested: figures from data sheets, nothing has run.
 */
export const boardStatuses = ["simulated", "emulated", "untested"] as const;

/** Programs of others: {image} and {port} stand for the image's path and the serial port. */
const tool = v.strictObject({
  program: text,
  /** Debian's package. */
  package: text,
  write: v.array(text),
  erase: v.optional(v.array(text)),
});

/** How firmware gets on the board; `file` is the image in firmware-host/prebuilt, if one ships. */
const firmware = v.variant("route", [
  v.strictObject({
    route: v.literal("esp"),
    file: v.optional(text),
    offset: v.pipe(v.number(), v.integer(), v.minValue(0)),
  }),
  v.strictObject({ route: v.literal("uf2"), file: v.optional(text), volume: text }),
  v.strictObject({ route: v.literal("tool"), file: v.optional(text), tools: v.array(tool) }),
]);

const ratio = v.pipe(v.number(), v.minValue(0));

/**
 * How many instructions of this board's core do the work of one on a Cortex-M4F, by kind of work
 * (ops/op.ts): measured on emulated cores, `note` says on which. `core` is what predictions name.
 */
const instructions = v.strictObject({
  core: text,
  note: text,
  ratios: v.strictObject({
    ...{ plain: ratio, loops: ratio, lanes: ratio, wide: ratio, floats: ratio },
  }),
});

export const boardSchema = v.pipe(
  v.strictObject({
    id: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)),
    name: text,
    chip: text,
    core: text,
    status: v.picklist(boardStatuses),
    statusNote: text,
    ramBytes: bytes,
    ramForModelBytes: bytes,
    ramNote: text,
    slowRam: v.optional(v.strictObject({ bytes, note: text })),
    flashBytes: bytes,
    modelSlot: v.strictObject({ bytes, memoryMapped: v.boolean() }),
    runtime: v.strictObject({
      name: v.picklist(["wasm3"]),
      tailCalls: v.boolean(),
      /** Code runs where it lies; else its translation takes RAM, and planning counts it. */
      runsInPlace: v.optional(v.boolean(), false),
      nativeStackBytes: bytes,
      /** Native stack that loading takes, whatever the model: the deepest of translation. */
      loadStackBytes: v.optional(bytes, 4608),
      /** Without tail calls: what running takes at first, and for each nested operator. */
      nesting: v.optional(v.strictObject({ baseBytes: bytes, operatorBytes: bytes })),
      /** What a firmware with smaller limits saves of the heap that the simulator measures. */
      heapBelowSimulatorBytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
    }),
    link: v.strictObject({
      kind: v.picklist(["in-process", "uart", "usb-cdc"]),
      baudRateHz: hertz,
    }),
    firmware: v.optional(firmware),
    cpu: v.strictObject({ clockHz: hertz, instructionsPerSecondGuess: hertz, instructions }),
  }),
  v.check((board) => board.ramForModelBytes < board.ramBytes, "ramForModelBytes >= ramBytes"),
  v.check(
    ({ runtime }) => runtime.tailCalls === (runtime.nesting === undefined),
    "runtime.nesting belongs to boards without tail calls",
  ),
  v.check((board) => board.modelSlot.bytes < board.flashBytes, "modelSlot.bytes >= flashBytes"),
);

export type Board = v.InferOutput<typeof boardSchema>;
