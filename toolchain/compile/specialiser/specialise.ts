/**
 * Specialises a parsed kernel file in place: binds its parameters, then rewrites every function.
 *
 * A parameter is an exported top-level `const` of the file. Only i32 values take part in the
 * specialiser's arithmetic; i64 and float parameters are bound in the declaration and folded by the
 * compiler. The file's own i32 constants (`const TAPS: i32 = KH * KW`) follow from the parameters.
 */
import {
  type Expression,
  type FunctionDeclaration,
  NodeKind,
  type Source,
  type TypeNode,
  type VariableDeclaration,
  type VariableStatement,
} from "assemblyscript";
import { evaluate } from "./evaluate.ts";
import { floatLiteral, integerLiteral, SpecialiseError } from "./nodes.ts";
import { rewriteBody } from "./rewrite.ts";

export type KernelConstants = Readonly<Record<string, number | bigint>>;

/** Binds and rewrites; the source's syntax tree is changed in place. */
export function specialise(source: Source, bindings: KernelConstants): void {
  const known = bindConstants(source, bindings);
  for (const statement of source.statements) {
    if (statement.kind !== NodeKind.FunctionDeclaration) continue;
    const declaration = statement as FunctionDeclaration;
    refuseHiddenConstants(declaration, known);
    if (declaration.body !== null) declaration.body = rewriteBody(declaration.body, known);
  }
}

/** Binds the parameters only; answers the i32 constants that are now known. */
export function bindConstants(source: Source, bindings: KernelConstants): Map<string, number> {
  const unbound = new Set(Object.keys(bindings));
  const known = new Map<string, number>();
  for (const declaration of topLevelVariables(source)) {
    const name = declaration.name.text;
    const value = bindings[name];
    const type = typeName(declaration.type);
    if (value !== undefined) {
      declaration.initializer = literalOf(value, type, declaration);
      unbound.delete(name);
    }
    const { initializer } = declaration;
    const evaluated = initializer === null ? null : evaluate(initializer, known);
    if (type === "i32" && evaluated !== null) known.set(name, evaluated);
  }
  const [missing] = unbound;
  if (missing !== undefined) {
    throw new SpecialiseError(source.range, `the kernel has no parameter '${missing}'`);
  }
  return known;
}

function topLevelVariables(source: Source): VariableDeclaration[] {
  return source.statements
    .filter((statement) => statement.kind === NodeKind.Variable)
    .flatMap((statement) => (statement as VariableStatement).declarations);
}

function typeName(type: TypeNode | null): string {
  const named = type as (TypeNode & { name?: { identifier: { text: string } } }) | null;
  return named?.name?.identifier.text ?? "";
}

function literalOf(
  value: number | bigint,
  type: string,
  { range, name }: VariableDeclaration,
): Expression {
  const floating = type === "f32" || type === "f64";
  if (typeof value === "number" && floating) return floatLiteral(value, range);
  const integral = typeof value === "bigint" || Number.isInteger(value);
  if (integral && !floating && type !== "") return integerLiteral(BigInt(value), range);
  throw new SpecialiseError(range, `cannot bind ${value} to '${name.text}' of type '${type}'`);
}

function refuseHiddenConstants(
  declaration: FunctionDeclaration,
  known: ReadonlyMap<string, number>,
): void {
  for (const parameter of declaration.signature.parameters) {
    if (known.has(parameter.name.text)) {
      const message = `parameter '${parameter.name.text}' hides a constant of that name`;
      throw new SpecialiseError(parameter.range, message);
    }
  }
}
