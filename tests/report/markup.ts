/** Reads the report's markup back: its elements in order, refusing what is not well formed. */

export interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Text directly inside, entities as written. */
  text: string;
}

const TOKEN = /<!DOCTYPE html>|<style>[\s\S]*?<\/style>|<(\/?)([a-z0-9]+)([^<>]*?)(\/?)>|([^<]+)/gi;
const ATTRIBUTE = /\s+([a-zA-Z0-9:-]+)="([^"<>]*)"/g;
const ENTITY = /&(?:amp|lt|gt|quot|#39);/g;

/** All elements, parents first; throws on a tag that is not closed or text that is not escaped. */
export function elementsOf(markup: string): Tag[] {
  const found: Tag[] = [];
  const open: Tag[] = [];
  let end = 0;
  for (const token of markup.matchAll(TOKEN)) {
    const [whole, slash, name, inside = "", empty, text] = token;
    if (token.index !== end) throw new Error(`not markup: ${markup.slice(end, end + 60)}`);
    end += whole.length;
    const parent = open.at(-1);
    if (text !== undefined) {
      if (/[&>]/.test(text.replace(ENTITY, ""))) throw new Error(`not escaped: ${text}`);
      if (parent) parent.text += text;
    } else if (slash === "/") {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes nothing`);
    } else if (name !== undefined) {
      const rest = inside.replace(ATTRIBUTE, "");
      if (rest.trim() !== "") throw new Error(`not attributes: ${inside}`);
      if (/&/.test(inside.replace(ENTITY, ""))) throw new Error(`not escaped: ${inside}`);
      const pairs = [...inside.matchAll(ATTRIBUTE)].map(([, key = "", value]) => [key, value]);
      const tag = { name, attributes: Object.fromEntries(pairs), text: "" };
      found.push(tag);
      if (empty !== "/") open.push(tag);
    }
  }
  if (end !== markup.length || open.length > 0) throw new Error(`open: ${open.at(-1)?.name}`);
  return found;
}
