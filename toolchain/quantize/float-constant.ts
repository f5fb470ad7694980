/**
 * Reading the float32 constants of a graph that is to be quantised.
 */
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Graph, Tensor } from "../ir/graph.ts";
import { viewTensor } from "../ir/types.ts";

/** A float32 constant's values; EF3001 when it is computed at run time or not finite. */
export function floatsOf(graph: Graph, tensor: Tensor): Float32Array {
  const values = tensor.data && viewTensor(tensor.type.dtype, tensor.data);
  const reason = !(values instanceof Float32Array)
    ? "is not a float32 constant"
    : "holds a value that is not finite";
  if (values instanceof Float32Array && values.every(Number.isFinite)) return values;
  throw new Diagnostic("EF3001", {
    message: `tensor ${tensor.name} ${reason}`,
    where: { model: graph.name, tensor: tensor.name },
  });
}
