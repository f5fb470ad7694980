/** What a model said, case by case: the largest value of its first output, under its label. */
import type { Prediction } from "./cases.ts";
import { renderTable } from "./render.ts";
import { paint, type Style } from "./style.ts";

const MOST_ROWS = 20;

export function renderPredictions(predictions: readonly Prediction[], style: Style): string {
  const shown = predictions.slice(0, MOST_ROWS);
  const right = { align: "right" } as const;
  const table = renderTable(
    [
      { title: "case", ...right },
      { title: "largest", ...right },
      { title: "value", ...right },
      { title: "label" },
    ],
    shown.map(({ index, score, label }, at) => [
      String(at),
      String(index),
      String(score),
      label ?? "",
    ]),
    style,
  );
  const more = predictions.length - shown.length;
  return more === 0 ? table : `${table}\n${paint(style, "dim", `and ${more} more`)}`;
}
