/** The C sources of one folder of firmware-host/, sorted. */
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const firmware = dirname(dirname(fileURLToPath(import.meta.url)));

export const sourcesIn = (folder) =>
  readdirSync(join(firmware, folder))
    .filter((name) => name.endsWith(".c"))
    .sort()
    .map((name) => join(firmware, folder, name));

/** What every target has of ours, whatever the chip. */
export const coreSources = [...sourcesIn("core"), ...sourcesIn("runtime")];
