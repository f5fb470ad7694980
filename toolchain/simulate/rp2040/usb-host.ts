/**
 * A PC's end of a USB cable, on the hooks that rp2040js has for one. It enumerates as Linux does
 * (short device descriptor, second reset, address, descriptors in two steps, strings, a qualifier
 * that a full-speed device must refuse), then opens the serial port.
 *
 * It is strict where rp2040js is not: data toggles, packet sizes, hand-over of buffers in two
 * stores, refusals. What is wrong goes to `faults`. USB 2.0, sections 8.5.3 and 9.4.
 */
import { assert } from "../../diagnostics/assert.ts";
import type { ByteDuplex } from "../board/line.ts";
import type { Rp2040Chip } from "./chip.ts";

const packetBytes = 64;
const bufferControlAt = 0x80;
const pipes = 32;
const data1 = 1 << 13;
const stall = 1 << 11;
const available = 1 << 10;
const directionIn = 0x80;

const address = 5;
const dataEndpoint = 2;
const english = 0x0409;
const controlIn = 0;
const controlOut = 1;

export const usbRequest = {
  getStatus: 0,
  clearFeature: 1,
  setFeature: 3,
  setAddress: 5,
  getDescriptor: 6,
  getConfiguration: 8,
  setConfiguration: 9,
  getInterface: 10,
  setInterface: 11,
  setLineCoding: 0x20,
  getLineCoding: 0x21,
  setControlLineState: 0x22,
  sendBreak: 0x23,
} as const;

export const descriptorType = { device: 1, configuration: 2, string: 3, qualifier: 6 } as const;

const pipeOf = (endpointAddress: number): number =>
  2 * (endpointAddress & 0xf) + ((endpointAddress & directionIn) === 0 ? 1 : 0);

export interface UsbSetup {
  readonly type: number;
  readonly request: number;
  readonly value?: number;
  readonly index?: number;
  /** Bytes wanted, for a request that answers with data. */
  readonly length?: number;
  /** Bytes sent, for a request that brings data. */
  readonly data?: Uint8Array;
}

export interface UsbIdentity {
  readonly device: Uint8Array;
  readonly configuration: Uint8Array;
  readonly manufacturer: string;
  readonly product: string;
}

interface Transfer {
  readonly setup: UsbSetup;
  readonly received: number[];
  readonly settle: (answer: Uint8Array | undefined) => void;
  isDataSent: boolean;
  isWhole: boolean;
}

const nothing = new Uint8Array();

export class UsbHost implements ByteDuplex {
  readonly faults: string[] = [];
  identity: UsbIdentity | undefined;
  /** There is something to do for the chip. */
  onWork: () => void = () => {};
  #chip: Rp2040Chip | undefined;
  #transfer: Transfer | undefined;
  #onReset: () => void = () => {};
  #listener: (bytes: Uint8Array) => void = () => {};
  #outgoing: number[] = [];
  /** By pipe (2 * endpoint, + 1 towards the device): whether its next packet has DATA1. */
  #toggles = new Array<boolean>(pipes).fill(false);
  #armed = new Array<boolean>(pipes).fill(false);
  #lastControl = new Array<number>(pipes).fill(0);

  /** Bytes wait for the device, or it has yet to be set up. */
  get isBusy(): boolean {
    return this.identity === undefined || this.#transfer !== undefined || this.#outgoing.length > 0;
  }

  plugInto(chip: Rp2040Chip): void {
    this.unplug();
    this.#chip = chip;
    const usb = chip.usbCtrl;
    const updated = usb.DPRAMUpdated.bind(usb);
    usb.DPRAMUpdated = (offset, value) => {
      const pipe = (offset - bufferControlAt) / 4;
      if (pipe >= 0 && pipe < pipes) this.#onBufferControl(pipe, value);
      updated(offset, value);
    };
    usb.onEndpointRead = (endpoint) => this.#onArmed(2 * endpoint + 1);
    usb.onEndpointWrite = (endpoint, bytes) => this.#onPacket(endpoint, bytes);
    usb.onResetReceived = () => this.#onReset();
    usb.onUSBEnabled = () => void this.enumerate();
  }

