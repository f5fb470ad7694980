/**
 * Where the tensors of a plan lie: the one statement of it that the stages after planning use.
 */
import { must } from "../diagnostics/assert.ts";
import { type TensorIndex, tensorAt } from "../ir/graph.ts";
import { byteLength } from "../ir/types.ts";
import type { Plan } from "./types.ts";

export interface Place {
  readonly offset: number;
  readonly bytes: number;
}

/** The tensors that have all of their bytes in memory; those of windows have not. */
export function placesOf({ graph, buffers }: Plan): Map<TensorIndex, Place> {
  const whole = buffers.filter(({ window }) => window === undefined);
  const places = whole.flatMap(({ tensors, begins, offset }) =>
    tensors.map((tensor, index): [TensorIndex, Place] => {
      const { type } = tensorAt(graph, tensor);
      return [tensor, { offset: offset + (begins?.[index] ?? 0), bytes: byteLength(type) }];
    }),
  );
  return new Map(places.sort(([a], [b]) => a - b));
}

export function placeOf(places: ReadonlyMap<TensorIndex, Place>, tensor: TensorIndex): Place {
  return must(places.get(tensor), `place of tensor ${tensor}`);
}
