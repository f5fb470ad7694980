/**
 * The HTML report read back: well formed, all of it escaped, every figure the plan's. How it looks
 * in a browser is tests/chromium's matter.
 */
import { describe, expect, it } from "vitest";
import type { Advice } from "../../toolchain/advise/advise.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";
import type { LeastBytes, Plan } from "../../toolchain/plan/types.ts";
import { dark, light, type Scheme } from "../../toolchain/report/colours.ts";
import { ticks } from "../../toolchain/report/frame.ts";
import { htmlReport } from "../../toolchain/report/html.ts";
import { liveOf, peakSlots, peakTensors, usedBytes, viewsOf } from "../../toolchain/report/live.ts";
import { escapeText } from "../../toolchain/report/markup.ts";
import { everything, longPlan, reportOn } from "./hand-made.ts";
import { elementsOf, type Tag } from "./markup.ts";

describe("what is alive", () => {
  const live = liveOf(everything);

  it("counts every byte once, by kind", () => {
    expect(live.usage.map(usedBytes)).toEqual([1264, 1600, 1300, 100]);
    expect(live.usage[1]).toEqual({ tensor: 1200, window: 300, stream: 100, scratch: 0 });
    expect(live.usage[0]).toEqual({ tensor: 1200, window: 0, stream: 0, scratch: 64 });
  });

  it("finds the peak and who is alive there", () => {
    expect(live.peakStep).toBe(1);
    const names = peakSlots(live).map(({ name, kind }) => `${name} ${kind}`);
    expect(names).toEqual([
      ...["a&b tensor", "in tensor", "rows window", "joined;fused tensor"],
      "second:events stream",
    ]);
    expect(peakTensors(live).map(({ name }) => name)).toEqual([
      "a&b",
      "in",
      "rows",
      "joined;fused",
    ]);
  });

  it("keeps what a segment keeps alive for all of its steps", () => {
    const events = live.slots.find(({ kind }) => kind === "stream");
    expect(events).toMatchObject({ firstStep: 1, lastStep: 2 });
  });

  it("sees views at their place and time", () => {
    expect(viewsOf(everything)).toMatchObject([
      { name: '"left"', offset: 0, bytes: 60, firstStep: 1, lastStep: 3 },
      { name: "right", offset: 60, bytes: 40, firstStep: 2, lastStep: 3 },
    ]);
  });
});

const classes = ({ attributes }: Tag): string[] => (attributes.class ?? "").split(" ");
const numbers = ({ attributes }: Tag) =>
  (["x", "y", "width", "height"] as const).map((key) => Number(attributes[key]));

/** The timeline's rectangles, each with its tooltip. */
function slotsIn(tags: readonly Tag[]): { readonly tag: Tag; readonly title: string }[] {
  return tags.flatMap((tag, index) => {
    const isSlot = tag.name === "rect" && classes(tag).includes("slot");
    return isSlot ? [{ tag, title: must(tags[index + 1], "its title").text }] : [];
  });
}

