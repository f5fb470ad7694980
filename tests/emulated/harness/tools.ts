/**
 * Suites that need programs outside npm. Where one is absent the suite is skipped and its name says
 * why; with CI=true it fails, so that CI cannot pass by having nothing installed.
 */
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";

export const armTools = ["arm-none-eabi-gcc", "qemu-system-arm"];

const isThere = (tool: string) => spawnSync(tool, ["--version"]).error === undefined;

export const missingOf = (tools: readonly string[]): string[] =>
  tools.filter((tool) => !isThere(tool));

export function suiteWith(tools: readonly string[], name: string, suite: () => void): void {
  const missing = missingOf(tools);
  if (missing.length === 0) {
    describe(name, suite);
  } else if (process.env.CI === "true") {
    describe(name, () => {
      it(`has ${tools.join(", ")}`, () => expect(missing).toEqual([]));
    });
  } else {
    describe.skip(`${name} (skipped without ${missing.join(", ")})`, suite);
  }
}
