/**
 * Cases: the raw bytes that `run` and `deploy` feed to a model, and what its outputs mean.
 *
 * A file holds one or more cases; a case is all inputs one after the other as raw little-endian
 * tensors. Outputs are written likewise.
 */
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { byteLength, type TensorType, viewTensor } from "../ir/types.ts";
import { formatBytes } from "./render.ts";

/** One input or output of whatever runs. */
export interface Port {
  readonly name: string;
  readonly type: TensorType;
}

export const portsBytes = (ports: readonly Port[]): number =>
  ports.reduce((sum, { type }) => sum + byteLength(type), 0);

const describe = ({ name, type }: Port) => `${name} ${type.dtype} [${type.shape.join(", ")}]`;

/** Cuts a file into cases; EF7003 when its size is not a whole number of them. */
export function splitCases(bytes: Uint8Array, inputs: readonly Port[], file: string): Uint8Array[] {
  const caseBytes = portsBytes(inputs);
  const count = bytes.length / caseBytes;
  if (!Number.isInteger(count) || count === 0) {
    const message =
      `${file} has ${formatBytes(bytes.length)}, expected a multiple of ` +
      `${formatBytes(caseBytes)} (${inputs.map(describe).join(" then ")})`;
    throw new Diagnostic("EF7003", { message, where: { file } });
  }
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * caseBytes, (index + 1) * caseBytes),
  );
}

/** Cuts one case into its tensors. */
export function splitPorts(bytes: Uint8Array, ports: readonly Port[]): Uint8Array[] {
  let offset = 0;
  return ports.map(({ type }) => {
    const start = offset;
    offset += byteLength(type);
    return bytes.subarray(start, offset);
  });
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

export interface Prediction {
  /** Index of the largest value of the first output. */
  readonly index: number;
  readonly label: string | null;
  /** That value, dequantised. */
  readonly score: number;
}

/** What the first output says: its largest value, under its label when there are labels. */
export function predictionOf(
  output: Uint8Array,
  outputs: readonly Port[],
  labels: readonly string[] = [],
): Prediction | null {
  const [port] = outputs;
  const [bytes] = splitPorts(output, outputs.slice(0, 1));
  if (port === undefined || bytes === undefined) return null;
  const values = Array.from(viewTensor(port.type.dtype, bytes), Number);
  const index = values.indexOf(Math.max(...values));
  const { scale = [1], zeroPoint = [0] } = port.type.quantization ?? {};
  const score = (scale[0] ?? 1) * ((values[index] ?? 0) - (zeroPoint[0] ?? 0));
  return { index, label: labels[index] ?? null, score: Number(score.toPrecision(6)) };
}
