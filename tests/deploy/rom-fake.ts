/**
 * A FAKE of an ESP chip's ROM loader and RAM stub, scripted from Espressif's "Serial Protocol" page
 * and from what real ROMs answered in Espressif's emulator. It speaks SLIP, holds flash, follows
 * DTR and RTS through the usual two-transistor circuit, and boots what is in flash.
 *
 * It proves that the flasher follows the protocol as described, not that a chip does.
 */
import { createHash } from "node:crypto";
import { constants, inflateSync } from "node:zlib";
import { SlipDecoder, slipEncode } from "../../toolchain/deploy/flashers/esp/slip-inbox.ts";
import type { Clock } from "../../toolchain/deploy/link/index.ts";
import type { Lines } from "../../toolchain/deploy/machine.ts";
import type { Attached } from "./virtual-port.ts";

export interface FakeChip {
  readonly name: string;
  /** GET_SECURITY_INFO's; the classic ESP32 does not know that command. */
  readonly chipId?: number;
  readonly registers: Readonly<Record<number, number>>;
  /** Of the SPI controller: where a read of the flash's id ends up. */
  readonly spiData: number;
  readonly downloadMode: string;
  readonly programMode: string;
  readonly imageOffset: number;
}

const MAGIC = 0x40001000;

export const fakeChips = {
  esp32: {
    name: "ESP32",
    registers: { [MAGIC]: 0x00f01d83 },
    spiData: 0x3ff42080,
    downloadMode: "0x3",
    programMode: "0x13",
    imageOffset: 0x1000,
  },
  esp32c3: {
    name: "ESP32-C3",
    chipId: 5,
    registers: { [MAGIC]: 0x1b31506f, 1610647632: 4 << 18 },
    spiData: 0x60002058,
    downloadMode: "0x5",
    programMode: "0xd",
    imageOffset: 0,
  },
  esp32s3: {
    name: "ESP32-S3",
    chipId: 9,
    registers: { [MAGIC]: 0x9 },
    spiData: 0x60002058,
    downloadMode: "0x0",
    programMode: "0x8",
    imageOffset: 0,
  },
} as const satisfies Record<string, FakeChip>;

export interface FakeOptions {
  /** Flash id as the chip answers to 0x9F: the third byte is log2 of its size. */
  readonly flashId?: number;
  /** False: blocks of the stream that this says are lost, by their running number and the rate. */
  readonly takesBlock?: (block: number, rateHz: number) => boolean;
  /** The boot pin is not wired to DTR. */
  readonly hasAutoReset?: boolean;
  /** The line to the chip is broken: it hears only reset. */
  readonly isDeaf?: boolean;
  /** Rates above this are answered but not reached. */
  readonly mostRateHz?: number;
  /** Called when an image was booted. */
  readonly onBoot?: (flash: Uint8Array) => void;
  /** Called with each block that was taken. */
  readonly onBlock?: (block: number) => void;
}

const FLASH_BYTES = 4 * 1024 * 1024;
const ROM_RATE_HZ = 115_200;
/** How fast the stub computes MD5 over flash: a guess, on the safe side. */
const MD5_BYTES_PER_MS = 4_000;
/** Program 0.7 ms a page of 256 bytes, erase 150 ms a block of 64 KiB: usual NOR flash. */
const WRITE_MS_PER_BYTE = 0.7 / 256 + 150 / 65_536;
const ROM_STATUS_BYTES = 4;
const STUB_STATUS_BYTES = 2;
const INVALID = 0x05;
const toHere = { finishFlush: constants.Z_SYNC_FLUSH };
const encoder = new TextEncoder();

interface Stream {
  readonly offset: number;
  readonly isCompressed: boolean;
  readonly parts: Uint8Array[];
}

