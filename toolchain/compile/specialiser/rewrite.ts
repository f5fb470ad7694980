/**
 * The rewriting of one kernel function into straight-line code.
 *
 *   registers<T>(n)          a local for each element: `w[3]` becomes the local `w$3`
 *   for (.. < unroll(n) ..)  one copy of the body for each value of the loop variable
 *   if / ?: on constants     the branch taken
 *   load<T>(p + 4 + 8)       load<T>(p, 12): the constant part becomes an immediate offset
 *   names of constants       their values
 *
 * Everything else stays as written, so the same file means the same under plain asc. A register
 * array may only be indexed by a constant; whatever breaks a rule is an error at its own place.
 */
import {
  type BinaryExpression,
  type BlockStatement,
  type CallExpression,
  CommonFlags,
  type ElementAccessExpression,
  type Expression,
  type ForStatement,
  type IdentifierExpression,
  type IfStatement,
  Node,
  NodeKind,
  type ParenthesizedExpression,
  type Range,
  type Statement,
  type TernaryExpression,
  Token,
  type TypeNode,
  type VariableDeclaration,
  type VariableStatement,
} from "assemblyscript";
import { type Constants, evaluate, isCallTo, isIdentifier } from "./evaluate.ts";
import { identifier, integerLiteral, rebuild, SpecialiseError } from "./nodes.ts";
import { iterationValues } from "./unroll.ts";

/** A statement list longer than this overflows the compiler's stack further on. */
const STATEMENTS_MAX = 1024;

interface Scope {
  readonly constants: Map<string, number>;
  readonly registers: Map<string, number>;
}

const child = (scope: Scope): Scope => ({
  constants: new Map(scope.constants),
  registers: new Map(scope.registers),
});

/** Rewrites a function body with the file's constants bound. */
export function rewriteBody(body: Statement, constants: Constants): Statement {
  const scope = { constants: new Map(constants), registers: new Map<string, number>() };
  return single(rewriteStatement(body, scope), body.range);
}

const single = (statements: Statement[], range: Range): Statement => {
  const [only] = statements;
  const alone = only !== undefined && statements.length === 1;
  return alone ? only : Node.createBlockStatement(statements, range);
};

type StatementRule = (statement: Statement, scope: Scope) => Statement[];

const statementRules: ReadonlyMap<NodeKind, StatementRule> = new Map<NodeKind, StatementRule>([
  [NodeKind.Block, (node, scope) => [rewriteBlock(node as BlockStatement, scope)]],
  [NodeKind.Variable, (node, scope) => rewriteVariables(node as VariableStatement, scope)],
  [NodeKind.For, (node, scope) => rewriteFor(node as ForStatement, scope)],
  [NodeKind.If, (node, scope) => rewriteIf(node as IfStatement, scope)],
]);

function rewriteStatement(statement: Statement, scope: Scope): Statement[] {
  const rule = statementRules.get(statement.kind);
  return rule === undefined ? [rewriteInside(statement, scope)] : rule(statement, scope);
}

function rewriteBlock(block: BlockStatement, scope: Scope): BlockStatement {
  const inner = child(scope);
  const statements = block.statements.flatMap((item) => rewriteStatement(item, inner));
  if (statements.length > STATEMENTS_MAX) {
    const found = `${statements.length} statements in a row`;
    throw new SpecialiseError(block.range, `${found}, at most ${STATEMENTS_MAX} compile safely`);
  }
  return Node.createBlockStatement(statements, block.range);
}

/** Rewrites the expressions and nested statements of any other node. */
function rewriteInside<T extends Node>(node: T, scope: Scope): T {
  return rebuild(node, (part) => {
    if (statementRules.has(part.kind)) {
      return single(rewriteStatement(part as Statement, child(scope)), part.range);
    }
    return rewriteExpression(part, scope);
  });
}

