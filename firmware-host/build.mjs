/**
 * Builds the firmware: `node firmware-host/build.mjs [--check] [target ...]`. Plain Node, because
 * it runs before anything is bundled. One table says what each target is made of.
 *
 * --check builds to a temporary folder and compares with prebuilt/. The same compiler version has
 * to give the same bytes; another version may not, which is said and is no failure (the tests of
 * the virtual board then speak for the prebuilt file).
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const wasm3Package = join(here, "../node_modules/react-native-webassembly");
const wasm3Folder = join(wasm3Package, "cpp");
const prebuilt = join(here, "prebuilt");

const sourcesIn = (folder) =>
  readdirSync(join(here, folder))
    .filter((name) => name.endsWith(".c"))
    .sort()
    .map((name) => join(here, folder, name));

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
const ownFlags = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"];

const simulator = {
  file: "sim.wasm",
  packages: "clang lld wasi-libc libclang-rt-14-dev-wasm32",
  compiler: "clang",
  linker: "wasm-ld",
  own: [...sourcesIn("core"), ...sourcesIn("runtime"), ...sourcesIn("ports/sim")],
  flags: [
    ...["--target=wasm32-wasi", "-O2", "-DNDEBUG", "-ffunction-sections"],
    ...["-mtail-call", "-mbulk-memory", "-msign-ext", "-mnontrapping-fptoint"],
  ],
  link: [
    ...["--no-entry", "--gc-sections", "--strip-all", "--stack-first"],
    ...["-z", "stack-size=65536", "-L/usr/lib/wasm32-wasi", "-lc"],
  ],
};

/** The simulator with a wasm3 that counts the operators it executes: for benchmarks only. */
const counting = {
  ...simulator,
  file: "sim-counting.wasm",
  own: [...simulator.own, ...sourcesIn("ports/counting")],
  countsOperators: true,
};

const targets = { sim: simulator, "sim-counting": counting };

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
  const all = [...target.flags, ...flags, "-isystem", wasm3, "-c", source, "-o", object];
  run(target, target.compiler, all);
  return object;
}

/** rt_wasm3.c includes wasm3's headers, so it sees them as wasm3 was compiled. */
const flagsOf = (source) =>
  basename(source) === "rt_wasm3.c" ? [...wasm3Flags, ...ownFlags] : ownFlags;

function build(target) {
  const folder = mkdtempSync(join(tmpdir(), "edgeflash-build-"));
  try {
    const wasm3 = wasm3For(target, folder);
    const object = (source, flags) => compile(target, source, flags, wasm3, folder);
    const objects = [
      ...target.own.map((source) => object(source, flagsOf(source))),
      ...wasm3Sources.map((name) => object(join(wasm3, name), wasm3Flags)),
    ];
    const out = join(folder, target.file);
    run(target, target.linker, [...objects, ...target.link, "-o", out]);
    return readFileSync(out);
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

const manifestFile = join(prebuilt, "manifest.json");
const readManifest = () => JSON.parse(readFileSync(manifestFile, "utf8"));

function check(name, built) {
  const recorded = readManifest()[name];
  const stored = readFileSync(join(prebuilt, targets[name].file));
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

function store(name, built, bytes, manifest) {
  writeFileSync(join(prebuilt, targets[name].file), bytes);
  const next = { ...manifest, [name]: built };
  writeFileSync(manifestFile, `${JSON.stringify(next, null, 2)}\n`);
  return `${name}: ${built.bytes} bytes, sha256 ${built.sha256}`;
}

function main(args) {
  const names = args.filter((arg) => !arg.startsWith("--"));
  const isCheck = args.includes("--check");
  for (const name of names.length > 0 ? names : Object.keys(targets)) {
    const target = targets[name];
    if (target === undefined) {
      throw new BuildError(`no target ${name}; there are: ${Object.keys(targets).join(", ")}`);
    }
    const bytes = build(target);
    const built = describe(target, bytes);
    const hasManifest = readdirSync(prebuilt).includes("manifest.json");
    const line = isCheck
      ? check(name, built)
      : store(name, built, bytes, hasManifest ? readManifest() : {});
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
