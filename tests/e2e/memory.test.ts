/**
 * Bytes of linear memory that a run touches = the plan's figure, measured on wasm3.
 *
 * The module runs twice from memory filled with 0x55 and with 0xAA. A byte that was never written
 * still shows both patterns; a written one cannot, since both runs write the same. So the set of
 * touched bytes is exact, whatever wrote them: stores, bulk copies or the firmware's own pulls. The
 * firmware gives the module exactly the planned bytes, and anything above traps.
 */
import { describe, expect, it } from "vitest";
import { measuredDevice } from "../../toolchain/cli/device.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { importModel } from "../../toolchain/import/index.ts";
import { buildArtifact } from "../../toolchain/pack/artifact.ts";
import { makePlan } from "../../toolchain/plan/plan.ts";
import type { Optimize, Plan } from "../../toolchain/plan/types.ts";
import { readOwn, readShared, sharedDataPresent } from "../oracles/goldens.ts";

