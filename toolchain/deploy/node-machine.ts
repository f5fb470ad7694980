/**
 * The Machine of a real process. Only toolchain/cli makes one, and gives it what it read of the
 * environment (the search path).
 */
import { execFileSync, spawn } from "node:child_process";
import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { systemClock } from "./link/index.ts";
import type { Files, Finished, Machine } from "./machine.ts";
import { listSerialPorts, openSerialPort } from "./serial-port.ts";

/** The value, or undefined when reading it failed. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

const nodeFiles: Files = {
  list: (folder) => attempt(() => readdirSync(folder).sort()) ?? [],
  read: (path) => attempt(() => readFileSync(path, "utf8")),
  resolve: (path) => attempt(() => realpathSync(path)),
  mayUse: (path) => {
    const access = attempt(() => {
      accessSync(path, constants.R_OK | constants.W_OK);
      return true;
    });
    return access ?? false;
  },
  write: async (path, bytes) => {
    const file = await open(path, "w");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  },
};

function groupsOf(platform: string): readonly string[] {
  if (platform === "win32") return [];
  const names = attempt(() => execFileSync("id", ["-Gn"], { encoding: "utf8" }));
  return names?.trim().split(/\s+/) ?? [];
}

function run(program: string, args: readonly string[]): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const collect = (bytes: Buffer) => {
      output += bytes.toString();
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", (error) => resolve({ status: 127, output: `${output}${error.message}\n` }));
    child.on("close", (status) => resolve({ status: status ?? 1, output }));
  });
}

export function nodeMachine(searchPath: string): Machine {
  const { platform } = process;
  const suffixes = platform === "win32" ? [".exe", ".cmd", ""] : [""];
  return {
    platform,
    nodeVersion: process.versions.node,
    get user() {
      return { name: attempt(() => userInfo().username) ?? "", groups: groupsOf(platform) };
    },
    clock: systemClock,
    files: nodeFiles,
    listNative: listSerialPorts,
    open: openSerialPort,
    find: (program) =>
      searchPath
        .split(delimiter)
        .flatMap((folder) => suffixes.map((suffix) => join(folder, program + suffix)))
        .find((path) => existsSync(path) && statSync(path).isFile()),
    run,
  };
}
