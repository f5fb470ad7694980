/**
 * The suites that build firmware with cross compilers and run it on emulated chips:
 * `npx vitest run --config vitest.emulated.config.ts`. One file after the other, since an emulator
 * and a compiler already keep two cores busy.
 *
 * Where a tool is absent a suite skips and says which; with CI=true it fails instead
 * (tests/emulated/harness/tools.ts).
 */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/emulated/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
