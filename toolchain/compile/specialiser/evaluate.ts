/**
 * Compile-time values of i32 expressions: what the specialiser needs to know bounds, register
 * indices and address offsets. Anything it cannot evaluate is null, never a guess; arithmetic wraps
 * as i32 does in AssemblyScript.
 */
import {
  type BinaryExpression,
  type CallExpression,
  type Expression,
  type IdentifierExpression,
  type IntegerLiteralExpression,
  LiteralKind,
  type Node,
  NodeKind,
  type ParenthesizedExpression,
  type TernaryExpression,
  Token,
  type UnaryPrefixExpression,
} from "assemblyscript";

/** Names whose value is known: file parameters and constants, loop variables being unrolled. */
export type Constants = ReadonlyMap<string, number>;

type Binary = (left: number, right: number) => number;

const binaryOperators: ReadonlyMap<Token, Binary> = new Map<Token, Binary>([
  [Token.Plus, (a, b) => (a + b) | 0],
  [Token.Minus, (a, b) => (a - b) | 0],
  [Token.Asterisk, (a, b) => Math.imul(a, b)],
  [Token.Slash, (a, b) => (b === 0 ? Number.NaN : (a / b) | 0)],
  [Token.Percent, (a, b) => (b === 0 ? Number.NaN : (a % b) | 0)],
  [Token.LessThan_LessThan, (a, b) => a << b],
  [Token.GreaterThan_GreaterThan, (a, b) => a >> b],
  [Token.Ampersand, (a, b) => a & b],
  [Token.Bar, (a, b) => a | b],
  [Token.Equals_Equals, (a, b) => Number(a === b)],
  [Token.Exclamation_Equals, (a, b) => Number(a !== b)],
  [Token.LessThan, (a, b) => Number(a < b)],
  [Token.LessThan_Equals, (a, b) => Number(a <= b)],
  [Token.GreaterThan, (a, b) => Number(a > b)],
  [Token.GreaterThan_Equals, (a, b) => Number(a >= b)],
  [Token.Ampersand_Ampersand, (a, b) => Number(a !== 0 && b !== 0)],
  [Token.Bar_Bar, (a, b) => Number(a !== 0 || b !== 0)],
]);

const functions: Readonly<Record<string, (values: readonly number[]) => number>> = {
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  unroll: (values) => values[0] ?? Number.NaN,
};

export function isIdentifier(node: Node | null, text?: string): node is IdentifierExpression {
  if (node === null || node.kind !== NodeKind.Identifier) return false;
  return text === undefined || (node as IdentifierExpression).text === text;
}

export function isCallTo(node: Node | null, name: string): node is CallExpression {
  return (
    node !== null &&
    node.kind === NodeKind.Call &&
    isIdentifier((node as CallExpression).expression, name)
  );
}

const unlessNaN = (value: number): number | null => (Number.isNaN(value) ? null : value);

function evaluateLiteral(literal: IntegerLiteralExpression): number | null {
  const value = Number(BigInt(String(literal.value)));
  return value === (value | 0) ? value : null;
}

function evaluateBinary(node: BinaryExpression, constants: Constants): number | null {
  const operator = binaryOperators.get(node.operator);
  if (operator === undefined) return null;
  const left = evaluate(node.left, constants);
  const right = left === null ? null : evaluate(node.right, constants);
  return left === null || right === null ? null : unlessNaN(operator(left, right));
}

function evaluateUnary(node: UnaryPrefixExpression, constants: Constants): number | null {
  const value = evaluate(node.operand, constants);
  if (value === null) return null;
  if (node.operator === Token.Minus) return -value | 0;
  return node.operator === Token.Exclamation ? Number(value === 0) : null;
}

function evaluateCall(node: CallExpression, constants: Constants): number | null {
  if (!isIdentifier(node.expression)) return null;
  const apply = functions[node.expression.text];
  const values = node.args.map((argument) => evaluate(argument, constants));
  if (apply === undefined || values.length === 0) return null;
  return values.some((value) => value === null) ? null : unlessNaN(apply(values as number[]));
}

/** The value of an i32 (or boolean, as 0 and 1) expression, or null when it is not constant. */
export function evaluate(node: Expression, constants: Constants): number | null {
  switch (node.kind) {
    case NodeKind.Literal:
      return isInteger(node) ? evaluateLiteral(node) : null;
    case NodeKind.True:
      return 1;
    case NodeKind.False:
      return 0;
    case NodeKind.Identifier:
      return constants.get((node as IdentifierExpression).text) ?? null;
    case NodeKind.Parenthesized:
      return evaluate((node as ParenthesizedExpression).expression, constants);
    case NodeKind.Binary:
      return evaluateBinary(node as BinaryExpression, constants);
    case NodeKind.UnaryPrefix:
      return evaluateUnary(node as UnaryPrefixExpression, constants);
    case NodeKind.Ternary: {
      const { condition, ifThen, ifElse } = node as TernaryExpression;
      const chosen = evaluate(condition, constants);
      return chosen === null ? null : evaluate(chosen !== 0 ? ifThen : ifElse, constants);
    }
    case NodeKind.Call:
      return evaluateCall(node as CallExpression, constants);
    default:
      return null;
  }
}

function isInteger(node: Expression): node is IntegerLiteralExpression {
  return (node as IntegerLiteralExpression).literalKind === LiteralKind.Integer;
}
