import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Parser } from 'web-tree-sitter';
import { loadParser } from './grammar.js';
import { runCommand, type Suite, type SuiteOptions, type SuiteResult } from './harness.js';
import type { BenchPaths } from './machine.js';
import { versionOf } from './machine.js';
import { wayTo } from './resolve-classes.js';
import { resolveFindings, type MissedPlace, type ResolveFinding } from './resolve-findings.js';
import { StoredGraph } from './resolve-graph.js';
import { indexPackage, readIndex, type IndexedDocument, type Package } from './resolve-index.js';
import { compareEdges } from './resolve-score.js';
import { fetchPackage, INSIDE, PAIRS, type PackageSource } from './resolve-sources.js';
import { FileSyntax } from './resolve-syntax.js';
import { Definitions, truthOf, type IndexedProject, type TrueEdge } from './resolve-truth.js';

const INDEXERS = { typescript: '@sourcegraph/scip-typescript', python: '@sourcegraph/scip-python' } as const;

/**
 * How the edges that the built-in extractor and binder make compare with those of compilers' indexes: inside of
 * packages, and from one package to another that it depends on.
 */
export function resolveSuite(paths: BenchPaths): Suite {
  return { name: 'resolve', run: (options) => runResolve(paths, options) };
}

async function runResolve(paths: BenchPaths, options: SuiteOptions): Promise<SuiteResult> {
  const bench = new ResolveBench(paths, options);
  try {
    const inside: ResolveFinding[] = [];
    for (const source of options.quick ? INSIDE.slice(0, 1) : INSIDE) inside.push(await bench.compare(source, source));
    const across: ResolveFinding[] = [];
    for (const { from, to } of options.quick ? [] : PAIRS) across.push(await bench.compare(from, to));
    const versions = Object.values(INDEXERS).map((name): [string, string] => [
      name,
      versionOf(paths.projectRoot, name),
    ]);
    return resolveFindings({ inside, across, versions: Object.fromEntries(versions), quick: options.quick });
  } finally {
    bench.close();
  }
}

class ResolveBench {
  private readonly parsers = new Map<string, Parser>();

  constructor(
    private readonly paths: BenchPaths,
    private readonly options: SuiteOptions,
  ) {}

  close(): void {
    for (const parser of this.parsers.values()) parser.delete();
  }

  /** Compares the edges that start in one package and lead to one: the same, or one that it depends on. */
  async compare(from: PackageSource, to: PackageSource): Promise<ResolveFinding> {
    const packages = await Promise.all((from === to ? [from] : [from, to]).map((source) => this.fetch(source)));
    this.options.progress(`${from.id} to ${to.id}: store`);
    const graph = await this.store(packages);
    const definitions = new Definitions(graph);
    const projects = await Promise.all(
      packages.map(async ({ source, folder }, at): Promise<IndexedProject> => {
        this.options.progress(`${from.id} to ${to.id}: index of ${source.id}`);
        const documents = await this.index({ source, folder }, at === 0 ? packages.slice(1) : []);
        return { project: source.id, folder, documents };
      }),
    );
    for (const project of projects) await definitions.add(project);
    const [first] = projects;
    if (first === undefined) throw new Error('There is no package to compare.');
    const truth = await truthOf(first, definitions, graph, (path) => this.parser(path));
    const paths = new Set(first.documents.map(({ path }) => path));
    const isIndexed = (identity: string): boolean =>
      paths.has(identity.slice(identity.indexOf(':') + 1, identity.indexOf('#')));
    const comparison = compareEdges(truth, graph.edges, from.id, to.id, isIndexed);
    return { from, to, files: paths.size, comparison, places: await this.placesOf(first.folder, comparison.missed) };
  }

  private async fetch(source: PackageSource): Promise<Package> {
    this.options.progress(`fetching ${source.packageName} ${source.version}`);
    return { source, folder: await fetchPackage(source, join(this.paths.cacheFolder, 'packages')) };
  }

  /** Indexes packages into one new database with the built command line, and reads what it made. */
  private async store(packages: readonly Package[]): Promise<StoredGraph> {
    const scratch = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
    try {
      const database = join(scratch, 'code.db');
      const cli = join(this.paths.projectRoot, 'dist', 'cli', 'main.js');
      // What is depended on comes first, so that nothing has to be bound again.
      for (const { source, folder } of [...packages].reverse()) {
        const options = ['--project', source.id, '--db', database, '--no-embed'];
        await runCommand(process.execPath, [cli, 'index', folder, ...options]);
      }
      return new StoredGraph(database);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  /** The index of a package, made once and kept. It is made in a copy: indexers want settings beside the sources. */
  private async index(target: Package, dependencies: readonly Package[]): Promise<IndexedDocument[]> {
    const { source } = target;
    const indexer = INDEXERS[source.language];
    const names = [source, ...dependencies.map((each) => each.source)].map(({ id, version }) => `${id}-${version}`);
    const kept = join(
      this.paths.cacheFolder,
      'scip',
      `${names.join('-')}-by-${versionOf(this.paths.projectRoot, indexer)}.scip`,
    );
    if (existsSync(kept)) return readIndex(kept);
    const scratch = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
    try {
      const copies: Package[] = [];
      for (const each of [target, ...dependencies]) {
        const folder = join(scratch, each.source.id);
        await cp(each.folder, folder, { recursive: true });
        copies.push({ source: each.source, folder });
      }
      const [own, ...others] = copies;
      if (own === undefined) throw new Error('There is no package to index.');
      const output = join(scratch, 'index.scip');
      const documents = await indexPackage(this.paths.projectRoot, own, others, output);
      await mkdir(join(this.paths.cacheFolder, 'scip'), { recursive: true });
      await cp(output, `${kept}.part`);
      await rename(`${kept}.part`, kept);
      return documents;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  private async parser(path: string): Promise<Parser> {
    const language = path.endsWith('.py') ? 'python' : path.endsWith('.tsx') ? 'tsx' : 'typescript';
    const known = this.parsers.get(language);
    if (known !== undefined) return known;
    const parser = await loadParser(language);
    this.parsers.set(language, parser);
    return parser;
  }

  /** Where the code gets to what is missed, and how. */
  private async placesOf(folder: string, missed: readonly TrueEdge[]): Promise<MissedPlace[]> {
    const byPath = new Map<string, TrueEdge[]>();
    for (const edge of missed) byPath.set(edge.path, [...(byPath.get(edge.path) ?? []), edge]);
    const places: MissedPlace[] = [];
    for (const [path, edges] of byPath) {
      const syntax = new FileSyntax(await this.parser(path), await readFile(join(folder, path), 'utf8'));
      for (const edge of edges) places.push({ edge, way: wayTo(syntax, edge.index), ...syntax.lineAt(edge.index) });
      syntax.delete();
    }
    return places;
  }
}
