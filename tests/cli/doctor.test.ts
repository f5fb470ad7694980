/** `edgeflash doctor`: each check with a cause for it, and a board that is asked. */
import { describe, expect, it } from "vitest";
import { findBoard } from "../../toolchain/boards/boards.ts";
import type { Check } from "../../toolchain/deploy/doctor.ts";
import { SettlingClock } from "../deploy/settling-clock.ts";
import { machineWith, runningBoard } from "../deploy/simulated-firmware.ts";
import { sysfsTty, testMachine } from "../deploy/test-machine.ts";
import { cliOn } from "./on-machine.ts";

async function checksOf(machine: Parameters<typeof cliOn>[0], more = "") {
  const { stdout, status } = await cliOn(machine, `doctor --json${more}`);
  expect(status).toBe(0);
  const checks: Check[] = JSON.parse(stdout).checks;
  return new Map(checks.map((check) => [check.name, check]));
}

describe("doctor", () => {
  it("finds nothing wrong with a machine that has a board", async () => {
    const board = await runningBoard("esp32", findBoard("esp32").link.baudRateHz);
    const { machine } = machineWith("ttyUSB0", board, new SettlingClock());
    const checks = await checksOf(machine, " --board esp32");
    expect([...checks.values()].filter(({ result }) => result !== "ok")).toEqual([]);
    const { ramForModelBytes, modelSlot } = findBoard("esp32");
    const [ram, slot] = [ramForModelBytes, modelSlot.bytes].map((n) => n.toLocaleString("en-US"));
    expect(checks.get("board")?.found).toBe("esp32 on /dev/ttyUSB0");
    expect(checks.get("firmware")?.found).toMatch(/^wasm3 .*, protocol 1, ABI 1$/);
    expect(checks.get("RAM")?.found).toBe(`${ram} B for a model, 0 B in use`);
    expect(checks.get("flash")?.found).toBe(`${slot} B for a model`);
    expect(checks.get("model")?.found).toBe("empty");
  });

  it("names what is missing, and what to do", async () => {
    const ch340 = sysfsTty("ttyUSB0", { idVendor: "1a86", idProduct: "7523" });
    const cp2102 = sysfsTty("ttyUSB1", { idVendor: "10c4", idProduct: "ea60", serial: "7" });
    const { "/sys/class/tty/ttyUSB0/device": _, ...links } = ch340.links;
    const machine = testMachine({
      groups: ["users"],
      files: { ...ch340.files, ...cp2102.files, "/proc/9/comm": "minicom\n", "/dev/ttyUSB1": "" },
      links: { ...links, ...cp2102.links, "/proc/9/fd/5": "/dev/ttyUSB1" },
      unusable: ["/dev/ttyUSB1"],
    });
    const checks = await checksOf({ ...machine, nodeVersion: "18.19.0" });
    const found = [...checks].map(([name, check]) => `${name}: ${check.result}, ${check.found}`);
    expect(found).toEqual([
      "node: failed, 18.19.0",
      "groups: warning, you are not in group dialout",
      "ports: ok, /dev/ttyUSB1 (CP2102 bridge)",
      "drivers: warning, on USB without a port: 1a86:7523 (CH340 bridge)",
      "access: warning, no permission for /dev/ttyUSB1",
      "in use: warning, /dev/ttyUSB1 by 'minicom' (pid 9)",
    ]);
    for (const check of checks.values()) {
      expect(check.next.length > 0).toBe(check.result !== "ok");
    }
  });

  it("prints for people, with the failure of a silent board", async () => {
    const silent = { baudRateHz: 115_200, receive: () => {}, onSend: () => {} };
    const { machine } = machineWith("ttyUSB0", silent, new SettlingClock());
    const { stdout } = await cliOn(machine, "doctor --board esp32");
    expect(stdout).toContain("1 to look at\n");
    expect(stdout).toContain("failed   board    no answer on /dev/ttyUSB0 (4 tries)\n");
    expect(stdout).toContain("  next: it is the only port here\n");
  });
});
