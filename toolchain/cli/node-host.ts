/**
 * The Host of a real process.
 *
 * Writes go through the streams' own queues and nothing calls process.exit, so output to a pipe is
 * complete. A reader that goes away early (`edgeflash plan m.tflite | head`) is not an error.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Host, Output } from "./host.ts";

const COLUMNS_WITHOUT_TTY = 100;

function output(stream: NodeJS.WriteStream): Output {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY === true,
    columns: stream.columns ?? COLUMNS_WITHOUT_TTY,
  };
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

/**
 * Makes a folder and those above it. Node's own recursive mkdir never ends on file systems that
 * answer ENOENT for a folder whose parent exists, as /proc does.
 */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return;
    if (codeOf(error) !== "ENOENT" || dirname(folder) === folder) throw error;
    await makeFolder(dirname(folder));
    await mkdir(folder);
  }
}

export function nodeHost(): Host {
  return {
    env: process.env,
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    readFile: (path) => readFile(path),
    writeFile: async (path, content) => {
      await makeFolder(dirname(path));
      await writeFile(path, content);
    },
    now: () => performance.now(),
    onInterrupt: (callback) => {
      process.on("SIGINT", callback);
      return () => void process.off("SIGINT", callback);
    },
  };
}
