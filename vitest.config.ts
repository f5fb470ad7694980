/**
 * How tests are found and how long one may take. Limits are wide because compiling kernels on a
 * busy two-core machine is slow; no test waits for real time. What needs cross compilers and
 * emulators has a configuration of its own: vitest.emulated.config.ts.
 */
import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: [
      ...configDefaults.exclude,
      "tests/chromium/**",
      "tests/emulated/**",
      "tests/python/**",
    ],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
