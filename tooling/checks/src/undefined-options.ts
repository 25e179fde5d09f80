import { join, relative } from 'node:path';
import ts from 'typescript';
import type { Check, Violation } from './check.ts';
import { entryPoints, published } from './workspace.ts';

/**
 * An option that is `undefined` counts as absent, and its type has to say so (`limit?: number | undefined`).
 * Otherwise, with `exactOptionalPropertyTypes`, the compiler assumes that the value is never `undefined`. It then accepts
 * `{ ...defaults, ...given }`, in which an `undefined` overrides the default.
 */
export const undefinedOptions: Check = (root) => {
  const packages = published(root);
  const files = packages.flatMap((each) => entryPoints(each).map(({ types }) => join(root, types)));
  const program = ts.createProgram(files, { noLib: true, types: [], module: ts.ModuleKind.Preserve, moduleResolution: ts.ModuleResolutionKind.Bundler });
  const folders = packages.map(({ folder }) => join(root, folder, 'dist/'));
  const search = new Search(program.getTypeChecker(), (file) => folders.some((folder) => file.startsWith(folder)));
  for (const source of program.getSourceFiles()) if (files.includes(source.fileName)) search.exportsOf(source);
  return [...search.found.values()].map(({ file, ...violation }) => ({ ...violation, file: sourceOf(relative(root, file)) }));
};

const sourceOf = (declared: string): string => declared.replace('/dist/', '/src/').replace(/\.d\.ts$/, '.ts');

/** Searches everything that callers pass: parameters of exported functions, and parameters of functions in their return values. */
class Search {
  readonly found = new Map<ts.Node, Violation>();
  readonly #checker: ts.TypeChecker;
  readonly #isOurs: (file: string) => boolean;
  readonly #handedOut = new Set<ts.Node>();
  readonly #handedOver = new Set<ts.Node>();

  constructor(checker: ts.TypeChecker, isOurs: (file: string) => boolean) {
    this.#checker = checker;
    this.#isOurs = isOurs;
  }

  exportsOf(source: ts.SourceFile): void {
    const symbol = this.#checker.getSymbolAtLocation(source);
    for (const each of symbol ? this.#checker.getExportsOfModule(symbol) : []) {
      // Types are reached through the functions that use them. A type alone does not show whether callers pass or receive it.
      for (const declaration of this.#declarations(each))
        if (!ts.isInterfaceDeclaration(declaration) && !ts.isTypeAliasDeclaration(declaration)) this.#handOut(declaration);
    }
  }

  /** Searches a value that a package returns. Callers pass options to the functions in it. */
  #handOut(node: ts.Node | undefined): void {
    if (!node || this.#handedOut.has(node)) return;
    this.#handedOut.add(node);
    if (ts.isTypeReferenceNode(node)) for (const each of this.#referenced(node)) this.#handOut(each);
    if (ts.isFunctionLike(node)) {
      for (const { type } of node.parameters) if (type) this.#handOver(type);
      this.#handOut(node.type);
    } else ts.forEachChild(node, (child) => this.#handOut(child));
  }

  /** Searches a value that a caller passes. Options in it may be undefined. The package calls the functions in it. */
  #handOver(node: ts.Node): void {
    if (this.#handedOver.has(node) || ts.isFunctionLike(node)) return;
    this.#handedOver.add(node);
    if (ts.isPropertySignature(node)) this.#judge(node);
    if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) for (const each of this.#referenced(node)) this.#handOver(each);
    ts.forEachChild(node, (child) => this.#handOver(child));
  }

  #judge(node: ts.PropertySignature): void {
    if (!node.questionToken || !node.type || this.#allowsUndefined(node.type)) return;
    const name = node.name.getText();
    this.found.set(node, {
      file: node.getSourceFile().fileName,
      problem: `${ownerOf(node)}${name}?: ${node.type.getText().replaceAll(/\s+/g, ' ').slice(0, 60)}`,
      remedy: 'add "| undefined": an undefined option counts as absent',
    });
  }

  #allowsUndefined(type: ts.TypeNode): boolean {
    if (type.kind === ts.SyntaxKind.UndefinedKeyword || type.kind === ts.SyntaxKind.UnknownKeyword || type.kind === ts.SyntaxKind.AnyKeyword) return true;
    if (ts.isUnionTypeNode(type)) return type.types.some((each) => this.#allowsUndefined(each));
    if (ts.isParenthesizedTypeNode(type)) return this.#allowsUndefined(type.type);
    return ts.isTypeReferenceNode(type) && this.#referenced(type).some((each) => ts.isTypeAliasDeclaration(each) && this.#allowsUndefined(each.type));
  }

  #referenced(node: ts.TypeReferenceNode | ts.ExpressionWithTypeArguments): readonly ts.Declaration[] {
    const symbol = this.#checker.getSymbolAtLocation(ts.isTypeReferenceNode(node) ? node.typeName : node.expression);
    return symbol ? this.#declarations(symbol) : [];
  }

  #declarations(symbol: ts.Symbol): readonly ts.Declaration[] {
    const target = symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
    return (target.declarations ?? []).filter((each) => this.#isOurs(each.getSourceFile().fileName));
  }
}

/** Returns the prefix `HttpOptions.` if the option is declared in a named type. */
function ownerOf(node: ts.Node): string {
  for (let at = node.parent; at; at = at.parent) if (ts.isInterfaceDeclaration(at) || ts.isTypeAliasDeclaration(at)) return `${at.name.text}.`;
  return '';
}
