/** The command line's own errors, word for word, and the rules every verb keeps. */
import { describe, expect, it } from "vitest";
import { boardIds } from "../../toolchain/boards/boards.ts";
import { verbs } from "../../toolchain/cli/verbs.ts";
import { codes } from "../../toolchain/diagnostics/codes.ts";
import { cli } from "./test-host.ts";

describe("usage errors", () => {
  it("an unknown verb: exit 2 with the nearest name", async () => {
    const { status, stdout, stderr } = await cli("deplyo model.tflite");
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toBe(
      [
        "EF7001 unknown command or option: unknown command 'deplyo'",
        "  next: did you mean deploy?",
        "  next: see edgeflash --help",
        "  more: edgeflash explain EF7001",
        "",
      ].join("\n"),
    );
  });

  it("an unknown option: exit 2 with the nearest name", async () => {
    const { status, stderr } = await cli("plan model.tflite --baord esp32");
    expect(status).toBe(2);
    expect(stderr).toBe(
      [
        "EF7001 unknown command or option: unknown option '--baord'",
        "  next: did you mean --board?",
        "  next: see edgeflash plan --help",
        "  more: edgeflash explain EF7001",
        "",
      ].join("\n"),
    );
  });

  it("an unknown board: exit 2 with the nearest name", async () => {
    const { status, stderr } = await cli("plan model.tflite --board esp-32");
    expect(status).toBe(2);
    expect(stderr).toBe(
      [
        'EF7002 unknown board: there is no board "esp-32"; ' +
          `the boards are ${boardIds().join(", ")}`,
        "  where: board esp-32, option --board",
        "  next: did you mean esp32?",
        "  next: list them: edgeflash boards",
        "  more: edgeflash explain EF7002",
        "",
      ].join("\n"),
    );
  });

  it.each([
    ["plan", "EF7007", "missing required argument 'MODEL'"],
    ["plan a b", "EF7007", "too many arguments for 'plan'. Expected 1 argument but got 2"],
    ["plan a --board", "EF7007", "option '--board <id>' argument missing"],
    ["run a", "EF7007", "required option '--input <file>' not specified"],
    ["deploy a --sim", "EF7007", "required option '--board <id>' not specified"],
  ])("%s: exit 2, %s", async (line, code, message) => {
    const { status, stderr } = await cli(line);
    expect(status).toBe(2);
    expect(stderr).toContain(`${code} wrong arguments: ${message}\n`);
  });

  it.each([
    ["plan a --optimize fast", "Allowed choices are ram, balanced, speed"],
    ["plan a --rounding up", "Allowed choices are tflite, tflm"],
    ["run a --input b --runtime jvm", "Allowed choices are wasm3, v8, reference"],
    ["plan a --ram-budget lots", "It must be a byte count such as 49152, 48K or 2M"],
    ["plan a --ram-budget 0", "It must be a byte count such as 49152, 48K or 2M"],
    ["plan a --ram-budget -5", "It must be a byte count such as 49152, 48K or 2M"],
  ])("%s: exit 2, invalid value", async (line, message) => {
    const { status, stderr } = await cli(line);
    expect(status).toBe(2);
    expect(stderr).toContain("EF7004 invalid option value: ");
    expect(stderr).toContain(message);
  });

  it("with --json the error is the one document on stdout", async () => {
    const { status, stdout, stderr } = await cli("boards --json --nope");
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: "EF7001",
        title: "unknown command or option",
        message: "unknown option '--nope'",
        where: {},
        next: ["see edgeflash boards --help"],
      },
    });
    expect(stderr).toContain("EF7001");
  });

  it("a file that is not there: exit 2 with its name", async () => {
    const { status, stderr } = await cli("plan nowhere.tflite --quiet");
    expect(status).toBe(2);
    expect(stderr).toContain(
      "EF1005 the file cannot be read: cannot read nowhere.tflite: there is no such file\n",
    );
  });
});

describe("help", () => {
  it("lists every verb and the exit codes on stdout", async () => {
    const { status, stdout } = await cli("--help");
    expect(status).toBe(0);
    for (const { name } of verbs) expect(stdout).toContain(`\n  ${name} `);
    expect(stdout).toContain("Exit codes: 0 ok");
  });

  it.each(verbs.map(({ name }) => name))("%s --help says what the verb does", async (name) => {
    const { status, stdout } = await cli(`${name} --help`);
    expect(status).toBe(0);
    expect(stdout).toContain(`Usage: edgeflash ${name}`);
    for (const flag of ["--json", "--quiet", "--no-color"]) expect(stdout).toContain(flag);
  });

  it("no verb at all shows the help on stderr and is a usage error", async () => {
    const { status, stdout, stderr } = await cli("");
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("Usage: edgeflash");
  });

  it("every verb's command can be loaded", async () => {
    for (const { load } of verbs) expect(await load()).toHaveProperty("command");
  });
});

describe("explain", () => {
  it.each(Object.keys(codes))("%s", async (code) => {
    const { status, stdout } = await cli(`explain ${code} --json`);
    expect(status).toBe(0);
    const { title, explain, next, exitCode } = codes[code as keyof typeof codes];
    expect(JSON.parse(stdout)).toEqual({ code, title, explain, next, exitCode });
    expect(next.length).toBeGreaterThan(0);
    expect(next.length).toBeLessThanOrEqual(3);
  });

  it("takes lower case and wraps to the width of the terminal", async () => {
    const { stdout } = await cli("explain ef4001", { columns: 60 });
    expect(stdout.split("\n")[0]).toBe("EF4001 the model does not fit the board");
    const prose = stdout.split("\n").filter((line) => !line.startsWith("  "));
    for (const line of prose) expect(line.length).toBeLessThanOrEqual(60);
  });

  it("an unknown code: exit 2 with the nearest one", async () => {
    const { status, stderr } = await cli("explain EF401");
    expect(status).toBe(2);
    expect(stderr).toContain('EF7006 unknown error code: there is no error code "EF401"\n');
    expect(stderr).toContain("  next: did you mean EF4001?\n");
  });
});

describe("colour", () => {
  const colourStart = "\x1b[";

  it("only on a terminal", async () => {
    expect((await cli("boards", { isTTY: true })).stdout).toContain(colourStart);
    expect((await cli("boards", { isTTY: false })).stdout).not.toContain(colourStart);
  });

  it("not with --no-color or NO_COLOR", async () => {
    expect((await cli("boards --no-color", { isTTY: true })).stdout).not.toContain(colourStart);
    const noColour = { isTTY: true, env: { NO_COLOR: "1" } };
    expect((await cli("boards", noColour)).stdout).not.toContain(colourStart);
    expect((await cli("plna", noColour)).stderr).not.toContain(colourStart);
  });
});
