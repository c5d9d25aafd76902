import type { ManifestFile, ManifestProject } from '../manifest-project.js';
import { under } from '../paths.js';
import type { Pom, PomDependency } from './pom-facts.js';

/** A pom with what it inherits, as far as its parents lie in the project. */
export interface EffectivePom {
  readonly file: ManifestFile<'pom'>;
  readonly group: string | null;
  readonly artifact: string | null;
  readonly version: string | null;
  /** Own ones first. */
  readonly dependencies: readonly { readonly path: string; readonly dependency: PomDependency }[];
  readonly managed: readonly PomDependency[];
  readonly sourceFolder: string | null;
  /** Replaces `${…}`; null when a property is unknown, or needs itself. */
  readonly fill: (text: string | null) => string | null;
}

const MAX_REPLACEMENTS = 100;
const MAX_LENGTH = 1000;

/** Finds parents of poms in the project, follows them, and fills in properties. */
export class EffectivePoms {
  private readonly known = new Map<string, EffectivePom>();
  private readonly files: ReadonlyMap<string, ManifestFile<'pom'>>;

  constructor(private readonly project: ManifestProject) {
    this.files = new Map(project.of('pom').map((file) => [file.path, file]));
  }

  all(): readonly EffectivePom[] {
    return [...this.files.values()].map((file) => this.of(file));
  }

  private of(file: ManifestFile<'pom'>): EffectivePom {
    const known = this.known.get(file.path);
    if (known !== undefined) return known;
    const effective = this.compute(file);
    this.known.set(file.path, effective);
    return effective;
  }

  private compute(file: ManifestFile<'pom'>): EffectivePom {
    const chain = this.chainOf(file);
    const first = <K extends 'group' | 'version'>(key: K): string | null =>
      chain.map(({ facts }) => facts[key] ?? facts.parent?.[key] ?? null).find((value) => value !== null) ?? null;
    const properties = new Map<string, string>();
    for (const { facts } of [...chain].reverse()) {
      for (const { name, value } of facts.properties) properties.set(name, value);
    }
    const group = first('group');
    const version = first('version');
    const { artifact, parent } = file.facts;
    const own: readonly (readonly [string, string | null | undefined])[] = [
      ['groupId', group],
      ['artifactId', artifact],
      ['version', version],
      ['parent.groupId', parent?.group],
      ['parent.artifactId', parent?.artifact],
      ['parent.version', parent?.version],
    ];
    for (const [name, value] of own) {
      if (value === null || value === undefined) continue;
      properties.set(`project.${name}`, value);
      if (!name.startsWith('parent')) properties.set(`pom.${name}`, value);
    }
    const fill = (text: string | null) => filled(text, properties);
    return {
      file,
      group: fill(group),
      artifact: fill(artifact),
      version: fill(version),
      dependencies: chain.flatMap(({ path, facts }) => facts.dependencies.map((dependency) => ({ path, dependency }))),
      managed: chain.flatMap(({ facts }) => facts.managed),
      sourceFolder: fill(chain.map(({ facts }) => facts.sourceFolder).find((folder) => folder !== null) ?? null),
      fill,
    };
  }

  /** The pom and its parents, innermost first. */
  private chainOf(file: ManifestFile<'pom'>): ManifestFile<'pom'>[] {
    const chain = [file];
    for (let at = this.parentOf(file); at !== undefined; at = this.parentOf(at)) {
      if (chain.includes(at)) {
        this.project.warn(
          file.path,
          file.facts.parent?.line ?? null,
          `The parents lead back to ${at.path}; they end there.`,
        );
        break;
      }
      chain.push(at);
    }
    return chain;
  }

  /** The pom that `relativePath` leads to, when it is the one that is named; no other one is taken for it. */
  private parentOf({ path, folder, facts }: ManifestFile<'pom'>): ManifestFile<'pom'> | undefined {
    const { parent } = facts;
    if (parent === null || parent.relativePath === null) return undefined;
    // What nobody wrote and leads nowhere is a parent from a repository.
    const isDefault = parent.relativePath.text === '../pom.xml' && parent.relativePath.line === parent.line;
    if (isDefault && folder === '') return undefined;
    const target = this.project.follow(path, folder, parent.relativePath);
    if (target === undefined) return undefined;
    const found = this.files.get(target) ?? this.files.get(under(target, 'pom.xml'));
    if (found === undefined && !isDefault) {
      this.project.warn(path, parent.relativePath.line, `There is no pom at '${parent.relativePath.text}'.`);
    }
    return found !== undefined && isNamed(found.facts, parent) ? found : undefined;
  }
}

function isNamed(pom: Pom, parent: NonNullable<Pom['parent']>): boolean {
  const group = pom.group ?? pom.parent?.group ?? null;
  return pom.artifact === parent.artifact && (group === parent.group || group?.includes('${') === true);
}

function filled(text: string | null, properties: ReadonlyMap<string, string>): string | null {
  let result = text ?? '';
  for (let count = 0; result.includes('${'); count++) {
    const match = /\$\{([^{}]*)\}/.exec(result);
    const value = match === null ? undefined : properties.get(match[1] ?? '');
    // A property that needs itself never comes to an end, one that doubles itself becomes too long.
    if (match === null || value === undefined || count > MAX_REPLACEMENTS || result.length > MAX_LENGTH) return null;
    result = result.slice(0, match.index) + value + result.slice(match.index + match[0].length);
  }
  return result === '' ? null : result;
}
