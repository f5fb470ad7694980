/**
 * A binary heap: gives back what was put in, the least first. `isLess` must be a total order, so
 * that what comes out does not depend on how the heap is built.
 */
import { must } from "../../diagnostics/assert.ts";

export class Heap<T> {
  readonly #items: T[] = [];
  readonly #isLess: (a: T, b: T) => boolean;

  constructor(isLess: (a: T, b: T) => boolean) {
    this.#isLess = isLess;
  }

  push(item: T): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      const above = must(items[parent], "a parent");
      if (!this.#isLess(item, above)) break;
      items[at] = above;
      at = parent;
    }
    items[at] = item;
  }

  pop(): T | undefined {
    const items = this.#items;
    const [first] = items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return first;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= items.length) break;
      const isRight =
        left + 1 < items.length &&
        this.#isLess(must(items[left + 1], "a child"), must(items[left], "a child"));
      const child = left + Number(isRight);
      const below = must(items[child], "a child");
      if (!this.#isLess(below, last)) break;
      items[at] = below;
      at = child;
    }
    items[at] = last;
    return first;
  }
}
