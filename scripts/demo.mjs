/**
 * `npm run demo`: from a model file to predictions on a board, on a machine with Node and git only.
 *
 * Installs what the command line needs, bundles it, and runs it as a user would: plan, build and
 * deploy the digits model to a simulated ESP32 over a simulated serial line, where the real
 * firmware core and the real wasm3 run it. Then shows each handwritten digit and what the board
 * said it is.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureInstalled, root } from "./setup.mjs";

const BOARD = "esp32";
const SIDE = 28;
const MODEL = "models/digits/digits.tflite";
const LABELS = "models/digits/labels.txt";
const samples = join(root, "models", "digits", "samples");

ensureInstalled("", ["assemblyscript", "commander", "esbuild", "serialport"], ["--omit=dev"]);
await import("./bundle.mjs");

/** Runs edgeflash, shows its output, stops the demo when it fails. */
function edgeflash(args, stdout = "inherit") {
  console.log(`\n$ edgeflash ${args.join(" ")}`);
  const program = [join(root, "bin", "edgeflash.mjs"), ...args];
  const stdio = ["ignore", stdout, "inherit"];
  const result = spawnSync(process.execPath, program, { cwd: root, stdio, encoding: "utf8" });
  if (result.status !== 0) throw new Error(`edgeflash ended with status ${result.status}`);
  return result.stdout;
}

const SHADES = " .:-=+*#%@";

/** Two rows of pixels a line, because characters are twice as high as wide. */
function draw(image) {
  const ink = (row, column) => image[row * SIDE + column] + 128;
  const lines = Array.from({ length: SIDE / 2 }, (_, line) => {
    const shade = (_, column) => {
      const mean = (ink(2 * line, column) + ink(2 * line + 1, column)) / 2;
      return SHADES[Math.floor((mean * SHADES.length) / 256)];
    };
    return `    ${Array.from({ length: SIDE }, shade).join("")}`.trimEnd();
  });
  return lines.filter((line) => line !== "").join("\n");
}

const files = readdirSync(samples)
  .filter((name) => name.endsWith(".bin"))
  .sort();
const images = files.map((name) => new Int8Array(readFileSync(join(samples, name))));
const truth = JSON.parse(readFileSync(join(samples, "labels.json"), "utf8"));

const folder = mkdtempSync(join(tmpdir(), "edgeflash-demo-"));
try {
  const input = join(folder, "digits.bin");
  writeFileSync(input, Buffer.concat(images.map((image) => Buffer.from(image.buffer))));
  edgeflash(["plan", MODEL, "--board", BOARD]);
  edgeflash(["build", MODEL, "--labels", LABELS, "--output", join(folder, "digits.wasm")]);
  const deploy = ["deploy", MODEL, "--board", BOARD, "--sim", "--labels", LABELS];
  const report = JSON.parse(edgeflash([...deploy, "--input", input, "--json"], "pipe"));

  const said = report.predictions.map(({ label }) => Number(label));
  images.forEach((image, index) => {
    const { label, score } = report.predictions[index];
    const verdict = said[index] === truth[index] ? "right" : "wrong";
    console.log(`\n${draw(image)}`);
    console.log(`    a ${truth[index]}; the board says ${label} (${score.toFixed(2)}), ${verdict}`);
  });
  const right = said.filter((label, index) => label === truth[index]).length;
  const { artifactBytes, transferSeconds, peakBytes, deviceRamBytes, verifiedCases } = report;
  console.log(`
${right} of ${images.length} digits right, on a simulated ${BOARD}: the firmware core and wasm3 of a
real board, compiled to WebAssembly, behind a simulated serial line.
  planned RAM  ${peakBytes} B, and ${deviceRamBytes} B with wasm3 and its translated code
  sent         ${artifactBytes} B, ${transferSeconds.toFixed(2)} s at the line's speed
  verified     ${verifiedCases} cases on the board, every byte equal to the reference`);
  if (right * 10 < images.length * 9) throw new Error("fewer than nine digits in ten are right");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
