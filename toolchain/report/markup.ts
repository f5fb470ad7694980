/**
 * HTML and SVG as text. Everything that comes from a model passes through `escapeText`: `element`
 * and `text` do it for attributes and contents, and only their results are put together unescaped.
 */
import { formatCount } from "./words.ts";

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Also takes out the control characters that neither HTML nor XML can hold. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? "").replace(/\p{Cc}/gu, " ");
}

/** Markup that needs no more escaping. */
export interface Markup {
  readonly markup: string;
}

export type Content = string | Markup;

export const join = (parts: readonly Markup[], between = "\n"): Markup => ({
  markup: parts.map(({ markup }) => markup).join(between),
});

const markupOf = (content: Content): string =>
  typeof content === "string" ? escapeText(content) : content.markup;

/** Numbers with at most two decimals: a hundredth of a pixel is enough for any drawing. */
const attributeText = (value: string | number): string =>
  typeof value === "number" ? String(Number(value.toFixed(2))) : escapeText(value);

export type AttributeValues = Readonly<Record<string, string | number | undefined>>;

/** One element; attributes that are undefined are left out, without contents it is empty. */
export function element(
  name: string,
  attributes: AttributeValues = {},
  ...contents: readonly Content[]
): Markup {
  const list = Object.entries(attributes)
    .flatMap(([key, value]) => (value === undefined ? [] : [` ${key}="${attributeText(value)}"`]))
    .join("");
  if (contents.length === 0) return { markup: `<${name}${list}/>` };
  return { markup: `<${name}${list}>${contents.map(markupOf).join("")}</${name}>` };
}

export interface Column {
  readonly title: string;
  /** Numbers: to the right, all digits as wide. */
  readonly isNumber?: boolean;
  /** Prose: not too narrow. */
  readonly isWide?: boolean;
}

export interface Row {
  readonly cells: readonly (Content | number)[];
  readonly class?: string | undefined;
}

/** A table in a frame of its own that scrolls, so that the page never does sideways. */
export function table(caption: string, columns: readonly Column[], rows: readonly Row[]): Markup {
  const classOf = (index: number) => {
    const { isNumber, isWide } = columns[index] ?? {};
    return isNumber ? "number" : isWide ? "wide" : undefined;
  };
  const head = columns.map(({ title }, index) =>
    element("th", { scope: "col", class: classOf(index) }, title),
  );
  const body = rows.map((row) => {
    const cells = row.cells.map((cell, index) => {
      const content = typeof cell === "number" ? formatCount(cell) : cell;
      return element("td", { class: classOf(index) }, content);
    });
    return element("tr", { class: row.class }, join(cells, ""));
  });
  const parts = [
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, join(head, ""))),
    element("tbody", {}, join(body)),
  ];
  const frame = { class: "scroll", tabindex: 0, role: "region", "aria-label": caption };
  return element("div", frame, element("table", {}, join(parts)));
}
