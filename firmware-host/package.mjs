/**
 * Puts together what a maker's build tool takes: `node firmware-host/package.mjs FOLDER` makes an
 * Arduino library, a PlatformIO library and an ESP-IDF component in one. Each wants the sources in
 * src/, so the core is copied there as it is; wasm3 is a dependency that the tool resolves.
 */
import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** What is copied, and where to. */
const parts = [
  ["core", "src/core"],
  ["runtime", "src/runtime"],
  ["hal.h", "src/hal.h"],
  ["arduino", "."],
  ["idf", "."],
  ["../LICENSE", "LICENSE"],
];

/** For Arduino cores that read compiler options beside a sketch; no comment may be in them. */
const options = "-Dd_m3MaxFunctionStackHeight=512 -Dd_m3MaxConstantTableSize=120\n";

export function assemble(folder) {
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0) throw new Error(`${folder} is not empty`);
  for (const [from, to] of parts) {
    cpSync(join(here, from), join(folder, to), { recursive: true });
  }
  for (const sketch of readdirSync(join(here, "arduino/examples"))) {
    writeFileSync(join(folder, "examples", sketch, "build_opt.h"), options);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) {
    process.stderr.write("usage: node firmware-host/package.mjs FOLDER\n");
    process.exitCode = 1;
  } else {
    assemble(folder);
    process.stdout.write(`${folder}: for Arduino, PlatformIO and ESP-IDF\n`);
  }
}
