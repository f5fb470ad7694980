/**
 * The RP2040's USB device against a host that does what a PC does and forgives less (its faults are
 * asked for after each test), and once against the host that comes with rp2040js.
 */
import { USBCDC } from "rp2040js";
import { describe, expect, it } from "vitest";
import { encodeFrame, FrameReader } from "../../../toolchain/deploy/link/frame.ts";
import { helloPayload, readHello } from "../../../toolchain/deploy/link/messages.ts";
import { must } from "../../../toolchain/diagnostics/assert.ts";
import type { EmulatedPico } from "../../../toolchain/simulate/rp2040/pico.ts";
import { type UsbSetup, usbRequest } from "../../../toolchain/simulate/rp2040/usb-host.ts";
import { connectTo, startPico } from "./bench.ts";

const toDevice = 0x00;
const fromDevice = 0x80;
const toInterface = 0x01;
const fromInterface = 0x81;
const toEndpoint = 0x02;
const fromEndpoint = 0x82;
const classTo = 0x21;
const classFrom = 0xa1;
const dataIn = 0x82;
const dataOut = 0x02;

/** Set up by the host, and known to answer. */
async function connectedPico(): Promise<EmulatedPico> {
  const pico = startPico();
  await connectTo(pico, "usb");
  return pico;
}

/** A configuration descriptor's parts; each begins with its length. */
function partsOf(bytes: Uint8Array): Uint8Array[] {
  const length = bytes[0] ?? 0;
  if (bytes.length === 0) return [];
  expect(length).toBeGreaterThanOrEqual(2);
  return [bytes.subarray(0, length), ...partsOf(bytes.subarray(length))];
}

describe("the RP2040's USB descriptors", () => {
  it("name the board and are one serial port", async () => {
    const pico = await connectedPico();
    const { device, configuration, ...names } = must(pico.usb.identity, "an enumerated device");
    expect(names).toEqual({ manufacturer: "edgeflash", product: "edgeflash on RP2040" });
    const words = new DataView(device.buffer);
    expect(words.getUint16(8, true)).toBe(0x2e8a);
    expect(words.getUint16(10, true)).toBe(0x000a);
    expect([...device.subarray(4, 7)]).toEqual([0xef, 2, 1]);
    expect(device[17]).toBe(1);
    expect(configuration[2]).toBe(configuration.length);
  });

  it("count their parts rightly", async () => {
    const pico = await connectedPico();
    const parts = partsOf(must(pico.usb.identity, "an enumerated device").configuration);
    const ofType = (type: number) => parts.filter((part) => part[1] === type);
    const interfaces = ofType(4);
    expect(parts[0]?.[4]).toBe(interfaces.length);
    expect(interfaces.map((part) => part[2])).toEqual([0, 1]);
    expect(interfaces.map((part) => part[5])).toEqual([2, 10]);
    expect(ofType(11).map((part) => [part[2], part[3]])).toEqual([[0, 2]]);
    const endpoints = ofType(5);
    expect(endpoints).toHaveLength(interfaces.reduce((sum, part) => sum + (part[4] ?? 0), 0));
    expect(endpoints.map((part) => part[2]).sort()).toEqual([0x02, 0x81, 0x82]);
    const union = ofType(0x24).find((part) => part[2] === 6);
    expect([...(union ?? [])]).toEqual([5, 0x24, 6, 0, 1]);
  });

  it("are read again after a bus reset at any time", async () => {
    const pico = await connectedPico();
    await pico.usb.enumerate();
    expect(pico.chip().usbCtrl.readUint32(0) & 0x7f).toBe(5);
    const { session } = await connectTo(pico, "usb", 2);
    expect(session.hello.board).toBe("rp2040");
  });
});

const answered: readonly (readonly [string, UsbSetup, readonly number[]])[] = [
  ["status of the device", { type: fromDevice, request: usbRequest.getStatus, length: 2 }, [0, 0]],
  [
    "status of an interface",
    { type: fromInterface, request: usbRequest.getStatus, index: 1, length: 2 },
    [0, 0],
  ],
  [
    "status of an endpoint",
    { type: fromEndpoint, request: usbRequest.getStatus, index: dataIn, length: 2 },
    [0, 0],
  ],
  [
    "status of endpoint 0",
    { type: fromEndpoint, request: usbRequest.getStatus, length: 2 },
    [0, 0],
  ],
  ["configuration", { type: fromDevice, request: usbRequest.getConfiguration, length: 1 }, [1]],
  ["interface", { type: fromInterface, request: usbRequest.getInterface, length: 1 }, [0]],
  ["setting 0", { type: toInterface, request: usbRequest.setInterface, index: 1 }, []],
  ["break", { type: classTo, request: usbRequest.sendBreak, value: 100 }, []],
  [
    "line coding",
    { type: classFrom, request: usbRequest.getLineCoding, length: 7 },
    [0x00, 0xc2, 0x01, 0x00, 0, 0, 8],
  ],
  [
    "a descriptor's beginning",
    { type: fromDevice, request: usbRequest.getDescriptor, value: 0x100, length: 2 },
    [18, 1],
  ],
];

