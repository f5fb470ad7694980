/** Boards that other programs write: the very command, its refusals, and what is not installed. */
import { describe, expect, it } from "vitest";
import { findBoard } from "../../toolchain/boards/boards.ts";
import { eraseFlash, installFirmware } from "../../toolchain/deploy/firmware.ts";
import { type TestMachineOptions, testMachine } from "./test-machine.ts";

const image = { path: "my firmware.bin", bytes: new Uint8Array(1_000) };
const done = () => ({ status: 0, output: "done\n" });

function bench(programs: TestMachineOptions["programs"] = {}) {
  const machine = testMachine({ programs });
  const notices: string[] = [];
  const io = { machine, notice: (text: string) => void notices.push(text), progress: () => {} };
  return { machine, io, notices, board: findBoard("stm32f405") };
}

describe("a board with a tool of its own", () => {
  it("gets the exact command, shown and run", async () => {
    const { io, machine, notices, board } = bench({ stm32flash: done });
    const flashed = await installFirmware(io, board, { path: "/dev/ttyUSB0" }, image);
    const command = "stm32flash -w 'my firmware.bin' -v -g 0x08000000 /dev/ttyUSB0";
    expect(notices).toEqual([`running: ${command}`]);
    expect(flashed.commands).toEqual([command]);
    expect(machine.ran).toEqual([
      "/usr/bin/stm32flash -w my firmware.bin -v -g 0x08000000 /dev/ttyUSB0",
    ]);
  });

  it("without a port takes the tool that needs none", async () => {
    const { io, machine, board } = bench({ stm32flash: done, "dfu-util": done });
    await installFirmware(io, board, undefined, image);
    expect(machine.ran).toEqual(["/usr/bin/dfu-util -a 0 -s 0x08000000:leave -D my firmware.bin"]);
  });

  it("that is not installed: which package", async () => {
    const { io, board } = bench();
    const install = installFirmware(io, board, { path: "/dev/ttyUSB0" }, image);
    await expect(install).rejects.toMatchObject({
      code: "EF6008",
      message: "stm32f405 is programmed with stm32flash or dfu-util, which is not installed",
      next: ["sudo apt install stm32flash", "sudo apt install dfu-util"],
    });
  });

  it("that fails: its status and its last words", async () => {
    const output = "stm32flash 0.7\nFailed to init device, timeout.\n";
    const { io, board } = bench({ stm32flash: () => ({ status: 1, output }) });
    const install = installFirmware(io, board, { path: "/dev/ttyUSB0" }, image);
    await expect(install).rejects.toMatchObject({
      code: "EF6010",
      message: "stm32flash ended with status 1: Failed to init device, timeout.",
    });
  });

  it("can be erased only where the tool can", async () => {
    const { io, machine, board } = bench({ stm32flash: done, openocd: done });
    await eraseFlash(io, board, { path: "/dev/ttyUSB0" });
    expect(machine.ran).toEqual(["/usr/bin/stm32flash -o /dev/ttyUSB0"]);
    await expect(eraseFlash(io, findBoard("microbit"), undefined)).rejects.toMatchObject({
      code: "EF6009",
    });
    await expect(eraseFlash(io, findBoard("rp2040"), undefined)).rejects.toMatchObject({
      code: "EF6009",
      message: "the loader of rp2040 cannot erase: it only takes images",
    });
  });
});
