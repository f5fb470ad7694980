/**
 * A Host in memory for tests of the command line: files are a map, output is collected, the clock
 * moves only when a test moves it.
 */
import type { Host, Output } from "../../toolchain/cli/host.ts";
import { runCli } from "../../toolchain/cli/run-cli.ts";

export interface TestOptions {
  readonly files?: Readonly<Record<string, Uint8Array | string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface CliResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

const encode = (content: Uint8Array | string) =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;

const failure = (code: string) => Object.assign(new Error(code), { code });

export interface TestHost extends Host {
  readonly files: Map<string, Uint8Array>;
  readonly collected: { stdout: string; stderr: string };
}

export function testHost(options: TestOptions = {}): TestHost {
  const { isTTY = false, columns = 100, env = {} } = options;
  const given = Object.entries(options.files ?? {});
  const files = new Map(given.map(([path, content]) => [path, encode(content)]));
  const collected = { stdout: "", stderr: "" };
  const output = (name: keyof typeof collected): Output => ({
    isTTY,
    columns,
    write: (text) => {
      collected[name] += text;
    },
  });
  return {
    env,
    files,
    collected,
    stdout: output("stdout"),
    stderr: output("stderr"),
    readFile: async (path) => {
      const content = files.get(path);
      if (content === undefined) throw failure("ENOENT");
      return content;
    },
    writeFile: async (path, content) => {
      if (path.startsWith("read-only/")) throw failure("EROFS");
      files.set(path, encode(content));
    },
    now: () => 0,
  };
}

/** Runs one command line, words separated by spaces. */
export async function cli(line: string, options: TestOptions = {}): Promise<CliResult> {
  const host = testHost(options);
  const words = line.split(" ").filter((word) => word !== "");
  const status = await runCli(words, host);
  return { status, ...host.collected, files: host.files };
}
