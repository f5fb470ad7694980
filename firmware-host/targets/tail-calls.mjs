/**
 * Tail calls for the Xtensa's call0 convention, in the compiler's assembly: gcc 12 makes none, and
 * wasm3, whose operators end by calling the next one, would nest a frame for each operator of
 * straight-line code.
 *
 * In functions op_*, a call through a register whose result is returned as it is,
 *     callx0 aN; restore a0 and saved registers; release the frame; ret
 * becomes: restore; release; jump to aN. It is sound because operators pass their arguments in
 * registers (a2 to a7) and hand out no address of their frame (wasm3's m3_exec_defs.h).
 */
const CALL = /^\tcallx0\t(a\d+)$/;
const JUMP = /^\tj\t(\.L\d+)$/;
const LABEL = /^(\.L\d+):$/;
const RESTORE = /^\tl32i(?:\.n)?\t(a(?:0|1[2-5])), sp, \d+$/;
const RELEASE = /^\taddi(?:\.n)?\tsp, sp, \d+$/;
const RETURN = /^\tret(?:\.n)?$/;

/** Free at a call: neither an argument nor kept for the caller. */
const SCRATCH = "a10";

/** The instructions that restore and release, when those at `at` do only that and return. */
function epilogueAt(lines, at) {
  const found = [];
  for (let index = at; index < lines.length; index++) {
    const line = lines[index];
    if (LABEL.test(line)) continue;
    if (RETURN.test(line)) return found.some((seen) => RELEASE.test(seen)) ? found : undefined;
    if (!RESTORE.test(line) && !RELEASE.test(line)) return undefined;
    found.push(line);
  }
  return undefined;
}

/** Where control is after the instruction before `at`: behind labels, and at a jump's target. */
function reached(lines, at) {
  let index = at;
  while (LABEL.test(lines[index] ?? "")) index++;
  const jump = JUMP.exec(lines[index] ?? "");
  return jump === null ? index : lines.indexOf(`${jump[1]}:`);
}

function tailCall(lines, index) {
  const called = CALL.exec(lines[index]);
  if (called === null) return [lines[index]];
  const epilogue = epilogueAt(lines, reached(lines, index + 1));
  if (epilogue === undefined) return [lines[index]];
  const isRestored = epilogue.some((line) => RESTORE.exec(line)?.[1] === called[1]);
  const target = isRestored ? SCRATCH : called[1];
  const kept = isRestored ? [`\tmov\t${SCRATCH}, ${called[1]}`] : [];
  return [...kept, ...epilogue, `\tjx\t${target}`];
}

const OPERATOR = /^op_\w+:\n[\s\S]*?^\t\.size\top_\w+/gm;

/** The assembly text with tail calls in its operators. */
export const withTailCalls = (assembly) =>
  assembly.replace(OPERATOR, (text) => {
    const lines = text.split("\n");
    return lines.flatMap((_, index) => tailCall(lines, index)).join("\n");
  });
