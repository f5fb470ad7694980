/**
 * Row streams of every operator that has one: each slab's reference and kernels give the bytes of
 * the whole node's row, and a stream that reads other rows is seen to give other bytes.
 */
import { describe, expect, it } from "vitest";
import { operators } from "../../toolchain/ops/registry.ts";
import {
  formRuns,
  kernelRowComplaints,
  referenceComplaints,
  type Streamed,
  streamedCases,
} from "./row-by-row.ts";
import { isSelection, suites } from "./suites.ts";

const RANDOM_CASES = 2;

const streaming = suites.filter(({ op }) => operators.some((o) => o.name === op && o.rows?.stream));

/** Streams that are wrong in one way, by what is wrong. */
const mutants: Readonly<Record<string, (item: Streamed) => Streamed>> = {
  "one row too few": (item) => changed(item, ({ rows }) => ({ rows: rows - 1 })),
  "a row too early": (item) => changed(item, ({ top }) => ({ top: top + 1 })),
  "a row too late": (item) => changed(item, ({ top }) => ({ top: top - 1 })),
  "a longer stride": (item) => changed(item, ({ stride }) => ({ stride: stride + 1 })),
};

type Reads = Streamed["stream"]["reads"][number];

function changed(item: Streamed, change: (reads: Reads) => Partial<Reads>): Streamed {
  const reads = item.stream.reads.map((each) => ({ ...each, ...change(each) }));
  return { ...item, stream: { ...item.stream, reads } };
}

/** Scratch of all forms of an operator's slabs whose names begin so: bytes by name. */
function scratchOf(op: string, name: string): ReadonlyMap<string, number>[] {
  const items = suites
    .filter((suite) => suite.op === op)
    .flatMap((suite) => streamedCases(suite, 0));
  const forms = items.flatMap(formRuns).map(({ form }) => form);
  return forms
    .filter((form) => form.name.startsWith(name))
    .map(({ scratch }) => new Map(scratch.map((buffer) => [buffer.name, buffer.bytes])));
}

describe.skipIf(isSelection)("slabs of convolutions", () => {
  it.each([
    ["conv2d", "packed", "window"],
    ["depthwise_conv2d", "slide", "zero row"],
    ["depthwise_conv2d", "shared", "zero row"],
  ])("hold the padding of %s, so that its %s form has no %s", (op, form, buffer) => {
    const found = scratchOf(op, form);
    expect(found.length).toBeGreaterThan(3);
    expect(new Set(found.map((scratch) => scratch.get(buffer)))).toEqual(new Set([0]));
  });

  it("also run on the form of conv2d that layers share", () => {
    expect(scratchOf("conv2d", "shared-").length).toBeGreaterThan(3);
  });
});

describe.each(streaming.map((suite) => [suite.op, suite] as const))("%s", (_, suite) => {
  const items = streamedCases(suite, RANDOM_CASES);

  it("has cases that stream", () => {
    expect(items.length).toBeGreaterThan(1);
  });

  it("gives its rows one by one by its reference", () => {
    expect(items.flatMap(referenceComplaints)).toEqual([]);
  });

  it("gives its rows one by one in every kernel form", { timeout: 240_000 }, async () => {
    expect(await kernelRowComplaints(items)).toEqual([]);
  });

  it.each(Object.entries(mutants))("is seen to be wrong with %s", (_, mutate) => {
    expect(items.some((item) => referenceComplaints(mutate(item)).length > 0)).toBe(true);
  });
});