  unplug(): void {
    const usb = this.#chip?.usbCtrl;
    if (usb !== undefined) {
      Reflect.deleteProperty(usb, "DPRAMUpdated"); // the class's own shows through again
      usb.onEndpointRead = () => {};
      usb.onEndpointWrite = () => {};
      usb.onUSBEnabled = () => {};
    }
    this.#transfer = undefined;
    this.identity = undefined;
    this.#outgoing = [];
  }

  write(bytes: Uint8Array): void {
    this.#outgoing.push(...bytes);
    this.#sendOutgoing();
    this.onWork();
  }

  onBytes(callback: (bytes: Uint8Array) => void): void {
    this.#listener = callback;
  }

  #expect(isRight: boolean, what: string): void {
    if (!isRight) this.faults.push(what);
  }

  #onBufferControl(pipe: number, value: number): void {
    if ((value & stall) !== 0 && pipe === controlIn) this.#refused();
    if ((value & available) !== 0) {
      const isSplit = this.#lastControl[pipe] === (value & ~available);
      this.#expect(isSplit, `pipe ${pipe}: AVAILABLE was not set by a store of its own`);
      const isData1 = (value & data1) !== 0;
      this.#expect(isData1 === this.#toggles[pipe], `pipe ${pipe}: DATA${isData1 ? 1 : 0}`);
      this.#toggles[pipe] = !this.#toggles[pipe];
    }
    this.#lastControl[pipe] = value;
  }

  #refused(): void {
    const transfer = this.#transfer;
    this.#transfer = undefined;
    transfer?.settle(undefined);
  }

  #onArmed(pipe: number): void {
    this.#armed[pipe] = true;
    if (pipe === controlOut) this.#sendControlData();
    else this.#sendOutgoing();
  }

  #give(pipe: number, bytes: Uint8Array): void {
    this.#armed[pipe] = false;
    this.#chip?.usbCtrl.endpointReadDone(pipe >> 1, bytes);
  }

  #sendOutgoing(): void {
    const pipe = 2 * dataEndpoint + 1;
    const isOpen = this.identity !== undefined && this.#armed[pipe] === true;
    if (!isOpen || this.#outgoing.length === 0) return;
    this.#give(pipe, Uint8Array.from(this.#outgoing.splice(0, packetBytes)));
  }

  #sendControlData(): void {
    const transfer = this.#transfer;
    if (transfer === undefined) return;
    const { data } = transfer.setup;
    if (data !== undefined && !transfer.isDataSent) {
      transfer.isDataSent = true;
      this.#give(controlOut, data);
    } else {
      this.#expect(data === undefined, "a second packet was expected of the host");
      this.#endAnswer(transfer);
    }
  }

  /** An answer is whole after a short packet; the host's empty packet then ends the request. */
  #endAnswer(transfer: Transfer): void {
    if (!transfer.isWhole || this.#armed[controlOut] !== true) return;
    this.#give(controlOut, nothing);
    this.#finish(Uint8Array.from(transfer.received));
  }

  #onPacket(endpoint: number, bytes: Uint8Array): void {
    this.#expect(bytes.length <= packetBytes, `a packet of ${bytes.length} bytes`);
    if (endpoint === dataEndpoint) this.#listener(bytes);
    else if (endpoint === 0) this.#onControlPacket(bytes);
  }

  #onControlPacket(bytes: Uint8Array): void {
    const transfer = this.#transfer;
    if (transfer === undefined) return;
    const { type, length = 0, data } = transfer.setup;
    if ((type & directionIn) === 0) {
      this.#expect(bytes.length === 0, "the end of a request carries data");
      this.#expect(data === undefined || transfer.isDataSent, "a request ended before its data");
      this.#finish(nothing);
    } else {
      transfer.received.push(...bytes);
      this.#expect(transfer.received.length <= length, "more bytes than were asked for");
      transfer.isWhole = bytes.length < packetBytes || transfer.received.length >= length;
      this.#endAnswer(transfer);
    }
  }

  #finish(answer: Uint8Array): void {
    const transfer = this.#transfer;
    this.#transfer = undefined;
    transfer?.settle(answer);
  }

  /** A control transfer; undefined when the device refuses it. */
  control(setup: UsbSetup): Promise<Uint8Array | undefined> {
    assert(this.#transfer === undefined, "one control transfer at a time");
    const { type, request, value = 0, index = 0, length = 0, data } = setup;
    const packet = new DataView(new ArrayBuffer(8));
    packet.setUint8(0, type);
    packet.setUint8(1, request);
    packet.setUint16(2, value, true);
    packet.setUint16(4, index, true);
    packet.setUint16(6, data?.length ?? length, true);
    // A device starts the toggle of a pipe anew when the pipe may speak again.
    if (request === usbRequest.clearFeature) this.#toggles[pipeOf(index)] = false;
    if (request === usbRequest.setConfiguration) this.#toggles.fill(false);
    this.#toggles[controlIn] = true;
    this.#toggles[controlOut] = true;
    this.#armed[controlOut] = false;
    return new Promise((settle) => {
      this.#transfer = { setup, received: [], settle, isDataSent: false, isWhole: false };
      this.#chip?.usbCtrl.sendSetupPacket(new Uint8Array(packet.buffer));
      this.onWork();
    });
  }

  async #must(setup: UsbSetup): Promise<Uint8Array> {
    const answer = await this.control(setup);
    this.#expect(answer !== undefined, `request ${setup.type}/${setup.request} was refused`);
    return answer ?? nothing;
  }

  #descriptor(type: number, length: number, index = 0, language = 0): Promise<Uint8Array> {
    const request = usbRequest.getDescriptor;
    const value = (type << 8) | index;
    return this.#must({ type: directionIn, request, value, index: language, length });
  }

  async #text(index: number): Promise<string> {
    const bytes = await this.#descriptor(descriptorType.string, 255, index, english);
    this.#expect(bytes[0] === bytes.length, `string ${index} says it has ${bytes[0]} bytes`);
    return new TextDecoder("utf-16le").decode(bytes.subarray(2));
  }

  #reset(): Promise<void> {
    this.#toggles.fill(false);
    this.#armed.fill(false);
    return new Promise((resolve) => {
      this.#onReset = resolve;
      this.#chip?.usbCtrl.resetDevice();
      this.onWork();
    });
  }

  /** From the first reset to an open serial port; a PC may do this at any time. */
  async enumerate(): Promise<void> {
    this.identity = undefined;
    await this.#reset();
    const glance = await this.#descriptor(descriptorType.device, packetBytes);
    this.#expect(glance[7] === packetBytes, "endpoint 0 has packets of 64 bytes");
    await this.#reset();
    await this.#must({ type: 0, request: usbRequest.setAddress, value: address });
    const device = await this.#descriptor(descriptorType.device, 18);
    const qualifier = { request: usbRequest.getDescriptor, value: descriptorType.qualifier << 8 };
    const refused = await this.control({ type: directionIn, ...qualifier, length: 10 });
    this.#expect(refused === undefined, "a full-speed device has no qualifier");
    const header = await this.#descriptor(descriptorType.configuration, 9);
    const total = new DataView(header.buffer).getUint16(2, true);
    const configuration = await this.#descriptor(descriptorType.configuration, total);
    const languages = await this.#descriptor(descriptorType.string, 255);
    this.#expect(languages[2] === 0x09 && languages[3] === 0x04, "strings are in English");
    const manufacturer = await this.#text(device[14] ?? 0);
    const product = await this.#text(device[15] ?? 0);
    await this.#must({ type: 0, request: usbRequest.setConfiguration, value: 1 });
    await this.setTerminal({ baudRateHz: 115_200, isReady: true });
    this.identity = { device, configuration, manufacturer, product };
    this.#sendOutgoing();
  }

  /** What opening (ready) or closing a serial port does. */
  async setTerminal({ baudRateHz, isReady }: { baudRateHz: number; isReady: boolean }) {
    const coding = new DataView(new ArrayBuffer(7));
    coding.setUint32(0, baudRateHz, true);
    coding.setUint8(6, 8);
    const data = new Uint8Array(coding.buffer);
    await this.#must({ type: 0x21, request: usbRequest.setLineCoding, data });
    const value = isReady ? 3 : 0;
    await this.#must({ type: 0x21, request: usbRequest.setControlLineState, value });
  }
}
