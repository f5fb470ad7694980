/** "Did you mean" suggests what was meant, and nothing when nothing is near. */
import { describe, expect, it } from "vitest";
import { didYouMean, editDistance, nearest } from "../../toolchain/diagnostics/nearest.ts";

describe("edit distance", () => {
  it.each([
    ["", "", 0],
    ["", "abc", 3],
    ["kitten", "sitting", 3],
    ["baord", "board", 1],
    ["esp32", "esp23", 1],
    ["abc", "cab", 2],
  ])("%s to %s is %i", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

describe("nearest name", () => {
  const boards = ["esp32", "esp32c3", "rp2040", "sim"];

  it.each([
    ["esp-32", "esp32"],
    ["ESP32", "esp32"],
    ["esp32-c3", "esp32c3"],
    ["rp2400", "rp2040"],
    ["sin", "sim"],
  ])("%s is %s", (typed, meant) => {
    expect(nearest(typed, boards)).toBe(meant);
  });

  it.each(["arduino", "pico", "x", ""])("%s is nothing", (typed) => {
    expect(nearest(typed, boards)).toBeUndefined();
    expect(didYouMean(typed, boards)).toEqual([]);
  });
});
