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

export function nodeHost(): Host {
  return {
    env: process.env,
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    readFile: (path) => readFile(path),
    writeFile: async (path, content) => {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    },
    now: () => performance.now(),
    onInterrupt: (callback) => {
      process.on("SIGINT", callback);
      return () => void process.off("SIGINT", callback);
    },
  };
}
