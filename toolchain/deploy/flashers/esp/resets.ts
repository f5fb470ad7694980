/**
 * How DTR and RTS start an ESP chip, as data: after each step all lines stand as given.
 *
 * On boards with a bridge two transistors make EN low for RTS alone and the boot pin low for DTR
 * alone, and neither for both (Espressif, "Boot mode selection"). The chips' own USB-Serial-JTAG
 * reads the same lines but acts on changes, so it needs both together on the way. esptool-js's own
 * hard reset never asserts RTS, so the new firmware would not start.
 */
import type { Clock } from "../../link/index.ts";
import { wait } from "../../machine.ts";
import type { WebSerialPort } from "./web-serial.ts";

export interface ResetStep {
  readonly dtr: boolean;
  readonly rts: boolean;
  readonly waitMs: number;
}

const step = (dtr: boolean, rts: boolean, waitMs: number): ResetStep => ({ dtr, rts, waitMs });

/** `bootMs`: how long the boot pin stays low; slow reset circuits need the longer time. */
const classic = (bootMs: number): readonly ResetStep[] => [
  step(false, true, 100),
  step(true, false, bootMs),
  step(false, false, 0),
];

const usbJtag: readonly ResetStep[] = [
  step(false, false, 100),
  step(true, false, 100),
  step(true, true, 0),
  step(false, true, 100),
  step(false, false, 0),
];

export const hardReset: readonly ResetStep[] = [step(false, true, 100), step(false, false, 0)];
/** The port itself goes away and comes back. */
export const usbHardReset: readonly ResetStep[] = [step(false, true, 200), step(false, false, 200)];

/** Into the loader: tried one after the other, again and again. */
export const bridgeLadder = [classic(50), classic(550)];
export const usbLadder = [usbJtag, classic(50)];

export async function reset(port: WebSerialPort, clock: Clock, steps: readonly ResetStep[]) {
  for (const { dtr, rts, waitMs } of steps) {
    await port.setSignals({ dataTerminalReady: dtr, requestToSend: rts, break: false });
    if (waitMs > 0) await wait(clock, waitMs);
  }
}
