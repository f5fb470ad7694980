/**
 * What each pass does, as graphs before and after it (fixtures/<pass>.before.eir and .after.eir,
 * the dead nodes it leaves behind removed). The pairs keep the laws, so that no file can say what
 * is not true. Every pass has a pair.
 */
import { describe, expect, it } from "vitest";
import { parseGraph } from "../../toolchain/ir/parse.ts";
import { printGraph } from "../../toolchain/ir/print.ts";
import { roundings } from "../../toolchain/numeric/requantize.ts";
import { verifyGraph } from "../../toolchain/ops/verify-graph.ts";
import { dropDeadNodes } from "../../toolchain/passes/drop-dead-nodes.ts";
import { passes } from "../../toolchain/passes/pipeline.ts";
import { shareDuplicates } from "../../toolchain/passes/share-duplicates.ts";
import { fixtureNames, readFixture } from "./fixture-files.ts";
import { complaints } from "./laws.ts";

describe.each(passes)("$name", (pass) => {
  const text = readFixture(`${pass.name}.before.eir`);
  const before = verifyGraph(parseGraph(text));

  it.each(roundings)("gives the graph of its file under rounding %s", (rounding) => {
    const options = { rounding };
    const after = dropDeadNodes.run(pass.run(before, options), options);
    expect(printGraph(after)).toBe(readFixture(`${pass.name}.after.eir`));
    expect(printGraph(before)).toBe(text);
    const mayLiveLonger = pass === shareDuplicates;
    expect(complaints({ before, after, rounding, mayLiveLonger })).toEqual([]);
    expect(after.nodes.length).toBeLessThan(before.nodes.length);
  });
});

it("has a pair of fixtures for every pass and no others", () => {
  const files = passes.flatMap(({ name }) => [`${name}.after.eir`, `${name}.before.eir`]);
  expect(fixtureNames()).toEqual(files.sort());
});