function rewriteVariables(statement: VariableStatement, scope: Scope): Statement[] {
  const kept = statement.declarations.flatMap((item) => rewriteDeclaration(item, scope));
  if (kept.length === 0) return [];
  return [Node.createVariableStatement(statement.decorators, kept, statement.range)];
}

function rewriteDeclaration(declaration: VariableDeclaration, scope: Scope): VariableDeclaration[] {
  const { name, initializer, range } = declaration;
  if (scope.constants.has(name.text)) {
    throw new SpecialiseError(range, `'${name.text}' hides a constant of that name`);
  }
  if (initializer !== null && isCallTo(initializer, "registers")) {
    return declareRegisters(declaration, initializer, scope);
  }
  const value = initializer === null ? null : evaluate(initializer, scope.constants);
  if (declaration.is(CommonFlags.Const) && value !== null && isInt32(declaration.type)) {
    scope.constants.set(name.text, value);
    return [];
  }
  return [rewriteInside(declaration, scope)];
}

/** A local constant is folded only where its type is written as i32: the folding is i32's. */
function isInt32(type: TypeNode | null): boolean {
  const named = type as (TypeNode & { name?: { identifier: IdentifierExpression } }) | null;
  return named?.name?.identifier.text === "i32";
}

function declareRegisters(
  declaration: VariableDeclaration,
  call: CallExpression,
  scope: Scope,
): VariableDeclaration[] {
  const [type] = call.typeArguments ?? [];
  const [size] = call.args;
  const count = size === undefined ? null : evaluate(size, scope.constants);
  if (type === undefined || count === null || count < 0) {
    const message = "registers<T>(n) needs a type and a compile-time constant size";
    throw new SpecialiseError(call.range, message);
  }
  scope.registers.set(declaration.name.text, count);
  return Array.from({ length: count }, (_, index) => {
    const name = Node.createIdentifierExpression(
      `${declaration.name.text}$${index}`,
      declaration.name.range,
    );
    const zero = integerLiteral(0n, call.range);
    return Node.createVariableDeclaration(name, null, CommonFlags.Let, type, zero, call.range);
  });
}

function rewriteFor(loop: ForStatement, scope: Scope): Statement[] {
  const values = iterationValues(loop, scope.constants);
  if (values === null) {
    const inner = child(scope);
    return [rewriteInside(loop, inner)];
  }
  return values.numbers.flatMap((value) => {
    const inner = child(scope);
    inner.constants.set(values.variable, value);
    return dissolve(rewriteStatement(loop.body, inner));
  });
}

/** A block without declarations needs no scope of its own. */
function dissolve(statements: Statement[]): Statement[] {
  return statements.flatMap((statement) => {
    if (statement.kind !== NodeKind.Block) return [statement];
    const inner = (statement as BlockStatement).statements;
    return inner.some((item) => item.kind === NodeKind.Variable) ? [statement] : inner;
  });
}

function rewriteIf(statement: IfStatement, scope: Scope): Statement[] {
  const chosen = evaluate(statement.condition, scope.constants);
  if (chosen === null) return [rewriteInside(statement, scope)];
  const taken = chosen !== 0 ? statement.ifTrue : statement.ifFalse;
  return taken === null ? [] : dissolve(rewriteStatement(taken, child(scope)));
}

type ExpressionRule = (node: Node, scope: Scope) => Node | undefined;

const expressionRules: ReadonlyMap<NodeKind, ExpressionRule> = new Map<NodeKind, ExpressionRule>([
  // Types are made of names too; none of them is a value.
  [NodeKind.NamedType, (node) => node],
  [NodeKind.TypeName, (node) => node],
  [NodeKind.Identifier, rewriteIdentifier],
  [NodeKind.ElementAccess, rewriteElementAccess],
  [NodeKind.Ternary, rewriteTernary],
  [NodeKind.Call, rewriteCall],
]);

function rewriteExpression(node: Node, scope: Scope): Node | undefined {
  return expressionRules.get(node.kind)?.(node, scope);
}

