/**
 * What a board's refusal means to a user: each reason (firmware-host/core/refusal.h) as a
 * Diagnostic that names both numbers.
 */

import type { DiagnosticCode } from "../../diagnostics/codes.ts";
import { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { modelStates, PayloadReader, type RequestType, readReplyHeader } from "./messages.ts";

interface Refused {
  readonly request: RequestType;
  readonly needed: number;
  readonly available: number;
  readonly text: string;
}

interface Reason {
  readonly code: DiagnosticCode;
  message(refused: Refused): string;
}

const bytes = (count: number) => `${count.toLocaleString("en-US")} bytes`;
const hex = (value: number) => `0x${value.toString(16).padStart(8, "0")}`;
const stateName = (state: number) => modelStates[state] ?? `state ${state}`;

/** By reason number. */
const reasons: ReadonlyMap<number, Reason> = new Map<number, Reason>([
  [
    1,
    {
      code: "EF6003",
      message: ({ needed, available }) =>
        `the board speaks protocol version ${available}, edgeflash asked for ${needed}`,
    },
  ],
  [
    2,
    {
      code: "EF6004",
      message: ({ request, needed, available }) =>
        `the board found a malformed ${request} request: expected ${needed}, got ${available}`,
    },
  ],
  [
    3,
    {
      code: "EF6003",
      message: ({ request, needed, available }) =>
        `the board takes ${request} when its model is ${stateName(needed)}, ` +
        `and it is ${stateName(available)}`,
    },
  ],
  [4, { code: "EF6004", message: () => "the board has restarted since the connection was made" }],
  [
    5,
    {
      code: "EF6003",
      message: ({ needed, available }) =>
        `the artifact has ABI ${needed}, the board's firmware has ABI ${available}`,
    },
  ],
  [
    6,
    {
      code: "EF4001",
      message: ({ needed, available }) =>
        `the artifact takes ${bytes(needed)}, the board's model slot has ${bytes(available)}`,
    },
  ],
  [
    7,
    {
      code: "EF4001",
      message: ({ needed, available }) =>
        `the model needs ${bytes(needed)} of RAM or more, the board has ${bytes(available)} for it`,
    },
  ],
  [
    8,
    {
      code: "EF6003",
      message: ({ needed, available }) =>
        `the artifact's checksum is ${hex(needed)}, the board's copy has ${hex(available)}`,
    },
  ],
  [
    9,
    {
      code: "EF6003",
      message: ({ needed, available }) =>
        `the offer says ${bytes(needed)} of linear memory, the module ${bytes(available)}`,
    },
  ],
  [
    10,
    { code: "EF6003", message: ({ text }) => `the board's runtime rejects the module: ${text}` },
  ],
  [
    11,
    {
      code: "EF6003",
      message: ({ needed, available }) =>
        `an input or output ends at byte ${needed} of a linear memory of ${bytes(available)}`,
    },
  ],
  [
    12,
    {
      code: "EF6005",
      message: ({ text, available }) =>
        `the model stopped: ${text === "" ? `predict returned ${available}` : text}`,
    },
  ],
  [
    13,
    {
      code: "EF6004",
      message: ({ needed, available }) =>
        `the board expects run ${needed} and got run ${available}`,
    },
  ],
  [
    14,
    {
      code: "EF6004",
      message: ({ needed, available }) =>
        `the board's flash failed at byte ${needed}, writing or erasing ${bytes(available)}`,
    },
  ],
  [
    15,
    {
      code: "EF4003",
      message: () => "the model computes with floating point, the board's firmware cannot",
    },
  ],
]);

/** The Diagnostic for a reply whose status is not 0. */
export function refusal(request: RequestType, payload: Uint8Array): Diagnostic {
  const reader = new PayloadReader(payload);
  const { status } = readReplyHeader(reader);
  const refused = {
    request,
    needed: reader.u32(),
    available: reader.u32(),
    text: reader.text(),
  };
  const reason = reasons.get(status);
  if (reason === undefined) {
    const message = `the board refused ${request} for a reason unknown here (${status})`;
    return new Diagnostic("EF6003", { message });
  }
  return new Diagnostic(reason.code, { message: reason.message(refused) });
}
