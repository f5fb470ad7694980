/**
 * Boards that other programs write: the exact command is shown and run, its status decides, its
 * output is kept. Nothing is ever downloaded or installed.
 */
import type { Board } from "../../boards/schema.ts";
import { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Machine } from "../machine.ts";
import type { Flashed, FlashIo } from "./flasher.ts";

type Firmware = NonNullable<Board["firmware"]>;
export type Tool = Extract<Firmware, { route: "tool" }>["tools"][number];

export interface ToolTarget {
  readonly board: string;
  readonly tools: readonly Tool[];
  readonly port: string | undefined;
}

const needsPort = (args: readonly string[]) => args.some((arg) => arg.includes("{port}"));

const quoted = (word: string) => (/[^\w./:=-]/.test(word) ? `'${word}'` : word);

/** The first tool that is installed and whose command can be filled in. */
function choose({ find }: Machine, { board, tools, port }: ToolTarget, action: "write" | "erase") {
  const capable = tools.filter((tool) => tool[action] !== undefined);
  if (capable.length === 0) {
    const message = `no tool for ${board} can ${action} alone`;
    throw new Diagnostic("EF6009", { message, where: { board } });
  }
  const usable = capable.filter((tool) => port !== undefined || !needsPort(tool[action] ?? []));
  const installed = usable.find(({ program }) => find(program) !== undefined);
  if (installed !== undefined) return installed;
  const names = capable.map(({ program }) => program).join(" or ");
  const next = capable.map((tool) => `sudo apt install ${tool.package}`);
  const lack = port === undefined ? "needs --port or is not installed" : "is not installed";
  const message = `${board} is programmed with ${names}, which ${lack}`;
  throw new Diagnostic("EF6008", { message, where: { board }, next });
}

/** Runs the tool; gives the command as a person would type it. */
export async function runTool(
  io: FlashIo,
  target: ToolTarget,
  action: "write" | "erase",
  image = "",
): Promise<string> {
  const { machine } = io;
  const tool = choose(machine, target, action);
  const args = (tool[action] ?? []).map((arg) =>
    arg.replace("{image}", image).replace("{port}", target.port ?? ""),
  );
  const command = [tool.program, ...args.map(quoted)].join(" ");
  io.notice(`running: ${command}`);
  const { status, output } = await machine.run(machine.find(tool.program) ?? tool.program, args);
  if (status === 0) return command;
  const said = output.trim().split("\n").at(-1) ?? "";
  const message = `${tool.program} ended with status ${status}: ${said}`;
  throw new Diagnostic("EF6010", { message, where: { board: target.board } });
}

export async function flashWithTool(
  io: FlashIo,
  target: ToolTarget,
  image: { readonly path: string; readonly bytes: number },
): Promise<Flashed> {
  const command = await runTool(io, target, "write", image.path);
  return {
    ...{ imageBytes: image.bytes, writtenBytes: image.bytes, skippedBytes: 0 },
    commands: [command],
  };
}
