import type { PathAlias } from '../../../model/index.js';
import type { Placed } from '../document/notes.js';
import type { ManifestProject } from '../manifest-project.js';
import { folderOf, isWithin, nameOf, resolvePath, under } from '../paths.js';
import type { BuildLayout } from './source-candidates.js';
import type { TsConfig } from './npm-facts.js';

/** A tsconfig with what it takes over from those it extends; paths count from the project's root. */
export interface ResolvedTsConfig {
  readonly path: string;
  readonly baseUrl: string | null;
  readonly paths: readonly { readonly pattern: string; readonly targets: readonly string[] }[];
  readonly rootDir: string | null;
  readonly outFolders: readonly string[];
  readonly include: readonly string[];
}

const NOTHING: Omit<ResolvedTsConfig, 'path'> = {
  baseUrl: null,
  paths: [],
  rootDir: null,
  outFolders: [],
  include: [],
};

/** Follows `extends` and `references` among the tsconfigs of a project. */
export class TsConfigs {
  private readonly resolved = new Map<string, ResolvedTsConfig>();

  constructor(private readonly project: ManifestProject) {}

  /** Each one with its parents' settings, in order of their paths. */
  all(): readonly ResolvedTsConfig[] {
    return this.project.of('tsconfig').map(({ path }) => this.resolve(path));
  }

  /** The aliases of those that an editor would take: tsconfig.json, jsconfig.json and what they refer to. */
  aliases(): readonly PathAlias[] {
    const effective = new Set<string>();
    const waiting = this.project
      .of('tsconfig')
      .flatMap(({ path }) => (/^[tj]sconfig\.json$/.test(nameOf(path)) ? [path] : []));
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (effective.has(path)) continue;
      effective.add(path);
      waiting.push(...this.references(path));
    }
    return [...effective].flatMap((path) => aliasesOf(this.resolve(path)));
  }

  private references(path: string): string[] {
    const facts = this.project.facts(path, 'tsconfig');
    return (facts?.references ?? []).flatMap((reference) => {
      const target = this.project.follow(path, folderOf(path), reference);
      if (target === undefined) return [];
      const found = [target, under(target, 'tsconfig.json')].find(
        (file) => this.project.facts(file, 'tsconfig') !== undefined,
      );
      if (found === undefined) this.project.warn(path, reference.line, `There is no tsconfig at '${reference.text}'.`);
      return found ?? [];
    });
  }

  private resolve(path: string, children: readonly string[] = []): ResolvedTsConfig {
    const known = this.resolved.get(path);
    if (known !== undefined) return known;
    const facts = this.project.facts(path, 'tsconfig');
    if (facts === undefined) return { path, ...NOTHING };
    const chain = [...children, path];
    let above: Omit<ResolvedTsConfig, 'path'> = NOTHING;
    let isCut = false;
    for (const parent of facts.extends) {
      const target = this.parentPath(path, parent);
      if (target === undefined) continue;
      if (chain.includes(target)) {
        this.project.warn(path, parent.line, `'${parent.text}' extends this file again; it is left out.`);
        isCut = true;
      } else above = merged(above, this.resolve(target, chain));
    }
    const result = { path, ...merged(above, this.own(path, facts, chain[0] ?? path, above)) };
    // Within a circle the result depends on where one came in, so only the one that was asked for is kept.
    if (!isCut || children.length === 0) this.resolved.set(path, result);
    return result;
  }

  /** A parent that is a package's is none of the project's files. */
  private parentPath(path: string, parent: Placed): string | undefined {
    if (!/^(?:\.{1,2}(?:[\\/]|$)|[\\/]|[A-Za-z]:)/.test(parent.text)) return undefined;
    const target = this.project.follow(path, folderOf(path), parent);
    if (target === undefined) return undefined;
    const found = parentCandidates(target).find((file) => this.project.facts(file, 'tsconfig') !== undefined);
    if (found === undefined) this.project.warn(path, parent.line, `There is no '${parent.text}' to extend.`);
    return found;
  }

  /** `${configDir}` is the folder of the file that extends, everything else counts from the folder of the file that says it. */
  private own(
    path: string,
    facts: TsConfig,
    outermost: string,
    above: Omit<ResolvedTsConfig, 'path'>,
  ): Partial<ResolvedTsConfig> {
    const folder = folderOf(path);
    const place = (written: Placed): string | undefined =>
      this.project.follow(path, folder, {
        ...written,
        text: inConfigFolder(written.text, folder, folderOf(outermost)),
      });
    const silent = (written: string): string | undefined =>
      resolvePath(folder, inConfigFolder(written, folder, folderOf(outermost)));
    const baseUrl = facts.baseUrl === null ? undefined : place(facts.baseUrl);
    const pathsFrom = baseUrl ?? above.baseUrl ?? folder;
    const rootDir = facts.rootDir === null ? undefined : silent(facts.rootDir);
    const outFolders = [facts.outDir, facts.declarationDir].flatMap((out) => (out === null ? [] : (silent(out) ?? [])));
    return {
      ...(baseUrl === undefined ? {} : { baseUrl }),
      ...(rootDir === undefined ? {} : { rootDir }),
      ...(outFolders.length === 0 ? {} : { outFolders }),
      ...(facts.include === null
        ? {}
        : { include: facts.include.flatMap((pattern) => silent(staticPart(pattern)) ?? []) }),
      ...(facts.paths === null
        ? {}
        : {
            paths: facts.paths.map(({ pattern, targets }) => ({
              pattern,
              targets: targets.flatMap((target) => {
                const written = { ...target, text: inConfigFolder(target.text, pathsFrom, folderOf(outermost)) };
                return this.project.follow(path, pathsFrom, written) ?? [];
              }),
            })),
          }),
    };
  }
}

