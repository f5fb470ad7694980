/**
 * The table of firmware targets. Each family of chips has a file beside this one; a target says
 *   file      what it is called in prebuilt/
 *   packages  Debian packages that build it
 *   compiler, linker, flags, link, own   programs, options and our sources
 *   wasm3Flags  limits of this target's wasm3, beside those of build.mjs
 *   finish      makes the image's bytes of the linked file; default: the linked file is the image
 *   prebuilt    false: not shipped, built by name to firmware-host/build/
 *   countsOperators   wasm3 counts what it executes (benchmarks only)
 */
import { simulators } from "./simulators.mjs";

export const targets = { ...simulators };
