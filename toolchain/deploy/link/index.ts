/**
 * The link's public face: what the command line and the tests import of the protocol. The rest of
 * the folder is its machinery.
 */
export { connect, DeviceSession, type OnProgress, type SessionOptions } from "./device-session.ts";
export { helloWire } from "./hello-wire.ts";
export type { Hello, Offer, Region, RunningModel, Stats, Status } from "./messages.ts";
export { type Clock, type SerialLike, systemClock } from "./transport.ts";
