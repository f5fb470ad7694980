/**
 * The simulated boards: the firmware core and wasm3 as WebAssembly, run by
 * toolchain/simulate/board. wasm3 needs tail calls there, or every operator would nest a frame.
 */
import { coreSources, sourcesIn } from "./sources.mjs";

const simulator = {
  file: "sim.wasm",
  packages: "clang lld wasi-libc libclang-rt-14-dev-wasm32",
  compiler: "clang",
  linker: "wasm-ld",
  own: [...coreSources, ...sourcesIn("ports/sim")],
  flags: [
    ...["--target=wasm32-wasi", "-O2", "-DNDEBUG", "-ffunction-sections"],
    ...["-mtail-call", "-mbulk-memory", "-msign-ext", "-mnontrapping-fptoint"],
  ],
  link: [
    ...["--no-entry", "--gc-sections", "--strip-all", "--stack-first"],
    ...["-z", "stack-size=65536", "-L/usr/lib/wasm32-wasi", "-lc"],
  ],
};

/** A simulator with a wasm3 that counts the operators it executes: for benchmarks only. */
const counting = {
  ...simulator,
  file: "sim-counting.wasm",
  own: [...simulator.own, ...sourcesIn("ports/counting")],
  countsOperators: true,
};

export const simulators = { sim: simulator, "sim-counting": counting };
