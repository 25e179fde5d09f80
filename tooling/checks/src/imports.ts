import ts from 'typescript';

/** A reference from a file to another module. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** Whether the import disappears at run time. `import { type A }` does not: with `verbatimModuleSyntax` the import stays. */
  readonly typeOnly: boolean;
}

/**
 * Lists every module that a file names with a literal: static imports, re-exports, `import()`, `require()`, `require.resolve()`,
 * `import x = require()` and `import('…')` in types. It uses TypeScript's own parser, because a comment, a string
 * or a regular expression that looks like an import must not count (10 ms for a whole package).
 */
export function importsOf(text: string, fileName: string): readonly Import[] {
  const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const named = moduleNamed(node);
    if (named?.at && ts.isStringLiteralLike(named.at)) {
      const { line } = source.getLineAndCharacterOfPosition(named.at.getStart(source));
      found.push({ specifier: named.at.text, line: line + 1, typeOnly: named.typeOnly });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

interface Named {
  readonly at: ts.Node | undefined;
  readonly typeOnly: boolean;
}

function moduleNamed(node: ts.Node): Named | undefined {
  if (ts.isImportDeclaration(node)) return { at: node.moduleSpecifier, typeOnly: node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword };
  if (ts.isExportDeclaration(node)) return { at: node.moduleSpecifier, typeOnly: node.isTypeOnly };
  if (ts.isImportTypeNode(node)) return { at: ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, typeOnly: true };
  if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
    return { at: node.moduleReference.expression, typeOnly: node.isTypeOnly };
  }
  if (ts.isCallExpression(node) && loads(node.expression)) return { at: node.arguments[0], typeOnly: false };
  return undefined;
}

function loads(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  const name = ts.isPropertyAccessExpression(callee) && callee.name.text === 'resolve' ? callee.expression : callee;
  return ts.isIdentifier(name) && name.text === 'require';
}
