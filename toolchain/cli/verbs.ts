/**
 * The verbs as data: what `--help` prints and what is parsed, without loading what runs them.
 *
 * A command is imported only when its verb is used, which keeps `--help` fast. Adding a verb is one
 * entry here and one file in commands/.
 */
import { runtimes } from "./options.ts";
import { inputSize, type OptionSpec, planning } from "./planning-options.ts";
import type { Command } from "./session.ts";

export interface VerbSpec {
  readonly name: string;
  readonly operands: readonly { readonly name: string; readonly description: string }[];
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  readonly load: () => Promise<{ readonly command: Command }>;
}

const model = { name: "MODEL", description: "a model file (.tflite)" };

const board: OptionSpec = { flags: "--board <id>", description: "board profile" };

const port: OptionSpec = { flags: "--port <path>", description: "serial port of the board" };

export const verbs: readonly VerbSpec[] = [
  {
    name: "plan",
    operands: [model],
    summary: "Show exactly how much RAM and flash a model needs, before buying the board",
    options: [
      board,
      ...planning,
      inputSize,
      { flags: "--report <file>", description: "also write an HTML report" },
    ],
    load: () => import("./commands/plan.ts"),
  },
  {
    name: "build",
    operands: [model],
    summary: "Compile a model to one .wasm that every board runs",
    options: [
      { flags: "-o, --output <file>", description: "where to write it (default: NAME.wasm)" },
      board,
      ...planning,
      { flags: "--labels <file>", description: "class names, one a line" },
      { flags: "--emit-as <file>", description: "also write the generated AssemblyScript" },
    ],
    load: () => import("./commands/build.ts"),
  },
  {
    name: "run",
    operands: [{ name: "MODEL", description: "a model file or a built .wasm" }],
    summary: "Run a model on this computer: the same bytes as the board computes",
    options: [
      {
        flags: "--input <file>",
        description: "cases of raw little-endian tensors, one after the other",
        required: true,
      },
      { flags: "--output <file>", description: "where to write the outputs, likewise" },
      {
        flags: "--runtime <name>",
        description: "what executes it",
        choices: runtimes,
        default: "wasm3",
      },
      { ...board, description: "board profile for wasm3 (default: sim)" },
      ...planning,
      { flags: "--trace <folder>", description: "write what every operator gave for case 0" },
    ],
    load: () => import("./commands/run.ts"),
  },
  {
    name: "profile",
    operands: [model],
    summary: "Show where a prediction's time goes, operator by operator",
    options: [board, ...planning],
    load: () => import("./commands/profile.ts"),
  },
  {
    name: "deploy",
    operands: [model],
    summary: "Build a model, send it to a board and verify it there",
    options: [
      { ...board, required: true },
      port,
      { flags: "--sim", description: "use the simulated board" },
      ...planning,
      { flags: "--labels <file>", description: "class names, one a line" },
      { flags: "--input <file>", description: "cases to run on the board after verification" },
    ],
    load: () => import("./commands/deploy.ts"),
  },
  {
    name: "flash",
    operands: [],
    summary: "Put the edgeflash firmware, or an image of your own, on a board",
    options: [
      { ...board, required: true },
      port,
      { flags: "--firmware <file>", description: "an image of your own" },
      {
        flags: "--erase",
        description: "erase all of its flash first; without an image: only that",
      },
    ],
    load: () => import("./commands/flash.ts"),
  },
  {
    name: "ports",
    operands: [],
    summary: "List the serial ports and what is attached to them",
    options: [
      { flags: "--ask", description: "open each one and ask the firmware what board it is" },
    ],
    load: () => import("./commands/ports.ts"),
  },
  {
    name: "monitor",
    operands: [],
    summary: "Show what a board prints, and the frames it sends",
    options: [
      board,
      port,
      { flags: "--baud <rate>", description: "baud rate (default: the board's)", kind: "count" },
      { flags: "--seconds <n>", description: "stop after that long", kind: "count" },
    ],
    load: () => import("./commands/monitor.ts"),
  },
  {
    name: "doctor",
    operands: [],
    summary: "Check this computer and a board: what is missing, and what to do",
    options: [board, port],
    load: () => import("./commands/doctor.ts"),
  },
  {
    name: "report",
    operands: [],
    summary: "Try a board with a small model and write down what happened, to send it in",
    options: [
      { ...board, required: true },
      port,
      { flags: "-o, --output <file>", description: "where to write it (default: report.md)" },
    ],
    load: () => import("./commands/report.ts"),
  },
  {
    name: "export",
    operands: [{ name: "MODEL", description: "a .tflite file" }],
    summary: "Write a model for another runtime, with what edgeflash knows about it",
    options: [
      {
        flags: "--tflm-offline-plan",
        description: "addresses of its tensors, which TensorFlow Lite Micro then takes",
        required: true,
      },
      {
        flags: "-o, --output <file>",
        description: "where to write it (default: NAME-planned.tflite)",
      },
    ],
    load: () => import("./commands/export.ts"),
  },
  {
    name: "inspect",
    operands: [{ name: "MODEL", description: "a model file or a built .wasm" }],
    summary: "List a model's inputs, outputs and operators",
    options: [],
    load: () => import("./commands/inspect.ts"),
  },
  {
    name: "boards",
    operands: [],
    summary: "List the boards edgeflash knows, and what each one was tested on",
    options: [],
    load: () => import("./commands/boards.ts"),
  },
  {
    name: "explain",
    operands: [{ name: "CODE", description: "an error code, for example EF4001" }],
    summary: "Explain an error code",
    options: [],
    load: () => import("./commands/explain.ts"),
  },
];

/** Every verb takes these. */
export const commonOptions: readonly OptionSpec[] = [
  { flags: "--json", description: "print one JSON document" },
  { flags: "--quiet", description: "no progress, no summary" },
  { flags: "--no-color", description: "no colour (also: NO_COLOR)" },
];
