/** The graphs before and after each pass, as files: fixtures/<pass>.before.eir and .after.eir. */
import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("fixtures/", import.meta.url);

export const readFixture = (file: string): string => readFileSync(new URL(file, folder), "utf8");

export const fixtureNames = (): string[] => readdirSync(folder).sort();
