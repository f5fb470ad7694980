/**
 * `edgeflash deploy` without --sim, from a bare board to predictions, with everything but the chip
 * real: the command line, the port choice, the flasher with esptool-js, the prebuilt image, the
 * link, and the firmware core. The ROM is a FAKE, the cable and its time are virtual.
 */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageRoot, readAsset } from "../../toolchain/assets.ts";
import { findBoard } from "../../toolchain/boards/boards.ts";
import { runCli } from "../../toolchain/cli/run-cli.ts";
import type { Machine } from "../../toolchain/deploy/machine.ts";
import { testHost } from "../cli/test-host.ts";
import { fakeChips } from "./rom-fake.ts";
import { SettlingClock } from "./settling-clock.ts";
import { espWithFirmware, machineWith, runningBoard } from "./simulated-firmware.ts";
import { sysfsTty, testMachine } from "./test-machine.ts";
import { Cable } from "./virtual-port.ts";

const MODEL = "models/sine/sine.tflite";
const files = {
  "sine.tflite": readAsset(MODEL),
  "one.bin": new Uint8Array(4),
  [join(packageRoot(), MODEL)]: readAsset(MODEL),
};

async function edgeflash(line: string, machine: Machine) {
  const host = testHost({ files });
  const status = await runCli(line.split(" "), { ...host, machine });
  return { status, ...host.collected, files: host.files };
}

describe("deploy to a bare board", () => {
  it.each(["esp32", "esp32c3"] as const)("%s: firmware, model, verification", async (id) => {
    const { machine, rom } = await espWithFirmware(id, fakeChips[id]);
    const { status, stdout, stderr } = await edgeflash(
      `deploy sine.tflite --board ${id} --input one.bin --json`,
      machine,
    );
    expect(stderr).toContain(`writing the firmware for ${id}`);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).predictions).toHaveLength(4);
    const image = readAsset(`firmware-host/prebuilt/${id}.bin`);
    expect(rom.flash.subarray(rom.chip.imageOffset).subarray(0, image.length)).toEqual(
      new Uint8Array(image),
    );
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ board: id, port: "/dev/ttyUSB0", simulated: false, verifiedCases: 3 },
      flashedBytes: Math.ceil(image.length / 4) * 4,
    });
    const again = await edgeflash(`deploy sine.tflite --board ${id} --json`, machine);
    expect(JSON.parse(again.stdout)).toMatchObject({ flashedBytes: 0, verifiedCases: 3 });
  });

  it("rp2040 in its loader: the file onto its drive, model, verification", async () => {
    const clock = new SettlingClock();
    const drive = "/media/maker/RPI-RP2";
    const info = `${drive}/INFO_UF2.TXT`;
    const machine = testMachine({
      clock,
      files: { "/proc/mounts": `/dev/sdb1 ${drive} vfat rw 0 0\n`, [info]: "Board-ID: RPI-RP2\n" },
    });
    const tty = sysfsTty("ttyACM0", { idVendor: "2e8a", idProduct: "000a", serial: "E661" });
    const board = { ...(await runningBoard("rp2040", 0)), baudRateHz: undefined };
    machine.onWrite = () => {
      clock.schedule(1_000, () => machine.fileMap.delete(info));
      clock.schedule(2_500, () => {
        machine.portMap.set("/dev/ttyACM0", new Cable("/dev/ttyACM0", board, clock));
        for (const [path, text] of Object.entries(tty.files)) machine.fileMap.set(path, text);
        for (const [path, target] of Object.entries(tty.links)) machine.linkMap.set(path, target);
      });
    };
    const { status, stdout } = await edgeflash("deploy sine.tflite --board rp2040 --json", machine);
    expect(status).toBe(0);
    const image = readAsset("firmware-host/prebuilt/rp2040.uf2");
    expect(machine.written.get(`${drive}/edgeflash.uf2`)).toEqual(image);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ board: "rp2040", port: "/dev/ttyACM0", verifiedCases: 3 },
      flashedBytes: image.length,
    });
  });

  it("reports what a real board did, without a word about the person", async () => {
    const { machine } = await espWithFirmware("esp32c3", fakeChips.esp32c3);
    const { status, files: written } = await edgeflash("report --board esp32c3", machine);
    expect(status).toBe(0);
    const text = new TextDecoder().decode(written.get("report.md"));
    expect(text).toContain("# edgeflash on esp32c3");
    expect(text).toContain('"verifiedCases": 3');
    expect(text).toMatch(/ok +firmware +wasm3/);
    expect(text).not.toContain("maker");
    expect(text).not.toContain(packageRoot());
  });
});

describe("deploy to a board", () => {
  it("that says it is another one: nothing is written", async () => {
    const clock = new SettlingClock();
    const board = await runningBoard("esp32c3", findBoard("esp32").link.baudRateHz);
    const { machine, cable } = machineWith("ttyUSB0", board, clock);
    const { status, stderr } = await edgeflash(
      "deploy sine.tflite --board esp32 --port /dev/ttyUSB0",
      machine,
    );
    expect(status).toBe(6);
    expect(stderr).toContain("the firmware says the board is esp32c3, but --board is esp32\n");
    expect(stderr).toContain("  next: use --board esp32c3\n");
    expect(cable.isOpen).toBe(false);
  });

  it("whose cable is pulled during the transfer: at once, with how far it was", async () => {
    const clock = new SettlingClock();
    const board = await runningBoard("esp32c3", findBoard("esp32c3").link.baudRateHz);
    const { machine, cable } = machineWith("ttyUSB0", board, clock);
    const receive = board.receive.bind(board);
    board.receive = (bytes) => {
      if (cable.sentBytes > 3_000) cable.unplug();
      else receive(bytes);
    };
    const { status, stderr } = await edgeflash("deploy sine.tflite --board esp32c3", machine);
    expect(status).toBe(6);
    expect(stderr).toMatch(/EF6111 .*: the port \/dev\/ttyUSB0 vanished at \d+ % of the model\n/);
  });

  it("whose cable is pulled while the model runs: not an internal error either", async () => {
    const deploy = async (unplugAfterBytes: number) => {
      const clock = new SettlingClock();
      const board = await runningBoard("esp32c3", findBoard("esp32c3").link.baudRateHz);
      const { machine, cable } = machineWith("ttyUSB0", board, clock);
      const receive = board.receive.bind(board);
      board.receive = (bytes) => {
        if (cable.sentBytes > unplugAfterBytes) cable.unplug();
        else receive(bytes);
      };
      const result = await edgeflash("deploy sine.tflite --board esp32c3", machine);
      return { ...result, sentBytes: cable.sentBytes };
    };
    const whole = await deploy(Number.POSITIVE_INFINITY);
    expect(whole.status).toBe(0);
    const { status, stderr } = await deploy(whole.sentBytes - 60);
    expect(status).toBe(6);
    expect(stderr).toContain("EF6111 the port vanished");
    expect(stderr).toContain("the port /dev/ttyUSB0 vanished while the model ran\n");
  });
});
