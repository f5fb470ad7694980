/**
 * Rules over the syntax of TypeScript and AssemblyScript files: function length, escape hatches of
 * the type system, who may touch the process, who may know operators by name.
 */
import ts from "typescript";
import { lineOf, type Rule, syntaxRule } from "./source.ts";

const MAX_FUNCTION_LINES = 70;

const everywhere = () => true;
const inToolchain = (path: string) => path.startsWith("toolchain/");
const inLibrary = (path: string) => inToolchain(path) && !path.startsWith("toolchain/cli/");

/** describe() bodies are lists of tests, not functions to be read as one. */
function isTestSuite(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && /^describe\b/.test(node.parent.expression.getText());
}

const functionLength: Rule = syntaxRule(
  `functions have at most ${MAX_FUNCTION_LINES} lines`,
  everywhere,
  (node, file) => {
    if (!ts.isFunctionLike(node) || isTestSuite(node)) return undefined;
    const count = lineOf(file, node.getEnd()) - lineOf(file, node.getStart()) + 1;
    return count > MAX_FUNCTION_LINES ? `a function of ${count} lines` : undefined;
  },
);

const noAny: Rule = syntaxRule("no any", everywhere, (node) =>
  node.kind === ts.SyntaxKind.AnyKeyword ? "any" : undefined,
);

const noNonNull: Rule = syntaxRule("no non-null assertion", everywhere, (node) => {
  const definite = ts.isPropertyDeclaration(node) || ts.isVariableDeclaration(node);
  if (definite && node.exclamationToken !== undefined) return "definite assignment !";
  return ts.isNonNullExpression(node) ? "non-null !" : undefined;
});

const noEmptyCatch: Rule = syntaxRule("no empty catch", everywhere, (node) =>
  ts.isCatchClause(node) && node.block.statements.length === 0 ? "an empty catch" : undefined,
);

/** In halves, so that this file passes. AssemblyScript decorators need ts-ignore: kernels may. */
const suppressions = new RegExp(
  ["@ts-(nocheck|expect-er", "ror|ignore)|biome-ig", "nore(?! format)|eslint-dis", "able"].join(""),
);

const noSuppression: Rule = {
  name: "no check is switched off by a comment",
  applies: (path) => path.endsWith(".ts") && !path.startsWith("kernels-as/"),
  check: ({ path, text }) =>
    text
      .split("\n")
      .flatMap((line, index) =>
        suppressions.test(line) ? [{ path, line: index + 1, message: line.trim() }] : [],
      ),
};

const processMembers = new Set(["stdout", "stderr", "stdin", "argv", "env", "exit", "exitCode"]);

const onlyCliTouchesTheProcess: Rule = syntaxRule(
  "only toolchain/cli prints or reads argv and env",
  inLibrary,
  (node) => {
    if (ts.isImportDeclaration(node) && /["'](node:)?process["']/.test(node.getText())) {
      return "imports process";
    }
    if (!ts.isPropertyAccessExpression(node)) return undefined;
    const object = node.expression.getText().replace(/^globalThis\./, "");
    if (object === "console") return node.getText();
    return object === "process" && processMembers.has(node.name.text) ? node.getText() : undefined;
  },
);

/** What makes two builds differ. A seeded generator is passed in where chance is wanted. */
const nondeterminism = new Set(["Date", "Math.random", "crypto.randomBytes", "randomUUID"]);

const deterministic: Rule = syntaxRule("the toolchain is deterministic", inToolchain, (node) => {
  const used = ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node.parent);
  const named = used || ts.isPropertyAccessExpression(node) ? node.getText() : "";
  return nondeterminism.has(named) || named.startsWith("Date.") ? named : undefined;
});

/** Stages that must treat all operators alike; ops/ itself and rewrite rules may name them. */
const blindToOperators = (path: string) =>
  /^toolchain\/(ir|plan|codegen|compile|pack|deploy|simulate|report|cli)\//.test(path);

const readsOperator = (node: ts.Node) => /(^|\.)op(\.name)?$/.test(node.getText());

const noOperatorNames: Rule = syntaxRule(
  "only toolchain/ops tells operators apart by name",
  blindToOperators,
  (node) => {
    if (ts.isSwitchStatement(node) && readsOperator(node.expression)) return "switch over op";
    if (!ts.isBinaryExpression(node)) return undefined;
    const equality = /^[=!]==?$/.test(node.operatorToken.getText());
    const literal = [node.left, node.right].some(ts.isStringLiteralLike);
    const operator = [node.left, node.right].some(readsOperator);
    return equality && literal && operator ? node.getText() : undefined;
  },
);

export const syntaxRules = {
  functionLength,
  noAny,
  noNonNull,
  noEmptyCatch,
  noSuppression,
  onlyCliTouchesTheProcess,
  deterministic,
  noOperatorNames,
};
