/**
 * Every error a user can meet, as data: its title, its exit status, the longer explanation that
 * `edgeflash explain EFnnnn` prints, and the default next steps.
 *
 * Areas: EF1xxx import, EF2xxx graph, EF3xxx quantisation, EF4xxx memory and fit, EF5xxx code
 * generation, EF6xxx device and link, EF7xxx command line. A number is never reused.
 */
export interface CodeEntry {
  readonly title: string;
  /**
   * 0 ok, 1 internal, 2 usage, 3 unsupported, 4 does not fit, 5 port, 6 link, 7 mismatch, 8
   * signature.
   */
  readonly exitCode: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;
  readonly explain: string;
  readonly next: readonly string[];
}

/** Long texts are wrapped in this file only. */
const flow = (text: string): string => text.replace(/\s+/g, " ");

const entry = (
  title: string,
  exitCode: CodeEntry["exitCode"],
  explain: string,
  ...next: string[]
): CodeEntry => ({ title, exitCode, explain: flow(explain), next: next.map(flow) });

export const codes = {
  EF1001: entry(
    "not a model file",
    2,
    `The file's first bytes match no model format that edgeflash reads. A .tflite file has the
    letters TFL3 at byte 4.`,
    "check that the path names a .tflite model and that the download finished",
  ),
  EF1002: entry(
    "damaged model file",
    2,
    `An offset, a length or a count inside the file points outside the file or contradicts
    another field, so the file is truncated or corrupted. Nothing was guessed.`,
    "export or download the model again",
  ),
  EF1003: entry(
    "unsupported operators",
    3,
    `The model uses operators that edgeflash has no implementation for. All of them are listed at
    once, each with the nodes that use it.`,
    "replace the listed layers and convert the model again",
    "run `edgeflash inspect MODEL` to see where they are",
  ),
  EF1004: entry(
    "unsupported model structure",
    3,
    `The file is sound but uses a feature of the format that edgeflash does not take, for example
    more than one subgraph, sparse tensors or a tensor type without kernels.`,
    "convert the model again without the named feature",
  ),
  EF1005: entry(
    "the file cannot be read",
    2,
    "The operating system refused to open or read the file.",
    "check the path and its permissions",
  ),
  EF1006: entry(
    "the format cannot hold this graph",
    3,
    `The graph uses an operator or an attribute that the file format to be written has no form
    for.`,
    "choose attributes that the format knows, for example SAME or VALID padding",
  ),
  EF2001: entry(
    "invalid graph",
    2,
    `The graph breaks a rule that every stage relies on: each tensor is produced once, before it
    is used; shapes are positive; constants have as many bytes as their type says.`,
    `if a tool wrote this model, export it again; if you built the graph by hand, fix the named
    node`,
  ),
  EF2002: entry(
    "operator and tensors disagree",
    2,
    `The shapes, types or attributes of a node do not fit its operator, or the declared output
    differs from the one the operator infers.`,
    "fix the named node or export the model again",
  ),
  EF2003: entry(
    "unsupported types for this operator",
    3,
    "The operator exists but not for this combination of tensor types or quantisation.",
    "quantise the model to int8 with per-channel weights and convert it again",
  ),
  EF2004: entry(
    "graph text does not parse",
    2,
    "The .eir text form has a syntax error at the named line and column.",
    "compare the line with the grammar at the head of toolchain/ir/parse.ts",
  ),
  EF3001: entry(
    "the model cannot be quantised",
    3,
    `Post-training quantisation needs a float32 graph, at least one calibration sample and finite
    values everywhere.`,
    "check the calibration data and the float model",
  ),
  EF4001: entry(
    "the model does not fit the board",
    4,
    `The plan's peak RAM, or the artifact's size, is more than the board leaves for a model. The
    message names both numbers and the tensors alive at the peak.`,
    "choose a board with more memory: edgeflash boards",
    "use a smaller input, fewer channels, or --optimize ram",
  ),
  EF4002: entry(
    "the RAM budget cannot be met",
    4,
    "No plan that edgeflash found stays within --ram-budget.",
    "raise --ram-budget or use --optimize ram",
  ),
  EF5001: entry(
    "kernel specialisation failed",
    1,
    `A kernel source broke a rule of the specialiser: an unrolled loop needs a constant bound,
    and a register array a constant index.`,
    "report this with the model, it is a defect of edgeflash",
  ),
  EF5002: entry(
    "AssemblyScript rejected the generated module",
    1,
    "The compiler reported an error in generated code.",
    "report this with the model, it is a defect of edgeflash",
  ),
  EF5003: entry(
    "not an edgeflash artifact",
    2,
    `The .wasm file has no edgeflash manifest, or its manifest, sections and exports contradict
    one another.`,
    "build it again: edgeflash build MODEL",
  ),
  EF6001: entry(
    "no such port",
    5,
    "The serial port named with --port does not exist or cannot be opened.",
    "list the ports: ls /dev/tty*",
    "use the simulated board: --sim",
  ),
  EF6002: entry(
    "the board does not answer",
    6,
    "The board sent no valid frame within the number of tries.",
    "check the cable and that the edgeflash firmware runs on the board",
  ),
  EF6003: entry(
    "the board refused the model",
    6,
    `The board compared the offer with what it has (ABI, slot size, memory) and refused before
    erasing anything.`,
    "build the model for this board",
  ),
  EF6004: entry(
    "the transfer failed",
    6,
    "Frames were lost or damaged more often than the link recovers from.",
    "try another cable or a lower baud rate",
  ),
  EF6005: entry(
    "the model trapped on the board",
    6,
    `The runtime stopped the model. The plan was checked, so this is a defect of edgeflash or of
    the firmware.`,
    "report this with the model",
  ),
  EF6006: entry(
    "outputs differ",
    7,
    "The board's outputs are not the bytes that the reference gives.",
    "report this with the model, it is a defect of edgeflash",
  ),
  EF7001: entry(
    "unknown command or option",
    2,
    "The command line names a verb or an option that does not exist.",
    "see edgeflash --help",
  ),
  EF7002: entry(
    "unknown board",
    2,
    "The name given with --board is not one of the board profiles.",
    "list them: edgeflash boards",
  ),
  EF7003: entry(
    "wrong input size",
    2,
    `The input file must hold one or more cases; a case is all graph inputs one after the other
    as raw little-endian tensors.`,
    "check the file against `edgeflash inspect MODEL`",
  ),
  EF7004: entry(
    "invalid option value",
    2,
    "An option's value is not one of those it takes.",
    "see edgeflash <verb> --help",
  ),
  EF7005: entry(
    "the file cannot be written",
    2,
    "The operating system refused to create or write the file.",
    "check the folder and its permissions",
  ),
  EF7006: entry(
    "unknown error code",
    2,
    "`edgeflash explain` takes one of the codes that edgeflash prints, such as EF4001.",
    "copy the code from the error message",
  ),
  EF7007: entry(
    "wrong arguments",
    2,
    "An argument or an option that the verb needs is missing, or there are more than it takes.",
    "see edgeflash <verb> --help",
  ),
} as const satisfies Record<string, CodeEntry>;

export type DiagnosticCode = keyof typeof codes;
