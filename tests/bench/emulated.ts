/**
 * Figures of emulated chips: instructions of one prediction on a Cortex-M4F (QEMU's mps2-an386,
 * counted, not timed), RAM and native stack there, and what each port's image takes of its chip.
 */
import { readAsset } from "../../toolchain/assets.ts";
import { offerOf } from "../../toolchain/cli/device.ts";
import { readUf2 } from "../../toolchain/deploy/flashers/uf2.ts";
import { connect } from "../../toolchain/deploy/link/index.ts";
import type { Optimize } from "../../toolchain/plan/types.ts";
import type { EmulatedBoard } from "../../toolchain/simulate/qemu/machines.ts";
import { EmulatedPico } from "../../toolchain/simulate/rp2040/pico.ts";
import { build, type TestModel } from "../e2e/built-models.ts";
import { type BoardOnBench, buildFirmware, load, startBoard } from "../emulated/harness/board.ts";
import { imageSizes } from "../emulated/harness/elf.ts";
import { countInstructions } from "../emulated/harness/instructions.ts";
import { artifactOf } from "../emulated/harness/models.ts";
import { stackDepth } from "../emulated/harness/stack.ts";
import { armTools, missingOf } from "../emulated/harness/tools.ts";
import type { Figure } from "./figure.ts";

export const missingTools = (): string[] => missingOf(armTools);

/** What the fastest kernels are held to. */
const limits: Readonly<Record<string, { instructions?: number; perMac?: number }>> = {
  kws_ref_model: { instructions: 80_000_000 },
  pretrainedResnet_quant: { perMac: 27 },
};

const limitOf = (atMost: number | undefined) => (atMost === undefined ? {} : { atMost });

async function countFigures(model: TestModel, optimize: Optimize): Promise<Figure[]> {
  const { plan, artifact } = await build(model, { optimize });
  const { instructions, stackDepthBytes, stats } = await countInstructions(artifact);
  const subject = model.name;
  const figure = (name: string, value: number, unit: string, atMost?: number): Figure => ({
    ...{ subject, name: `${name}, ${optimize}`, value, unit },
    ...limitOf(optimize === "speed" ? atMost : undefined),
  });
  const { instructions: total, perMac } = limits[subject] ?? {};
  return [
    figure("instructions", instructions, "instr", total),
    figure("instructions per MAC", instructions / plan.macs, "instr/MAC", perMac),
    figure("peak heap on the chip", stats.heapPeakBytes, "B"),
    figure("native stack, loading included", stackDepthBytes, "B"),
  ];
}

/** Balanced is what a build is without options; the limits are for the fastest kernels. */
async function instructionFigures(model: TestModel): Promise<Figure[]> {
  const fastest = limits[model.name] === undefined ? [] : await countFigures(model, "speed");
  return [...(await countFigures(model, "balanced")), ...fastest];
}

interface Port {
  readonly target: string;
  readonly compiler: string;
  /** Native stack that loading and running sine takes, where an emulator can watch it. */
  readonly stackUsed?: () => Promise<number>;
  readonly flashAtMost?: number;
  readonly staticAtMost?: number;
}

const arm = (machine: EmulatedBoard): Port => ({
  target: machine,
  compiler: "arm-none-eabi-gcc",
  stackUsed: () => stackIn(machine, ({ emulator }) => emulator.stackDepthBytes()),
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
  { target: "rp2040", compiler: "arm-none-eabi-gcc", stackUsed: stackInPico },
  {
    target: "rv32-virt",
    compiler: "riscv64-unknown-elf-gcc",
    stackUsed: () => stackIn("rv32-virt", stackDepth),
  },
  { target: "esp32c3", compiler: "riscv64-unknown-elf-gcc" },
  {
    target: "esp32",
    compiler: "xtensa-lx106-elf-gcc",
    stackUsed: () => stackIn("esp32-core", stackDepth),
  },
];

const smallest = () => artifactOf("sine", { latencyBudget: 2 });

/** Loads and runs the smallest model: loading takes more native stack than running does. */
async function stackIn(
  machine: EmulatedBoard,
  depth: (board: BoardOnBench, elf: string) => Promise<number>,
): Promise<number> {
  const firmware = buildFirmware(machine);
  const board = await startBoard(machine, firmware);
  try {
    await load(board, await smallest());
    const { inputBytes } = await board.session.status();
    await board.session.run(new Uint8Array(inputBytes));
    return await depth(board, firmware.elf);
  } finally {
    await board.close();
  }
}

/** The same in rp2040js, with the image that ships. */
async function stackInPico(): Promise<number> {
  const { address, bytes } = readUf2(readAsset("firmware-host/prebuilt/rp2040.uf2"));
  const pico = new EmulatedPico({ offset: address - PICO_FLASH, bytes });
  const { wasm, manifest } = await smallest();
  const session = await connect(pico.uart, { clock: pico.clock });
  await session.transfer(wasm, offerOf(manifest));
  await session.run(new Uint8Array((await session.status()).inputBytes));
  const used = pico.chip().stackUsedBytes();
  pico.powerOff();
  return used;
}

const PICO_FLASH = 0x10000000;

async function portFigures({ target, stackUsed, ...limits }: Port): Promise<Figure[]> {
  const { flashBytes, staticRamBytes, stack } = imageSizes(buildFirmware(target).elf);
  const bytes = (name: string, value: number, atMost?: number): Figure => ({
    ...{ subject: `port ${target}`, name, value, unit: "B" },
    ...(atMost === undefined ? {} : { atMost }),
  });
  return [
    bytes("flash", flashBytes, limits.flashAtMost),
    bytes("static RAM", staticRamBytes, limits.staticAtMost),
    ...(stack === undefined ? [] : [bytes("native stack, reserved", stack.bytes)]),
    ...(stackUsed === undefined ? [] : [bytes("native stack, used by sine", await stackUsed())]),
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
