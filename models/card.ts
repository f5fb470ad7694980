/**
 * Rewrites the figures in every model's card: node scripts/run-ts.mjs models/card.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { modelFolder, modelNames, withFigures } from "./figures.ts";

for (const name of modelNames) {
  const file = new URL("card.md", modelFolder(name));
  writeFileSync(file, withFigures(readFileSync(file, "utf8"), name));
  console.log(`models/${name}/card.md`);
}
