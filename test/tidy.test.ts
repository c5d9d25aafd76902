import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import {
  findCycles,
  lineOf,
  PROJECT,
  reachableFrom,
  readSourceFiles,
  type SourceFile,
  visit,
} from './support/source-files.js';

// The rules that keep the code as docs/architecture describes it. What a rule allows is data here.

/** Which rooms each room may import. What composes them stands beside the rooms under its file's name. */
const ROOM_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  model: [],
  binding: ['model'],
  flow: ['model'],
  sql: ['model'],
  graph: ['model', 'sql'],
  incremental: ['model', 'sql'],
  vectors: ['model', 'sql'],
  search: ['model', 'sql', 'graph', 'vectors'],
  symbols: ['model', 'sql', 'graph'],
  analytics: ['model', 'sql', 'graph'],
  export: ['model', 'sql', 'graph'],
  leindex: ['model', 'sql', 'graph'],
  ingest: ['model', 'binding', 'flow', 'graph', 'incremental', 'symbols', 'vectors'],
  store: [
    'model',
    'binding',
    'sql',
    'graph',
    'incremental',
    'vectors',
    'search',
    'symbols',
    'analytics',
    'export',
    'leindex',
    'ingest',
  ],
  shards: ['model', 'sql', 'graph', 'ingest', 'store'],
  upkeep: ['model', 'sql', 'graph', 'incremental', 'vectors', 'symbols', 'ingest', 'store'],
  'index.ts': [
    'model',
    'binding',
    'sql',
    'graph',
    'incremental',
    'vectors',
    'search',
    'symbols',
    'analytics',
    'leindex',
    'ingest',
    'export',
    'store',
    'shards',
    'upkeep',
  ],
  answers: ['index.ts'],
  cli: ['index.ts', 'answers', 'mcp', 'web'],
  mcp: ['index.ts', 'answers'],
  web: ['index.ts', 'answers'],
};

/** Which rooms may import each package. A package that is not listed here may not be imported at all. */
const PACKAGE_USERS: Readonly<Record<string, readonly string[]>> = {
  'blake3-jit': ['model'],
  'better-sqlite3': ['sql'],
  '@libsql/client': ['sql'],
  usearch: ['vectors'],
  '@huggingface/transformers': ['vectors'],
  'web-tree-sitter': ['ingest'],
  '@repomix/tree-sitter-wasms': ['ingest'],
  ignore: ['ingest'],
  'jsonc-parser': ['ingest'],
  picomatch: ['ingest'],
  saxes: ['ingest'],
  semver: ['ingest', 'symbols'],
  'smol-toml': ['ingest'],
  yaml: ['ingest'],
  '@c4312/scip': ['ingest'],
  '@bufbuild/protobuf': ['ingest'],
  'hyparquet-writer': ['export'],
  commander: ['cli'],
  '@modelcontextprotocol/sdk': ['mcp'],
  zod: ['mcp'],
};

/** Rooms of pure functions: no built-in module, so no input and no output. */
const PURE_ROOMS = ['model', 'binding', 'flow'];
/** Rooms that may print, exit and read the environment. */
const EDGES = ['cli', 'mcp', 'web'];
const ENTRIES = ['src/index.ts', 'src/cli/main.ts'];
const MAX_FILE_LINES = 400;
const MAX_FUNCTION_LINES = 80;

const sources = readSourceFiles('src');
const page = readSourceFiles('web/src');
const allFiles = [...sources, ...readSourceFiles('test'), ...readSourceFiles('bench'), ...page];

/** `src/graph/x.ts` → `graph`, `src/index.ts` → `index.ts`. */
function roomOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function isEdge(path: string): boolean {
  return EDGES.includes(roomOf(path));
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Collects `path:line: what` for each node that `judge` finds fault with. */
function findNodes(files: readonly SourceFile[], judge: (node: ts.Node) => string | undefined): string[] {
  const faults: string[] = [];
  for (const { path, tree } of files) {
    visit(tree, (node) => {
      const fault = judge(node);
      if (fault !== undefined) faults.push(`${path}:${lineOf(tree, node)}: ${fault}`);
    });
  }
  return faults;
}

function importGraph(nameOf: (path: string) => string, atRunTime = false): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const source of sources) {
    const from = nameOf(source.path);
    const targets = graph.get(from) ?? new Set<string>();
    graph.set(from, targets);
    for (const { file, isTypeOnly } of source.imports) {
      if (atRunTime && isTypeOnly) continue;
      // A file that names itself starts itself as a worker.
      if (file !== undefined && nameOf(file) !== from) targets.add(nameOf(file));
    }
  }
  return graph;
}

