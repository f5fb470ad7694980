/**
 * The process's entry: what bin/edgeflash.mjs runs once the bundle is built.
 *
 * It sets the exit status and lets the process end by itself, so pending output is never cut.
 */
import { nodeHost } from "./node-host.ts";
import { runCli } from "./run-cli.ts";

process.exitCode = await runCli(process.argv.slice(2), nodeHost());
