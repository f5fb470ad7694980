/**
 * The twelve failures between a cable and a running model: each is caused here, through the same
 * code as a user's, and what is printed is compared word for word.
 */
import { describe, expect, it } from "vitest";
import { findBoard } from "../../toolchain/boards/boards.ts";
import { renderDiagnostic } from "../../toolchain/cli/render.ts";
import { plainStyle } from "../../toolchain/cli/style.ts";
import { choosePort } from "../../toolchain/deploy/choose-port.ts";
import { connectBoard } from "../../toolchain/deploy/connect-board.ts";
import { checkRecord } from "../../toolchain/deploy/firmware.ts";
import { openPort } from "../../toolchain/deploy/open-port.ts";
import { Diagnostic } from "../../toolchain/diagnostics/diagnostic.ts";
import { espBench, PORT, randomImage } from "./esp-bench.ts";
import { fakeChips } from "./rom-fake.ts";
import { SettlingClock } from "./settling-clock.ts";
import { machineWith, runningBoard } from "./simulated-firmware.ts";
import { sysfsTty, testMachine } from "./test-machine.ts";
import type { Attached } from "./virtual-port.ts";

/** What a user sees of a failure. */
async function printed(work: () => Promise<unknown>): Promise<string[]> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Diagnostic)) throw error;
    return renderDiagnostic(error, plainStyle).split("\n").slice(0, -1);
  }
  throw new Error("nothing failed");
}

const image = randomImage(30_000);

/** A board that only sends, over and over, whatever it receives. */
function prattling(baudRateHz: number, text: string): Attached {
  let send: (bytes: Uint8Array) => void = () => {};
  return {
    baudRateHz,
    receive: () => send(new TextEncoder().encode(text)),
    onSend: (callback) => {
      send = callback;
    },
  };
}

describe("opening the port", () => {
  it("1 permission denied", async () => {
    const machine = testMachine({ groups: ["users"], ports: { [PORT]: "Permission denied" } });
    expect(await printed(() => openPort(machine, PORT, 115_200))).toEqual([
      "EF6101 no permission to open the port: cannot open /dev/ttyUSB0: permission denied; " +
        "you are not in group dialout",
      "  where: port /dev/ttyUSB0",
      "  next: run: sudo usermod -aG dialout $USER, then log out and in (Arch: uucp)",
    ]);
  });

  it("2 in use", async () => {
    const machine = testMachine({
      ports: { [PORT]: "Resource temporarily unavailable Cannot lock port" },
      files: { "/proc/4211/comm": "screen\n", "/proc/17/comm": "init\n", [PORT]: "" },
      links: { "/proc/4211/fd/3": PORT, "/proc/17/fd/0": "/dev/null" },
    });
    expect(await printed(() => openPort(machine, PORT, 115_200))).toEqual([
      "EF6102 the port is in use: /dev/ttyUSB0 is in use by 'screen' (pid 4211)",
      "  where: port /dev/ttyUSB0",
      "  next: close it and run the command again",
      "  next: on Linux also check ModemManager, which opens every new port for a while",
    ]);
  });

  const cable = "most often the cable is charge-only: try another cable or another socket";
  const ch340 = sysfsTty("ttyUSB0", { idVendor: "1a86", idProduct: "7523" });
  const usbOnly = Object.entries(ch340.links).filter(([link]) => link.includes("/bus/usb/"));
  it.each([
    ["", testMachine(), "no serial port was found", [cable, "use the simulated board: --sim"]],
    [
      " in WSL",
      testMachine({ files: { "/proc/version": "Linux 5.15 Microsoft-standard-WSL2" } }),
      "no serial port was found, and WSL sees USB devices only when they are attached",
      ["in Windows: usbipd list, then usbipd attach --wsl --busid 2-3 (its bus id)"],
    ],
    [
      " because brltty took it",
      testMachine({ files: ch340.files, links: Object.fromEntries(usbOnly) }),
      "1a86:7523 (CH340 bridge) is on USB but has no serial port",
      [
        "brltty takes CH340 and CP210x bridges: sudo apt remove brltty, then replug",
        "see why: sudo dmesg | tail",
      ],
    ],
    [
      " for want of a driver",
      testMachine({ platform: "darwin" }),
      "no serial port was found",
      [cable, "boards with a CP210x or CH340 bridge need its driver on this system"],
    ],
  ])("3 no port%s", async (_, machine, message, next) => {
    expect(await printed(() => choosePort(machine, findBoard("esp32"), undefined))).toEqual([
      `EF6103 no serial port: ${message}`,
      ...next.map((step) => `  next: ${step}`),
    ]);
  });
});

describe("entering the loader", () => {
  it("4 wrong boot mode", async () => {
    const bench = espBench(fakeChips.esp32, { hasAutoReset: false });
    expect(await printed(() => bench.flash(image))).toEqual([
      "EF6104 the chip runs its program, not its loader: " +
        "the chip is running its program (boot:0x13), not its loader",
      "  where: port /dev/ttyUSB0",
      "  next: hold BOOT, tap EN (or RST), release BOOT, and run the command again",
    ]);
  });

  it("5 silence", async () => {
    const clock = new SettlingClock();
    const { machine } = machineWith("ttyUSB0", prattling(115_200, ""), clock);
    const port = { path: PORT };
    const failure = printed(() => connectBoard({ machine, port, baudRateHz: 115_200 }));
    expect(await failure).toEqual([
      "EF6105 silence: no answer on /dev/ttyUSB0 (4 tries)",
      "  where: port /dev/ttyUSB0",
      "  next: it is the only port here",
      "  next: check that TX goes to RX, RX to TX, and that the grounds are joined",
    ]);
  });

  it("5 silence, but the chip hears its reset", async () => {
    const bench = espBench(fakeChips.esp32, { isDeaf: true });
    expect(await printed(() => bench.flash(image))).toEqual([
      "EF6105 silence: the board on /dev/ttyUSB0 hears reset but not data",
      "  where: port /dev/ttyUSB0",
      "  next: check the wire from this computer's TX to the board's RX",
    ]);
  });
});

