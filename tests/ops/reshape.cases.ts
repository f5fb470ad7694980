/** reshape: any element type, to fewer and to more dimensions, down to a scalar. */
import type { DType, Shape } from "../../toolchain/ir/types.ts";
import { int8, type OpCases } from "./case.ts";

const shapes: readonly (readonly [name: string, from: Shape, to: Shape, dtype?: DType])[] = [
  ["flatten", [1, 3, 5, 7], [1, 105]],
  ["to more dimensions", [30], [2, 1, 3, 5]],
  ["to a scalar", [1, 1], []],
  ["the same shape", [2, 3], [2, 3]],
  ["float", [2, 3], [6], "float32"],
  ["int32", [4], [2, 2], "int32"],
  ["int64", [4], [2, 2], "int64"],
];

const cases: OpCases = {
  op: "reshape",
  cases: shapes.map(([name, from, to, dtype = "int8"], index) => {
    const type = (shape: Shape) => (dtype === "int8" ? int8(shape, 0.0471, -7) : { dtype, shape });
    return {
      name,
      attributes: { shape: to },
      inputs: [{ type: type(from) }],
      outputs: [type(to)],
      seed: 800 + index,
      ...(dtype === "int64" && { withoutOracle: "its interface hands out no int64 tensors" }),
    };
  }),
};

export default cases;
