/**
 * `edgeflash ports`: read off sysfs or serialport's list, without touching a board unless asked.
 */
import { describe, expect, it } from "vitest";
import { findBoard } from "../../toolchain/boards/boards.ts";
import { choosePort } from "../../toolchain/deploy/choose-port.ts";
import { listPorts } from "../../toolchain/deploy/ports/list-ports.ts";
import { knownDevice, usbDevices } from "../../toolchain/deploy/ports/usb-ids.ts";
import type { SettlingClock } from "../deploy/settling-clock.ts";
import { runningBoard } from "../deploy/simulated-firmware.ts";
import { sysfsTty, testMachine } from "../deploy/test-machine.ts";
import { Cable } from "../deploy/virtual-port.ts";
import { cliOn } from "./on-machine.ts";

const bridge = sysfsTty("ttyUSB0", {
  ...{ idVendor: "10c4", idProduct: "ea60", serial: "0001" },
  manufacturer: "Silicon Labs",
});
const second = sysfsTty("ttyUSB10", { idVendor: "1a86", idProduct: "7523" });
const pico = sysfsTty("ttyACM0", { idVendor: "2e8a", idProduct: "000a", serial: "E661" });
const onBoard = {
  files: { "/sys/class/tty/ttyS0/type": "4\n", "/sys/class/tty/ttyS1/type": "0\n" },
  links: {
    "/sys/class/tty/ttyS0/device": "/sys/devices/pnp0/00:00",
    "/sys/class/tty/ttyS1/device": "/sys/devices/platform/serial8250",
  },
};

const linuxWith = (...devices: { files: object; links: object }[]) =>
  testMachine({
    files: Object.assign({}, ...devices.map(({ files }) => files)),
    links: Object.assign({}, ...devices.map(({ links }) => links)),
  });

describe("ports", () => {
  it("on Linux come from sysfs; terminals and absent chips are no ports", async () => {
    const machine = linuxWith(second, bridge, pico, onBoard, {
      files: { "/sys/class/tty/tty0/dev": "4:0" },
      links: {},
    });
    const ports = await listPorts(machine);
    const paths = ports.map(({ path }) => path);
    expect(paths).toEqual(["/dev/ttyACM0", "/dev/ttyS0", "/dev/ttyUSB0", "/dev/ttyUSB10"]);
    expect(ports.map(({ device }) => device?.name)).toEqual([
      "Raspberry Pi RP2040",
      undefined,
      "CP2102 bridge",
      "CH340 bridge",
    ]);
  });

  it("elsewhere come from serialport's list, each once", async () => {
    const listed = ["/dev/tty.usbserial-1", "/dev/cu.usbserial-1"].map((path) => ({
      ...{ path, vendorId: "10C4", productId: "EA60", serialNumber: "1", manufacturer: "SiLabs" },
    }));
    const ports = await listPorts(testMachine({ platform: "darwin", listed }));
    expect(ports).toMatchObject([{ path: "/dev/cu.usbserial-1", device: { kind: "bridge" } }]);
  });

  it("are printed without a guess at the board behind a bridge", async () => {
    const { status, stdout } = await cliOn(linuxWith(bridge, pico), "ports");
    expect(status).toBe(0);
    expect(stdout).toBe(
      [
        "port          USB id     device               maker         serial number  board",
        "/dev/ttyACM0  2e8a:000a  Raspberry Pi RP2040                E661           " +
          "RP2040, not asked",
        "/dev/ttyUSB0  10c4:ea60  CP2102 bridge        Silicon Labs  0001           not asked",
        "",
      ].join("\n"),
    );
  });

  it("with --ask are opened, and the firmware says what it runs on", async () => {
    const machine = linuxWith(bridge, second);
    const clock = machine.clock as SettlingClock;
    const board = await runningBoard("esp32c3", 115_200);
    const silent = { baudRateHz: 115_200, receive: () => {}, onSend: () => {} };
    machine.portMap.set("/dev/ttyUSB0", new Cable("/dev/ttyUSB0", board, clock));
    machine.portMap.set("/dev/ttyUSB10", new Cable("/dev/ttyUSB10", silent, clock));
    const { stdout } = await cliOn(machine, "ports --ask --json");
    expect(JSON.parse(stdout).ports).toMatchObject([
      { path: "/dev/ttyUSB0", usb: "10c4:ea60", board: "esp32c3" },
      { path: "/dev/ttyUSB10", usb: "1a86:7523", board: null },
    ]);
  });

  it("that are not there: says so", async () => {
    const { stdout } = await cliOn(testMachine(), "ports");
    expect(stdout).toBe("no serial ports (if a board is attached: edgeflash doctor)\n");
  });
});

describe("the port of a board", () => {
  const choose = async (machine: ReturnType<typeof testMachine>, id: string, path?: string) =>
    (await choosePort(machine, findBoard(id), path)).path;

  it("is the only one that can be it", async () => {
    const machine = linuxWith(bridge, pico, onBoard);
    expect(await choose(machine, "esp32")).toBe("/dev/ttyUSB0");
    expect(await choose(machine, "rp2040")).toBe("/dev/ttyACM0");
  });

  it("is the one that was named, whatever it is", async () => {
    expect(await choose(linuxWith(bridge, pico), "esp32", "/dev/pts/7")).toBe("/dev/pts/7");
  });

  it("of several bridges is the one whose firmware says so", async () => {
    const machine = linuxWith(bridge, second);
    const clock = machine.clock as SettlingClock;
    for (const [path, id] of [
      ["/dev/ttyUSB0", "esp32c3"],
      ["/dev/ttyUSB10", "esp32"],
    ] as const) {
      machine.portMap.set(path, new Cable(path, await runningBoard(id, 115_200), clock));
    }
    expect(await choose(machine, "stm32f405").catch((error: Error) => error.message)).toBe(
      "several ports can be stm32f405: " +
        "/dev/ttyUSB0 (CP2102 bridge), /dev/ttyUSB10 (CH340 bridge)",
    );
  });

  it("that only others have: names them", async () => {
    await expect(choose(linuxWith(bridge), "rp2040")).rejects.toMatchObject({
      code: "EF6007",
      message: "none of the ports here can be rp2040: /dev/ttyUSB0 (CP2102 bridge)",
    });
  });
});

describe("the table of USB devices", () => {
  it("has each id once, and no bridge claims a chip", () => {
    const ids = usbDevices.map(({ vendorId, productId }) => `${vendorId}:${productId}`);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { kind, chips } of usbDevices) {
      expect(chips === undefined).toBe(kind === "bridge");
    }
  });

  it("prefers a product's own entry to its vendor's", () => {
    expect(knownDevice({ vendorId: 0x2e8a, productId: 0x0003 })?.kind).toBe("loader");
    expect(knownDevice({ vendorId: 0x2e8a, productId: 0x9999 })?.kind).toBe("board");
    expect(knownDevice({ vendorId: 0x1234, productId: 1 })).toBeUndefined();
  });
});
