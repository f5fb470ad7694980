/**
 * Small constructors and the generic rebuild of AssemblyScript syntax trees.
 *
 * The compiler's nodes are plain objects without parent links and the API has no clone, so a copy
 * is made by walking every own field; a visitor may answer with a replacement for any node. New
 * nodes carry the range of the node they stand for, so that errors point at the kernel's own lines.
 */
import { type Expression, Node, type Range, Token } from "assemblyscript";

/** An i64 of the compiler's runtime; the package sets this constructor globally. */
declare const i64_new: (low: number, high?: number) => never;

/** A failure in the kernel's source, at a place in it. */
export class SpecialiseError extends Error {
  readonly range: Range;

  constructor(range: Range, message: string) {
    super(message);
    this.range = range;
  }
}

export function integerLiteral(value: bigint, range: Range): Expression {
  const magnitude = value < 0n ? -value : value;
  const low = Number(BigInt.asIntN(32, magnitude));
  const high = Number(BigInt.asIntN(32, magnitude >> 32n));
  const literal = Node.createIntegerLiteralExpression(i64_new(low, high), range);
  return value < 0n ? Node.createUnaryPrefixExpression(Token.Minus, literal, range) : literal;
}

export function floatLiteral(value: number, range: Range): Expression {
  const magnitude = Math.abs(value);
  const literal = Number.isFinite(magnitude)
    ? Node.createFloatLiteralExpression(magnitude, range)
    : Node.createIdentifierExpression("Infinity", range);
  const negative = value < 0 || Object.is(value, -0);
  return negative ? Node.createUnaryPrefixExpression(Token.Minus, literal, range) : literal;
}

export function identifier(text: string, range: Range): Expression {
  return Node.createIdentifierExpression(text, range);
}

/** undefined: rebuild this node field by field; otherwise what stands in its place. */
export type Visitor = (node: Node) => Node | Node[] | undefined;

/** A deep copy of `node` with the visitor's replacements; arrays splice into statement lists. */
export function rebuild<T extends Node>(node: T, visit: Visitor): T {
  const copy = Object.create(Object.getPrototypeOf(node)) as Record<string, unknown>;
  for (const [field, value] of Object.entries(node)) copy[field] = rebuildField(value, visit);
  return copy as unknown as T;
}

function rebuildField(value: unknown, visit: Visitor): unknown {
  if (Array.isArray(value)) return value.flatMap((item) => rebuildField(item, visit));
  if (!(value instanceof Node)) return value;
  return visit(value) ?? rebuild(value, visit);
}
