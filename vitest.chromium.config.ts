/**
 * The suite that looks at the HTML report in headless Chromium, Debian's package:
 * `npx vitest run --config vitest.chromium.config.ts`. Without the browser it is skipped, and its
 * name says so; with CI=true it fails instead.
 */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/chromium/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
});
