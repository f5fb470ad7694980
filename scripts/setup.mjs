/**
 * Set-up of a fresh clone: runs `npm ci` in a folder when its packages are missing or older than
 * the lock file, so that `npm test` and `npm run demo` need no step before them.
 */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a command with its output shown; gives its exit status. */
export function run(command, options = {}) {
  const [program, ...rest] = command;
  const { status, error } = spawnSync(program, rest, { cwd: root, stdio: "inherit", ...options });
  if (error !== undefined) throw error;
  return status ?? 1;
}

/** npm as it was started, so that the set-up uses the same one. */
function npm(args) {
  const script = process.env.npm_execpath;
  return script?.endsWith(".js") ? [process.execPath, script, ...args] : ["npm", ...args];
}

function modifiedMs(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

/** Installs `folder` as its lock file says unless `packages` are all there and newer than it. */
export function ensureInstalled(folder, packages, npmArguments = []) {
  const at = (...parts) => join(root, folder, ...parts);
  const installedMs = modifiedMs(at("node_modules", ".package-lock.json"));
  const complete = packages.every((name) => existsSync(at("node_modules", name, "package.json")));
  if (complete && installedMs >= modifiedMs(at("package-lock.json"))) return;
  console.log(`installing packages in ${folder === "" ? "the project" : folder}`);
  const options = { cwd: join(root, folder), shell: process.platform === "win32" };
  const status = run(npm(["ci", "--no-audit", "--no-fund", ...npmArguments]), options);
  if (status !== 0) throw new Error(`npm ci failed with status ${status} in ${join(".", folder)}`);
}
