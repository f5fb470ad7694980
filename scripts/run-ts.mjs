/**
 * Runs a TypeScript file: node scripts/run-ts.mjs FILE.ts [arguments...]
 * Bundles it with esbuild into node_modules/.cache and imports the bundle, so that Node 20 needs no
 * loader. The script sees its own path in process.argv[1] and the arguments after it, and each
 * module's import.meta.url stays that of its source file.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const sourceUrls = {
  name: "source-urls",
  setup(bundler) {
    bundler.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const url = JSON.stringify(pathToFileURL(path).href);
      return {
        contents: readFileSync(path, "utf8").replaceAll("import.meta.url", url),
        loader: "ts",
      };
    });
  },
};

const [file, ...rest] = process.argv.slice(2);
if (file === undefined) {
  console.error("usage: node scripts/run-ts.mjs FILE.ts [arguments...]");
  process.exit(2);
}
const entry = resolve(file);
const cache = fileURLToPath(new URL("../node_modules/.cache/run-ts", import.meta.url));
mkdirSync(cache, { recursive: true });
const outfile = join(cache, `${basename(entry, ".ts")}-${process.pid}.mjs`);
process.on("exit", () => rmSync(outfile, { force: true }));
await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
  sourcemap: "inline",
  logLevel: "error",
  plugins: [sourceUrls],
});
process.argv = [process.argv[0], entry, ...rest];
process.setSourceMapsEnabled(true);
await import(pathToFileURL(outfile));
