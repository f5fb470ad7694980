/**
 * Files that the package ships beside its code: kernel sources, board profiles, prebuilt firmware.
 * They are found relative to the package's own package.json, wherever the code was bundled to.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert } from "./diagnostics/assert.ts";

let root: string | undefined;

/** The package's folder: the nearest one above this file that has kernels-as/ and package.json. */
export function packageRoot(): string {
  if (root === undefined) {
    let folder = dirname(fileURLToPath(import.meta.url));
    while (!(existsSync(join(folder, "kernels-as")) && existsSync(join(folder, "package.json")))) {
      assert(dirname(folder) !== folder, "the package's own files are missing beside its code");
      folder = dirname(folder);
    }
    root = folder;
  }
  return root;
}

export function readAsset(path: string): Uint8Array {
  return readFileSync(join(packageRoot(), path));
}

export function readTextAsset(path: string): string {
  return readFileSync(join(packageRoot(), path), "utf8");
}
