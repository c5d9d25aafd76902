import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../../src/store/index.js';
import { PROJECT } from '../support/source-files.js';

/** Packages that the development dependency remark brings, and two of them at an older version. */
const PACKAGES = [
  'bail character-entities decode-named-character-reference devlop is-plain-obj longest-streak',
  'mdast-util-from-markdown mdast-util-phrasing mdast-util-to-markdown mdast-util-to-string micromark',
  'micromark-core-commonmark micromark-factory-destination micromark-factory-label micromark-factory-space',
  'micromark-factory-title micromark-factory-whitespace micromark-util-character micromark-util-chunked',
  'micromark-util-classify-character micromark-util-combine-extensions',
  'micromark-util-decode-numeric-character-reference micromark-util-decode-string micromark-util-encode',
  'micromark-util-html-tag-name micromark-util-normalize-identifier micromark-util-resolve-all',
  'micromark-util-sanitize-uri micromark-util-subtokenize micromark-util-symbol micromark-util-types remark',
  'remark-parse remark-stringify trough unified unist-util-is unist-util-stringify-position unist-util-visit',
  'unist-util-visit-parents vfile vfile-message zwitch',
]
  .join(' ')
  .split(' ');
const OLDER = {
  'unist-util-visit@4': 'unist-util-visit-4',
  'unist-util-is@5': 'unist-util-visit-4/node_modules/unist-util-is',
  'unist-util-visit-parents@5': 'unist-util-visit-4/node_modules/unist-util-visit-parents',
};

/** Users in other packages, found by searching their sources for calls: what is in both builds of a package counts twice. */
const USERS: Readonly<Record<string, readonly string[]>> = {
  'bail//index.js#bail(function)': [
    'unified//lib/index.js#Processor.processSync.realDone(function)',
    'unified//lib/index.js#Processor.runSync.realDone(function)',
  ],
  'zwitch//index.js#zwitch(function)': ['mdast-util-to-markdown//lib/index.js#toMarkdown(function)'],
  'longest-streak//index.js#longestStreak(function)': ['mdast-util-to-markdown//lib/handle/code.js#code(function)'],
  'trough//lib/index.js#trough(function)': ['unified//lib/index.js#Processor.constructor(method)'],
  'mdast-util-phrasing//lib/index.js#phrasing(variable)': [
    'mdast-util-to-markdown//lib/handle/root.js#root(function)',
    'mdast-util-to-markdown//lib/index.js#toMarkdown(function)',
  ],
  'unist-util-visit//lib/index.js#visit(function)': [
    'mdast-util-to-markdown//lib/util/format-heading-as-setext.js#formatHeadingAsSetext(function)',
  ],
  'unist-util-visit-parents//lib/index.js#visitParents(function)': ['unist-util-visit//lib/index.js#visit(function)'],
  'unist-util-visit-parents@5//lib/index.js#visitParents(variable)': [
    'unist-util-visit@4//lib/index.js#visit(variable)',
  ],
  'unist-util-is//lib/index.js#convert(variable)': [
    'mdast-util-phrasing//lib/index.js#phrasing(variable)',
    'unist-util-visit-parents//lib/index.js#visitParents(function)',
  ],
  'unist-util-stringify-position//lib/index.js#stringifyPosition(function)': [
    'mdast-util-from-markdown//dev/lib/index.js#compiler.exit(function)',
    'mdast-util-from-markdown//dev/lib/index.js#defaultOnError(function)',
    'mdast-util-from-markdown//lib/index.js#compiler.exit(function)',
    'mdast-util-from-markdown//lib/index.js#defaultOnError(function)',
    'vfile-message//lib/index.js#VFileMessage.constructor(method)',
  ],
  'micromark-util-classify-character//dev/index.js#classifyCharacter(function)': [
    'mdast-util-to-markdown//lib/util/container-phrasing.js#check(function)',
    'mdast-util-to-markdown//lib/util/encode-info.js#encodeInfo(function)',
    'mdast-util-to-markdown//lib/util/safe.js#safe(function)',
    'micromark-core-commonmark//dev/lib/attention.js#tokenizeAttention(function)',
    'micromark-core-commonmark//dev/lib/attention.js#tokenizeAttention.inside(function)',
    'micromark-core-commonmark//lib/attention.js#tokenizeAttention(function)',
    'micromark-core-commonmark//lib/attention.js#tokenizeAttention.inside(function)',
  ],
};

describe(`${PACKAGES.length} packages that depend on one another, some at two versions`, () => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore();
    const folders = { ...Object.fromEntries(PACKAGES.map((name) => [name, name])), ...OLDER };
    for (const [projectId, folder] of Object.entries(folders)) {
      const root = join(PROJECT, 'node_modules', folder);
      expect(existsSync(root), root).toBe(true);
      await store.index({ root, projectId, embed: false });
    }
  }, 240_000);
  afterAll(() => store.close());

  it.each(Object.keys(USERS))('[X2] [X5] the users of %s are those that call it', async (key) => {
    const { items } = await store.crossProject.findDependents(key);
    const users = items.filter(({ edge }) => edge.type !== 'import');
    expect(users.map(({ symbol }) => `${symbol.project}//${symbol.key}`)).toEqual(USERS[key]);
  });

  it('[X5] impact goes on through the users, over the borders of packages', async () => {
    const { items } = await store.traversal.impact('unist-util-is//lib/index.js#convert(variable)', { across: true });
    const reached = new Set(items.map(({ symbol }) => `${symbol.project}//${symbol.key}`));
    for (const key of [
      'unist-util-visit//lib/index.js#visit(function)',
      'mdast-util-to-markdown//lib/util/format-heading-as-setext.js#formatHeadingAsSetext(function)',
      'remark-stringify//lib/index.js#remarkStringify.compiler(function)',
    ]) {
      expect(reached).toContain(key);
    }
    expect([...reached].filter((key) => key.startsWith('unist-util-visit@4'))).toEqual([]);
  });

  it('[X3] [X4] every name that a package imports from another is in it, of the version that it asks for', async () => {
    const usage = (await store.crossProject.trackExternalUsage({ limit: 10_000 })).items;
    const statuses = new Set<string>(['linked', 'untyped', 'not-indexed']);
    const odd = usage.flatMap(({ project, names }) =>
      names.flatMap((name) => (statuses.has(name.status) ? [] : [[project, name.import + name.path, name.status]])),
    );
    // The grammar loses the line that defines it.
    expect(odd).toEqual([['unist-util-visit@4', 'unist-util-visit-parents.Action', 'not-found']]);
    const missing = usage.filter(({ names: of }) => of.some(({ status }) => status === 'not-indexed'));
    const elsewhere = new Set(missing.map(({ package: name }) => name));
    for (const name of PACKAGES) expect(elsewhere).not.toContain(name);
    const { items } = await store.crossProject.resolveSymbol('convert', { from: 'unist-util-visit-parents@5' });
    expect(
      items.map(({ symbol, rank, reason, version }) => [symbol.project, rank, reason, version?.split('.')[0]]),
    ).toEqual(
      expect.arrayContaining([
        ['unist-util-is@5', 1, 'range', '5'],
        ['unist-util-is', 2, 'outside-range', '6'],
      ]) as unknown[],
    );
  });

  it('[X2] is what a clean store would be, link by link', async () => {
    const { checks } = await store.verify({ deep: true });
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  }, 240_000);
});
