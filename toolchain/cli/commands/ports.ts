/**
 * `edgeflash ports [--ask]`: the serial ports, and what is known without touching them. With --ask
 * each one is opened and its firmware asked; opening restarts some boards, so not by default.
 */
import { askBoard } from "../../deploy/choose-port.ts";
import { FALLBACK_RATE_HZ } from "../../deploy/connect-board.ts";
import { listPorts, type SerialPortInfo } from "../../deploy/ports/list-ports.ts";
import { usbText } from "../../deploy/ports/usb-ids.ts";
import { machineOf } from "../machine.ts";
import { renderTable } from "../render.ts";
import type { Command } from "../session.ts";

const columns = [
  { title: "port" },
  { title: "USB id" },
  { title: "device" },
  { title: "maker" },
  { title: "serial number" },
  { title: "board" },
] as const;

interface Row extends SerialPortInfo {
  /** undefined: was not asked. null: did not answer. */
  readonly board?: string | null;
}

function boardText({ board, device }: Row): string {
  if (board !== undefined) return board ?? "no answer";
  return device?.chips === undefined ? "not asked" : `${device.chips.join(" or ")}, not asked`;
}

const cells = (row: Row): string[] => [
  row.path,
  row.usb === undefined ? "" : usbText(row.usb),
  row.device?.name ?? row.usb?.product ?? "",
  row.usb?.manufacturer ?? "",
  row.usb?.serialNumber ?? "",
  boardText(row),
];

const documentOf = (row: Row) => ({
  path: row.path,
  usb: row.usb === undefined ? null : usbText(row.usb),
  device: row.device?.name ?? null,
  kind: row.device?.kind ?? null,
  manufacturer: row.usb?.manufacturer ?? null,
  serialNumber: row.usb?.serialNumber ?? null,
  ...(row.board === undefined ? {} : { board: row.board }),
});

export const command: Command = async ({ host, progress }, _operands, options) => {
  const machine = machineOf(host);
  const rows: Row[] = [];
  for (const port of await listPorts(machine)) {
    if (options.ask !== true) rows.push(port);
    else {
      progress.phase(`asking ${port.path}`);
      rows.push({ ...port, board: (await askBoard(machine, port, FALLBACK_RATE_HZ)) ?? null });
    }
  }
  return {
    document: { ports: rows.map(documentOf) },
    text: (style) =>
      rows.length === 0
        ? "no serial ports (if a board is attached: edgeflash doctor)"
        : renderTable(columns, rows.map(cells), style),
  };
};