export class RomFake implements Attached {
  readonly chip: FakeChip;
  readonly flash = new Uint8Array(FLASH_BYTES).fill(0xff);
  readonly commands: number[] = [];
  baudRateHz: number | undefined = ROM_RATE_HZ;
  /** "off" while EN is low. */
  state: "off" | "rom" | "stub" | "program" | "empty" = "off";
  blocks = 0;
  /** One block's bytes change on their way into flash. */
  damagesFlash = false;
  /** When the host first asked for an MD5. */
  firstCompareMs: number | undefined;
  lastCompareMs = 0;
  readonly #clock: Clock;
  readonly #options: FakeOptions;
  readonly #inbox = new SlipDecoder((packet) => {
    if (packet[0] === 0 && packet.length >= 8) this.#execute(packet);
  });
  #send: (bytes: Uint8Array) => void = () => {};
  #stream: Stream | undefined;
  #busyUntilMs = 0;
  #programReceive: ((bytes: Uint8Array) => void) | undefined;

  constructor(chip: FakeChip, clock: Clock, options: FakeOptions = {}) {
    this.chip = chip;
    this.#clock = clock;
    this.#options = options;
  }

  onSend(callback: (bytes: Uint8Array) => void): void {
    this.#send = callback;
  }

  /** Bytes from the host; a running program gets them as they are. */
  receive(bytes: Uint8Array): void {
    if (this.state === "program") this.#programReceive?.(bytes);
    else if (this.#inLoader && this.#options.isDeaf !== true) this.#inbox.push(bytes);
  }

  /** The chip's own USB instead of a bridge: no rate, and both lines at once do nothing. */
  usesUsb(): void {
    this.baudRateHz = undefined;
  }

  get #inLoader(): boolean {
    return this.state === "rom" || this.state === "stub";
  }

  /** What runs once flash is booted, as a pair of functions. */
  runs(receive: (bytes: Uint8Array) => void): (bytes: Uint8Array) => void {
    this.#programReceive = receive;
    return (bytes) => {
      if (this.state === "program") this.#send(bytes);
    };
  }

  print(text: string): void {
    this.#send(encoder.encode(text));
  }

  /** RTS alone holds EN low, DTR alone the boot pin; the chip looks when EN rises. */
  setLines({ dtr, rts }: Lines): void {
    if (rts && !dtr) this.state = "off";
    else if (this.state === "off") this.boot(dtr && !rts && this.#options.hasAutoReset !== false);
  }

  boot(isDownload: boolean): void {
    if (this.baudRateHz !== undefined) this.baudRateHz = ROM_RATE_HZ;
    this.#inbox.flush();
    this.#stream = undefined;
    this.state = isDownload ? "rom" : "program";
    const mode = isDownload ? this.chip.downloadMode : this.chip.programMode;
    this.print(`rst:0x1 (POWERON_RESET),boot:${mode} (FAKE)\r\n`);
    if (isDownload) this.print("waiting for download\r\n");
    else this.#bootProgram();
  }

  #bootProgram(): void {
    const magic = this.flash[this.chip.imageOffset];
    if (magic === 0xe9) this.#options.onBoot?.(this.flash);
    else {
      this.state = "empty";
      this.print("invalid header: 0xffffffff\r\n");
    }
  }

  #reply(op: number, value = 0, data = new Uint8Array(), isFailure = false, afterMs = 0): void {
    const statusBytes = this.state === "stub" ? STUB_STATUS_BYTES : ROM_STATUS_BYTES;
    const packet = new Uint8Array(8 + data.length + statusBytes);
    const view = new DataView(packet.buffer);
    packet[0] = 1;
    packet[1] = op;
    view.setUint16(2, data.length + statusBytes, true);
    view.setUint32(4, value, true);
    packet.set(data, 8);
    if (isFailure) packet.set([1, INVALID], 8 + data.length);
    const wire = slipEncode(packet);
    if (afterMs > 0) this.#clock.schedule(afterMs, () => this.#send(wire));
    else this.#send(wire);
  }

  #execute(packet: Uint8Array): void {
    const op = packet[1] ?? 0;
    const view = new DataView(packet.buffer, packet.byteOffset + 8, packet.length - 8);
    this.commands.push(op);
    const handler = this.#handlers[op];
    if (handler !== undefined) handler(op, view, packet);
    else for (let i = 0; i < 8; i++) this.#reply(0, 0, new Uint8Array(), true);
  }

  readonly #ok = (op: number) => this.#reply(op);

  readonly #handlers: Readonly<
    Record<number, (op: number, view: DataView, packet: Uint8Array) => void>
  > = {
    2: (op, view) => this.#begin(op, view, false),
    3: (op, view, packet) => this.#block(op, view, packet),
    4: this.#ok,
    5: this.#ok,
    6: (op, view) => {
      this.#reply(op);
      if (view.getUint32(4, true) === 0) return;
      this.state = "stub";
      this.#send(slipEncode(encoder.encode("OHAI")));
    },
    7: this.#ok,
    8: (op) => {
      const isStub = this.state === "stub";
      for (let i = 0; i < 8; i++) this.#reply(op, isStub ? 0 : 0x20120707);
    },
    9: this.#ok,
    10: (op, view) => this.#reply(op, this.#register(view.getUint32(0, true))),
    11: this.#ok,
    13: this.#ok,
    15: (op, view) => {
      this.#reply(op);
      const rateHz = view.getUint32(0, true);
      if (rateHz <= (this.#options.mostRateHz ?? 2_000_000)) {
        this.#clock.schedule(5, () => {
          this.baudRateHz = rateHz;
        });
      }
    },
    16: (op, view) => this.#begin(op, view, true),
    17: (op, view, packet) => this.#block(op, view, packet),
    18: this.#ok,
    19: (op, view) => this.#md5(op, view),
    20: (op) => this.#securityInfo(op),
    208: (op) => {
      this.flash.fill(0xff);
      this.#reply(op, 0, new Uint8Array(), false, 5_000);
    },
  };

  #register(address: number): number {
    const { flashId = 0x164020 } = this.#options;
    return address === this.chip.spiData ? flashId : (this.chip.registers[address] ?? 0);
  }

  #securityInfo(op: number): void {
    const { chipId } = this.chip;
    if (chipId === undefined) {
      for (let i = 0; i < 8; i++) this.#reply(0, 0, new Uint8Array(), true);
      return;
    }
    const info = new Uint8Array(20);
    new DataView(info.buffer).setUint32(12, chipId, true);
    this.#reply(op, 0, info);
  }

  #begin(op: number, view: DataView, isCompressed: boolean): void {
    const offset = view.getUint32(12, true);
    this.flash.fill(0xff, offset, offset + view.getUint32(0, true));
    this.#stream = { offset, isCompressed, parts: [] };
    this.#reply(op);
  }

  /** The stub answers when a block is in, and writes it while the next one arrives. */
  #block(op: number, view: DataView, packet: Uint8Array): void {
    const stream = this.#stream;
    const data = packet.subarray(8 + 16, 8 + 16 + view.getUint32(0, true));
    const sum = data.reduce((xor, byte) => xor ^ byte, 0xef);
    const isSound = sum === (packet[4] ?? 0);
    const block = this.blocks++;
    if (this.#options.takesBlock?.(block, this.baudRateHz ?? 0) === false) return;
    if (stream === undefined || !isSound) {
      this.#reply(op, 0, new Uint8Array(), true);
      return;
    }
    this.#options.onBlock?.(block);
    if (!this.#inLoader) return;
    stream.parts.push(data.slice());
    const nowMs = this.#clock.nowMs();
    const waitMs = Math.max(0, this.#busyUntilMs - nowMs);
    this.#busyUntilMs = nowMs + waitMs + data.length * WRITE_MS_PER_BYTE;
    this.#program(stream);
    this.#reply(op, 0, new Uint8Array(), false, waitMs);
  }

  /** What has arrived so far, as far as it inflates. */
  #program({ offset, parts, isCompressed }: Stream): void {
    const whole = Buffer.concat(parts);
    const bytes = isCompressed ? inflateSync(whole, toHere) : whole;
    this.flash.set(bytes, offset);
    if (this.damagesFlash) this.flash.fill(0, offset, offset + 2);
    this.damagesFlash = false;
  }

  #md5(op: number, view: DataView): void {
    const [address, size] = [view.getUint32(0, true), view.getUint32(4, true)];
    this.firstCompareMs ??= this.#clock.nowMs();
    const hash = createHash("md5").update(this.flash.subarray(address, address + size));
    const isStub = this.state === "stub";
    const data = isStub ? hash.digest() : encoder.encode(hash.digest("hex"));
    const busyMs = Math.max(0, this.#busyUntilMs - this.#clock.nowMs());
    this.lastCompareMs = this.#clock.nowMs() + busyMs + size / MD5_BYTES_PER_MS;
    this.#reply(op, 0, new Uint8Array(data), false, busyMs + size / MD5_BYTES_PER_MS);
  }
}
