/**
 * RP2040 (Raspberry Pi Pico): one image for UART and USB, as a UF2 file. Its compiler makes no tail
 * calls for this core, so wasm3 nests a frame an operator; rp2040.ld gives the stack for it.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { coreSources, sourcesIn } from "./sources.mjs";
import { FAMILY_RP2040, writeUf2 } from "./uf2.mjs";

const port = join(dirname(dirname(fileURLToPath(import.meta.url))), "ports/rp2040");
const FLASH_ADDRESS = 0x10000000;
const BOOT2_BYTES = 256;

/** CRC-32/MPEG-2: polynomial 04C11DB7, most significant bit first, starting from all ones. */
function crc32Mpeg2(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  }
  return crc >>> 0;
}

/** The ROM starts boot2 only if its last four bytes are the CRC of the others. */
function withBoot2Checksum(image) {
  const sealed = Buffer.from(image);
  sealed.writeUInt32LE(crc32Mpeg2(sealed.subarray(0, BOOT2_BYTES - 4)), BOOT2_BYTES - 4);
  return sealed;
}

function finish({ linked, folder, run }) {
  const binary = join(folder, "rp2040.bin");
  run("arm-none-eabi-objcopy", ["-O", "binary", "--gap-fill", "0", linked, binary]);
  const image = withBoot2Checksum(readFileSync(binary));
  return writeUf2(image, { address: FLASH_ADDRESS, family: FAMILY_RP2040 });
}

const rp2040 = {
  file: "rp2040.uf2",
  packages: "gcc-arm-none-eabi libnewlib-arm-none-eabi",
  compiler: "arm-none-eabi-gcc",
  linker: "arm-none-eabi-gcc",
  own: [...coreSources, join(port, "boot2.S"), ...sourcesIn("ports/rp2040")],
  flags: [
    ...["-mcpu=cortex-m0plus", "-mthumb", "-Os", "-DNDEBUG"],
    ...["-ffunction-sections", "-fdata-sections"],
  ],
  link: [
    ...["-mcpu=cortex-m0plus", "-mthumb", "--specs=nano.specs", "--specs=nosys.specs"],
    ...["-nostartfiles", "-Wl,--gc-sections", "-Wl,--no-warn-rwx-segments"],
    ...["-T", join(port, "rp2040.ld"), "-lm"],
  ],
  finish,
};

export const rp2040Targets = { rp2040 };
