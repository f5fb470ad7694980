/**
 * What the drawings share: linear scales from zero, round tick marks, and labels that thin out
 * before they touch.
 */
import { element, type Markup } from "./markup.ts";

export interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** From values to pixels; `flipped` for an axis that goes up. */
export type Scale = (value: number) => number;

export function scaleTo(most: number, start: number, length: number, flipped = false): Scale {
  const perUnit = length / Math.max(most, Number.MIN_VALUE);
  return (value) => (flipped ? start + length - value * perUnit : start + value * perUnit);
}

/** Multiples of 1, 2 or 5 times a power of ten, from 0 to `most`, about `wanted` of them. */
export function ticks(most: number, wanted: number): number[] {
  if (most <= 0) return [0];
  const raw = most / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= raw) ?? 10;
  const step = factor * power;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
}

export interface TextStyle {
  readonly class?: string;
  readonly anchor?: "end" | "middle";
  readonly transform?: string;
}

export function textAt(x: number, y: number, words: string, style: TextStyle = {}): Markup {
  const { anchor, transform } = style;
  const attributes = { x, y, class: style.class, "text-anchor": anchor, transform };
  return element("text", attributes, words);
}

/** A horizontal line with its value to the left. */
export function gridLine(y: number, from: number, to: number, label: string): Markup[] {
  return [
    element("line", { x1: from, x2: to, y1: y, y2: y, class: "grid" }),
    textAt(from - 8, y + 4, label, { anchor: "end", class: "muted" }),
  ];
}

const CHARACTER_WIDTH = 6.4;

/** Width of text in the drawings' font, on the wide side. */
export const textWidth = (words: string): number => words.length * CHARACTER_WIDTH;

/** As much of the end of a name as has room; names of layers differ at their ends. */
export function clipped(name: string, width: number): string {
  const room = Math.max(1, Math.floor(width / CHARACTER_WIDTH));
  return name.length <= room ? name : `…${name.slice(1 - room)}`;
}

/** Every how many steps a label has room, when one needs `width` pixels. */
export const labelEvery = (stepWidth: number, width: number): number =>
  Math.max(1, Math.ceil(width / stepWidth));

export function drawing(
  size: { readonly width: number; readonly height: number },
  title: string,
  id: string,
  contents: readonly Markup[],
): Markup {
  const { width, height } = size;
  const viewBox = `0 0 ${Number(width.toFixed(2))} ${Number(height.toFixed(2))}`;
  const attributes = { id, viewBox, width, height, role: "img", "aria-label": title };
  const markup = contents.map((content) => content.markup).join("\n");
  return element("svg", attributes, { markup: `\n${markup}\n` });
}
