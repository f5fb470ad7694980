/** `edgeflash inspect MODEL`: inputs, outputs and operators of a model file or a built .wasm. */
import { tensorAt } from "../../ir/graph.ts";
import { byteLength, type TensorType } from "../../ir/types.ts";
import { readArtifact } from "../../pack/artifact.ts";
import { shortName } from "../../report/live.ts";
import { readInput } from "../files.ts";
import { importGraph, isWasm, located } from "../pipeline.ts";
import { formatBytes, heading, renderFields, renderTable } from "../render.ts";
import type { Command } from "../session.ts";
import type { Style } from "../style.ts";

interface Port extends TensorType {
  readonly name: string;
  readonly bytes: number;
}

interface Step {
  readonly index: number;
  readonly name: string;
  readonly op: string;
  readonly outputs: readonly Port[];
}

interface Inspection {
  readonly kind: "model" | "artifact";
  readonly name: string;
  readonly bytes: number;
  readonly constantBytes: number;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly labels?: readonly string[];
  readonly operators: readonly Step[];
}

async function inspectModel(path: string, bytes: Uint8Array): Promise<Inspection> {
  const graph = await importGraph(path, bytes);
  const port = (index: number): Port => {
    const { name, type } = tensorAt(graph, index);
    return { name, ...type, bytes: byteLength(type) };
  };
  return {
    kind: "model",
    name: graph.name,
    bytes: bytes.length,
    constantBytes: graph.tensors.reduce((sum, { data }) => sum + (data?.length ?? 0), 0),
    inputs: graph.inputs.map(port),
    outputs: graph.outputs.map(port),
    operators: graph.nodes.map(({ name, op, outputs }, index) => {
      return { index, name, op, outputs: outputs.map(port) };
    }),
  };
}

async function inspectArtifact(path: string, bytes: Uint8Array): Promise<Inspection> {
  const { manifest, weights } = await located({ file: path }, () => readArtifact(bytes));
  const ports = (indices: readonly number[]): Port[] =>
    indices.flatMap((index) => manifest.tensors[index] ?? []);
  return {
    kind: "artifact",
    name: manifest.name,
    bytes: bytes.length,
    constantBytes: weights.length,
    inputs: ports(manifest.inputs),
    outputs: ports(manifest.outputs),
    ...(manifest.labels === undefined ? {} : { labels: manifest.labels }),
    operators: manifest.steps.map(({ node, op, outputs }, index) => {
      return { index, name: node, op, outputs: ports(outputs) };
    }),
  };
}

function quantizationText({ quantization }: TensorType): string {
  if (quantization === undefined) return "";
  const [scale = 1] = quantization.scale;
  if (quantization.scale.length > 1) return `${quantization.scale.length} scales`;
  return `scale ${Number(scale.toPrecision(7))}, zero point ${quantization.zeroPoint[0] ?? 0}`;
}

const typeText = ({ dtype, shape }: TensorType) => `${dtype} [${shape.join(", ")}]`;

const portText = (port: Port) =>
  [port.name, typeText(port), formatBytes(port.bytes), quantizationText(port)]
    .filter((part) => part !== "")
    .join(", ");

function renderInspection(inspection: Inspection, style: Style): string {
  const { kind, name, inputs, outputs, operators } = inspection;
  const rows = operators.map(({ index, name: node, op, outputs: made }) => [
    String(index),
    op,
    made.length === 0 ? "rows" : made.map(typeText).join(" "),
    shortName(node),
  ]);
  return [
    heading(style, `${name}, ${kind === "model" ? "a model file" : "a built artifact"}`),
    renderFields([
      [
        "size",
        `${formatBytes(inspection.bytes)}, constants ${formatBytes(inspection.constantBytes)}`,
      ],
      ...inputs.map((port) => ["input", portText(port)] as const),
      ...outputs.map((port) => ["output", portText(port)] as const),
      ...(inspection.labels ? [["labels", inspection.labels.join(", ")] as const] : []),
    ]),
    "",
    renderTable(
      [
        { title: "#", align: "right" },
        { title: "operator" },
        { title: "gives" },
        { title: "node" },
      ],
      rows,
      style,
    ),
  ].join("\n");
}

export const command: Command = async (session, [path = ""]) => {
  const bytes = await readInput(session.host, path);
  const inspect = isWasm(bytes) ? inspectArtifact : inspectModel;
  const inspection = await inspect(path, bytes);
  return {
    document: { ...inspection },
    text: (style) => renderInspection(inspection, style),
  };
};
