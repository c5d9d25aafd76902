import fc from 'fast-check';
import type { Projects, World } from './world.js';

/** What edits of a language's projects are made of. */
interface Vocabulary {
  readonly source: RegExp;
  readonly comment: string;
  /** Names that some file defines and others use. */
  readonly words: readonly string[];
  /** Packages as manifests and imports call them. */
  readonly packages: readonly string[];
}

const VOCABULARIES: Readonly<Record<string, Vocabulary>> = {
  TypeScript: {
    source: /\.ts$/,
    comment: '//',
    words: ['create', 'walk', 'Base', 'Main', 'make', 'deep', 'entry', 'Sub', 'use', 'limit', 'default', 'go'],
    packages: ['@w/core', 'barrel', 'app', 'tool'],
  },
  Python: {
    source: /\.py$/,
    comment: '#',
    words: ['load', 'Loader', 'read', 'Client', 'get', 'use', 'storage', 'yaml'],
    packages: ['PyYAML', 'pyyaml', 'yaml-fork', 'acme-storage', 'use'],
  },
  Go: {
    source: /\.go$/,
    comment: '//',
    words: ['New', 'Get', 'Client', 'Run', 'Deep', 'deep', 'lib'],
    packages: [
      'example.com/lib/v2',
      'example.com/lib/nested',
      'example.com/lib',
      'example.com/fork',
      'example.com/other',
    ],
  },
  Rust: {
    source: /\.rs$/,
    comment: '//',
    words: ['Reader', 'read', 'open', 'start', 'inner', 'base_crate', 'facade', 'old'],
    packages: ['base-crate', 'facade', 'old', 'app'],
  },
  Java: {
    source: /\.java$/,
    comment: '//',
    words: ['Strings', 'Numbers', 'length', 'of', 'add', 'words', 'main'],
    packages: ['text-strings', 'text-numbers', 'app'],
  },
};

const VERSIONS = ['0.4.0', '0.9.0', '1.0.0', '1.2.0', '2.0.0', '6.0.0', '7.0.0'] as const;
const KINDS = ['rename', 'file', 'version', 'package', 'comment'] as const;

/** An edit of one file; what it does follows from the files as they are. */
export interface RandomEdit {
  readonly project: number;
  readonly kind: (typeof KINDS)[number];
  readonly where: number;
  readonly what: number;
}

export const randomEdit: fc.Arbitrary<RandomEdit> = fc.record({
  project: fc.nat(4),
  kind: fc.constantFrom(...KINDS),
  where: fc.nat(50),
  what: fc.nat(50),
});

/** Makes an edit, and gives the project in which it did; undefined when there is nothing to be edited so. */
export function makeEdit(world: World, language: string, originals: Projects, edit: RandomEdit): string | undefined {
  const vocabulary = VOCABULARIES[language];
  const id = world.projects[edit.project % world.projects.length];
  if (vocabulary === undefined || id === undefined) throw new Error(`No edits are known for ${language}.`);
  const files = world.filesOf(id);
  const paths = Object.keys(edit.kind === 'file' ? (originals[id] ?? {}) : files).sort();
  const path = pick(
    paths.filter((each) => edit.kind === 'file' || vocabulary.source.test(each) !== isOfManifests(edit.kind)),
    edit.where,
  );
  if (path === undefined) return undefined;
  const text = edited(files[path], originals[id]?.[path] ?? '', vocabulary, edit);
  if (text === undefined || text === files[path]) return undefined;
  world.edit(id, { [path]: text });
  return id;
}

function isOfManifests(kind: RandomEdit['kind']): boolean {
  return kind === 'version' || kind === 'package';
}

function edited(
  text: string | undefined,
  original: string,
  { comment, words, packages }: Vocabulary,
  { kind, what }: RandomEdit,
): string | null | undefined {
  if (kind === 'file') return text === undefined ? original : null;
  if (text === undefined) return undefined;
  switch (kind) {
    case 'rename': {
      // There and back, so that what was lost comes again.
      const word = pick(
        words.filter((each) => new RegExp(`\\b${each}X?\\b`).test(text)),
        what,
      );
      if (word === undefined) return undefined;
      const isRenamed = new RegExp(`\\b${word}X\\b`).test(text);
      return text.replace(new RegExp(`\\b${word}${isRenamed ? 'X' : ''}\\b`, 'g'), isRenamed ? word : `${word}X`);
    }
    case 'version':
      return replaceOne(text, /\d+\.\d+(\.\d+)?/g, pick(VERSIONS, what) ?? '', what);
    case 'package':
      return replaceOne(
        text,
        new RegExp(packages.map((name) => name.replaceAll('.', '\\.')).join('|'), 'g'),
        pick(packages, what) ?? '',
        Math.floor(what / packages.length),
      );
    case 'comment':
      return `${text}${comment} ${what}\n`;
  }
}

function replaceOne(text: string, pattern: RegExp, by: string, which: number): string | undefined {
  const match = pick([...text.matchAll(pattern)], which);
  return match === undefined ? undefined : text.slice(0, match.index) + by + text.slice(match.index + match[0].length);
}

function pick<T>(things: readonly T[], at: number): T | undefined {
  return things[at % Math.max(1, things.length)];
}
