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
    more than one subgraph, float16 activations or a tensor type without kernels.`,
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
  EF4003: entry(
    "the board's firmware has no floating point",
    3,
    `The model has operators that compute with floating point, and the firmware of this board was
    built without it: the ESP32's, because Debian's compiler for its core has no such library.`,
    "quantise the model to int8, with int8 inputs and outputs",
    "use a board whose firmware has floating point, such as esp32c3",
  ),
  EF4004: entry(
    "the input cannot arrive by rows",
    3,
    `Rows can only be given to a model whose one input is an image [1, height, width, channels], and
    whose first operators run row by row and need it no longer than that.`,
    "give the whole input at once: leave --input-by-rows out",
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
    "list the ports: edgeflash ports",
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
  EF6007: entry(
    "which port?",
    5,
    `No --port was given, and not exactly one board that fits is attached. Ports are compared by
    their USB ids; behind a bridge, the firmware is asked what board it runs on.`,
    "name one with --port",
    "list them: edgeflash ports",
    "use the simulated board: --sim",
  ),
  EF6008: entry(
    "the programmer is not installed",
    5,
    `This board is programmed by a tool of its maker or of Debian, which edgeflash runs but never
    installs.`,
    "install the named package and run the command again",
  ),
  EF6009: entry(
    "there is no firmware for this",
    2,
    `edgeflash ships no image for the board, or the board's loader cannot do what was asked. Boards
    without an image are programmed with the user-built package in firmware-host.`,
    "list the boards: edgeflash boards",
    "name an image of your own with --firmware",
  ),
  EF6010: entry(
    "flashing failed",
    6,
    "The loader on the board, or the tool that programs it, reported an error.",
    "unplug the board, plug it in again and repeat the command",
  ),
  EF6101: entry(
    "no permission to open the port",
    5,
    `On Linux serial ports belong to a group (dialout on Debian and Fedora, uucp on Arch), and the
    user has to be in it. Being added takes effect at the next login.`,
    "run: sudo usermod -aG dialout $USER, then log out and in (Arch: uucp)",
  ),
  EF6102: entry(
    "the port is in use",
    5,
    `Only one program can hold a serial port. edgeflash looks in /proc for who does and never ends
    another program.`,
    "close it and run the command again",
    "on Linux also check ModemManager, which opens every new port for a while",
  ),
  EF6103: entry(
    "no serial port",
    5,
    `No board's serial port is attached. A cable without data lines powers the board and shows
    nothing on USB; a device on USB without a port has no driver, or another program took it.`,
    "most often the cable is charge-only: try another cable or another socket",
    "use the simulated board: --sim",
  ),
  EF6104: entry(
    "the chip runs its program, not its loader",
    6,
    `The ROM printed a boot mode in which it starts the program in flash. The automatic reset did
    not pull the boot pin, so it has to be done by hand.`,
    "hold BOOT, tap EN (or RST), release BOOT, and run the command again",
  ),
  EF6105: entry(
    "silence",
    6,
    "Nothing that was sent to the port was answered, and nothing was received at all.",
    "check the port: edgeflash ports",
    "check that TX goes to RX, RX to TX, and that the grounds are joined",
  ),
  EF6106: entry(
    "garbage instead of text or frames",
    6,
    `Bytes arrived, but most are neither text nor part of a frame: as a rule the board sends at
    another rate.`,
    "check the baud rate that the firmware was built with",
  ),
  EF6107: entry(
    "the line loses blocks",
    6,
    `Blocks of the image were lost or damaged. edgeflash lowers the rate by itself, from 921600 over
    460800 to 115200, and gives up only when the lowest fails too.`,
    "use a shorter cable, and no hub",
  ),
  EF6108: entry(
    "the board's supply drops",
    6,
    `The chip's brown-out detector restarted it while it was written to. Writing flash and the radio
    draw more current than the cable or the hub delivers.`,
    "use a short cable and no hub, and unplug motors and LEDs",
  ),
  EF6109: entry(
    "another board",
    6,
    `The chip's ROM, or its firmware, says it is not the board named with --board. Nothing was
    written.`,
    "name the right board with --board",
  ),
  EF6110: entry(
    "the image does not fit",
    4,
    "The image ends beyond the chip's flash, whose size its flash memory reports.",
    "use a board with more flash",
  ),
  EF6111: entry(
    "the port vanished",
    6,
    "The cable was pulled, the board lost its power, or it restarted its USB.",
    "plug the board in again and run the same command",
  ),
  EF6112: entry(
    "the firmware image is not genuine",
    8,
    `The image differs from what its record says: prebuilt images are recorded with their SHA-256,
    and ESP images carry a checksum and a hash of their own. Nothing was written.`,
    "install edgeflash again, or build the image again",
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
