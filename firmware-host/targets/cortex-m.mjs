/**
 * Cortex-M boards, built by Debian's arm-none-eabi-gcc. wasm3 is compiled -Os: -O3 is 15 KB larger
 * and executes no fewer instructions. Optimising at link time saves another 2.5 KB.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { coreSources, sourcesIn } from "./sources.mjs";

const firmware = dirname(dirname(fileURLToPath(import.meta.url)));
const cortexM = join(firmware, "ports/cortex-m");

const optimised = ["-mthumb", "-Os", "-flto=1"];

/** What lies in flash: the linked file's loadable bytes. */
function binary({ linked, folder, run }) {
  const image = join(folder, "image.bin");
  run("arm-none-eabi-objcopy", ["-O", "binary", linked, image]);
  return readFileSync(image);
}

/** `core`: the options that choose the processor; `port`: its folder; `except`: files left out. */
function cortexMTarget({ id, core, port, script, except = [], defines = [], ...rest }) {
  const own = sourcesIn(join("ports", port)).filter(
    (file) => !except.some((x) => file.endsWith(x)),
  );
  return {
    file: `${id}.bin`,
    prebuilt: false,
    packages: "gcc-arm-none-eabi libnewlib-arm-none-eabi",
    compiler: "arm-none-eabi-gcc",
    linker: "arm-none-eabi-gcc",
    own: [...coreSources, ...sourcesIn("ports/cortex-m"), ...own],
    flags: [
      ...[...core, ...optimised, "-DNDEBUG", "-ffunction-sections", "-fdata-sections"],
      ...[`-DBOARD_ID="${id}"`, ...defines],
    ],
    link: [
      ...[...core, ...optimised, "--specs=nano.specs", "--specs=nosys.specs", "-nostartfiles"],
      ...["-Wl,--gc-sections", "-Wl,--no-warn-rwx-segments", `-Wl,-L,${cortexM}`],
      ...["-T", join(firmware, "ports", port, script), "-lm"],
    ],
    finish: binary,
    ...rest,
  };
}

const hardFloat = (fpu) => ["-mfloat-abi=hard", `-mfpu=${fpu}`];

/** MPS2 boards differ in their cores alone. */
const mps2 = (id, core) =>
  cortexMTarget({
    ...{ id, core, port: "mps2", script: "an38x.ld", except: ["timer-sse.c"] },
    defines: ["-DUART_BASE=0x40004000u"],
  });

const an547 = cortexMTarget({
  ...{ id: "mps2-an547", core: ["-mcpu=cortex-m55", "-mfloat-abi=hard"], port: "mps2" },
  ...{ script: "an547.ld", except: ["timer-cmsdk.c"], defines: ["-DUART_BASE=0x59303000u"] },
});

const stm32f405 = cortexMTarget({
  ...{ id: "stm32f405", core: ["-mcpu=cortex-m4", ...hardFloat("fpv4-sp-d16")] },
  ...{ port: "stm32f405", script: "stm32f405.ld", prebuilt: true },
});

/** 16 KB of RAM: one small frame at a time, small stacks and limits of wasm3. */
const microbit = cortexMTarget({
  ...{ id: "microbit", core: ["-mcpu=cortex-m0"], port: "nrf51", script: "nrf51.ld" },
  defines: ["-DEF_PAYLOAD_MAX=256u", "-DEF_WINDOW_FRAMES=1u", "-DEF_VALUE_STACK_BYTES=512u"],
  wasm3Flags: ["-Dd_m3MaxFunctionStackHeight=64", "-Dd_m3CodePageAlignSize=256"],
});

export const cortexMTargets = {
  "mps2-an385": mps2("mps2-an385", ["-mcpu=cortex-m3"]),
  "mps2-an386": mps2("mps2-an386", ["-mcpu=cortex-m4", ...hardFloat("fpv4-sp-d16")]),
  "mps2-an500": mps2("mps2-an500", ["-mcpu=cortex-m7", ...hardFloat("fpv5-sp-d16")]),
  "mps2-an547": an547,
  stm32f405,
  microbit,
};
