/**
 * Another input size: the resized graph is the one that would be built for that size, and what
 * depends on a size refuses.
 */
import { describe, expect, it } from "vitest";
import { imageSizeOf, withInputSize } from "../../toolchain/advise/input-size.ts";
import { printGraph } from "../../toolchain/ir/print.ts";
import { bypass } from "../plan/models.ts";
import { anySize, oneSize } from "./networks.ts";

describe("another input size", () => {
  it.each([
    [32, 32],
    [24, 24],
    [16, 40],
    [21, 33],
    [7, 9],
    [48, 48],
  ])("%ix%i is what would be built for it", (height, width) => {
    const resized = withInputSize(anySize(32, 32), { height, width });
    expect(printGraph(resized)).toBe(printGraph(anySize(height, width)));
    const back = withInputSize(resized, { height: 32, width: 32 });
    expect(printGraph(back)).toBe(printGraph(anySize(32, 32)));
  });

  it("names the layer that belongs to a size", () => {
    expect(() => withInputSize(oneSize(32, 32), { height: 24, width: 24 })).toThrow(
      /cannot take another input size: node 'flat' depends on it/,
    );
  });

  it("refuses an image that is too small", () => {
    expect(() => withInputSize(anySize(32, 32), { height: 0, width: 8 })).toThrow();
  });

  it("takes images only", () => {
    expect(imageSizeOf(anySize(20, 30))).toEqual({ height: 20, width: 30 });
    expect(imageSizeOf(bypass())).toBeNull();
    expect(() => withInputSize(bypass(), { height: 8, width: 8 })).toThrow("exactly one input");
  });
});
