/**
 * USB devices that carry serial ports, as data: bridges, boards with USB of their own, and boot
 * loaders. Ids are from the makers' drivers and boot ROM documentation.
 *
 * A bridge says nothing of the board behind it: the same CP2102 sits on boards of every maker. So
 * `chips` is given only where the chip itself is the USB device, and even then the firmware (HELLO)
 * or the ROM decides what the board is.
 */
import type { Lines } from "../machine.ts";

export interface UsbDevice {
  readonly vendorId: number;
  /** Absent: any product of the vendor. */
  readonly productId?: number;
  readonly name: string;
  readonly kind: "bridge" | "board" | "loader";
  /** Chips that present themselves like this. */
  readonly chips?: readonly string[];
  /** What a system without a driver of its own has to install. */
  readonly driver?: string;
}

/** On bridges both lines off: with either one on, auto-reset circuits hold a pin of the chip. */
export const runningBehindBridge: Lines = { dtr: false, rts: false, brk: false };
/** A board's own USB sends only to a terminal that says it is there. */
export const runningOnUsb: Lines = { dtr: true, rts: true, brk: false };

const bridge = (vendorId: number, productId: number, name: string, driver: string): UsbDevice => ({
  ...{ vendorId, productId, name, driver },
  kind: "bridge",
});

export const usbDevices: readonly UsbDevice[] = [
  bridge(0x10c4, 0xea60, "CP2102 bridge", "CP210x"),
  bridge(0x10c4, 0xea70, "CP2105 bridge", "CP210x"),
  bridge(0x10c4, 0xea71, "CP2108 bridge", "CP210x"),
  bridge(0x1a86, 0x7523, "CH340 bridge", "CH340"),
  bridge(0x1a86, 0x7522, "CH340 bridge", "CH340"),
  bridge(0x1a86, 0x5523, "CH341 bridge", "CH340"),
  bridge(0x1a86, 0x55d3, "CH343 bridge", "CH343"),
  bridge(0x1a86, 0x55d4, "CH9102 bridge", "CH343"),
  bridge(0x0403, 0x6001, "FT232 bridge", "FTDI VCP"),
  bridge(0x0403, 0x6010, "FT2232 bridge", "FTDI VCP"),
  bridge(0x0403, 0x6011, "FT4232 bridge", "FTDI VCP"),
  bridge(0x0403, 0x6014, "FT232H bridge", "FTDI VCP"),
  bridge(0x0403, 0x6015, "FT231X bridge", "FTDI VCP"),
  bridge(0x067b, 0x2303, "PL2303 bridge", "PL2303"),
  bridge(0x067b, 0x23a3, "PL2303 bridge", "PL2303"),
  bridge(0x0483, 0x374b, "ST-LINK/V2-1", "ST-LINK"),
  bridge(0x0483, 0x374e, "ST-LINK/V3", "ST-LINK"),
  bridge(0x0d28, 0x0204, "DAPLink (micro:bit and others)", "DAPLink"),
  bridge(0x1366, 0x0105, "J-Link", "J-Link"),
  bridge(0x2e8a, 0x000c, "Raspberry Pi Debug Probe", "none"),
  {
    ...{ vendorId: 0x303a, productId: 0x1001, name: "Espressif USB-Serial-JTAG", kind: "board" },
    chips: ["ESP32-C3", "ESP32-C6", "ESP32-H2", "ESP32-S3"],
  },
  {
    ...{ vendorId: 0x2e8a, productId: 0x0003, name: "RP2040 boot loader", kind: "loader" },
    chips: ["RP2040"],
  },
  {
    ...{ vendorId: 0x2e8a, productId: 0x000f, name: "RP2350 boot loader", kind: "loader" },
    chips: ["RP2350"],
  },
  { vendorId: 0x2e8a, name: "Raspberry Pi RP2040", kind: "board", chips: ["RP2040"] },
  {
    ...{ vendorId: 0x0483, productId: 0xdf11, name: "STM32 DFU loader", kind: "loader" },
    chips: ["STM32F405"],
  },
  {
    ...{ vendorId: 0x0483, productId: 0x5740, name: "STM32 USB serial", kind: "board" },
    chips: ["STM32F405"],
  },
];

export interface UsbId {
  readonly vendorId: number;
  readonly productId: number;
}

/** The entry of this product, or of any product of its vendor. */
export function knownDevice({ vendorId, productId }: UsbId): UsbDevice | undefined {
  const ofVendor = usbDevices.filter((device) => device.vendorId === vendorId);
  return (
    ofVendor.find((device) => device.productId === productId) ??
    ofVendor.find((device) => device.productId === undefined)
  );
}

export const usbText = ({ vendorId, productId }: UsbId): string =>
  [vendorId, productId].map((id) => id.toString(16).padStart(4, "0")).join(":");
