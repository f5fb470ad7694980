/**
 * What the project installs: NOTICE names every package, and the lock file is whole.
 *
 * npm leaves optional packages of other platforms out of a lock file when the registry at hand has
 * no copy of them, and `npm ci` then refuses the lock file everywhere.
 */
import { describe, expect, it } from "vitest";
import { readTextAsset } from "../../toolchain/assets.ts";

interface Locked {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, Locked>>;
}

/** Dependencies, optional ones too, that have no entry where Node would look for them. */
function missingFromLock({ packages }: Lock): string[] {
  return Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) => {
    const names = Object.keys({ ...dependencies, ...optionalDependencies });
    const parts = path.split("/node_modules/");
    const folders = parts.map((_, depth) => parts.slice(0, depth + 1).join("/node_modules/"));
    const found = (name: string) =>
      [...folders, ""].some((folder) => {
        const at = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
        return packages[at]?.version !== undefined;
      });
    return names.filter((name) => !found(name)).map((name) => `${path || "the project"}: ${name}`);
  });
}

const readJson = <T>(path: string): T => JSON.parse(readTextAsset(path)) as T;

describe("packages", () => {
  const manifests = ["package.json", "tests/oracles/package.json"];

  it.each(["package-lock.json", "tests/oracles/package-lock.json"])("%s is whole", (path) => {
    expect(missingFromLock(readJson<Lock>(path))).toEqual([]);
  });

  it("catches a lock file without an optional package", () => {
    const packages = {
      "": { dependencies: { tool: "1.0.0" } },
      "node_modules/tool": { version: "1.0.0", optionalDependencies: { "tool-mac": "1.0.0" } },
    };
    expect(missingFromLock({ packages })).toEqual(["node_modules/tool: tool-mac"]);
    const whole = { ...packages, "node_modules/tool/node_modules/tool-mac": { version: "1.0.0" } };
    expect(missingFromLock({ packages: whole })).toEqual([]);
  });

  it.each(manifests)("NOTICE names every package of %s", (path) => {
    type Manifest = Record<"dependencies" | "devDependencies", Readonly<Record<string, string>>>;
    const { dependencies, devDependencies } = readJson<Partial<Manifest>>(path);
    const notice = readTextAsset("NOTICE");
    const unnamed = Object.keys({ ...dependencies, ...devDependencies }).filter(
      (name) => !notice.includes(name),
    );
    expect(unnamed).toEqual([]);
  });
});
