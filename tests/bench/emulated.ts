/**
 * Figures of emulated chips: instructions of one prediction on a Cortex-M4F (QEMU's mps2-an386,
 * counted, not timed), RAM and native stack there, and what each port's image takes of its chip.
 *
 * Goals are the instruction counts that the next kernels are to reach; limits are those of today.
 */
import type { Optimize } from "../../toolchain/plan/types.ts";
import type { EmulatedBoard } from "../../toolchain/simulate/qemu/machines.ts";
import { build, type TestModel } from "../e2e/built-models.ts";
import { buildFirmware, load, startBoard } from "../emulated/harness/board.ts";
import { imageSizes } from "../emulated/harness/elf.ts";
import { countInstructions } from "../emulated/harness/instructions.ts";
import { artifactOf } from "../emulated/harness/models.ts";
import { armTools, missingOf } from "../emulated/harness/tools.ts";
import type { Figure } from "./figure.ts";

export const missingTools = (): string[] => missingOf(armTools);

const goals: Readonly<Record<string, { instructions?: number; perMac?: number }>> = {
  kws_ref_model: { instructions: 80_000_000 },
  pretrainedResnet_quant: { perMac: 27 },
};

const goalOf = (goal: number | undefined) => (goal === undefined ? {} : { goal });

async function countFigures(model: TestModel, optimize: Optimize): Promise<Figure[]> {
  const { plan, artifact } = await build(model, { optimize });
  const { instructions, stackDepthBytes, stats } = await countInstructions(artifact);
  const subject = model.name;
  const figure = (name: string, value: number, unit: string, goal?: number): Figure => ({
    ...{ subject, name: `${name}, ${optimize}`, value, unit },
    ...goalOf(goal),
  });
  const { instructions: total, perMac } = goals[subject] ?? {};
  return [
    figure("instructions", instructions, "instr", total),
    figure("instructions per MAC", instructions / plan.macs, "instr/MAC", perMac),
    figure("peak heap on the chip", stats.heapPeakBytes, "B"),
    figure("native stack, loading included", stackDepthBytes, "B"),
  ];
}

/** Balanced is what a build is without options; the goals are for the fastest kernels. */
async function instructionFigures(model: TestModel): Promise<Figure[]> {
  const fastest = goals[model.name] === undefined ? [] : await countFigures(model, "speed");
  return [...(await countFigures(model, "balanced")), ...fastest];
}

interface Port {
  readonly target: string;
  readonly compiler: string;
  /** Where its native stack can be watched: the stack is painted by its start code. */
  readonly machine?: EmulatedBoard;
  readonly flashAtMost?: number;
  readonly staticAtMost?: number;
}

const arm = (machine: EmulatedBoard): Port => ({
  target: machine,
  compiler: "arm-none-eabi-gcc",
  machine,
});

/** A Cortex-M4F leaves all but this to the model. */
const m4fLimits = { flashAtMost: 72 * 1024, staticAtMost: 512 };

const ports: readonly Port[] = [
  arm("mps2-an385"),
  { ...arm("mps2-an386"), ...m4fLimits },
  arm("mps2-an500"),
  arm("mps2-an547"),
  { ...arm("stm32f405"), ...m4fLimits },
  arm("microbit"),
  { target: "rp2040", compiler: "arm-none-eabi-gcc" },
  { target: "rv32-virt", compiler: "riscv64-unknown-elf-gcc" },
  { target: "esp32c3", compiler: "riscv64-unknown-elf-gcc" },
  { target: "esp32", compiler: "xtensa-lx106-elf-gcc" },
];

/** Loads and runs the smallest model: loading takes more native stack than running does. */
async function stackDepth(machine: EmulatedBoard): Promise<number> {
  const board = await startBoard(machine, buildFirmware(machine));
  try {
    await load(board, await artifactOf("sine", { optimize: "ram" }));
    const { inputBytes } = await board.session.status();
    await board.session.run(new Uint8Array(inputBytes));
    return await board.emulator.stackDepthBytes();
  } finally {
    await board.close();
  }
}

async function portFigures({ target, machine, ...limits }: Port): Promise<Figure[]> {
  const { flashBytes, staticRamBytes, stack } = imageSizes(buildFirmware(target).elf);
  const bytes = (name: string, value: number, atMost?: number): Figure => ({
    ...{ subject: `port ${target}`, name, value, unit: "B" },
    ...(atMost === undefined ? {} : { atMost }),
  });
  return [
    bytes("flash", flashBytes, limits.flashAtMost),
    bytes("static RAM", staticRamBytes, limits.staticAtMost),
    ...(stack === undefined ? [] : [bytes("native stack, reserved", stack.bytes)]),
    ...(machine === undefined
      ? []
      : [bytes("native stack, used by sine", await stackDepth(machine))]),
  ];
}

export async function allInstructionFigures(models: readonly TestModel[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const model of models) figures.push(...(await instructionFigures(model)));
  return figures;
}

export async function allPortFigures(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const port of ports) {
    if (missingOf([port.compiler]).length === 0) figures.push(...(await portFigures(port)));
  }
  return figures;
}
