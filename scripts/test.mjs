/**
 * `npm test`: everything a fresh clone needs, then types, lint and all tests.
 *
 * Arguments go to vitest (`npm test -- tests/cli`). The last line counts tests, with the type check
 * and the linter as one each. With CI=true a skipped test that reads the shared data is a failure:
 * a machine that has to have the data must not pass by not looking at it.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureInstalled, root, run } from "./setup.mjs";

const bin = (name, entry) => [process.execPath, join(root, "node_modules", name, entry)];

const checks = [
  { name: "types", command: [...bin("typescript", "bin/tsc"), "--noEmit"] },
  { name: "format and lint", command: [...bin("@biomejs/biome", "bin/biome"), "check", "."] },
];

function runTests() {
  const reportFile = join(root, "node_modules", ".cache", "test-report.json");
  mkdirSync(join(root, "node_modules", ".cache"), { recursive: true });
  rmSync(reportFile, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];
  const tests = [...bin("vitest", "vitest.mjs"), "run", ...reporters, ...process.argv.slice(2)];
  const status = run(tests);
  const report = JSON.parse(readFileSync(reportFile, "utf8"));
  const results = report.testResults.flatMap((file) => file.assertionResults);
  const having = (...states) => results.filter((result) => states.includes(result.status));
  // A file that does not even load has no results of its own.
  const broken = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((r) => r.status === "failed"),
  );
  return {
    status,
    passed: having("passed").length,
    failed: having("failed").length + broken.length,
    skipped: having("skipped", "pending", "todo", "disabled").map((result) => result.fullName),
  };
}

ensureInstalled("", ["vitest", "typescript", "@biomejs/biome", "assemblyscript", "commander"]);
ensureInstalled("tests/oracles", ["@tensorflow/tfjs-tflite"]);
if (run([process.execPath, join(root, "scripts", "bundle.mjs")]) !== 0) process.exit(1);

const failedChecks = checks.filter(({ name, command }) => {
  console.log(`checking ${name}`);
  return run(command) !== 0;
});
const tests = runTests();
const strict = process.env.CI === "true";
const missing = strict ? tests.skipped.filter((name) => name.includes("shared")) : [];
for (const { name } of failedChecks) console.log(`failed: ${name}`);
for (const name of tests.skipped) console.log(`skipped: ${name}`);
if (missing.length > 0)
  console.log(`${missing.length} tests of the shared data were skipped in CI`);

const passed = tests.passed + checks.length - failedChecks.length;
// vitest also fails on errors outside any test.
const outside = tests.status !== 0 && tests.failed === 0 ? 1 : 0;
const failed = tests.failed + outside + failedChecks.length + missing.length;
const skipped = tests.skipped.length - missing.length;
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
