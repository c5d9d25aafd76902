import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { LinkReport } from '../../../src/ingest/index.js';
import type { NodeId } from '../../../src/model/index.js';
import { openStore, type Store } from '../../../src/store/index.js';
import { dumpOf, indexFolder } from '../index-folder.js';
import { writeTree } from '../temporary-folder.js';

/** A project's files: path → text. */
export type Files = Readonly<Record<string, string>>;

/** Projects by id. */
export type Projects = Readonly<Record<string, Files>>;

/** What a run and the linking after it did. */
export interface Work extends LinkReport {
  readonly bindings: number;
}

/** Folders of several projects that one store holds. */
export class World {
  private readonly held = new Map<string, Map<string, string>>();

  constructor(
    readonly store: Store,
    readonly folder: string,
    projects: Projects,
  ) {
    for (const [id, files] of Object.entries(projects)) {
      mkdirSync(this.rootOf(id), { recursive: true });
      this.held.set(id, new Map());
      this.edit(id, files);
    }
  }

  get projects(): string[] {
    return [...this.held.keys()];
  }

  rootOf(id: string): string {
    return join(this.folder, id);
  }

  filesOf(id: string): Files {
    return Object.fromEntries(this.held.get(id) ?? []);
  }

  textOf(id: string, path: string): string {
    const text = this.held.get(id)?.get(path);
    if (text === undefined) throw new Error(`${id} has no file ${path}.`);
    return text;
  }

  /** New texts of some files; null for one that goes. */
  edit(id: string, files: Readonly<Record<string, string | null>>): void {
    const held = this.held.get(id);
    if (held === undefined) throw new Error(`There is no project ${id}.`);
    for (const [path, text] of Object.entries(files)) {
      if (held.get(path) === (text ?? undefined)) continue;
      if (text === null) {
        rmSync(join(this.rootOf(id), path));
        held.delete(path);
      } else {
        writeTree(this.rootOf(id), { [path]: text });
        held.set(path, text);
      }
    }
  }

  /** Makes these the files of a project, and no others. */
  replace(id: string, files: Files): void {
    const gone = [...(this.held.get(id)?.keys() ?? [])].filter((path) => !Object.hasOwn(files, path));
    this.edit(id, { ...Object.fromEntries(gone.map((path) => [path, null])), ...files });
  }

  /** Replaces a text in a file, which must have it. */
  change(id: string, path: string, from: string, to: string): void {
    const text = this.textOf(id, path);
    if (!text.includes(from)) throw new Error(`${path} of ${id} has no ${JSON.stringify(from)}.`);
    this.edit(id, { [path]: text.replaceAll(from, to) });
  }

  async index(id: string): Promise<Work> {
    return indexAndLink(this.store, this.rootOf(id), id);
  }

  async indexAll(order: readonly string[] = this.projects): Promise<void> {
    for (const id of order) await this.index(id);
  }

  /** What a store that was never used before holds of some projects, indexed in the given order. */
  async fromScratch(order: readonly string[]): Promise<string[]> {
    const store = await openStore(':memory:');
    try {
      for (const id of order) await indexAndLink(store, this.rootOf(id), id);
      return await linesOf(store);
    } finally {
      await store.close();
    }
  }
}

async function indexAndLink(store: Store, root: string, projectId: string): Promise<Work> {
  const { recomputed } = await indexFolder(store, root, { projectId });
  return { ...(await store.link()), bindings: recomputed.bindings };
}

/** The canonical form of a store, and after that a line for each name that leaves its project. */
export async function linesOf(store: Store): Promise<string[]> {
  return [...(await dumpOf(store)), ...(await linkLines(store))];
}

/** What each name that leaves a project is: its status, and what it may lead to, best first. */
export async function linkLines(store: Store, only?: string): Promise<string[]> {
  const { externals } = store.indexerStores();
  const lines: string[] = [];
  for (const { id: project } of await store.projects.list()) {
    if (only !== undefined && only !== project) continue;
    const names = await externals.names(project, 0, 100_000);
    const links = await externals.linksOf(names.map(({ id }) => id));
    for (const { id, specifier, path, isLinked } of names) {
      const name = `${project}: ${specifier}${path === '' ? '' : ` ${path}`}`;
      if (!isLinked) lines.push(`${name} waits`);
      for (const link of links.filter((each) => each.name === id)) {
        const candidates: string[] = [];
        for (const { node, rank, reason } of link.candidates)
          candidates.push(`${rank} ${reason} ${await nameOf(store, node)}`);
        const place = link.folder === '' ? '' : ` in ${link.folder}`;
        lines.push(`${name}${place} is ${[link.status, ...candidates.sort()].join(', ')}`);
      }
    }
  }
  return lines.sort();
}

async function nameOf(store: Store, id: NodeId): Promise<string> {
  const { projectId, key } = await store.nodes.require(id);
  return `${projectId}//${key}`;
}

/** The edges between projects: `from -type-> to`, keys without the kind of the symbol, in order. */
export async function acrossOf(store: Store, project?: string): Promise<string[]> {
  const lines = await dumpOf(store, project);
  return lines.flatMap((line): string[] => {
    const [kind, from, key = '', type, to = ''] = line.split('\t');
    if (kind !== 'edge' || !to.includes('//')) return [];
    return [`${from}//${withoutKind(key)} -${type}-> ${withoutKind(to)}`];
  });
}

function withoutKind(key: string): string {
  return key.replace(/\([a-z]+\)(~\d+)?$/, '$1');
}

/** The edges between projects, each with what its metadata say of some properties. */
export async function evidenceOf(store: Store, ...properties: readonly string[]): Promise<string[]> {
  return (await dumpOf(store)).flatMap((line): string[] => {
    const [kind, from, key = '', type, to = '', metadata = '{}'] = line.split('\t');
    if (kind !== 'edge' || !to.includes('//') || type === 'import') return [];
    const said = JSON.parse(metadata) as Record<string, unknown>;
    const values = properties.map((property) => `${property}=${String(said[property])}`);
    return [`${from}//${withoutKind(key)} -${type}-> ${withoutKind(to)} ${values.join(' ')}`];
  });
}

/** A store that proves to be sound, from its files on. */
export async function expectSound(store: Store): Promise<void> {
  const { checks, differences } = await store.verify({ deep: true });
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(differences).toEqual([]);
}

/** All orders of some things. */
export function permutations<T>(things: readonly T[]): T[][] {
  if (things.length <= 1) return [[...things]];
  return things.flatMap((first, at) =>
    permutations([...things.slice(0, at), ...things.slice(at + 1)]).map((rest) => [first, ...rest]),
  );
}
