/** One command line on a machine of the test's: its ports, its programs, its time. */
import { runCli } from "../../toolchain/cli/run-cli.ts";
import type { Machine } from "../../toolchain/deploy/machine.ts";
import { type CliResult, type TestOptions, testHost } from "./test-host.ts";

export async function cliOn(
  machine: Machine,
  line: string,
  options: TestOptions = {},
): Promise<CliResult> {
  const host = testHost(options);
  const status = await runCli(line.split(" "), { ...host, machine });
  return { status, ...host.collected, files: host.files };
}
