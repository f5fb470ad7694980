/**
 * RV32 targets: QEMU's "virt" machine here, the ESP32-C3 in esp.mjs, with Debian's RISC-V compiler
 * and picolibc. Never -march=..._zicsr: gcc then links libraries for 64 bits.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { coreSources, sourcesIn } from "./sources.mjs";

const ports = join(dirname(fileURLToPath(import.meta.url)), "../ports");
const arch = ["-march=rv32imc", "-mabi=ilp32", "--specs=picolibc.specs"];

/** What compiles and links ports/<port>: its C files, start.S and link.ld. */
export const rv32Port = (port) => ({
  packages: "gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf",
  compiler: "riscv64-unknown-elf-gcc",
  linker: "riscv64-unknown-elf-gcc",
  own: [join(ports, port, "start.S"), ...sourcesIn(join("ports", port)), ...coreSources],
  flags: [...arch, "-Os", "-DNDEBUG", "-ffunction-sections", "-fdata-sections"],
  link: [
    ...[...arch, "-nostartfiles", "-Wl,--gc-sections", "-Wl,--build-id=none", "-Wl,--nmagic"],
    ...["-Wl,--no-warn-rwx-segments", `-T${join(ports, port, "link.ld")}`],
  ],
});

export const riscv = {
  "rv32-virt": { ...rv32Port("rv32-virt"), file: "rv32-virt.elf", prebuilt: false },
};