function expression(node: Expression, scope: Scope): Expression {
  return (rewriteExpression(node, scope) as Expression | undefined) ?? rewriteInside(node, scope);
}

function rewriteIdentifier(node: Node, scope: Scope): Node | undefined {
  const { text } = node as IdentifierExpression;
  if (scope.registers.has(text)) {
    throw new SpecialiseError(node.range, `register array '${text}' may only be indexed`);
  }
  const value = scope.constants.get(text);
  return value === undefined ? undefined : integerLiteral(BigInt(value), node.range);
}

function rewriteElementAccess(node: Node, scope: Scope): Node | undefined {
  const access = node as ElementAccessExpression;
  if (!isIdentifier(access.expression)) return undefined;
  const { text } = access.expression;
  const count = scope.registers.get(text);
  if (count === undefined) return undefined;
  const index = evaluate(access.elementExpression, scope.constants);
  if (index === null) {
    const fault = `the index of register array '${text}' is not a compile-time constant`;
    throw new SpecialiseError(node.range, `${fault}: is its loop marked with unroll()?`);
  }
  if (index < 0 || index >= count) {
    throw new SpecialiseError(node.range, `index ${index} is outside '${text}' of ${count}`);
  }
  return identifier(`${text}$${index}`, node.range);
}

function rewriteTernary(node: Node, scope: Scope): Node | undefined {
  const { condition, ifThen, ifElse } = node as TernaryExpression;
  const chosen = evaluate(condition, scope.constants);
  if (chosen === null) return undefined;
  return expression(chosen !== 0 ? ifThen : ifElse, scope);
}

/** How many arguments a memory access has without its immediate offset. */
const accessArguments: Readonly<Record<string, number>> = { load: 1, store: 2 };

function rewriteCall(node: Node, scope: Scope): Node | undefined {
  const call = node as CallExpression;
  if (!isIdentifier(call.expression)) return undefined;
  if (call.expression.text === "unroll") {
    throw new SpecialiseError(call.range, "unroll() marks the bound of a for loop");
  }
  const [address, ...rest] = call.args;
  const plain = accessArguments[call.expression.text];
  if (address === undefined || call.args.length !== plain) return undefined;
  const { base, offset } = splitAddress(address, scope.constants);
  // A base below zero would trap as an immediate where the sum wraps around: leave it a sum.
  if (offset < 0 || base === address) return undefined;
  const pointer = base === null ? integerLiteral(0n, address.range) : expression(base, scope);
  const operands = rest.map((item) => expression(item, scope));
  const immediate = offset === 0 ? [] : [integerLiteral(BigInt(offset), address.range)];
  const values = [unwrap(pointer), ...operands, ...immediate];
  return Node.createCallExpression(call.expression, call.typeArguments, values, call.range);
}

/** The outermost parentheses are noise once a sum stands alone as an argument. */
function unwrap(node: Expression): Expression {
  return node.kind === NodeKind.Parenthesized ? (node as ParenthesizedExpression).expression : node;
}

/** Splits an address into what is only known at run time and the sum of its constants. */
function splitAddress(
  node: Expression,
  constants: Constants,
): { base: Expression | null; offset: number } {
  const value = evaluate(node, constants);
  if (value !== null) return { base: null, offset: value };
  if (node.kind === NodeKind.Parenthesized) {
    return splitAddress((node as ParenthesizedExpression).expression, constants);
  }
  const sum = node as BinaryExpression;
  if (node.kind !== NodeKind.Binary || sum.operator !== Token.Plus)
    return { base: node, offset: 0 };
  const left = splitAddress(sum.left, constants);
  const right = splitAddress(sum.right, constants);
  const offset = left.offset + right.offset;
  if (left.base === null || right.base === null) return { base: left.base ?? right.base, offset };
  const base = Node.createBinaryExpression(Token.Plus, left.base, right.base, node.range);
  return { base, offset };
}
