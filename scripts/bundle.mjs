/**
 * Bundles the command line into dist/ with esbuild: one small entry for `--help`, and one chunk for
 * each verb and stage, loaded when used. Packages too big or too native to bundle stay external.
 */
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** CommonJS packages (commander) call require for Node's own modules. */
const requireForCommonJs = [
  'import { createRequire } from "node:module";',
  "const require = createRequire(import.meta.url);",
].join("\n");

await rm(join(root, "dist"), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ["toolchain/cli/main.ts"],
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  external: ["assemblyscript", "binaryen", "serialport", "@assemblyscript/loader"],
  banner: { js: requireForCommonJs },
  logLevel: "warning",
});
