/**
 * Reads the header of a loop marked with unroll(): which values its variable takes.
 *
 * Accepted is `for (let k: i32 = a; k < unroll(n); k++)` or `k += step`, all constant. An unmarked
 * loop is null; a marked loop of another shape, or one that is left early, is an error.
 */
import {
  type BinaryExpression,
  type Expression,
  type ForStatement,
  type Node,
  NodeKind,
  Token,
  type UnaryPostfixExpression,
  type VariableStatement,
} from "assemblyscript";
import { type Constants, evaluate, isCallTo, isIdentifier } from "./evaluate.ts";
import { rebuild, SpecialiseError } from "./nodes.ts";

export interface Iterations {
  readonly variable: string;
  readonly numbers: readonly number[];
}

const ITERATIONS_MAX = 4096;

export function iterationValues(loop: ForStatement, constants: Constants): Iterations | null {
  const condition = loop.condition as BinaryExpression | null;
  const bounded = condition?.kind === NodeKind.Binary && isCallTo(condition.right, "unroll");
  if (condition === null || !bounded) return null;
  const shape = "an unrolled loop reads: for (let k: i32 = a; k < unroll(n); k += step)";
  const fail = (node: Node, message: string): never => {
    throw new SpecialiseError(node.range, message);
  };
  const { variable, start } = initialValue(loop, constants) ?? fail(loop, shape);
  const proper = condition.operator === Token.LessThan && isIdentifier(condition.left, variable);
  if (!proper) fail(condition, shape);
  const end =
    evaluate(condition.right, constants) ??
    fail(condition.right, "the bound of unroll() is not a compile-time constant");
  const step = stepOf(loop.incrementor, variable, constants) ?? fail(loop, shape);
  refuseEarlyExit(loop, variable);
  const count = Math.max(0, Math.ceil((end - start) / step));
  if (count > ITERATIONS_MAX) fail(loop, `${count} iterations are too many to unroll`);
  const numbers = Array.from({ length: count }, (_, index) => start + index * step);
  return { variable, numbers };
}

function initialValue(loop: ForStatement, constants: Constants) {
  const statement = loop.initializer as VariableStatement | null;
  if (statement?.kind !== NodeKind.Variable || statement.declarations.length !== 1) return null;
  const [declaration] = statement.declarations;
  if (!declaration?.initializer) return null;
  const start = evaluate(declaration.initializer, constants);
  return start === null ? null : { variable: declaration.name.text, start };
}

function stepOf(node: Expression | null, variable: string, constants: Constants): number | null {
  if (node === null) return null;
  if (node.kind === NodeKind.UnaryPostfix) {
    const { operator, operand } = node as UnaryPostfixExpression;
    return operator === Token.Plus_Plus && isIdentifier(operand, variable) ? 1 : null;
  }
  const sum = node as BinaryExpression;
  const adds = node.kind === NodeKind.Binary && sum.operator === Token.Plus_Equals;
  if (!adds || !isIdentifier(sum.left, variable)) return null;
  const step = evaluate(sum.right, constants);
  return step !== null && step > 0 ? step : null;
}

/** break and continue have no loop left to act on, and the variable is a constant in each copy. */
function refuseEarlyExit(loop: ForStatement, variable: string): void {
  const inspect = (node: Node): Node | undefined => {
    if (node.kind === NodeKind.Break || node.kind === NodeKind.Continue) {
      throw new SpecialiseError(node.range, "an unrolled loop cannot be left early");
    }
    const target = assignedIdentifier(node);
    if (target !== null && isIdentifier(target, variable)) {
      throw new SpecialiseError(node.range, `'${variable}' is assigned inside its unrolled loop`);
    }
    // A loop inside owns its breaks.
    const ownsBreaks = node.kind === NodeKind.For || node.kind === NodeKind.While;
    return ownsBreaks ? node : undefined;
  };
  rebuild(loop.body, inspect);
}

const assignments: ReadonlySet<Token> = new Set([
  Token.Equals,
  Token.Plus_Equals,
  Token.Minus_Equals,
  Token.Asterisk_Equals,
]);

function assignedIdentifier(node: Node): Node | null {
  const binary = node as BinaryExpression;
  if (node.kind === NodeKind.Binary && assignments.has(binary.operator)) return binary.left;
  const unary = node as UnaryPostfixExpression;
  return node.kind === NodeKind.UnaryPostfix || node.kind === NodeKind.UnaryPrefix
    ? unary.operand
    : null;
}
