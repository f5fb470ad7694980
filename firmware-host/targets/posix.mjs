/**
 * The board as a process of the host's own: its port is a pseudo-terminal. For tests of the real
 * tty path (tests/emulated/posix); built where it runs and never shipped.
 */
import { coreSources, sourcesIn } from "./sources.mjs";

const board = {
  file: "edgeflash-posix",
  prebuilt: false,
  packages: "gcc libc6-dev",
  compiler: "cc",
  linker: "cc",
  own: [...coreSources, ...sourcesIn("ports/posix")],
  flags: ["-O2", "-DNDEBUG", "-ffunction-sections", "-fno-builtin-calloc"],
  link: ["-Wl,--gc-sections", "-lm"],
};

/** So large a value stack that endless recursion meets the native stack's end first. */
const deep = {
  ...board,
  file: "edgeflash-posix-deep",
  flags: [...board.flags, "-DEF_VALUE_STACK_BYTES=33554432u"],
};

export const posix = { posix: board, "posix-deep": deep };
