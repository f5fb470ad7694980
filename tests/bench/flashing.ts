/**
 * How well the ESP flasher uses its line, on the virtual cable and the FAKE ROM of tests/deploy: a
 * count of virtual milliseconds, the same on any machine. The target is 88 % of the line for bytes
 * of the image, at 921600 baud and 1 ms of latency each way.
 */
import { lineUse } from "../deploy/esp-bench.ts";
import type { Figure } from "./figure.ts";

const MOST_IDLE_PERCENT = 12;

export async function flashingFigure(): Promise<Figure> {
  const idlePercent = Math.round(1000 * (1 - (await lineUse()))) / 10;
  return {
    subject: "flash esp32, 921600 baud",
    name: "line without image bytes",
    value: idlePercent,
    unit: "%",
    atMost: MOST_IDLE_PERCENT,
  };
}
