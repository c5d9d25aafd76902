import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/store/index.js';
import { dumpFromScratch, dumpOf, sourceFolder, testStore } from '../../support/indexing.js';
import {
  fileWith,
  markedDocument,
  PACKAGE,
  scipBytes,
  unmarked,
  type DocumentShape,
} from '../../support/scip-index.js';

/**
 * The law: an index says what names mean inside its project; names that lead out of it lead to the other projects of
 * the store as they do without an index, unless the index finds them inside.
 */

const LIB = {
  'package.json': '{ "name": "lib", "version": "1.2.0", "main": "index.ts" }\n',
  'index.ts':
    'export function help() { return 1; }\nexport const limit = 3;\nexport class Tool {\n  run() { return 2; }\n}\n',
};
const MANIFEST = { 'package.json': '{ "name": "app", "version": "1.0.0", "dependencies": { "lib": "^1.0.0" } }\n' };

/** What is written with `lib.ts:` is a symbol of the package lib. */
const APP = `import { «lib.ts:help() help», «lib.ts:limit. limit», «lib.ts:Tool# Tool» } from '«lib.ts: lib»';
import * as «lib.ts: all» from '«lib.ts: lib»';
import { «own.ts:own() own» } from '«own.ts: ./own.js»';
‹Mine# export class «=Mine# Mine» extends «lib.ts:Tool# Tool» {}›
‹use() export function «=use() use»() {
  «own.ts:own() own»();
  «lib.ts: all».«lib.ts:help() help»();
  return «lib.ts:help() help»() + «lib.ts:limit. limit»;
}›
`;
const OWN = '‹own() export function «=own() own»() { return 2; }›\n‹help() export function «=help() help»() {}›\n';
const SOURCES = { ...MANIFEST, 'app.ts': unmarked(APP), 'own.ts': unmarked(OWN) };

/** An index of the app in which the package lib is the one that was installed when it was made. */
function indexOf(app: string): string {
  const documents = [markedDocument('app.ts', app), markedDocument('own.ts', OWN)];
  return fileWith(scipBytes(documents.map(withPackage)));
}

function withPackage(document: DocumentShape): DocumentShape {
  const occurrences = document.occurrences?.map((occurrence) => ({
    ...occurrence,
    symbol: (occurrence.symbol ?? '').replace(`${PACKAGE} \`lib.ts\``, 's npm lib 1.2.0 `index.ts`'),
  }));
  return { ...document, occurrences: occurrences ?? [] };
}

async function indexed(): Promise<{ store: Store; root: string }> {
  const store = await testStore();
  const root = sourceFolder(SOURCES);
  await store.index({ root: sourceFolder(LIB, 'lib'), projectId: 'lib', embed: false });
  await store.index({ root, projectId: 'p', embed: false });
  return { store, root };
}

async function edgesFrom(store: Store, target: string): Promise<string[]> {
  const lines = (await dumpOf(store)).filter((line) => line.startsWith('edge\tp\t') && line.includes(`\t${target}`));
  return lines.map((line) => line.split('\t').slice(2).join(' '));
}

async function across(store: Store): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of store.dump({ project: 'p' })) lines.push(line);
  const within = new Set<string>();
  for await (const line of store.dump({ project: 'p', isWithinProjects: true })) within.add(line);
  return lines.filter((line) => !within.has(line));
}

const LEADS_OUT = [
  'app.ts#(module) import lib//index.ts#(module)',
  'app.ts#(module) import lib//index.ts#Tool(class)',
  'app.ts#(module) import lib//index.ts#help(function)',
  'app.ts#(module) import lib//index.ts#limit(variable)',
  'app.ts#Mine(class) inheritance lib//index.ts#Tool(class)',
  'app.ts#use(function) call lib//index.ts#help(function)',
  'app.ts#use(function) data_dependency lib//index.ts#limit(variable)',
];

function ends(lines: readonly string[]): string[] {
  return lines
    .map((line) => {
      const [, , from, type, to] = line.split('\t');
      return `${from} ${type} ${to}`;
    })
    .sort();
}

describe('an index of a project that uses another project of the store', () => {
  it('[U2] [X2] leaves the edges into the other one as they were', async () => {
    const { store } = await indexed();
    const before = await across(store);
    expect(ends(before)).toEqual(LEADS_OUT);
    const { items: uses } = await store.crossProject.trackExternalUsage({ project: 'p' });
    const report = await store.importScip({ path: indexOf(APP), projectId: 'p' });
    expect(report).toMatchObject({ files: { parsed: 2 }, warnings: [] });
    expect(await edgesFrom(store, 'own.ts#own(function)')).toContain(
      'app.ts#use(function) call own.ts#own(function) {"callCount":1,"confidence":1,"strategy":"scip"}',
    );
    expect(await across(store)).toEqual(before);
    expect((await store.crossProject.trackExternalUsage({ project: 'p' })).items).toEqual(uses);
    expect(await store.verify({ deep: true })).toMatchObject({ ok: true, differences: [] });
  });

  it('[X2] gives them to an app that was indexed and imported before the other one', async () => {
    const store = await testStore();
    await store.index({ root: sourceFolder(SOURCES), projectId: 'p', embed: false });
    await store.importScip({ path: indexOf(APP), projectId: 'p' });
    expect(await across(store)).toEqual([]);
    await store.index({ root: sourceFolder(LIB, 'lib'), projectId: 'lib', embed: false });
    expect(ends(await across(store))).toEqual(LEADS_OUT);
    expect(await store.verify({ deep: true })).toMatchObject({ ok: true });
  });

  it('takes away those of names that it finds inside, and gives them back when it goes', async () => {
    const { store, root } = await indexed();
    const before = await across(store);
    const inside = APP.replaceAll('«lib.ts:help() help»', '«own.ts:help() help»');
    const report = await store.importScip({ path: indexOf(inside), projectId: 'p' });
    expect(ends(await across(store))).toEqual(LEADS_OUT.filter((edge) => !edge.includes('#help')));
    expect(await edgesFrom(store, 'own.ts#help(function)')).toContain(
      'app.ts#use(function) call own.ts#help(function) {"callCount":2,"confidence":1,"strategy":"scip"}',
    );
    // What is reported is what is stored once names outside were followed.
    expect(report).toMatchObject(await store.projects.counts('p'));
    expect(await store.verify({ deep: true })).toMatchObject({ ok: true });

    expect(await store.removeScip('p')).toMatchObject(await store.projects.counts('p'));
    expect(await across(store)).toEqual(before);
    const within: string[] = [];
    for await (const line of store.dump({ project: 'p', isWithinProjects: true })) within.push(line);
    expect(within).toEqual(await dumpFromScratch(root));
  });
});
