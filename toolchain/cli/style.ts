/**
 * Colour and width: how text may look on the output it goes to.
 *
 * Colour only on a terminal that wants it: NO_COLOR (any non-empty value) and --no-color win.
 */
import type { Host, Output } from "./host.ts";

const escapes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

export type Colour = keyof typeof escapes;

export interface Style {
  readonly colour: boolean;
  readonly columns: number;
}

export const plainStyle: Style = { colour: false, columns: 100 };

export function styleOf(host: Host, output: Output, colourOption: boolean): Style {
  const wanted = colourOption && !host.env.NO_COLOR && host.env.TERM !== "dumb";
  return { colour: output.isTTY && wanted, columns: Math.max(output.columns, 40) };
}

export function paint(style: Style, colour: Colour, text: string): string {
  const [on, off] = escapes[colour];
  return style.colour ? `\x1b[${on}m${text}\x1b[${off}m` : text;
}

/** One of 216 background colours, spread so that neighbours in a list differ. */
export function paintIndex(style: Style, index: number, text: string): string {
  if (!style.colour) return text;
  const hue = 17 + ((index * 37) % 200);
  return `\x1b[48;5;${hue}m\x1b[38;5;${hue % 36 > 17 ? 16 : 231}m${text}\x1b[0m`;
}