describe('imports', () => {
  it('go from room to room only where the table allows it, and through the face', () => {
    const faults: string[] = [];
    for (const { path, imports } of sources) {
      const room = roomOf(path);
      for (const { file, line } of imports) {
        if (file === undefined || roomOf(file) === room) continue;
        const target = roomOf(file);
        const face = target.endsWith('.ts') ? `src/${target}` : `src/${target}/index.ts`;
        if (!ROOM_IMPORTS[room]?.includes(target)) faults.push(`${path}:${line}: ${room} may not import ${target}`);
        else if (file !== face) faults.push(`${path}:${line}: ${file} is not the face of ${target}`);
      }
    }
    expect(faults).toEqual([]);
  });

  it('name packages only in the rooms that own them', () => {
    const faults: string[] = [];
    for (const { path, imports } of sources) {
      for (const { specifier, file, line } of imports) {
        if (file !== undefined) continue;
        const isBuiltIn = specifier.startsWith('node:');
        const isAllowed = isBuiltIn
          ? !PURE_ROOMS.includes(roomOf(path))
          : PACKAGE_USERS[packageOf(specifier)]?.includes(roomOf(path));
        if (!isAllowed) faults.push(`${path}:${line}: ${specifier}`);
      }
    }
    expect(faults).toEqual([]);
  });

  it('name files that exist', () => {
    const known = new Set(allFiles.map((file) => file.path));
    const missing = allFiles.flatMap(({ path, imports }) =>
      imports
        .filter(({ file }) => file !== undefined && /^(?:src|test|bench)\/.*\.ts$/.test(file) && !known.has(file))
        .map(({ specifier, line }) => `${path}:${line}: ${specifier}`),
    );
    expect(missing).toEqual([]);
  });

  it('form no cycle of rooms and none of files', () => {
    expect(findCycles(importGraph(roomOf))).toEqual([]);
    // Two types of one room may name each other; modules that run may not wait for each other.
    expect(findCycles(importGraph((path) => path, true))).toEqual([]);
  });

  it('reach every source file from the public face or the command line', () => {
    const reached = reachableFrom(
      importGraph((path) => path),
      ENTRIES,
    );
    expect(sources.map((source) => source.path).filter((path) => !reached.has(path))).toEqual([]);
  });
});

describe('sources', () => {
  it('have no default exports', () => {
    const faults = findNodes([...sources, ...page], (node) => {
      if (ts.isExportAssignment(node) || node.kind === ts.SyntaxKind.DefaultKeyword) {
        return ts.isDefaultClause(node.parent) ? undefined : 'a default export';
      }
      return ts.isExportSpecifier(node) && node.name.text === 'default' ? 'a default export' : undefined;
    });
    expect(faults).toEqual([]);
  });

  it('do not print, exit or read the environment below the edges', () => {
    const inner = sources.filter((source) => !isEdge(source.path));
    const faults = findNodes(inner, (node) => {
      if (ts.isImportDeclaration(node))
        return /^'(?:node:)?process'$/.test(node.moduleSpecifier.getText()) ? 'process' : undefined;
      if (!ts.isPropertyAccessExpression(node)) return undefined;
      const text = node.getText();
      // Signal 0 only asks whether a process is there.
      const call = node.parent;
      if (text === 'process.kill' && ts.isCallExpression(call) && call.arguments[1]?.getText() === '0')
        return undefined;
      return /^(?:globalThis\.)?(?:console\.\w+|process\.(?:exit|exitCode|abort|kill|env|argv|stdin|stdout|stderr))$/.test(
        text,
      )
        ? text
        : undefined;
    });
    expect(faults).toEqual([]);
  });

  it('have no any and silence no tool', () => {
    const written = [...sources, ...page];
    const anyTypes = findNodes(written, (node) => (node.kind === ts.SyntaxKind.AnyKeyword ? 'any' : undefined));
    const silencers = /@ts-(?:ignore|expect-error|nocheck)|eslint-disable/;
    const silenced = written.filter((source) => silencers.test(source.text)).map((source) => source.path);
    expect([...anyTypes, ...silenced]).toEqual([]);
  });

  it(`have functions of at most ${MAX_FUNCTION_LINES} lines`, () => {
    const faults = findNodes([...sources, ...page], (node) => {
      if (!ts.isFunctionLike(node)) return undefined;
      const tree = node.getSourceFile();
      const lines = tree.getLineAndCharacterOfPosition(node.end).line + 2 - lineOf(tree, node);
      return lines > MAX_FUNCTION_LINES ? `a function of ${lines} lines` : undefined;
    });
    expect(faults).toEqual([]);
  });
});

describe('files', () => {
  it(`have at most ${MAX_FILE_LINES} lines`, () => {
    const long = allFiles.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }));
    expect(long.filter(({ lines }) => lines > MAX_FILE_LINES)).toEqual([]);
  });

  it('and folders have kebab-case names', () => {
    const name = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
    const misnamed = allFiles.filter(({ path }) => {
      const parts = path.replace(/(?:\.test|\.d)?\.tsx?$/, '').split('/');
      return !parts.every((part) => name.test(part));
    });
    expect(misnamed.map((file) => file.path)).toEqual([]);
  });
});

describe('dependencies', () => {
  const manifest = readJson('package.json') as Record<string, Record<string, string> | undefined>;
  const lockfile = readJson('package-lock.json') as {
    packages: Record<string, { resolved?: string; integrity?: string }>;
  };

  it('are pinned to exact versions', () => {
    const groups = ['dependencies', 'devDependencies', 'optionalDependencies'];
    const pins = groups.flatMap((group) => Object.entries(manifest[group] ?? {}));
    expect(pins.filter(([, version]) => !/^(?:npm:[@\w/-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('are all used by the sources', () => {
    const unused = Object.keys(manifest['dependencies'] ?? {}).filter(
      (name) => !sources.some(({ text }) => text.includes(`'${name}`)),
    );
    expect(unused).toEqual([]);
  });

  it('name no place to fetch them from, so that any registry serves, and have a checksum', () => {
    const strange = Object.entries(lockfile.packages).filter(
      ([path, { resolved, integrity }]) => path !== '' && (resolved !== undefined || integrity === undefined),
    );
    expect(strange).toEqual([]);
  });
});

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(PROJECT, path), 'utf8'));
}
