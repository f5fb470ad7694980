#!/usr/bin/env node
/**
 * The `edgeflash` command. The program is TypeScript; this file starts its bundle in dist/, and in
 * a clone that was never built says how to build it.
 */
import { existsSync } from "node:fs";

const bundle = new URL("../dist/main.js", import.meta.url);

if (existsSync(bundle)) {
  await import(bundle.href);
} else {
  process.stderr.write("edgeflash is not built yet. Run: npm ci && npm run build\n");
  process.exitCode = 1;
}
