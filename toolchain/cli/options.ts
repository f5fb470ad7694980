/**
 * The options of all verbs, as commands see them once parsed. Each verb gets those that verbs.ts
 * declares for it; design names, defaults and choices are a contract with scripts.
 */
import type { Rounding } from "../numeric/requantize.ts";
import type { Optimize } from "../plan/types.ts";

export const runtimes = ["wasm3", "v8", "reference"] as const;
export type Runtime = (typeof runtimes)[number];

export interface Options {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
  readonly board?: string;
  /** Left out: balanced, or leaner where that does not fit. */
  readonly optimize?: Optimize;
  readonly rounding: Rounding;
  readonly ramBudget?: number;
  readonly latencyBudget?: number;
  /** As typed; amounts.ts reads it. */
  readonly maxWeightReads?: string;
  readonly inputByRows?: boolean;
  /** false: --no-streaming. */
  readonly streaming: boolean;
  readonly tensorLevel?: boolean;
  /** Height and width to plan for. */
  readonly inputSize?: readonly [number, number];
  readonly report?: string;
  readonly output?: string;
  readonly input?: string;
  readonly emitAs?: string;
  readonly labels?: string;
  readonly runtime: Runtime;
  readonly trace?: string;
  readonly port?: string;
  readonly sim?: boolean;
  readonly ask?: boolean;
  readonly firmware?: string;
  readonly erase?: boolean;
  readonly baud?: number;
  readonly seconds?: number;
}
