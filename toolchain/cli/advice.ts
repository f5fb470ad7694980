/**
 * The fit assistant as commands use it: the user's options as a command line, and what would make
 * the model fit as next steps of the error, with all of it beside the error in --json.
 */
import { type Advice, advise, boardTarget, leanestPlan } from "../advise/advise.ts";
import type { CommandLine, Flags } from "../advise/command-line.ts";
import type { AdviceRequest, Target } from "../advise/request.ts";
import { allBoards } from "../boards/boards.ts";
import type { Footprint } from "../boards/fit.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Plan } from "../plan/types.ts";
import { liveOf, peakTensors, shortName, stepName } from "../report/live.ts";
import type { Options } from "./options.ts";
import { inputSize, type OptionSpec, planning } from "./planning-options.ts";
import { formatBytes } from "./render.ts";
import type { Session } from "./session.ts";

const NEXT_STEPS_MAX = 3;

/** The long name of an option, and the key that its value has: of --no-X, that of X. */
function namesOf({ flags }: OptionSpec): { readonly flag: string; readonly key: string } {
  const flag = flags.match(/--[a-z-]+/)?.[0] ?? "";
  const key = flag
    .replace(/^--(no-)?/, "")
    .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return { flag, key };
}

/** What the user typed, without what is so by default. */
export function planCommand(model: string, options: Options): CommandLine {
  const { board } = options;
  const values = new Map<string, unknown>(Object.entries(options));
  const given = [...planning, inputSize].flatMap((spec): [string, string | true][] => {
    const { flag, key } = namesOf(spec);
    const value = values.get(key);
    if (value === undefined || value === spec.default) return [];
    if (typeof value === "boolean") return value === flag.startsWith("--no-") ? [] : [[flag, true]];
    return [[flag, Array.isArray(value) ? value.join("x") : String(value)]];
  });
  const flags: Flags = Object.fromEntries(given);
  return { model, flags: board === undefined ? flags : { "--board": board, ...flags } };
}

/** What does not fit, and the command line that asked for it. */
export type Asked = Omit<AdviceRequest, "boards" | "target">;

/** What would make a plan fit its board; `measure` builds a plan and loads it. */
export function adviseOnBoard(
  session: Session,
  asked: Asked,
  footprint: Footprint,
  measure: (plan: Plan) => Promise<Footprint>,
): Promise<Advice[]> {
  session.progress.phase("looking for changes that would make it fit");
  const target = boardTarget(asked.plan, asked.board, footprint, measure);
  return advise({ ...asked, boards: allBoards(), target });
}

/** EF4002 with what is to blame and what would keep the budget; `settings` have one. */
export async function overBudget(
  session: Session,
  failure: Diagnostic,
  asked: Omit<Asked, "plan" | "pareto">,
): Promise<Diagnostic> {
  session.progress.phase("looking for changes that keep the budget");
  const { graph, settings } = asked;
  const { pareto, plan } = leanestPlan(graph, settings);
  const target: Target = { kind: "budget", bytes: settings.ramBudgetBytes ?? 0 };
  const advice = await advise({ ...asked, plan, pareto, boards: [], target });
  const { code, where } = failure;
  const message = `${failure.message}; ${blame(plan)}`;
  return withAdvice(new Diagnostic(code, { message, where }), advice);
}

/** The step and the tensors that a plan's peak is made of. */
export function blame(plan: Plan): string {
  const live = liveOf(plan);
  const names = peakTensors(live)
    .slice(0, 2)
    .map(({ name, bytes }) => `${shortName(name)} (${formatBytes(bytes)})`)
    .join(" and ");
  const node = stepName(plan, live.peakStep);
  return `the largest tensors alive at the peak, in ${node}, are ${names}`;
}

/** The error with what helps as its next steps. */
export function withAdvice(failure: Diagnostic, advice: readonly Advice[]): Diagnostic {
  const { code, message, where, cause } = failure;
  const helping = advice.filter(({ fits }) => fits === true).slice(0, NEXT_STEPS_MAX);
  const next = helping.length > 0 ? helping.map(nextStep) : failure.next;
  return new Diagnostic(code, { message, where, next, details: { advice }, cause });
}

/** One change with what it gives and how to ask for it. */
export function nextStep(advice: Advice): string {
  const { change, command, peakBytes, deviceRamBytes, slowdown, estimated } = advice;
  const ram =
    deviceRamBytes === null
      ? `${formatBytes(peakBytes)} planned`
      : `${formatBytes(deviceRamBytes)} of RAM`;
  const time = `${slowdown.toFixed(2)} times as long`;
  const figures = `${estimated ? "about " : ""}${ram}, ${time}`;
  return `${change} (${figures})${command === null ? "" : `: ${command}`}`;
}