/** The paths that `extends` may mean. */
export function parentCandidates(target: string): readonly string[] {
  return [target, `${target}.json`, under(target, 'tsconfig.json')];
}

function inConfigFolder(written: string, from: string, configFolder: string): string {
  if (!written.startsWith('${configDir}')) return written;
  const up = from === '' ? '' : '../'.repeat(from.split('/').length);
  return `${up}${configFolder === '' ? '.' : configFolder}${written.slice('${configDir}'.length)}`;
}

function merged(above: Omit<ResolvedTsConfig, 'path'>, own: Partial<ResolvedTsConfig>): Omit<ResolvedTsConfig, 'path'> {
  const { baseUrl, paths, rootDir, outFolders, include } = { ...above, ...own };
  return { baseUrl, paths, rootDir, outFolders, include };
}

function staticPart(pattern: string): string {
  const names = pattern.split('/');
  const wild = names.findIndex((name) => /[*?]/.test(name));
  return (wild < 0 ? names : names.slice(0, wild)).join('/') || '.';
}

function aliasesOf(config: ResolvedTsConfig): PathAlias[] {
  const folder = folderOf(config.path);
  const configPath = config.path;
  const paths = config.paths.filter(({ targets }) => targets.length > 0);
  const aliases = paths.map(({ pattern, targets }) => ({ folder, pattern, targets, configPath }));
  return config.baseUrl === null
    ? aliases
    : [...aliases, { folder, pattern: '*', targets: [under(config.baseUrl, '*')], configPath }];
}

/** What the tsconfigs of a package's folder say about its output, from that folder. */
export function layoutsOf(configs: readonly ResolvedTsConfig[], folder: string): readonly BuildLayout[] {
  const inside = (path: string) => (folder === '' ? path : path.slice(folder.length + 1));
  return configs
    .filter(({ path }) => folderOf(path) === folder)
    .flatMap(({ rootDir, include, outFolders }) => {
      const sources = (rootDir !== null ? [rootDir] : [...include, under(folder, 'src'), folder]).filter((source) =>
        isWithin(folder, source),
      );
      return outFolders
        .filter((out) => isWithin(folder, out))
        .map((out) => ({ outFolder: inside(out), sourceFolders: sources.map(inside) }));
    });
}