describe("the line", () => {
  it("6 garbage", async () => {
    const clock = new SettlingClock();
    const board = prattling(74_880, "a boot message at a rate of its own\r\n");
    const { machine } = machineWith("ttyUSB0", board, clock);
    const notices: string[] = [];
    const notice = (text: string) => void notices.push(text);
    const port = { path: PORT };
    const failure = await printed(() =>
      connectBoard({ machine, port, baudRateHz: 460_800, notice }),
    );
    expect(notices).toEqual([
      "received 148 bytes, 100 % non-text, no valid frame: " +
        "probably the wrong baud rate (tried 460800); trying 115200",
    ]);
    expect(failure).toEqual([
      "EF6106 garbage instead of text or frames: received 148 bytes, 100 % non-text, " +
        "no valid frame: probably the wrong baud rate (tried 460800, 115200)",
      "  where: port /dev/ttyUSB0",
      "  next: check the baud rate that the firmware was built with",
    ]);
  });

  it("6 garbage at first, an answer at the fallback's rate", async () => {
    const clock = new SettlingClock();
    const board = await runningBoard("esp32", 115_200);
    const receive = board.receive.bind(board);
    let send: (bytes: Uint8Array) => void = () => {};
    const onSend = board.onSend.bind(board);
    board.onSend = (callback) => {
      send = callback;
      onSend(callback);
    };
    board.receive = (bytes) => {
      send(new TextEncoder().encode("chatter\n"));
      receive(bytes);
    };
    const { machine } = machineWith("ttyUSB0", board, clock);
    const found = await connectBoard({ machine, port: { path: PORT }, baudRateHz: 460_800 });
    expect(found.baudRateHz).toBe(115_200);
  });

  it("7 noise", async () => {
    const bench = espBench(fakeChips.esp32, { takesBlock: () => false });
    expect(await printed(() => bench.flash(image))).toEqual([
      "EF6107 the line loses blocks: 3 of 3 blocks failed at 115200, the lowest rate there is",
      "  where: port /dev/ttyUSB0",
      "  next: use a shorter cable, and no hub",
    ]);
    expect(bench.notices).toEqual([
      "3 of 3 blocks failed at 921600; continuing at 460800",
      "3 of 3 blocks failed at 460800; continuing at 115200",
    ]);
  });

  it("8 brown-out", async () => {
    const bench = espBench(fakeChips.esp32, {
      takesBlock: () => {
        bench.rom.print("\r\nBrownout detector was triggered\r\n");
        return false;
      },
    });
    expect(await printed(() => bench.flash(image))).toEqual([
      "EF6108 the board's supply drops: the board restarted 3 times during flashing " +
        '("Brownout detector was triggered"): its supply drops',
      "  where: port /dev/ttyUSB0",
      "  next: use a short cable and no hub, and unplug motors and LEDs",
    ]);
  });
});

describe("what would be written", () => {
  it("9 is for another chip", async () => {
    const bench = espBench(fakeChips.esp32c3);
    Object.assign(bench.target, { board: "esp32", chip: "ESP32" });
    expect(await printed(() => bench.flash(image))).toEqual([
      "EF6109 another board: " + "this is an ESP32-C3 (rev v0.4), but --board esp32 needs an ESP32",
      "  where: board esp32",
      "  next: use --board esp32c3",
    ]);
    expect(bench.rom.blocks).toBe(0);
  });

  it("10 does not fit", async () => {
    const bench = espBench(fakeChips.esp32, { flashId: 0x124020 });
    expect(await printed(() => bench.flash(new Uint8Array(0x40000).fill(0xe9)))).toEqual([
      "EF6110 the image does not fit: the image ends at 0x41000, the chip has 0.25 MB",
      "  next: use a board with more flash",
    ]);
    expect(bench.rom.blocks).toBe(0);
  });

  it("11 is cut off", async () => {
    const bench = espBench(fakeChips.esp32, {
      onBlock: (block) => {
        if (block === 9) bench.cable.unplug();
      },
    });
    const large = randomImage(300_000);
    expect(await printed(() => bench.flash(large))).toEqual([
      "EF6111 the port vanished: the port /dev/ttyUSB0 vanished at 49 % of the firmware",
      "  where: port /dev/ttyUSB0",
      "  next: plug the board in again and run the same command: " +
        "regions that were written already are skipped",
    ]);
    bench.cable.replug();
    const again = await bench.flash(large);
    expect(again.skippedBytes).toBeGreaterThanOrEqual(0x1f000);
  });

  it("12 is not what was recorded", async () => {
    const record = { esp32: { file: "esp32.bin", sha256: "00ff" } };
    const check = async () => checkRecord("esp32.bin", image, JSON.stringify(record));
    const [line, ...rest] = await printed(check);
    expect(line?.replace(/[0-9a-f]{64}$/, "(hash)")).toBe(
      "EF6112 the firmware image is not genuine: esp32.bin is damaged: " +
        "it should have SHA-256 00ff, it has (hash)",
    );
    expect(rest).toEqual([
      "  where: file esp32.bin",
      "  next: install edgeflash again, or build the image again",
    ]);
  });
});
