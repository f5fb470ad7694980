/**
 * The outside oracle: the real TensorFlow Lite C++ runtime, compiled to wasm by its own authors and
 * shipped in npm's @tensorflow/tfjs-tflite. Only tests use it.
 *
 * It is loaded as the bare emscripten module, without TensorFlow.js, because that layer knows no
 * int8. Tensors go in and out as raw little-endian bytes. Everything a session takes from the wasm
 * heap is given back by close(); runTflite() does that itself, so thousands of models can be run.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { must } from "../../toolchain/diagnostics/assert.ts";

interface Handle {
  delete(): void;
}

interface TensorInfo extends Handle {
  data(): ArrayBufferView;
  readonly name: string;
  readonly shape: string;
  readonly dataType: string;
}

interface TensorInfos extends Handle {
  size(): number;
  get(index: number): TensorInfo;
}

interface Runner extends Handle {
  GetInputs(): TensorInfos;
  GetOutputs(): TensorInfos;
  Infer(): boolean;
  GetProfilingSummary(): string;
}

interface RunnerOrStatus extends Handle {
  ok(): boolean;
  errorMessage(): string;
  value(): Runner;
}

interface RuntimeModule {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
  readonly TFLiteWebModelRunner: {
    CreateFromBufferAndOptions(address: number, bytes: number, options: object): RunnerOrStatus;
  };
}

type Factory = (options: object) => Promise<RuntimeModule>;

export interface TfliteTensor {
  readonly name: string;
  /** As the runtime prints it, for example "1,49,10,1". */
  readonly shape: string;
  readonly dtype: string;
  readonly bytes: number;
}

/** One loaded model. Variables of the model keep their state from run to run. */
export interface TfliteSession {
  readonly inputs: readonly TfliteTensor[];
  readonly outputs: readonly TfliteTensor[];
  run(inputs: readonly Uint8Array[]): Uint8Array[];
  /** Which kernels ran (XNNPACK or builtin), after a run. */
  profile(): string;
  close(): void;
}

export interface TfliteRuntime {
  /** Throws an Error with the runtime's own messages when it refuses the model. */
  open(model: Uint8Array): TfliteSession;
  /** Loads, runs once and frees. */
  run(model: Uint8Array, inputs: readonly Uint8Array[]): Uint8Array[];
  /** Size of the wasm heap now. */
  heapBytes(): number;
}

const runnerOptions = {
  numThreads: 1,
  enableWebNNDelegate: false,
  webNNDevicePreference: 0,
  enableProfiling: true,
  maxProfilingBufferEntries: 500,
};

const rawBytes = (view: ArrayBufferView): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

/** Applies `visit` to each tensor of a list, then frees the list's handles. */
function eachTensor<T>(list: TensorInfos, visit: (tensor: TensorInfo, index: number) => T): T[] {
  const results = Array.from({ length: list.size() }, (_, index) => {
    const tensor = list.get(index);
    const result = visit(tensor, index);
    tensor.delete();
    return result;
  });
  list.delete();
  return results;
}

const describe = (tensor: TensorInfo): TfliteTensor => ({
  name: tensor.name,
  shape: tensor.shape,
  dtype: tensor.dataType,
  bytes: tensor.data().byteLength,
});

function fillInputs(list: TensorInfos, inputs: readonly Uint8Array[]): void {
  if (list.size() !== inputs.length) {
    throw new Error(`the model takes ${list.size()} inputs, not ${inputs.length}`);
  }
  eachTensor(list, (tensor, index) => {
    const target = rawBytes(tensor.data());
    const source = must(inputs[index], `input ${index}`);
    if (target.length !== source.length) {
      throw new Error(`${tensor.name} takes ${target.length} bytes, not ${source.length}`);
    }
    target.set(source);
  });
}

function openSession(module: RuntimeModule, log: string[], model: Uint8Array): TfliteSession {
  log.length = 0;
  const address = module._malloc(model.length);
  module.HEAPU8.set(model, address);
  const { TFLiteWebModelRunner: runners } = module;
  const status = runners.CreateFromBufferAndOptions(address, model.length, runnerOptions);
  const closeStatus = () => {
    status.delete();
    module._free(address);
  };
  if (!status.ok()) {
    const reason = `${status.errorMessage()} ${log.join(" ")}`;
    closeStatus();
    throw new Error(`TensorFlow Lite refuses the model: ${reason}`);
  }
  const runner = status.value();
  return {
    inputs: eachTensor(runner.GetInputs(), describe),
    outputs: eachTensor(runner.GetOutputs(), describe),
    run(inputs) {
      fillInputs(runner.GetInputs(), inputs);
      if (!runner.Infer()) throw new Error(`TensorFlow Lite failed: ${log.join(" ")}`);
      return eachTensor(runner.GetOutputs(), (tensor) => rawBytes(tensor.data()).slice());
    },
    profile: () => runner.GetProfilingSummary(),
    close() {
      runner.delete();
      closeStatus();
    },
  };
}

async function instantiate(): Promise<TfliteRuntime> {
  const require = createRequire(import.meta.url);
  const stem = require.resolve("@tensorflow/tfjs-tflite/wasm/tflite_web_api_cc_simd.js");
  const factory = require(stem) as Factory;
  const log: string[] = [];
  const note = (line: string) => log.push(line);
  const wasmBinary = readFileSync(stem.replace(/js$/, "wasm"));
  const module = await factory({ wasmBinary, print: note, printErr: note });
  return {
    open: (model) => openSession(module, log, model),
    run(model, inputs) {
      const session = openSession(module, log, model);
      try {
        return session.run(inputs);
      } finally {
        session.close();
      }
    },
    heapBytes: () => module.HEAPU8.length,
  };
}

let loaded: Promise<TfliteRuntime> | undefined;

/** The runtime, instantiated once for each test process (0.1-0.4 s). */
export function loadTflite(): Promise<TfliteRuntime> {
  loaded ??= instantiate();
  return loaded;
}

/** Runs a model once: raw little-endian bytes of every input in, of every output out. */
export async function runTflite(
  model: Uint8Array,
  inputs: readonly Uint8Array[],
): Promise<Uint8Array[]> {
  return (await loadTflite()).run(model, inputs);
}