describe("HTML report", () => {
  const html = htmlReport(reportOn(everything));
  const tags = elementsOf(html);

  it("is well formed, and a broken one is not", () => {
    expect(tags.filter(({ name }) => name === "svg")).toHaveLength(3);
    expect(() => elementsOf(html.replace("</table>", ""))).toThrow("closes nothing");
    expect(() => elementsOf(html.replace("&amp;", "&"))).toThrow("not escaped");
  });

  it("loads nothing and runs nothing", () => {
    expect(html).not.toMatch(/<script|<link|<img|<iframe|https?:|url\((?!#)|@import|\son\w+=/);
  });

  it("escapes what a model's names contain", () => {
    expect(html).toContain("<h1>Memory plan of hand&lt;made&gt;</h1>");
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(html).toContain("part: &quot;left&quot;: 60 B at 0, steps 1 to 3");
    expect(escapeText("a\u0000b\u001b[1m")).toBe("a b [1m");
  });

  it("draws a rectangle for every slot, as large as its bytes and steps", () => {
    const found = slotsIn(tags);
    expect(found.map(({ title }) => title)).toEqual([
      "in: 400 B at 0, steps 0 to 1",
      "a&amp;b: 800 B at 400, steps 0 to 2",
      "joined: 100 B at 0, steps 1 to 3",
      "rows (window): 300 B at 1,200, steps 1 to 2",
      "second:events (segment): 100 B at 1,500, steps 1 to 2",
      "first:tile (scratch): 64 B at 1,200, step 0",
    ]);
    const areas = found.map(({ tag }) => {
      const [, , width = 0, height = 0] = numbers(tag);
      return width * height;
    });
    const expected = [400 * 2, 800 * 3, 100 * 3, 300 * 2, 100 * 2, 64];
    const unit = must(areas[0], "an area") / must(expected[0], "bytes");
    for (const [index, area] of areas.entries()) {
      expect(area / unit).toBeCloseTo(expected[index] ?? 0, 0);
    }
  });

  it("stacks addresses up and steps across", () => {
    const boxes = slotsIn(tags).map(({ tag }) => numbers(tag));
    const [input, next, joined, rows] = boxes.map(([x = 0, y = 0, width = 0, height = 0]) => {
      return { x, right: x + width, top: y, bottom: y + height };
    });
    expect(next?.bottom).toBeCloseTo(input?.top ?? 0, 1);
    expect(rows?.bottom).toBeCloseTo(next?.top ?? 0, 1);
    expect(joined?.bottom).toBe(input?.bottom);
    expect(rows?.x).toBe(joined?.x);
    expect(rows?.right).toBeCloseTo(next?.right ?? 0, 1);
  });

  it("marks the peak, windows and views", () => {
    const count = (name: string) => tags.filter((tag) => classes(tag).includes(name)).length;
    expect(count("peak-line")).toBe(1);
    expect(count("peak-step")).toBe(2);
    expect(count("stripes")).toBe(1);
    expect(count("view")).toBe(2);
    expect(html).toContain("peak 1,600 B, most in use at step 1");
  });

  it("says how good the plan is", () => {
    expect(html).toContain("lower bound 1,500 B, gap 100 B");
    expect(html).toContain("300 B below the file&#39;s order, proven the best");
    const proven = (least: LeastBytes) => {
      const certificate = { ...everything.certificate, least };
      return htmlReport(reportOn({ ...everything, certificate }));
    };
    const words = "proven minimal for these kernel forms";
    const bound = { kind: "bound", step: 1, runs: [], sharedBytes: 0 } as const;
    expect(proven(bound)).toContain(`${words}: step 1 needs as much`);
    expect(proven({ kind: "search", nodes: 9 })).toContain(`${words}: all placements searched`);
  });

  it("gives each point of the front its command line", () => {
    const line = "edgeflash plan &#39;hand made.tflite&#39; --board esp32 --ram-budget";
    for (const bytes of [1000, 1600, 3200]) {
      expect(html).toContain(`<code>${line} ${bytes}</code>`);
    }
    const marks = tags.filter((tag) => classes(tag).includes("point"));
    expect(marks.map((tag) => `${tag.name} ${tag.attributes.class}`)).toEqual([
      ...["path point streams", "circle point chosen", "circle point"],
    ]);
  });

  it("marks a plan that is no point of the front", () => {
    const { pareto } = reportOn(everything);
    const slower = { ...everything, predictedInstructions: 120_000 };
    const other = htmlReport(reportOn(slower, { pareto }));
    expect(other).toContain("this plan: 1,600 B, 120,000 instructions");
  });

  it("shows what would make it fit", () => {
    const advice: Advice = {
      ...{ effort: "option", change: "use <less>", command: "edgeflash plan x --optimize ram" },
      ...{ peakBytes: 1234, predictedInstructions: 5, slowdown: 1.25, deviceRamBytes: 4321 },
      ...{ fits: true, estimated: false },
    };
    const with1 = htmlReport(reportOn(everything, { advice: [advice] }));
    for (const text of ["use &lt;less&gt;", "1,234", "4,321", "1.250", advice.command]) {
      expect(with1).toContain(text);
    }
    expect(html).not.toContain("What would make it fit");
  });
});

describe("a report of 1,000 steps", () => {
  const plan: Plan = longPlan(1000);
  const html = htmlReport(reportOn(plan));
  const tags = elementsOf(html);

  it("stays small", () => {
    expect(html.length).toBeLessThan(600_000);
  });

  it("thins its labels out until none touch", () => {
    const turned = tags.filter(({ attributes }) => attributes.transform?.startsWith("rotate"));
    const places = turned.map(({ attributes }) => Number(attributes.x));
    expect(places.length).toBeGreaterThan(100);
    const gaps = places.slice(1).map((x, index) => x - (places[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(13);
  });
});

describe("scales", () => {
  it("have round ticks", () => {
    expect(ticks(1600, 5)).toEqual([0, 500, 1000, 1500]);
    expect(ticks(9, 3)).toEqual([0, 5]);
    expect(ticks(0, 3)).toEqual([0]);
  });
});

/** WCAG 2.2: (lighter + 0.05) / (darker + 0.05) of relative luminances. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe.each([["light", light] as const, ["dark", dark] as const])("%s colours", (_, scheme) => {
  const { page, ink, muted, accent, card, accentCard, tints, scratch, stream }: Scheme = scheme;

  it("keep text readable on everything it stands on", () => {
    for (const ground of [page, card, accentCard, scratch, stream, ...tints]) {
      expect(contrast(ink, ground), ground).toBeGreaterThanOrEqual(4.5);
    }
    for (const text of [muted, accent]) {
      expect(contrast(text, page), text).toBeGreaterThanOrEqual(4.5);
      expect(contrast(text, accentCard), text).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("are all different", () => {
    expect(new Set([...tints, scratch, stream, page, accent]).size).toBe(tints.length + 4);
  });
});
