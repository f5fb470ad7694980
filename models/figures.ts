/**
 * The figures of a model's card, recomputed from the files that ship: the .tflite itself, its plan,
 * and the quality that its goldens' manifest records.
 */
import { readFileSync } from "node:fs";
import { readTflite } from "../toolchain/import/tflite/read.ts";
import type { Graph } from "../toolchain/ir/graph.ts";
import { elementCount } from "../toolchain/ir/types.ts";
import { makePlan } from "../toolchain/plan/plan.ts";
import { readGolden } from "./golden.ts";

export const modelNames = ["sine", "digits"] as const;
export type ModelName = (typeof modelNames)[number];

export const modelFolder = (name: ModelName): URL => new URL(`./${name}/`, import.meta.url);

export function readModel(name: ModelName): { readonly bytes: Uint8Array; readonly graph: Graph } {
  const bytes = new Uint8Array(readFileSync(new URL(`${name}.tflite`, modelFolder(name))));
  return { bytes, graph: readTflite(bytes, name) };
}

function parameterCount({ tensors }: Graph): number {
  const constants = tensors.filter(({ type, data }) => data !== undefined && type.quantization);
  return constants.reduce((count, { type }) => count + elementCount(type.shape), 0);
}

const whole = (value: number): string => value.toLocaleString("en-US");

/** Rows of the card's table: what is counted, and how much it is. */
export function figures(name: ModelName): (readonly [string, string])[] {
  const { bytes, graph } = readModel(name);
  const { manifest } = readGolden(modelFolder(name));
  const { measure, float32, int8 } = manifest.quality;
  const plan = makePlan(graph);
  const share = (value: number) =>
    measure.startsWith("accuracy") ? `${(100 * value).toFixed(2)} %` : value.toFixed(4);
  return [
    [`${measure}, float32`, share(float32)],
    [`${measure}, int8`, share(int8)],
    ["parameters", whole(parameterCount(graph))],
    ["size of the .tflite file", `${whole(bytes.length)} bytes`],
    ["multiply-accumulates per prediction", whole(plan.macs)],
    ["planned RAM, tensors alone", `${whole(plan.tensorBytes)} bytes`],
    [`planned RAM, everything (${plan.optimize})`, `${whole(plan.peakBytes)} bytes`],
  ];
}

const START = "<!-- figures: written by models/card.ts -->";
const END = "<!-- end of figures -->";

/** The card with its table replaced by fresh figures. */
export function withFigures(card: string, name: ModelName): string {
  const start = card.indexOf(START);
  const end = card.indexOf(END);
  if (start < 0 || end < start) throw new Error(`the card of ${name} has no marks for its figures`);
  const rows = figures(name).map(([what, value]) => `| ${what} | ${value} |`);
  const table = ["| figure | value |", "|---|---|", ...rows].join("\n");
  return `${card.slice(0, start)}${START}\n${table}\n${card.slice(end)}`;
}
