/**
 * Writes a graph by hand, one value at a time, with any operator of the registry. Shapes are
 * inferred; only quantised outputs that the operator's rule leaves open need a scale. The operators
 * that people use most have methods of their own in builder.ts.
 *
 * The builder is the one object of the tool chain that grows; build() returns an ordinary verified
 * graph and later calls do not change it.
 */
import { must } from "../../diagnostics/assert.ts";
import { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Attributes, Graph, Node, Tensor, TensorIndex } from "../../ir/graph.ts";
import {
  bytesOf,
  type DType,
  elementCount,
  newTensor,
  type Quantization,
  type TensorType,
} from "../../ir/types.ts";
import { isQuantizable } from "../../ir/verify.ts";
import type { AnyOp, QuantizationRule } from "../../ops/op.ts";
import { operatorOf, operators } from "../../ops/registry.ts";
import { checkSchema, locate, verifyGraph } from "../../ops/verify-graph.ts";
import { type QuantizationInit, quantization } from "./tensor-types.ts";

/** A tensor of the graph being built. */
export interface Value {
  readonly name: string;
  readonly type: TensorType;
}

/** What can be said about a node with one output. */
export interface NodeInit {
  /** Names the node and its output; default: the operator's name and a number. */
  readonly name?: string;
  /** Needed for quantised outputs whose scale the operator does not imply. */
  readonly output?: QuantizationInit;
}

/** The same for a node with several outputs: one entry each. */
export interface OutputsInit {
  readonly name?: string;
  readonly outputs: readonly { readonly name?: string; readonly output?: QuantizationInit }[];
}

export class DagBuilder {
  readonly #graphName: string;
  readonly #registry: readonly AnyOp[];
  readonly #tensors: Tensor[] = [];
  readonly #nodes: Node[] = [];
  readonly #inputs: TensorIndex[] = [];
  readonly #indexOf = new Map<Value, TensorIndex>();

  constructor(name: string, registry: readonly AnyOp[] = operators) {
    this.#graphName = name;
    this.#registry = registry;
  }

  input(name: string, type: TensorType): Value {
    const value = this.#add({ name, type });
    this.#inputs.push(this.#index(value));
    return value;
  }

  /** A constant from its values in row-major order, in the tensor's own units. */
  constant(name: string, type: TensorType, values: ArrayLike<number>): Value {
    if (values.length !== elementCount(type.shape)) {
      const message = `${values.length} values are given for shape [${type.shape.join(", ")}]`;
      throw new Diagnostic("EF2001", { message, where: { tensor: name } });
    }
    const data = newTensor(type);
    if (data instanceof BigInt64Array) data.set(Array.from(values, BigInt));
    else data.set(values);
    const wrapped = Array.from(values).find((value, index) => Number(data[index]) !== value);
    if (wrapped !== undefined && type.dtype !== "float32") {
      const message = `${wrapped} is no element of ${type.dtype}`;
      throw new Diagnostic("EF2001", { message, where: { tensor: name } });
    }
    return this.#add({ name, type, data: bytesOf(data) });
  }

  /** Adds a node with one output; null stands for an operand that is left out. */
  op(
    op: string,
    inputs: readonly (Value | null)[],
    attributes: Attributes = {},
    { name, output }: NodeInit = {},
  ): Value {
    const outputs = [output === undefined ? {} : { output }];
    const values = this.ops(op, inputs, attributes, { ...(name && { name }), outputs });
    return must(values[0], "the only output");
  }

  /** Adds a node with several outputs. */
  ops(
    op: string,
    inputs: readonly (Value | null)[],
    attributes: Attributes,
    { name = this.#freshName(op), outputs }: OutputsInit,
  ): Value[] {
    const operands = inputs.map((value) => (value === null ? null : this.#index(value)));
    const types = locate({ model: this.#graphName, node: name, operator: op }, () =>
      this.#outputTypes({ name, op, attributes, inputs: operands, outputs: [] }, outputs),
    );
    const values = types.map((type, index) => {
      const fallback = index === 0 ? name : `${name}:${index}`;
      return this.#add({ name: outputs[index]?.name ?? fallback, type });
    });
    const produced = values.map((value) => this.#index(value));
    this.#nodes.push({ name, op, attributes, inputs: operands, outputs: produced });
    return values;
  }

  build(...outputs: readonly Value[]): Graph {
    const graph = {
      name: this.#graphName,
      tensors: [...this.#tensors],
      nodes: [...this.#nodes],
      inputs: [...this.#inputs],
      outputs: outputs.map((value) => this.#index(value)),
    };
    return verifyGraph(graph, this.#registry);
  }

  #add(tensor: Tensor): Value {
    const value = { name: tensor.name, type: tensor.type };
    this.#indexOf.set(value, this.#tensors.push(tensor) - 1);
    return value;
  }

  #index(value: Value): TensorIndex {
    const index = this.#indexOf.get(value);
    if (index !== undefined) return index;
    const message = `value "${value.name}" was not made by this builder`;
    throw new Diagnostic("EF2001", { message, where: { model: this.#graphName } });
  }

  #freshName(op: string): string {
    const taken = new Set([...this.#nodes, ...this.#tensors].map(({ name }) => name));
    let number = this.#nodes.length + 1;
    while (taken.has(`${op}_${number}`)) number += 1;
    return `${op}_${number}`;
  }

  /** Inferred shapes, with the quantisation that was given or that the operator implies. */
  #outputTypes(node: Node, outputs: OutputsInit["outputs"]): TensorType[] {
    const operator = this.#registry.find(({ name }) => name === node.op) ?? operatorOf(node);
    const { attributes } = node;
    checkSchema(operator, attributes);
    const inputs = node.inputs.map((index) => this.#tensors[index ?? -1] ?? null);
    const types = operator.infer({ attributes, inputs, outputCount: outputs.length });
    return types.map((type, index) => {
      if (!isQuantizable(type.dtype)) return type;
      const given = outputs[index]?.output;
      const rule = operator.quantization.output;
      const implied = given ? quantization(given) : impliedQuantization(rule, inputs[0]);
      if (implied !== undefined) return { ...type, quantization: implied };
      if (!needsScale.includes(type.dtype)) return type;
      throw new Diagnostic("EF2002", {
        message: `the ${type.dtype} output of ${node.op} needs a scale and a zero point`,
        next: ["give the node output: { scale, zeroPoint }"],
      });
    });
  }
}

/** Element types whose values mean nothing without a scale. */
const needsScale: readonly DType[] = ["int8", "uint8", "int16"];

/** The quantisation an operator gives its output by itself. */
function impliedQuantization(
  rule: QuantizationRule["output"],
  input: Tensor | null | undefined,
): Quantization | undefined {
  if (rule.kind === "same") return input?.type.quantization;
  if (rule.kind === "fixed") return quantization(rule);
  return undefined;
}
