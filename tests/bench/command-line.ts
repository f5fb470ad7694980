/**
 * What a user waits for and what the demo installs: cold starts of the bundled command line as
 * whole processes (median of several), and the size of the production dependencies.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../toolchain/assets.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";
import type { Figure } from "./figure.ts";

const RUNS = 5;

function medianMs(args: readonly string[]): number {
  const program = join(packageRoot(), "bin/edgeflash.mjs");
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    execFileSync(process.execPath, [program, ...args], { stdio: "ignore" });
    return performance.now() - start;
  });
  return must(times.sort((a, b) => a - b)[Math.floor(RUNS / 2)], "a median");
}

export function startUpFigures(): Figure[] {
  const subject = "command line";
  const folder = mkdtempSync(join(tmpdir(), "edgeflash-bench-"));
  try {
    const digits = join(packageRoot(), "models/digits/digits.tflite");
    const build = medianMs(["build", digits, "--output", join(folder, "digits.wasm"), "--quiet"]);
    const help = medianMs(["--help"]);
    return [
      { subject, name: "--help", value: help, unit: "ms", atMost: 150, timed: true },
      {
        subject,
        name: "cold build digits",
        value: build / 1000,
        unit: "s",
        atMost: 3,
        timed: true,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Lock {
  readonly packages: Readonly<Record<string, { dev?: boolean; devOptional?: boolean }>>;
}

/** Installed bytes of everything that `npm ci --omit=dev` installs, by the lock file. */
export function installFigure(): Figure {
  const root = packageRoot();
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock;
  const wanted = Object.entries(lock.packages).filter(([path, { dev }]) => path !== "" && !dev);
  const bytes = wanted.reduce((sum, [path]) => sum + folderBytes(join(root, path)), 0);
  const value = Math.round(bytes / 1e5) / 10;
  return { subject: "demo", name: "installed packages", value, unit: "MB", atMost: 200 };
}

/** Bytes of a package's own files; packages nested in it are counted by their own lock entry. */
function folderBytes(folder: string): number {
  const entries = statSync(folder, { throwIfNoEntry: false })?.isDirectory()
    ? readdirSync(folder, { withFileTypes: true })
    : [];
  return entries
    .filter((entry) => entry.name !== "node_modules")
    .reduce((sum, entry) => {
      const path = join(folder, entry.name);
      return sum + (entry.isDirectory() ? folderBytes(path) : statSync(path).size);
    }, 0);
}
