/** `edgeflash monitor`: text and frames of a running board, the lines it sets, and how it ends. */
import { describe, expect, it } from "vitest";
import { type MonitorLine, MonitorReader } from "../../toolchain/deploy/monitor.ts";
import { SettlingClock } from "../deploy/settling-clock.ts";
import { machineWith, runningBoard } from "../deploy/simulated-firmware.ts";
import type { Attached } from "../deploy/virtual-port.ts";
import { cliOn } from "./on-machine.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** A board that prints a line before it answers. */
async function talkative(): Promise<Attached> {
  const board = await runningBoard("esp32", 115_200);
  const receive = board.receive.bind(board);
  const onSend = board.onSend.bind(board);
  let send: (bytes: Uint8Array) => void = () => {};
  return {
    baudRateHz: 115_200,
    receive: (bytes) => {
      send(encode("temperature 21\r\n"));
      receive(bytes);
    },
    onSend: (callback) => {
      send = callback;
      onSend(callback);
    },
  };
}

describe("monitor", () => {
  it("shows text and decoded frames, and lets the board run", async () => {
    const { machine, cable } = machineWith("ttyUSB0", await talkative(), new SettlingClock());
    const line = "monitor --port /dev/ttyUSB0 --seconds 2";
    const { status, stdout, stderr } = await cliOn(machine, line);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^temperature 21\n\[hello reply 0: ok, model empty, \d+ bytes\]\n/);
    expect(stderr).toContain("/dev/ttyUSB0 at 115200 baud, Ctrl-C ends");
    expect(cable.signals).toEqual([{ dtr: false, rts: false, brk: false }]);
    expect(cable.isOpen).toBe(false);
  });

  it("as JSON is one document", async () => {
    const { machine } = machineWith("ttyUSB0", await talkative(), new SettlingClock());
    const { stdout } = await cliOn(machine, "monitor --port /dev/ttyUSB0 --seconds 1 --json");
    const { lines } = JSON.parse(stdout) as { lines: MonitorLine[] };
    expect(lines.map(({ kind }) => kind)).toEqual(["text", "frame"]);
  });

  it("ends with EF6111 when the cable is pulled", async () => {
    const clock = new SettlingClock();
    const { machine, cable } = machineWith("ttyUSB0", await talkative(), clock);
    clock.schedule(500, () => cable.unplug());
    const { status, stderr } = await cliOn(machine, "monitor --port /dev/ttyUSB0 --seconds 60");
    expect(status).toBe(6);
    expect(stderr).toContain("EF6111 the port vanished");
    expect(clock.nowMs()).toBeLessThan(61_000);
  });
});

describe("what a monitor reads", () => {
  const linesOf = (...pieces: Uint8Array[]) => {
    const lines: MonitorLine[] = [];
    const reader = new MonitorReader((line) => lines.push(line));
    for (const piece of pieces) reader.push(piece);
    reader.end();
    return lines;
  };

  it("is text as soon as a line ends, however it is cut", () => {
    expect(linesOf(encode("on"), encode("e\r\ntwo\nrest"))).toEqual([
      { kind: "text", text: "one" },
      { kind: "text", text: "two" },
      { kind: "text", text: "rest" },
    ]);
  });

  it("is noise when it is neither", () => {
    expect(linesOf(Uint8Array.of(0, 1, 2, 3, 0, ...encode("ok\n")))).toEqual([
      { kind: "noise", text: "[3 bytes of noise]" },
      { kind: "text", text: "ok" },
    ]);
  });

  it("never grows without end", () => {
    const lines = linesOf(new Uint8Array(10_000).fill(0xaa));
    expect(lines.map(({ text }) => text)).toEqual([
      "[4097 bytes of noise]",
      "[4097 bytes of noise]",
      "[1806 bytes of noise]",
    ]);
  });
});
