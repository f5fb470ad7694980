/**
 * The committed firmware is what its manifest says and what its sources give. The comparison needs
 * the compiler that the sources were built with; without one it is skipped by name.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { firmware } from "./bench-board.ts";

const pathOf = (path: string) =>
  fileURLToPath(new URL(`../../firmware-host/${path}`, import.meta.url));
const buildScript = pathOf("build.mjs");
const hasCompiler = ["clang", "wasm-ld"].every(
  (tool) => spawnSync(tool, ["--version"]).status === 0,
);

describe("prebuilt/sim.wasm", () => {
  it("is the file of its manifest", () => {
    const { sim } = JSON.parse(readFileSync(pathOf("prebuilt/manifest.json"), "utf8"));
    expect(firmware.length).toBe(sim.bytes);
    expect(createHash("sha256").update(firmware).digest("hex")).toBe(sim.sha256);
  });

  it("asks its host for a transmitter and a timer, and for nothing of WASI", () => {
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(firmware));
    expect(imports.map(({ module, name }) => `${module}.${name}`)).toEqual([
      "sim.tx",
      "sim.ticks_us",
    ]);
  });

  it("is smaller than 100 KB", () => {
    expect(firmware.length).toBeLessThan(100_000);
  });

  it.skipIf(!hasCompiler)(
    "is what the sources give (skipped without clang and wasm-ld)",
    () => {
      const said = execFileSync(process.execPath, [buildScript, "--check", "sim"], {
        encoding: "utf8",
      });
      expect(said).toMatch(/^sim: (identical|not compared)/);
    },
    120_000,
  );
});

describe("build.mjs", () => {
  it("names the Debian packages when there is no compiler", () => {
    const env = { PATH: "" };
    const { status, stderr } = spawnSync(process.execPath, [buildScript, "--check"], {
      encoding: "utf8",
      env,
    });
    expect(status).toBe(1);
    expect(stderr).toBe(
      "clang is not installed. The target needs these Debian packages: " +
        "sudo apt-get install clang lld wasi-libc libclang-rt-14-dev-wasm32\n",
    );
  });

  it("names its targets when asked for another", () => {
    const { status, stderr } = spawnSync(process.execPath, [buildScript, "toaster"], {
      encoding: "utf8",
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^no target toaster; there are: sim, /);
  });
});
