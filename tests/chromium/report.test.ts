/**
 * The report as a reader sees it, in headless Chromium: what is drawn is what is planned, in both
 * colour schemes; nothing is cut off, and nothing overflows a wide window or a narrow one.
 */
import { describe, expect, it } from "vitest";
import { readAsset } from "../../toolchain/assets.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { importModel } from "../../toolchain/import/index.ts";
import { rewrite } from "../../toolchain/passes/pipeline.ts";
import { makePlan, type PlanOptions, paretoPoints } from "../../toolchain/plan/plan.ts";
import type { Plan } from "../../toolchain/plan/types.ts";
import { dark, light } from "../../toolchain/report/colours.ts";
import { htmlReport } from "../../toolchain/report/html.ts";
import { liveOf, slotsOf } from "../../toolchain/report/live.ts";
import { suiteWith } from "../emulated/harness/tools.ts";
import { readShared, sharedDataPresent } from "../oracles/goldens.ts";
import { everything, longPlan, reportOn } from "../report/hand-made.ts";
import { BROWSER, type Layout, layoutOf, screenshotOf, type View } from "./browser.ts";
import { comparePicture, mispainted } from "./timeline-picture.ts";

function ofModel(bytes: Uint8Array, name: string, options: PlanOptions): readonly [Plan, string] {
  const graph = rewrite(importModel(bytes, name), { rounding: "tflite" });
  const plan = makePlan(graph, options);
  return [plan, htmlReport(reportOn(plan, { pareto: paretoPoints(graph, options) }))];
}

const handMade = (plan: Plan) => [plan, htmlReport(reportOn(plan))] as const;

const own = {
  "models/digits, speed": () =>
    ofModel(readAsset("models/digits/digits.tflite"), "digits", { optimize: "speed" }),
  "models/sine": () => ofModel(readAsset("models/sine/sine.tflite"), "sine", {}),
  "windows, segments and views": () => handMade(everything),
  "200 steps": () => handMade(longPlan(200)),
};

const shared = {
  "kws_ref_model, ram": () =>
    ofModel(readShared("models/kws_ref_model.tflite"), "kws", { optimize: "ram" }),
};

const reports = Object.entries({ ...own, ...(sharedDataPresent ? shared : {}) });
const schemes = { light, dark } as const;
const wide: View = { width: 1200, height: 1600, scheme: "light" };

function expectTidy(layout: Layout, width: number): void {
  expect(layout.windowWidth).toBe(width);
  expect(layout.pageWidth).toBe(width);
  expect(layout.overflowing).toEqual([]);
  expect(layout.clipped).toEqual([]);
  expect(layout.spilled).toEqual([]);
}

/** Starting a browser takes seconds. */
function once<T>(make: () => T): () => T {
  let made: readonly T[] = [];
  return () => {
    made = made.length === 0 ? [make()] : made;
    return must(made[0], "what was made");
  };
}

suiteWith([BROWSER], "the report in Chromium", () => {
  describe.each(reports)("%s", (_, report) => {
    const [plan, html] = report();
    const { peakStep } = liveOf(plan);
    const layout = once(() => layoutOf(html, wide));

    it.each(["light", "dark"] as const)("shows what is planned, in %s", (scheme) => {
      const view = { ...wide, scheme };
      const { peakColumn } = layout();
      const picture = screenshotOf(html, view);
      expect([picture.width, picture.height]).toEqual([view.width, view.height]);
      const painted = comparePicture(picture, plan, { peakColumn, peakStep }, schemes[scheme]);
      expect(mispainted(painted)).toEqual([]);
      expect(Math.max(...painted.map(({ expected }) => expected))).toBeGreaterThan(1000);
    });

    it("draws every slot as large as its bytes and steps", () => {
      const { slots, peakColumn } = layout();
      const [, , stepWidth, height] = peakColumn;
      const planned = slotsOf(plan).map(({ bytes, firstStep, lastStep }) => [
        (lastStep - firstStep + 1) * stepWidth,
        (bytes / plan.peakBytes) * height,
      ]);
      expect(slots).toHaveLength(planned.length);
      slots.forEach(([, , ...size], index) => {
        const [across = 0, up = 0] = must(planned[index], "a slot");
        expect(Math.abs(size[0] - across)).toBeLessThan(0.1);
        expect(Math.abs(size[1] - up)).toBeLessThan(0.1);
      });
    });

    it("cuts nothing off in a wide window and in a narrow one", () => {
      expectTidy(layout(), wide.width);
      expectTidy(layoutOf(html, { ...wide, width: 400 }), 400);
    });
  });

  it("follows the reader's colour scheme", () => {
    const [, html] = own["models/sine"]();
    const colours = (["light", "dark"] as const).map((scheme) => {
      const { ink, page } = layoutOf(html, { ...wide, scheme });
      return [ink, page];
    });
    expect(colours).toEqual([
      ["rgb(28, 32, 38)", "rgb(255, 255, 255)"],
      ["rgb(236, 239, 243)", "rgb(20, 23, 28)"],
    ]);
  });

  it("sees a drawing that is not the plan's", () => {
    const [plan, html] = own["windows, segments and views"]();
    const { peakStep } = liveOf(plan);
    const { peakColumn } = layoutOf(html, wide);
    const moved = plan.buffers.map((buffer) =>
      buffer.name === "a&b" ? { ...buffer, offset: buffer.offset - 250 } : buffer,
    );
    const picture = screenshotOf(html, wide);
    const other = { ...plan, buffers: moved };
    const painted = comparePicture(picture, other, { peakColumn, peakStep }, light);
    expect(mispainted(painted).length).toBeGreaterThan(0);
  });

  it("sees text that is cut off and a page that overflows", () => {
    const [, html] = own["models/sine"]();
    const far = html.replace("<main>", '<main><div style="width:2000px">wide</div>');
    expect(layoutOf(far, wide).overflowing.length).toBeGreaterThan(0);
    const cut = html.replace(/(<svg id="live"[^>]*>)/, '$1<text x="1110" y="20">cut off</text>');
    expect(layoutOf(cut, wide).clipped).toEqual(["cut off"]);
  });
});
