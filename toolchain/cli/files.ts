/** Reading and writing the user's files, with the operating system's refusal as a Diagnostic. */
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Host } from "./host.ts";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is not a folder",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}

export async function readInput(host: Host, file: string): Promise<Uint8Array> {
  try {
    return await host.readFile(file);
  } catch (cause) {
    const message = `cannot read ${file}: ${reasonOf(cause)}`;
    throw new Diagnostic("EF1005", { message, where: { file }, cause });
  }
}

export async function writeOutput(
  host: Host,
  file: string,
  content: Uint8Array | string,
): Promise<void> {
  try {
    await host.writeFile(file, content);
  } catch (cause) {
    const message = `cannot write ${file}: ${reasonOf(cause)}`;
    throw new Diagnostic("EF7005", { message, where: { file }, cause });
  }
}
