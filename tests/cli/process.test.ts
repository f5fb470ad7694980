/**
 * The command as a process: the bundle starts, its exit status and streams are the contract, output
 * into a pipe is whole, and a reader that goes away early does no harm.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../toolchain/assets.ts";
import { allBoards } from "../../toolchain/boards/boards.ts";
import { codes } from "../../toolchain/diagnostics/codes.ts";

const program = join(packageRoot(), "bin", "edgeflash.mjs");

function spawn(command: readonly [string, ...string[]], cwd = packageRoot()) {
  const [file, ...rest] = command;
  return spawnSync(file, rest, { cwd, encoding: "utf8" });
}

const edgeflash = (...words: string[]) => spawn([process.execPath, program, ...words]);

beforeAll(() => {
  if (existsSync(join(packageRoot(), "dist", "main.js"))) return;
  expect(spawn([process.execPath, "scripts/bundle.mjs"]).status).toBe(0);
});

describe("the bundled command", () => {
  it("gives its help, status 0", () => {
    const { status, stdout, stderr } = edgeflash("--help");
    expect(status).toBe(0);
    expect(stdout).toContain("Usage: edgeflash");
    expect(stderr).toBe("");
  });

  it("finds its boards and models from any folder", () => {
    const folder = mkdtempSync(join(tmpdir(), "edgeflash-"));
    const model = join(packageRoot(), "models", "sine", "sine.tflite");
    const command = [process.execPath, program, "plan", model, "--json"] as const;
    const { status, stdout } = spawn([...command], folder);
    rmSync(folder, { recursive: true });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ model: "sine", board: "sim", fits: true });
  });

  it("writes a long document into a pipe to its end", () => {
    const { status, stdout } = edgeflash("boards", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ boards: allBoards() });
  });

  it("ends with the error's status", () => {
    expect(edgeflash("plan", "no-such-file.tflite").status).toBe(codes.EF1005.exitCode);
    expect(edgeflash("nonsense").status).toBe(2);
  });

  it("survives a reader that goes away", () => {
    const command = `"${process.execPath}" "${program}" boards --json`;
    const line = `${command} | head -n 1; echo \${PIPESTATUS[0]}`;
    const { stdout, stderr } = spawn(["bash", "-c", line]);
    expect(stdout).toBe("{\n0\n");
    expect(stderr).toBe("");
  });

  it("says how to build it where it is not built", () => {
    const folder = mkdtempSync(join(tmpdir(), "edgeflash-"));
    cpSync(program, join(folder, "bin", "edgeflash.mjs"), { recursive: true });
    const { status, stderr } = spawn([process.execPath, join(folder, "bin", "edgeflash.mjs")]);
    rmSync(folder, { recursive: true });
    expect(status).toBe(1);
    expect(stderr).toBe("edgeflash is not built yet. Run: npm ci && npm run build\n");
  });
});
