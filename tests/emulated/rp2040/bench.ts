/**
 * An emulated Pico with the firmware that ships, as its suites use it. Needs nothing but npm: the
 * image is the one in prebuilt/, which `firmware-host/build.mjs --check` compares with its sources.
 */
import { afterEach, expect } from "vitest";
import { readAsset } from "../../../toolchain/assets.ts";
import { readUf2 } from "../../../toolchain/deploy/flashers/uf2.ts";
import { connect, type DeviceSession } from "../../../toolchain/deploy/link/index.ts";
import { must } from "../../../toolchain/diagnostics/assert.ts";
import { EmulatedPico, type FlashImage } from "../../../toolchain/simulate/rp2040/pico.ts";
import { type Built, build, testModels } from "../../e2e/built-models.ts";

const flashStart = 0x10000000;

export type Line = "uart" | "usb";
export const lines: readonly Line[] = ["uart", "usb"];

export function firmwareImage(): FlashImage {
  const { address, bytes } = readUf2(readAsset("firmware-host/prebuilt/rp2040.uf2"));
  return { offset: address - flashStart, bytes };
}

let picos: EmulatedPico[] = [];

/** Switched off, and asked for its faults, when the test ends. */
export function startPico(): EmulatedPico {
  const pico = new EmulatedPico(firmwareImage());
  picos.push(pico);
  return pico;
}

afterEach(() => {
  const used = picos;
  picos = [];
  for (const pico of used) pico.powerOff();
  expect(used.flatMap((pico) => pico.faults())).toEqual([]);
});

export interface Connected {
  readonly session: DeviceSession;
  readonly text: () => string;
}

export async function connectTo(pico: EmulatedPico, line: Line, number = 1): Promise<Connected> {
  const decoder = new TextDecoder();
  let text = "";
  const onText = (bytes: Uint8Array) => {
    text += decoder.decode(bytes, { stream: true });
  };
  const session = await connect(pico[line], { clock: pico.clock, session: number, onText });
  return { session, text: () => text };
}

export const buildOwn = (name: string): Promise<Built> =>
  build(
    must(
      testModels.find((model) => model.name === name),
      `model ${name}`,
    ),
    {},
  );
