/**
 * The table of firmware targets. Each family of chips has a file beside this one; a target says
 *   file      what it is called in prebuilt/
 *   packages  Debian packages that build it
 *   compiler, linker, flags, link, own   programs, options and our sources
 *   wasm3Flags  limits of this target's wasm3, beside those of build.mjs
 *   rewrite     improves the compiler's assembly text of C files
 *   finish      makes the image's bytes of the linked file; default: the linked file is the image
 *   prebuilt    false: not shipped, built by name to firmware-host/build/
 *   countsOperators   wasm3 counts what it executes (benchmarks only)
 */
import { cortexMTargets } from "./cortex-m.mjs";
import { esp } from "./esp.mjs";
import { posix } from "./posix.mjs";
import { riscv } from "./riscv.mjs";
import { rp2040Targets } from "./rp2040.mjs";
import { simulators } from "./simulators.mjs";

export const targets = {
  ...simulators,
  ...posix,
  ...riscv,
  ...esp,
  ...cortexMTargets,
  ...rp2040Targets,
};