const refused: readonly (readonly [string, UsbSetup])[] = [
  ["a string that is not there", { type: 0x80, request: 6, value: 0x309, length: 255 }],
  ["another configuration", { type: toDevice, request: usbRequest.setConfiguration, value: 2 }],
  ["another setting", { type: toInterface, request: usbRequest.setInterface, value: 1 }],
  ["a third interface", { type: fromInterface, request: usbRequest.getInterface, index: 2 }],
  ["status of no endpoint", { type: fromEndpoint, request: 0, index: 0x85, length: 2 }],
  ["remote wake-up", { type: toDevice, request: usbRequest.setFeature, value: 1 }],
  ["a halt of endpoint 0", { type: toEndpoint, request: usbRequest.setFeature }],
  ["a vendor's request", { type: 0xc0, request: 1, length: 4 }],
];

describe("the RP2040's USB device", () => {
  it("answers every request that a serial port has to", async () => {
    const pico = await connectedPico();
    for (const [name, setup, bytes] of answered) {
      const answer = await pico.usb.control(setup);
      expect([name, ...(answer ?? ["refused"])]).toEqual([name, ...bytes]);
    }
  });

  it("refuses what it does not know, and goes on", async () => {
    const pico = await connectedPico();
    for (const [name, setup] of refused) {
      expect([name, await pico.usb.control(setup)]).toEqual([name, undefined]);
      const status = { type: fromDevice, request: usbRequest.getStatus, length: 2 };
      expect([...((await pico.usb.control(status)) ?? [])]).toEqual([0, 0]);
    }
    const { session } = await connectTo(pico, "usb", 2);
    expect(session.hello.board).toBe("rp2040");
  });

  it.each([dataIn, dataOut])("halts endpoint %i and lets it speak again", async (index) => {
    const pico = await connectedPico();
    const status = { type: fromEndpoint, request: usbRequest.getStatus, index, length: 2 };
    await pico.usb.control({ type: toEndpoint, request: usbRequest.setFeature, index });
    expect([...((await pico.usb.control(status)) ?? [])]).toEqual([1, 0]);
    await pico.usb.control({ type: toEndpoint, request: usbRequest.clearFeature, index });
    expect([...((await pico.usb.control(status)) ?? [])]).toEqual([0, 0]);
    const { session } = await connectTo(pico, "usb", 2);
    expect(session.hello.board).toBe("rp2040");
  });

  it("keeps a line coding", async () => {
    const pico = await connectedPico();
    await pico.usb.setTerminal({ baudRateHz: 921_600, isReady: true });
    const coding = { type: classFrom, request: usbRequest.getLineCoding, length: 7 };
    const bytes = must(await pico.usb.control(coding), "a line coding");
    expect(new DataView(bytes.buffer).getUint32(0, true)).toBe(921_600);
  });

  it("is silent without a configuration, and back with one", async () => {
    const pico = await connectedPico();
    const configure = { type: toDevice, request: usbRequest.setConfiguration };
    await pico.usb.control({ ...configure, value: 0 });
    const interfaceStatus = { type: fromInterface, request: usbRequest.getStatus, length: 2 };
    expect(await pico.usb.control(interfaceStatus)).toBeUndefined();
    await pico.usb.control({ ...configure, value: 1 });
    const { session } = await connectTo(pico, "usb", 2);
    expect(session.hello.board).toBe("rp2040");
  });

  it("leaves for the boot loader when a port at 1200 baud is closed, not before", async () => {
    const pico = await connectedPico();
    await pico.usb.setTerminal({ baudRateHz: 115_200, isReady: false });
    await pico.usb.setTerminal({ baudRateHz: 1200, isReady: true });
    expect(pico.chip().romCalls).not.toContain("UB");
    const line = { type: classTo, request: usbRequest.setControlLineState, value: 0 };
    void pico.usb.control(line);
    await pico.leftForBootloader;
    expect(pico.chip().romCalls).toContain("UB");
  });

  it("speaks with the host of rp2040js", async () => {
    const pico = startPico();
    pico.usb.unplug();
    const host = new USBCDC(pico.chip().usbCtrl);
    const frame = { type: 1, session: 1, seq: 1, offset: 0, payload: helloPayload() };
    const reply = new Promise<Uint8Array>((resolve) => {
      const reader = new FrameReader({
        onFrame: ({ payload }) => resolve(payload),
        onText: () => {},
      });
      host.onSerialData = (bytes) => reader.push(bytes);
      host.onDeviceConnected = () => {
        for (const byte of encodeFrame(frame)) host.sendSerialByte(byte);
      };
    });
    expect(readHello(await reply).board).toBe("rp2040");
  });
});
