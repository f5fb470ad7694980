/**
 * The package that makers build (firmware-host/package.mjs): the wrapper compiles against the AVR
 * core of Debian, and against stubs of Arduino and ESP-IDF; with the stub of Arduino the sketches
 * run, wasm3 having the allocator and the defaults it has as somebody's library.
 */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { measuredDevice, offerOf, sendTo } from "../../../toolchain/cli/device.ts";
import { silentProgress } from "../../../toolchain/cli/progress.ts";
import { must } from "../../../toolchain/diagnostics/assert.ts";
import { adder, buildModule, done } from "../../device/modules.ts";
import { i32, load8, store8, sub } from "../../device/wasm-builder.ts";
import { build, testModels } from "../../e2e/built-models.ts";
import { suiteWith } from "../harness/tools.ts";
import { onPort, type ProcessBoard, startProcess } from "../posix/process-board.ts";

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const wasm3 = pathOf("../../../node_modules/react-native-webassembly/cpp");
const avrCore = "/usr/share/arduino/hardware/arduino/avr";
const warnings = ["-Wall", "-Wextra", "-Werror"];
/** What examples/*.ino bring along in build_opt.h. */
const limits = ["-Dd_m3MaxFunctionStackHeight=512", "-Dd_m3MaxConstantTableSize=120"];

let temporary: string;
let folder: string;
let stubs: string;

beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), "edgeflash-package-"));
  folder = join(temporary, "edgeflash");
  execFileSync(process.execPath, [pathOf("../../../firmware-host/package.mjs"), folder]);
  stubs = join(temporary, "stubs");
  cpSync(pathOf("stubs"), stubs, { recursive: true });
  // Their names are not those of files here.
  renameSync(join(stubs, "arduino/arduino.h"), join(stubs, "arduino/Arduino.h"));
  renameSync(join(stubs, "idf/freertos/free-rtos.h"), join(stubs, "idf/freertos/FreeRTOS.h"));
});
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const examples = ["Predict", "Sensor"];
const sketch = (name: string) => join(folder, "examples", name, `${name}.ino`);

describe("the package", () => {
  it("is a library for Arduino and PlatformIO and a component for ESP-IDF", () => {
    for (const file of ["library.properties", "library.json", "idf_component.yml"]) {
      expect(readFileSync(join(folder, file), "utf8")).toMatch(/wasm3/i);
    }
    expect(existsSync(join(folder, "CMakeLists.txt"))).toBe(true);
    for (const file of ["hal.h", "edgeflash.h", "core/ef.c", "runtime/rt_wasm3.c"]) {
      expect(existsSync(join(folder, "src", file)), file).toBe(true);
    }
  });

  it("has in build_opt.h the limits that the tests compile wasm3 with", () => {
    for (const name of examples) {
      const options = readFileSync(join(folder, "examples", name, "build_opt.h"), "utf8");
      expect(options.trim().split(" ")).toEqual(limits);
    }
  });
});

suiteWith(["avr-g++"], "the Arduino wrapper and Debian's arduino-core-avr", () => {
  it.each(["edgeflash.cpp", ...examples])("%s compiles", (name) => {
    const file = name.endsWith(".cpp") ? join(folder, "src", name) : sketch(name);
    const options = [
      ...["-mmcu=atmega2560", "-DF_CPU=16000000L", "-DARDUINO=10819", "-DARDUINO_ARCH_AVR"],
      ...[`-I${avrCore}/cores/arduino`, `-I${avrCore}/variants/mega`],
    ];
    const object = join(temporary, "avr.o");
    const language = ["-std=gnu++11", "-x", "c++", "-include", "Arduino.h", "-Os", "-c"];
    execFileSync("avr-g++", [
      ...options,
      ...warnings,
      ...language,
      `-I${folder}/src`,
      file,
      "-o",
      object,
    ]);
  });
});

suiteWith(["gcc"], "the ESP-IDF component and a stub of ESP-IDF", () => {
  it.each([4, 5])("compiles as with version %i", (major) => {
    const version = `-DESP_IDF_VERSION_MAJOR=${major}`;
    const includes = [`-I${folder}/src`, `-I${stubs}/idf`];
    const own = ["src/ef_uart.c", "src/slot-esp.c", "examples/predict/main/main.c"];
    const files = own.map((name) => join(folder, name));
    const options = ["-std=gnu99", "-DESP_PLATFORM", version, "-fsyntax-only"];
    execFileSync("gcc", [...options, ...warnings, "-Wconversion", ...includes, ...files]);
  });
});

const sourcesIn = (path: string, suffix: string) =>
  readdirSync(path)
    .filter((name) => name.endsWith(suffix))
    .map((name) => join(path, name));

