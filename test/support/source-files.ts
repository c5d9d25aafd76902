import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

/** The project's top folder. */
export const PROJECT = resolve(import.meta.dirname, '../..');

export interface ImportedModule {
  readonly specifier: string;
  /** The project file it names, from the project's top; undefined for packages and built-in modules. */
  readonly file: string | undefined;
  /** True when nothing of the import is left at run time. */
  readonly isTypeOnly: boolean;
  readonly line: number;
}

export interface SourceFile {
  /** From the project's top, '/' between names. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly ImportedModule[];
}

/** The TypeScript files below a folder of the project, parsed, in order of their paths. */
export function readSourceFiles(folder: string): SourceFile[] {
  return readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('fixtures/'))
    .map((name) => `${folder}/${name}`)
    .sort()
    .map(parseFile);
}

function parseFile(path: string): SourceFile {
  const text = readFileSync(join(PROJECT, path), 'utf8');
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: ImportedModule[] = [];
  visit(tree, (node) => {
    const specifier = specifierOf(node);
    if (specifier === undefined) return;
    const file = resolveSpecifier(path, specifier);
    imports.push({ specifier, file, isTypeOnly: isTypeOnly(node), line: lineOf(tree, node) });
  });
  return { path, text, tree, imports };
}

/** Every node below and including `node`, parents first. */
export function visit(node: ts.Node, act: (node: ts.Node) => void): void {
  act(node);
  ts.forEachChild(node, (child) => visit(child, act));
}

/** 1-based line on which a node starts, comments before it left out. */
export function lineOf(tree: ts.SourceFile, node: ts.Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
}

/** What a node imports: declarations, re-exports, `import()`, import types, and files named by `new URL(…, import.meta.url)`. */
function specifierOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return textOf(node.moduleSpecifier);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return textOf(node.argument.literal);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return textOf(node.arguments[0]);
  if (ts.isNewExpression(node) && node.expression.getText() === 'URL') {
    const specifier = textOf(node.arguments?.[0]);
    return specifier?.endsWith('.js') ? specifier : undefined;
  }
  return undefined;
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node)) return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  return ts.isImportTypeNode(node) || (ts.isExportDeclaration(node) && node.isTypeOnly);
}

function textOf(node: ts.Node | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
}

function resolveSpecifier(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const target = resolve(PROJECT, dirname(from), specifier.replace(/\.js$/, '.ts'));
  return relative(PROJECT, target).replaceAll('\\', '/');
}

/** Groups of names that reach each other, each in order; empty when the graph has no cycle. */
export function findCycles(graph: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const cycles = new Map<string, string[]>();
  for (const name of graph.keys()) {
    const ahead = reachableFrom(graph, graph.get(name) ?? []);
    if (!ahead.has(name)) continue;
    const members = [...ahead].filter((other) => reachableFrom(graph, graph.get(other) ?? []).has(name)).sort();
    cycles.set(members.join(), members);
  }
  return [...cycles.values()];
}

/** The starts and everything their arrows lead to. */
export function reachableFrom(graph: ReadonlyMap<string, ReadonlySet<string>>, starts: Iterable<string>): Set<string> {
  const reached = new Set<string>(starts);
  for (const name of reached) {
    for (const next of graph.get(name) ?? []) reached.add(next);
  }
  return reached;
}
