/** HELLO as bytes, for who only listens: a monitor asks once and shows whatever comes back. */
import { encodeFrame } from "./frame.ts";
import { helloPayload, requestTypes } from "./messages.ts";

export const helloWire = (): Uint8Array =>
  encodeFrame({ type: requestTypes.hello, session: 1, seq: 0, offset: 0, payload: helloPayload() });
