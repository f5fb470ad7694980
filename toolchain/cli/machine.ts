/** The ports, programs and files that deploying uses: a test's, or this computer's. */
import type { Machine } from "../deploy/machine.ts";
import { nodeMachine } from "../deploy/node-machine.ts";
import type { Host } from "./host.ts";
import type { Session } from "./session.ts";

export const machineOf = (host: Host): Machine => host.machine ?? nodeMachine(host.env.PATH ?? "");

/** What a flasher says and how far it is, as progress. */
export const flashIoOf = ({ host, progress }: Session) => ({
  machine: machineOf(host),
  notice: (text: string) => progress.phase(text),
  progress: (done: number, total: number) => progress.advance(done, total),
});
