/**
 * A benchmark figure beside its target, and the table that `npm run bench` prints. Counts (bytes,
 * interpreter operators, instructions) are deterministic; seconds are of this machine, now, and say
 * so.
 */
export interface Figure {
  readonly subject: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Greatest value that meets the target; absent: orientation only. */
  readonly atMost?: number;
  /** Wall-clock figures vary with the machine and its load. */
  readonly timed?: boolean;
}

/** Work of this process alone: less of the machine's load is in it than in wall-clock time. */
export function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** What a figure of cpuSeconds says of itself. */
export const cpuTime = { unit: "s CPU", timed: true } as const;

export const meets = ({ value, atMost }: Figure): boolean =>
  atMost === undefined || value <= atMost;

const show = (value: number): string =>
  Number.isInteger(value) ? value.toLocaleString("en-US") : value.toPrecision(4);

const verdict = (figure: Figure): string =>
  figure.atMost === undefined ? "" : meets(figure) ? "met" : "MISSED";

const target = ({ atMost }: Figure): string => (atMost === undefined ? "" : `<= ${show(atMost)}`);

export function renderFigures(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.subject,
    figure.name,
    show(figure.value),
    figure.unit,
    target(figure),
    `${verdict(figure)}${figure.timed ? " (timed)" : ""}`.trim(),
  ]);
  const header = ["subject", "figure", "measured", "unit", "target", ""];
  const widths = header.map((_, column) =>
    Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const numeric = new Set([2, 4]);
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return numeric.has(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join(
    "\n",
  );
}
