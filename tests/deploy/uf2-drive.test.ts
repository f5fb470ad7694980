/** UF2 boards: a drive that comes and goes, on a machine whose files and time are the test's. */
import { describe, expect, it } from "vitest";
import { readAsset } from "../../toolchain/assets.ts";
import { findBoard } from "../../toolchain/boards/boards.ts";
import { installFirmware, prebuiltImage } from "../../toolchain/deploy/firmware.ts";
import { flashUf2 } from "../../toolchain/deploy/flashers/uf2-drive.ts";
import { SettlingClock } from "./settling-clock.ts";
import { testMachine } from "./test-machine.ts";
import { type Attached, Cable } from "./virtual-port.ts";

const DRIVE = "/media/maker/RPI-RP2";
const INFO = `${DRIVE}/INFO_UF2.TXT`;
const MOUNTS = `/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 ${DRIVE} vfat rw 0 0\n`;
const PORT = "/dev/ttyACM0";

/** A Pico running firmware; a touch at 1200 baud sends it to its loader unless `isStubborn`. */
function picoBench({ isStubborn = false, restarts = true } = {}) {
  const clock = new SettlingClock();
  const machine = testMachine({ clock });
  const touches: number[] = [];
  let rateHz = 0;
  const showDrive = () => {
    machine.fileMap.set("/proc/mounts", MOUNTS);
    machine.fileMap.set(INFO, "UF2 Bootloader v3.0\nModel: Raspberry Pi RP2\nBoard-ID: RPI-RP2\n");
  };
  const board: Attached = {
    baudRateHz: undefined,
    receive: () => {},
    onSend: () => {},
    opened: (baudRateHz) => {
      rateHz = baudRateHz;
    },
    setLines: ({ dtr }) => {
      touches.push(rateHz);
      if (rateHz === 1_200 && !dtr && !isStubborn) clock.schedule(900, showDrive);
    },
  };
  machine.portMap.set(PORT, new Cable(PORT, board, clock));
  machine.onWrite = () => {
    if (restarts) clock.schedule(1_500, () => machine.fileMap.delete(INFO));
  };
  const notices: string[] = [];
  const io = { machine, notice: (text: string) => void notices.push(text), progress: () => {} };
  const target = { board: "rp2040", volume: "RPI-RP2", port: { path: PORT } };
  return { clock, machine, io, target, notices, touches, showDrive };
}

describe("a UF2 board", () => {
  it("is touched at 1200 baud, gets the prebuilt file whole, and is waited for", async () => {
    const { io, machine, touches, notices, clock } = picoBench();
    const board = findBoard("rp2040");
    const flashed = await installFirmware(io, board, { path: PORT }, prebuiltImage(board));
    const image = readAsset("firmware-host/prebuilt/rp2040.uf2");
    expect([...machine.written.keys()]).toEqual([`${DRIVE}/edgeflash.uf2`]);
    expect(machine.written.get(`${DRIVE}/edgeflash.uf2`)).toEqual(image);
    expect(flashed.writtenBytes).toBe(image.length);
    expect(touches).toEqual([1_200]);
    expect(notices).toEqual([]);
    expect(clock.nowMs()).toBeGreaterThanOrEqual(2_400);
  });

  it("in its loader already is not touched", async () => {
    const { io, target, showDrive, touches } = picoBench();
    showDrive();
    await flashUf2(io, target, new Uint8Array(512));
    expect(touches).toEqual([]);
  });

  it("that ignores the touch: the user is told the button, and it goes on", async () => {
    const { io, target, notices, clock, showDrive } = picoBench({ isStubborn: true });
    clock.schedule(30_000, showDrive);
    await flashUf2(io, target, new Uint8Array(512));
    expect(notices).toEqual([
      "the board did not enter its loader by itself: hold BOOTSEL while you plug it in",
    ]);
  });

  it("whose drive never comes is an error with the way out", async () => {
    const { io, target } = picoBench({ isStubborn: true });
    await expect(flashUf2(io, target, new Uint8Array(512))).rejects.toMatchObject({
      code: "EF6104",
      message: "the drive RPI-RP2 did not appear",
      next: ["hold BOOTSEL while you plug the board in, then run the same command again"],
    });
  });

  it("whose drive is not mounted: how to", async () => {
    const { io, target, machine } = picoBench({ isStubborn: true });
    machine.linkMap.set("/dev/disk/by-label/RPI-RP2", "/dev/sdb1");
    await expect(flashUf2(io, target, new Uint8Array(512))).rejects.toMatchObject({
      message: "the drive RPI-RP2 is there but not mounted",
      next: [
        "mount it: udisksctl mount -b /dev/disk/by-label/RPI-RP2",
        "then run the same command again",
      ],
    });
  });

  it("that keeps its drive refused the blocks", async () => {
    const { io, target } = picoBench({ restarts: false });
    await expect(flashUf2(io, target, new Uint8Array(512))).rejects.toMatchObject({
      code: "EF6010",
      message: `${DRIVE} took the file but did not restart: its blocks are for another chip`,
    });
  });

  it("does not get an image for another chip, or none at all", async () => {
    const { io, machine } = picoBench();
    const board = findBoard("rp2040");
    const other = new Uint8Array(readAsset("firmware-host/prebuilt/rp2040.uf2"));
    for (let at = 28; at < other.length; at += 512) {
      new DataView(other.buffer).setUint32(at, 0xada52840, true);
    }
    const install = (bytes: Uint8Array) =>
      installFirmware(io, board, { path: PORT }, { path: "mine.uf2", bytes });
    await expect(install(other)).rejects.toMatchObject({
      code: "EF6109",
      message: "mine.uf2 is an image for nRF52840, rp2040 has RP2040",
    });
    await expect(install(new Uint8Array(1024))).rejects.toMatchObject({ code: "EF6112" });
    expect(machine.written.size).toBe(0);
  });
});
