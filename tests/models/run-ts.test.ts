/**
 * scripts/run-ts.mjs, which runs the train scripts.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, expect, it } from "vitest";

const script = fileURLToPath(new URL("../../scripts/run-ts.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "run-ts-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("runs TypeScript with its arguments and its own import.meta.url", () => {
  const file = join(folder, "main.ts");
  writeFileSync(join(folder, "part.ts"), "export const where: string = import.meta.url;\n");
  writeFileSync(
    file,
    `import { where } from "./part.ts";
    const shown: unknown = [process.argv.slice(1), where];
    console.log(JSON.stringify(shown));`,
  );
  const output = execFileSync("node", [script, file, "a", "--b"], { encoding: "utf8" });
  const part = pathToFileURL(join(folder, "part.ts")).href;
  expect(JSON.parse(output)).toEqual([[file, "a", "--b"], part]);
});

it("fails with the script's error, at its TypeScript line", () => {
  const file = join(folder, "broken.ts");
  writeFileSync(file, "const x: number = 1;\n\nthrow new Error(`broken` + x);\n");
  const { status, stderr } = spawnSync("node", [script, file], { encoding: "utf8" });
  expect(status).toBe(1);
  expect(stderr).toContain("broken1");
  expect(stderr).toContain("broken.ts:3");
});

it("says how to call it", () => {
  const { status, stderr } = spawnSync("node", [script], { encoding: "utf8" });
  expect(status).toBe(2);
  expect(stderr).toContain("usage: node scripts/run-ts.mjs FILE.ts");
});
