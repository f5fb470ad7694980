/**
 * The serial ports of this machine and what is known of each.
 *
 * On Linux everything is read off sysfs: a tty's `device` link leads below the folder of its USB
 * device, which has idVendor, idProduct, serial and manufacturer as files (Linux kernel,
 * Documentation/ABI/stable/sysfs-class-tty and sysfs-bus-usb). serialport would run udevadm and end
 * the process where that is not installed. Elsewhere serialport's list is used.
 */
import type { Files, ListedPort, Machine } from "../machine.ts";
import { knownDevice, type UsbDevice, type UsbId } from "./usb-ids.ts";

export interface Usb extends UsbId {
  readonly serialNumber?: string;
  readonly manufacturer?: string;
  readonly product?: string;
}

export interface SerialPortInfo {
  readonly path: string;
  /** Absent: not on USB. */
  readonly usb?: Usb;
  /** The entry of usb-ids.ts. */
  readonly device?: UsbDevice;
}

const TTY_CLASS = "/sys/class/tty";
const USB_DEVICES = "/sys/bus/usb/devices";

const parentOf = (path: string) => path.slice(0, path.lastIndexOf("/"));

const hex = (text: string | undefined): number | undefined =>
  text !== undefined && /^[0-9a-f]{1,4}$/i.test(text.trim()) ? parseInt(text, 16) : undefined;

/** The USB device whose sysfs folder this is; undefined for any other folder. */
function usbAt(files: Files, folder: string): Usb | undefined {
  const vendorId = hex(files.read(`${folder}/idVendor`));
  const productId = hex(files.read(`${folder}/idProduct`));
  if (vendorId === undefined || productId === undefined) return undefined;
  const text = (name: "serial" | "manufacturer" | "product") =>
    files.read(`${folder}/${name}`)?.trim() || undefined;
  const [serialNumber, manufacturer, product] = [
    text("serial"),
    text("manufacturer"),
    text("product"),
  ];
  return {
    ...{ vendorId, productId },
    ...(serialNumber === undefined ? {} : { serialNumber }),
    ...(manufacturer === undefined ? {} : { manufacturer }),
    ...(product === undefined ? {} : { product }),
  };
}

/** The nearest USB device at or above `folder`. */
function usbAbove(files: Files, folder: string): Usb | undefined {
  if (folder === "" || folder === "/sys") return undefined;
  return usbAt(files, folder) ?? usbAbove(files, parentOf(folder));
}

function withDevice(path: string, usb: Usb | undefined): SerialPortInfo {
  if (usb === undefined) return { path };
  const device = knownDevice(usb);
  return device === undefined ? { path, usb } : { path, usb, device };
}

/** ttyS0 to ttyS31 exist on any PC; only those with a type that is not 0 have a chip. */
const hasHardware = (files: Files, name: string): boolean =>
  !/^ttyS\d+$/.test(name) || files.read(`${TTY_CLASS}/${name}/type`)?.trim() !== "0";

function linuxPorts(files: Files): SerialPortInfo[] {
  return files.list(TTY_CLASS).flatMap((name) => {
    const device = files.resolve(`${TTY_CLASS}/${name}/device`);
    if (device === undefined || !hasHardware(files, name)) return [];
    return [withDevice(`/dev/${name}`, usbAbove(files, device))];
  });
}

function ofListed(port: ListedPort): SerialPortInfo {
  const [vendorId, productId] = [hex(port.vendorId), hex(port.productId)];
  if (vendorId === undefined || productId === undefined) return { path: port.path };
  const { serialNumber, manufacturer } = port;
  return withDevice(port.path, {
    ...{ vendorId, productId },
    ...(serialNumber === undefined ? {} : { serialNumber }),
    ...(manufacturer === undefined ? {} : { manufacturer }),
  });
}

/** macOS has each port twice; the cu one does not wait for a modem's carrier. */
const isDialIn = (path: string) => path.startsWith("/dev/tty.");

const byPath = (a: SerialPortInfo, b: SerialPortInfo) =>
  a.path.localeCompare(b.path, "en", { numeric: true });

export async function listPorts(machine: Machine): Promise<readonly SerialPortInfo[]> {
  const ports =
    machine.platform === "linux"
      ? linuxPorts(machine.files)
      : (await machine.listNative()).map(ofListed).filter(({ path }) => !isDialIn(path));
  return ports.sort(byPath);
}

/** Known devices that are on USB but have no port: no driver, or another program took it. */
export function portlessDevices(machine: Machine, ports: readonly SerialPortInfo[]): Usb[] {
  const { files } = machine;
  return files.list(USB_DEVICES).flatMap((name) => {
    const usb = usbAt(files, `${USB_DEVICES}/${name}`);
    const device = usb === undefined ? undefined : knownDevice(usb);
    if (usb === undefined || device === undefined || device.kind === "loader") return [];
    const hasPort = ports.some(
      (port) =>
        port.usb?.vendorId === usb.vendorId &&
        port.usb.productId === usb.productId &&
        port.usb.serialNumber === usb.serialNumber,
    );
    return hasPort ? [] : [usb];
  });
}
