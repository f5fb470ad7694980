/**
 * Progress on stderr: a bar that redraws itself on a terminal, plain lines elsewhere, nothing with
 * --quiet. A phase without a size is announced once; one with a size counts bytes and their rate.
 */
import type { Host } from "./host.ts";
import { formatBytes } from "./render.ts";

export interface Progress {
  /** A phase begins; the previous one is over. */
  phase(name: string): void;
  /** How far the current phase is; `nowMs` when the phase has a clock of its own (simulation). */
  advance(doneBytes: number, totalBytes: number, nowMs?: number): void;
  /** No more phases: leaves the terminal on a fresh line. */
  finish(): void;
}

const BAR_CELLS = 24;
const PLAIN_STEPS = 10;
const REDRAW_MS = 50;
const CLEAR_LINE = "\r\x1b[2K";

export function silentProgress(): Progress {
  return { phase: () => {}, advance: () => {}, finish: () => {} };
}

interface Transfer {
  readonly startMs: number;
  readonly drawnMs: number;
  readonly step: number;
}

function rate(bytes: number, elapsedMs: number): string {
  return elapsedMs > 0 ? `${(bytes / elapsedMs).toFixed(1)} KB/s` : "";
}

function bar(name: string, done: number, total: number, elapsedMs: number): string {
  const cells = total === 0 ? BAR_CELLS : Math.floor((done / total) * BAR_CELLS);
  const drawn = "█".repeat(cells) + "░".repeat(BAR_CELLS - cells);
  return `${name} ${drawn} ${formatBytes(done)} of ${formatBytes(total)} ${rate(done, elapsedMs)}`;
}

function plain(name: string, done: number, total: number, elapsedMs: number): string {
  const percent = total === 0 ? 100 : Math.floor((done * 100) / total);
  return `${name}: ${percent} % of ${formatBytes(total)} ${rate(done, elapsedMs)}`.trimEnd();
}

export function liveProgress(host: Host): Progress {
  const { stderr } = host;
  let name = "";
  let transfer: Transfer | undefined;

  const endLine = () => {
    if (stderr.isTTY && name !== "") stderr.write("\n");
  };
  const draw = (done: number, total: number, now = host.now()) => {
    const { startMs, drawnMs, step } = transfer ?? {
      startMs: now,
      drawnMs: Number.NEGATIVE_INFINITY,
      step: 0,
    };
    const reached = total === 0 ? PLAIN_STEPS : Math.floor((done * PLAIN_STEPS) / total);
    const due = stderr.isTTY ? done === total || now - drawnMs >= REDRAW_MS : reached > step;
    if (due && stderr.isTTY) stderr.write(CLEAR_LINE + bar(name, done, total, now - startMs));
    if (due && !stderr.isTTY) stderr.write(`${plain(name, done, total, now - startMs)}\n`);
    transfer = { startMs, drawnMs: due ? now : drawnMs, step: Math.max(reached, step) };
  };
  return {
    phase(next) {
      endLine();
      name = next;
      transfer = undefined;
      stderr.write(stderr.isTTY ? `${name} ...` : `${name}\n`);
    },
    advance: draw,
    finish() {
      endLine();
      name = "";
    },
  };
}
