/**
 * ESP targets: images that the chip's ROM loads from flash and starts, without ESP-IDF
 * (esp-image.mjs makes them of the linked program). The ESP32-C3's goes to flash address 0, the
 * ESP32's to 0x1000.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { espImage, readElf } from "./esp-image.mjs";
import { rv32Port } from "./riscv.mjs";
import { coreSources, sourcesIn } from "./sources.mjs";
import { withTailCalls } from "./tail-calls.mjs";

/** The chips' numbers in the image header: esp_chip_id_t of ESP-IDF. */
const chipIds = { esp32: 0, esp32c3: 5 };

const imageOf =
  (chip) =>
  ({ linked }) =>
    espImage({ chipId: chipIds[chip], ...readElf(readFileSync(linked)) });

const ports = join(dirname(fileURLToPath(import.meta.url)), "../ports");

/** Debian's compiler for the lx106, whose instructions the LX6 has too: no windows, no float. */
const lx106 = {
  packages: "gcc-xtensa-lx106 picolibc-xtensa-lx106-elf",
  compiler: "xtensa-lx106-elf-gcc",
  linker: "xtensa-lx106-elf-gcc",
  flags: [
    ...["-Os", "-DNDEBUG", "-ffunction-sections", "-fdata-sections"],
    ...["-mlongcalls", "-mtext-section-literals"],
  ],
  rewrite: withTailCalls,
  wasm3Flags: ["-Dd_m3HasFloat=0", "-Dd_m3NoFloatDynamic=0"],
  link: [
    ...["-nostartfiles", "-Wl,--gc-sections", "-Wl,--build-id=none", "-Wl,--nmagic"],
    ...["-Wl,--no-warn-rwx-segments", `-T${join(ports, "esp32/link.ld")}`],
  ],
};

const esp32Sources = [join(ports, "esp32/start.S"), ...sourcesIn("ports/esp32"), ...coreSources];

/** The same program with the emulator's console for UART0: what tests run on an lx106 in QEMU. */
const esp32Core = {
  ...lx106,
  own: [
    ...esp32Sources.filter((source) => !source.endsWith("/uart.c")),
    ...[join(ports, "esp32-core/reset.S"), ...sourcesIn("ports/esp32-core")],
  ],
  link: [...lx106.link, "-Wl,-u,reset", "-Wl,--section-start=.reset=0x50000000"],
  file: "esp32-core.elf",
  prebuilt: false,
};

export const esp = {
  esp32c3: { ...rv32Port("esp32c3"), file: "esp32c3.bin", finish: imageOf("esp32c3") },
  esp32: { ...lx106, own: esp32Sources, file: "esp32.bin", finish: imageOf("esp32") },
  "esp32-core": esp32Core,
};
