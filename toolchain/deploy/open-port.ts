/** Opens a port of the machine; what the system answers becomes one of the failures people meet. */
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { openFailure } from "./failures.ts";
import type { Machine, OpenPort } from "./machine.ts";

export async function openPort(
  machine: Machine,
  path: string,
  baudRateHz: number,
): Promise<OpenPort> {
  try {
    return await machine.open(path, baudRateHz);
  } catch (error) {
    throw error instanceof Diagnostic ? await openFailure(machine, path, error) : error;
  }
}
