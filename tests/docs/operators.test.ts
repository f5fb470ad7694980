/**
 * docs/operators.md is what the registry and the tests say: every operator, how a .tflite file
 * spells it, and the element types that its cases run. `npx vitest run tests/docs -u` writes it.
 */
import { expect, it } from "vitest";
import { must } from "../../toolchain/diagnostics/assert.ts";
import type { DType } from "../../toolchain/ir/types.ts";
import type { AnyOp } from "../../toolchain/ops/op.ts";
import { operators } from "../../toolchain/ops/registry.ts";
import type { OpCase } from "../ops/case.ts";
import { xorshift32 } from "../ops/random.ts";
import { isSelection, suites } from "../ops/suites.ts";

const DRAWN = 60;
const order: readonly DType[] = ["int8", "int16", "float32", "int32", "int64", "uint8", "bool"];

/** The type that an operator computes with: of its first operand that is more than a condition. */
function computedType({ inputs }: OpCase): DType {
  const types = inputs.flatMap((operand) => (operand ? [operand.type.dtype] : []));
  return types.find((dtype) => dtype !== "bool") ?? must(types[0], "an operand");
}

function typesOf(op: string): string {
  const suite = must(
    suites.find((candidate) => candidate.op === op),
    `cases of ${op}`,
  );
  const drawn = Object.values(suite.random ?? {}).flatMap((generate) =>
    Array.from({ length: DRAWN }, (_, seed) => generate(xorshift32(seed + 1), seed + 1)),
  );
  const used = new Set([...suite.cases, ...drawn].map(computedType));
  return order.filter((dtype) => used.has(dtype)).join(", ");
}

/** Whether an operator may stand inside a segment, or at its end. */
function byRows({ rows = {} }: AnyOp): string {
  const ways = [rows.stream && "rows", rows.total && "totals"];
  return ways.filter((way) => way !== undefined).join(", ");
}

function page(): string {
  const rows = [...operators]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((operator) => {
      const { name, summary, tflite } = operator;
      const builtins = [...new Set(tflite.map(({ builtin }) => builtin))].join(", ");
      const columns = [`\`${name}\``, builtins, typesOf(name), byRows(operator), summary];
      return `| ${columns.join(" | ")} |`;
    });
  return [
    "# Operators",
    "",
    "What a model may consist of: every operator, the TensorFlow Lite operators it stands for, and",
    "the element types of its operands (int8 and int16 are quantised; uint8, int32, int64 and bool",
    "are plain numbers where an operator takes them). This page is made from the registry and the",
    "tests' cases.",
    "",
    "Besides these: weights in float16 and int4 and sparse weights are widened when a file is",
    "read; int8 weights of a float layer are read as the floats they stand for; variable tensors",
    "and resource variables keep their values from one prediction to the next.",
    "",
    "By rows: layers on images marked `rows` can run together row by row, so that of the tensors",
    "between them only a few rows exist at a time; the last one may be marked `totals`: it takes",
    "its input row by row and gives its output at the end. Both as far as a layer's attributes",
    "allow it.",
    "",
    "| operator | TensorFlow Lite | element types | by rows | what it does |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

it.skipIf(isSelection)("docs/operators.md lists what there is", async () => {
  await expect(page()).toMatchFileSnapshot("../../docs/operators.md");
});
