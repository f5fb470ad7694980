/**
 * Builds the firmware: `node firmware-host/build.mjs [--check | --local] [target ...]`. Plain
 * Node, because it runs before anything is bundled. targets/ says what each target is made of.
 *
 * --check builds to a temporary folder and compares with prebuilt/. The same compiler version has
 * to give the same bytes; another version may not, which is said and is no failure (the tests of
 * the virtual board then speak for the prebuilt file). Without names, all prebuilt targets; images
 * that only emulators run are built by name, to firmware-host/build/. --local always builds there
 * and keeps the linked file, <target>.elf, beside the image: for measuring and for emulators.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { targets } from "./targets/targets.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const wasm3Package = join(here, "../node_modules/react-native-webassembly");
const wasm3Folder = join(wasm3Package, "cpp");
const prebuiltFolder = join(here, "prebuilt");
const unshipped = join(here, "build");

const wasm3Sources = [
  ...["bind", "code", "compile", "core", "env", "exec"],
  ...["function", "info", "module", "parse"],
].map((name) => `m3_${name}.c`);

/** A frame is at most 512 values high: kernels hold up to some 150 weights in locals. */
const wasm3Flags = [
  "-Dd_m3VerboseErrorMessages=0",
  "-Dd_m3MaxFunctionStackHeight=512",
  "-Dd_m3CodePageAlignSize=1024",
  "-Dd_m3MaxDuplicateFunctionImpl=1",
  "-Dcalloc=ef_calloc",
  "-Drealloc=ef_realloc",
  "-Dfree=ef_free",
  "-fno-strict-aliasing",
  "-w",
];
const ownFlags = ["-std=c99", "-Os", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"];

class BuildError extends Error {}

function run(target, tool, args) {
  try {
    return execFileSync(tool, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const hint = `The target needs these Debian packages: sudo apt-get install ${target.packages}`;
    if (error.code === "ENOENT") throw new BuildError(`${tool} is not installed. ${hint}`);
    throw new BuildError(`${tool} failed:\n${error.stderr ?? error.message}\n${hint}`);
  }
}

/** Every operator ends by calling the next one through one of these expressions. */
const DISPATCH = /\(\(IM3Operation\)\(\* +(_pc|PC)\)\)/g;

/** The folder of wasm3's sources: the package's, or a copy in which each dispatch is counted. */
function wasm3For(target, folder) {
  if (!target.countsOperators) return wasm3Folder;
  const copy = join(folder, "wasm3");
  cpSync(wasm3Folder, copy, { recursive: true });
  const header = join(copy, "m3_exec_defs.h");
  const text = readFileSync(header, "utf8");
  const counted = text.replace(DISPATCH, "((IM3Operation)(* (ef_operators++, $1)))");
  if (counted === text) throw new BuildError(`${basename(header)} has no dispatch to count`);
  writeFileSync(header, `extern unsigned long long ef_operators;\n${counted}`);
  return copy;
}

function compile(target, source, flags, wasm3, folder) {
  const object = join(folder, `${basename(source)}.o`);
  const all = [...target.flags, ...flags, "-isystem", wasm3];
  if (target.rewrite === undefined || !source.endsWith(".c")) {
    run(target, target.compiler, [...all, "-c", source, "-o", object]);
    return object;
  }
  const assembly = join(folder, `${basename(source)}.s`);
  run(target, target.compiler, [...all, "-S", source, "-o", assembly]);
  writeFileSync(assembly, target.rewrite(readFileSync(assembly, "utf8")));
  run(target, target.compiler, [...target.flags, "-c", assembly, "-o", object]);
  return object;
}

/** rt_wasm3.c includes wasm3's headers, so it sees them as wasm3 was compiled. */
const flagsOf = (target, source) =>
  basename(source) === "rt_wasm3.c" ? [...runtimeFlags(target), ...ownFlags] : ownFlags;

/** A target may set limits of its own: the last definition counts. */
const runtimeFlags = ({ wasm3Flags: own = [] }) => [...wasm3Flags, ...own];

function build(target, keepLinkedAs) {
  const folder = mkdtempSync(join(tmpdir(), "edgeflash-build-"));
  try {
    const wasm3 = wasm3For(target, folder);
    const object = (source, flags) => compile(target, source, flags, wasm3, folder);
    const objects = [
      ...target.own.map((source) => object(source, flagsOf(target, source))),
      ...wasm3Sources.map((name) => object(join(wasm3, name), runtimeFlags(target))),
    ];
    const linked = join(folder, "linked");
    run(target, target.linker, [...objects, ...target.link, "-o", linked]);
    if (keepLinkedAs !== undefined) {
      mkdirSync(dirname(keepLinkedAs), { recursive: true });
      cpSync(linked, keepLinkedAs);
    }
    const tool = (name, args) => run(target, name, args);
    return target.finish === undefined
      ? readFileSync(linked)
      : target.finish({ linked, folder, run: tool });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};

function describe(target, bytes) {
  const { version } = JSON.parse(readFileSync(join(wasm3Package, "package.json"), "utf8"));
  const headers = readdirSync(wasm3Folder).filter((name) => /^(m3_|wasm3).*\.[ch]$/.test(name));
  return {
    file: target.file,
    sha256: sha256(bytes),
    bytes: bytes.length,
    compiler: run(target, target.compiler, ["--version"]).split("\n")[0],
    wasm3: {
      version: /M3_VERSION\s+"(.*)"/.exec(readFileSync(join(wasm3Folder, "wasm3.h"), "utf8"))[1],
      package: `react-native-webassembly@${version}`,
      sourcesSha256: sha256(...headers.sort().map((name) => readFileSync(join(wasm3Folder, name)))),
    },
  };
}

const manifestFile = join(prebuiltFolder, "manifest.json");
const readManifest = () => JSON.parse(readFileSync(manifestFile, "utf8"));

function check(name, built) {
  const recorded = readManifest()[name];
  const stored = readFileSync(join(prebuiltFolder, targets[name].file));
  if (recorded === undefined || sha256(stored) !== recorded.sha256) {
    throw new BuildError(`prebuilt/${targets[name].file} is not the file of its manifest`);
  }
  if (recorded.compiler !== built.compiler) {
    return `${name}: not compared: built by ${recorded.compiler}, here is ${built.compiler}`;
  }
  if (recorded.sha256 !== built.sha256) {
    throw new BuildError(
      `${name}: rebuilt ${built.sha256} (${built.bytes} bytes), ` +
        `prebuilt ${recorded.sha256} (${recorded.bytes} bytes): run firmware-host/build.mjs`,
    );
  }
  return `${name}: identical, ${built.bytes} bytes, ${built.compiler}`;
}

function store(name, built, bytes, isLocal) {
  const { file, prebuilt = true } = targets[name];
  const isShipped = prebuilt && !isLocal;
  const folder = isShipped ? prebuiltFolder : unshipped;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), bytes);
  if (isShipped) {
    const manifest = existsSync(manifestFile) ? readManifest() : {};
    const next = { ...manifest, [name]: built };
    writeFileSync(manifestFile, `${JSON.stringify(next, null, 2)}\n`);
  }
  return `${name}: ${built.bytes} bytes, sha256 ${built.sha256}`;
}

function main(args) {
  const names = args.filter((arg) => !arg.startsWith("--"));
  const isCheck = args.includes("--check");
  const isLocal = args.includes("--local");
  const shipped = Object.keys(targets).filter((name) => targets[name].prebuilt !== false);
  for (const name of names.length > 0 ? names : shipped) {
    const target = targets[name];
    if (target === undefined) {
      throw new BuildError(`no target ${name}; there are: ${Object.keys(targets).join(", ")}`);
    }
    const bytes = build(target, isLocal ? join(unshipped, `${name}.elf`) : undefined);
    const built = describe(target, bytes);
    const line = isCheck ? check(name, built) : store(name, built, bytes, isLocal);
    process.stdout.write(`${line}\n`);
  }
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
