/** The type of certificate-checker.mjs, which is plain JavaScript for a stranger to run as it is. */
import type { Certificate } from "../../toolchain/plan/types.ts";

export declare function problemsOf(certificate: Certificate): string[];
