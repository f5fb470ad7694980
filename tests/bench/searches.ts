/**
 * Figures of the planner's searches: random wired DAGs whose best order is proven, what that saves,
 * the published offset problems, and graphs larger than any model here. Counts are deterministic;
 * seconds are of this process's CPU, for orientation.
 */
import { allocate } from "../../toolchain/plan/allocate/allocate.ts";
import { makePlan } from "../../toolchain/plan/plan.ts";
import { leastOrder } from "../../toolchain/plan/schedule/order.ts";
import { optimizations } from "../../toolchain/plan/types.ts";
import { packAtCapacity, publishedFiles, readProblem, tinyProblems } from "../plan/minimalloc.ts";
import { chainWithSkips } from "../plan/models.ts";
import { wiredDag } from "../plan/wired-dags.ts";
import { cpuSeconds, cpuTime, type Figure } from "./figure.ts";

const SEEDS = 100;
const TINY_PROBLEMS = 20;

const timed = (subject: string, name: string, value: number, atMost: number): Figure => {
  return { subject, name, value, atMost, ...cpuTime };
};

function orderFigures(): Figure[] {
  const subject = "WS(32, 4, 0.75)";
  const found = Array.from({ length: SEEDS }, (_, seed) => leastOrder(wiredDag(seed, 32, 0.75)));
  const unproven = found.filter(({ peakBytes, lowerBoundBytes }) => peakBytes > lowerBoundBytes);
  const kept = found.map(({ peakBytes, definitionBytes }) => peakBytes / definitionBytes);
  const mean = kept.reduce((sum, share) => sum + share, 0) / SEEDS;
  return [
    {
      subject,
      name: `orders not proven, of ${SEEDS}`,
      value: unproven.length,
      unit: "",
      atMost: 0,
    },
    { subject, name: "mean memory beside the definition's order", value: mean, unit: "of it" },
  ];
}

function placementFigures(): Figure[] {
  const tiny = tinyProblems(TINY_PROBLEMS);
  let unproven = 0;
  const seconds = cpuSeconds(() => {
    unproven = tiny.filter((runs) => allocate({ runs }).proof === "none").length;
  });
  const hundred = "100 buffers";
  const published = publishedFiles.flatMap((file): Figure[] => {
    const subject = `minimalloc ${file.split(".")[0]}`;
    const runs = readProblem(file);
    let isFound = false;
    const taken = cpuSeconds(() => {
      isFound = packAtCapacity(runs).outcome === "found";
    });
    return [
      { subject, name: "not solved at capacity", value: isFound ? 0 : 1, unit: "", atMost: 0 },
      timed(subject, "search", taken, 60),
    ];
  });
  return [
    { subject: hundred, name: "placements not proven", value: unproven, unit: "", atMost: 0 },
    timed(hundred, "placement with its proof", seconds / TINY_PROBLEMS, 0.05),
    ...published,
  ];
}

function sizeFigures(): Figure[] {
  const graph = chainWithSkips(1000);
  return optimizations.map((optimize) =>
    timed(
      "1,000 operators",
      `planning, --optimize ${optimize}`,
      cpuSeconds(() => void makePlan(graph, { optimize })),
      30,
    ),
  );
}

export const searchFigures = (): Figure[] => [
  ...orderFigures(),
  ...placementFigures(),
  ...sizeFigures(),
];
