/** Plans reach what they are held to (targets.ts), and are planned in time. */
import { describe, expect, it } from "vitest";
import { coverage, plannedModels, reach } from "./targets.ts";

describe(`plans${coverage}`, () => {
  for (const model of plannedModels) {
    it(`of ${model.name} keep memory and time for every goal`, () => {
      for (const [{ asked, ...most }, { plan, slowdown, deviceBytes }] of reach(model)) {
        const { peakBytesMax = Infinity, deviceBytesMax = Infinity, slowdownMax = Infinity } = most;
        expect(plan.peakBytes, `peak, ${asked}`).toBeLessThanOrEqual(peakBytesMax);
        expect(deviceBytes, `device, ${asked}`).toBeLessThanOrEqual(deviceBytesMax);
        expect(slowdown, `slowdown, ${asked}`).toBeLessThanOrEqual(slowdownMax);
      }
    });
  }
});