/** What Arduino's build does: every source of library and dependency, and the sketch as C++. */
function buildSketch(name: string): string {
  const all = ["-O1", "-g0", "-DARDUINO=10819", ...limits, "-isystem", wasm3, `-I${folder}/src`];
  const stub = join(stubs, "arduino");
  const c = ["core", "runtime", "."].flatMap((part) => sourcesIn(join(folder, "src", part), ".c"));
  const engine = sourcesIn(wasm3, ".c").filter((file) => !/m3_api_/.test(file));
  const library = join(temporary, "library.o");
  if (!existsSync(library)) {
    const objects = [...c, ...engine].map((file, index) => {
      const object = join(temporary, `${index}.o`);
      const strict = c.includes(file) ? warnings : ["-w"];
      execFileSync("gcc", [...all, ...strict, "-fno-strict-aliasing", "-c", file, "-o", object]);
      return object;
    });
    execFileSync("ld", ["-r", "-o", library, ...objects]);
  }
  const program = join(temporary, name);
  const cpp = ["-x", "c++", "-std=gnu++11", "-include", "Arduino.h", `-I${stub}`];
  const files = [sketch(name), join(folder, "src/edgeflash.cpp"), join(stub, "main.cpp")];
  const linked = ["-x", "none", library, "-lm", "-o", program];
  execFileSync("g++", [...all, ...warnings, ...cpp, ...files, ...linked]);
  return program;
}

let boards: ProcessBoard[] = [];
afterEach(async () => {
  for (const board of boards) await board.kill();
  boards = [];
});

async function start(name: string): Promise<ProcessBoard> {
  const board = await startProcess(buildSketch(name), "");
  boards.push(board);
  return board;
}

suiteWith(["gcc", "g++"], "the sketch Predict, run with a stub of Arduino", () => {
  it("computes for our own model what the simulator does", async () => {
    const sine = must(
      testModels.find(({ name }) => name === "sine"),
      "our model",
    );
    const { artifact } = await build(sine, { rounding: "tflite", optimize: "speed" });
    const simulator = await sendTo(await measuredDevice(), artifact, silentProgress());
    const board = await start("Predict");
    await onPort(board.path, async (session) => {
      expect(session.hello).toMatchObject({ board: "arduino", slotBytes: 65_536 - 256 });
      for (let load = 0; load < 3; load++) {
        await session.transfer(artifact.wasm, offerOf(artifact.manifest));
      }
      for (const input of [0, 40, 127, 200].map((value) => Uint8Array.of(value))) {
        expect(await session.run(input)).toEqual(await simulator.run(input));
      }
    });
  });

  it("refuses, unloads and takes the next model", async () => {
    const board = await start("Predict");
    const model = adder();
    await onPort(board.path, async (session) => {
      const broken = model.artifact.slice();
      const wrong = { ...model.offer, arenaBytes: 72 };
      await expect(session.transfer(broken, wrong)).rejects.toMatchObject({ code: "EF6003" });
      const large = { ...model.offer, arenaBytes: 100_000 };
      await expect(session.transfer(broken, large)).rejects.toMatchObject({ code: "EF4001" });
      await session.transfer(model.artifact, model.offer);
      expect((await session.run(new Uint8Array(7)))[0]).toBe(1);
      await session.reset();
      expect((await session.connect()).state).toBe("confirmed");
    });
  });
});

suiteWith(["gcc", "g++"], "the sketch Sensor, run with a stub of Arduino", () => {
  it("is told of the computer's predictions", async () => {
    const board = await start("Sensor");
    const first = buildModule({
      arenaBytes: 16,
      inputs: [{ offset: 0, bytes: 2 }],
      outputs: [{ offset: 8, bytes: 1 }],
      predict: [...store8(i32(8), load8(i32(0))), ...done],
    });
    await onPort(board.path, async (session) => {
      await session.transfer(first.artifact, first.offer);
      await session.run(Uint8Array.of(1, 0));
      expect(await board.line()).toBe("pin 13 high");
      await session.run(Uint8Array.of(0x80, 0));
      expect(await board.line()).toBe("pin 13 low");
    });
  });

  it("predicts in its own loop and drives the pin", async () => {
    const board = await start("Sensor");
    const negation = buildModule({
      arenaBytes: 16,
      inputs: [{ offset: 0, bytes: 1 }],
      outputs: [{ offset: 8, bytes: 1 }],
      predict: [...store8(i32(8), sub(i32(-1), load8(i32(0)))), ...done],
    });
    await onPort(board.path, (session) => session.transfer(negation.artifact, negation.offer));
    expect(await board.line()).toBe("pin 13 high");
    expect(await board.line()).toBe("pin 13 low");
  });
});
