/**
 * `edgeflash deploy --port` as a maker types it, with a QEMU board's pty as the serial port: build,
 * send, verify on the chip, print predictions; and exit status 4 where the model does not fit.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { packageRoot } from "../../../toolchain/assets.ts";
import { type EmulatedBoard, machines } from "../../../toolchain/simulate/qemu/machines.ts";
import { startOnPty } from "../../../toolchain/simulate/qemu/qemu.ts";
import { type CliResult, cli } from "../../cli/test-host.ts";
import { buildFirmware } from "../harness/board.ts";
import { armTools, suiteWith } from "../harness/tools.ts";

const digits = (path: string) => readFileSync(join(packageRoot(), "models/digits", path));

const files = {
  "sine.tflite": readFileSync(join(packageRoot(), "models/sine/sine.tflite")),
  "digits.tflite": digits("digits.tflite"),
  "two.bin": Buffer.concat([digits("samples/00.bin"), digits("samples/01.bin")]),
};

async function deployTo(board: EmulatedBoard, line: string): Promise<CliResult> {
  const { image: firmware } = buildFirmware(board);
  const { emulator, path } = await startOnPty({ machine: machines[board], firmware });
  try {
    await emulator.run();
    return await cli(`deploy ${line} --board ${board} --port ${path}`, { files });
  } finally {
    await emulator.close();
  }
}

suiteWith(armTools, "deploy --port to a pty of QEMU", () => {
  it.each(["mps2-an386", "stm32f405"] as const)(
    "%s predicts what the simulator does",
    async (id) => {
      const { status, stdout, stderr } = await deployTo(id, "digits.tflite --input two.bin --json");
      expect(stderr).not.toContain("EF");
      expect(status).toBe(0);
      const deployed = JSON.parse(stdout);
      expect(deployed).toMatchObject({ board: id, simulated: false, verifiedCases: 3 });
      const simulated = await cli(
        `deploy digits.tflite --board ${id} --sim --input two.bin --json`,
        {
          files,
        },
      );
      expect(deployed.predictions).toEqual(JSON.parse(simulated.stdout).predictions);
      expect(deployed.predictions).toHaveLength(2);
    },
  );

  it("microbit runs a model that is planned leaner to fit its 16 KB", async () => {
    const { status, stdout, stderr } = await deployTo("microbit", "sine.tflite");
    expect(stderr).not.toContain("EF");
    expect(status).toBe(0);
    expect(stdout).toContain("sine runs on microbit");
    expect(stdout).toMatch(
      /planned +did not fit as balanced; as --latency-budget [\d.]+, predicted/,
    );
  });

  it("microbit: exit status 4, the model does not fit", async () => {
    const { status, stderr } = await deployTo("microbit", "digits.tflite");
    expect(status).toBe(4);
    expect(stderr).toContain("EF4001");
  });
});
