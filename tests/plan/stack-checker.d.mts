/** The type of stack-checker.mjs. */
import type { Certificate } from "../../toolchain/plan/types.ts";

export declare function stackProblemsOf(certificate: Certificate): string[];
