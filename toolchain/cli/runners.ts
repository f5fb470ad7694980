/**
 * The ways to execute a model, behind one interface: here the reference interpreter and V8; a
 * device at the other end of a link (wasm3 in the simulator, a board) is in device.ts. All must
 * give the same bytes.
 */
import { assert, must } from "../diagnostics/assert.ts";
import { type Graph, tensorAt } from "../ir/graph.ts";
import { bytesOf } from "../ir/types.ts";
import type { Rounding } from "../numeric/requantize.ts";
import type { Artifact } from "../pack/artifact.ts";
import type { Manifest, ManifestTensor } from "../pack/manifest.ts";
import { instantiate } from "../simulate/host/host-runtime.ts";
import { referenceSession } from "../simulate/reference/interpreter.ts";
import { concatenate, type Port, splitPorts } from "./cases.ts";

/** Receives what operator `step` wrote to a tensor. */
export type Trace = (step: number, tensor: number, bytes: Uint8Array) => void;

export interface Runner {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly labels: readonly string[];
  /** Nodes whose outputs are never whole in memory, so that no trace has them; left out: none. */
  readonly streamed?: readonly string[];
  /** One case in, its outputs out. State stays from case to case. */
  run(input: Uint8Array, trace?: Trace): Promise<Uint8Array>;
  close(): Promise<void>;
}

export function referenceRunner(graph: Graph, rounding: Rounding): Runner {
  const port = (index: number): Port => tensorAt(graph, index);
  const inputs = graph.inputs.map(port);
  const runCase = referenceSession(graph, { rounding });
  return {
    inputs,
    outputs: graph.outputs.map(port),
    labels: [],
    run: async (input, trace) => {
      const { outputs, tensors } = runCase(splitPorts(input, inputs));
      graph.nodes.forEach((node, step) => {
        for (const tensor of node.outputs) {
          trace?.(step, tensor, bytesOf(must(tensors.get(tensor), "a computed tensor")));
        }
      });
      return concatenate(outputs);
    },
    close: async () => {},
  };
}

export const tensorsAt = (manifest: Manifest, indices: readonly number[]): ManifestTensor[] =>
  indices.map((index) => must(manifest.tensors[index], `tensor ${index} of the manifest`));

export function portsOf(manifest: Manifest, indices: readonly number[]): Port[] {
  return tensorsAt(manifest, indices).map((tensor) => ({ name: tensor.name, type: tensor }));
}

/** Nodes that run row by row with the ones after them. */
export const streamedNodes = ({ steps }: Manifest): string[] =>
  steps.flatMap(({ node, outputs }) => (outputs.length === 0 ? [node] : []));

/** What can run operators one by one and shows its memory. */
export interface Stepped {
  readonly memory: Uint8Array;
  readonly step: (index: number) => void;
}

const slice = ({ memory }: Stepped, { offset, bytes }: ManifestTensor) =>
  memory.slice(offset, offset + bytes);

/** Writes whole inputs; of one that arrives by rows each is put in place after `makeRoom`. */
function writeInputs(
  manifest: Manifest,
  memory: Uint8Array,
  input: Uint8Array,
  makeRoom: () => void,
): void {
  const parts = splitPorts(input, portsOf(manifest, manifest.inputs));
  tensorsAt(manifest, manifest.inputs).forEach(({ offset, bytes, rows }, index) => {
    const part = must(parts[index], "an input");
    for (let start = 0; start < part.length; start += bytes) {
      if (rows !== undefined) makeRoom();
      memory.set(part.subarray(start, start + bytes), offset);
    }
  });
}

const readOutputs = (manifest: Manifest, module: Stepped): Uint8Array =>
  concatenate(tensorsAt(manifest, manifest.outputs).map((tensor) => slice(module, tensor)));

/** One case, operator by operator. */
export function runSteps(
  manifest: Manifest,
  module: Stepped,
  input: Uint8Array,
  trace: Trace,
): Uint8Array {
  writeInputs(manifest, module.memory, input, () => module.step(0));
  manifest.steps.forEach(({ outputs }, step) => {
    module.step(step);
    for (const index of outputs) {
      for (const tensor of tensorsAt(manifest, [index])) trace(step, index, slice(module, tensor));
    }
  });
  return readOutputs(manifest, module);
}

export function v8Runner({ wasm, weights, manifest }: Artifact): Runner {
  const module = instantiate(wasm, weights);
  return {
    inputs: portsOf(manifest, manifest.inputs),
    outputs: portsOf(manifest, manifest.outputs),
    labels: manifest.labels ?? [],
    streamed: streamedNodes(manifest),
    run: async (input, trace) => {
      if (trace !== undefined) return runSteps(manifest, module, input, trace);
      const advance = (wantsRow: boolean) =>
        assert(module.predict() === wantsRow, "predict() wants each row of its input once");
      writeInputs(manifest, module.memory, input, () => advance(true));
      advance(false);
      return readOutputs(manifest, module);
    },
    close: async () => {},
  };
}
