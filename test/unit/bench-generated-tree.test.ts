import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { branchText, EDIT_KINDS, editText, renameDefinition } from '../../bench/edits.js';
import {
  generateTree,
  type GeneratedShape,
  moduleCount,
  modulePath,
  provideGeneratedTree,
  WIDELY_USED,
  writeTree,
} from '../../bench/generated-tree.js';
import { loadParser } from '../../bench/grammar.js';
import { listFiles } from '../../bench/trees.js';
import { type IndexReport, openStore, type Store } from '../../src/index.js';

const SHAPE: GeneratedShape = { variant: 'regular', symbols: 500, seed: 3 };
const LARGER: GeneratedShape = { ...SHAPE, symbols: 12_000 };

let scratch = '';
beforeAll(async () => void (scratch = await mkdtemp(join(tmpdir(), 'lestockage-test-'))));
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe('a generated tree', () => {
  it('is the same for the same seed and another for another', () => {
    expect([...generateTree(SHAPE)]).toEqual([...generateTree(SHAPE)]);
    expect([...generateTree(SHAPE)]).not.toEqual([...generateTree({ ...SHAPE, seed: 4 })]);
  });

  it('has each path once, and every module at the path that its index gives', () => {
    const paths = [...generateTree(LARGER)].map((file) => file.path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const index of [0, 19, 20, 199, 200, moduleCount(LARGER) - 1]) expect(paths).toContain(modulePath(index));
  });

  it('imports only modules that exist, from files and through index files', () => {
    const files = new Map([...generateTree(LARGER)].map((file) => [file.path, file.text]));
    const targets = [...files].flatMap(([path, text]) =>
      [...text.matchAll(/from '([^']+)\.js'/g)].map((match) => {
        const target = new URL(`${match[1] ?? ''}.ts`, `file:///${path}`).pathname.slice(1);
        expect(files.has(target), `${path} imports ${target}`).toBe(true);
        return target;
      }),
    );
    expect(targets.some((target) => target.endsWith('/index.ts'))).toBe(true);
    expect(targets.some((target) => target.includes('/module-'))).toBe(true);
  });

  it('has as many users of the widely used function at every size', () => {
    for (const symbols of [500, 3_000, 12_000, 30_000]) {
      const texts = [...generateTree({ ...SHAPE, symbols })].filter((file) => file.path !== WIDELY_USED.path);
      const calls = texts.flatMap((file) => file.text.match(new RegExp(`\\b${WIDELY_USED.name}\\(`, 'g')) ?? []);
      expect(calls).toHaveLength(WIDELY_USED.users);
    }
  });

  it('has one function a file in its tiny variant', () => {
    const modules = [...generateTree({ variant: 'tiny', symbols: 50, seed: 1 })].filter((file) =>
      file.path.includes('/module-'),
    );
    expect(modules).toHaveLength(50);
    for (const { text } of modules) expect(text.match(/\bfunction\b/g)).toHaveLength(1);
  });

  it('is written once and kept', async () => {
    const folder = await provideGeneratedTree(SHAPE, join(scratch, 'kept'));
    const paths = [...generateTree(SHAPE)].map((file) => file.path).sort();
    expect(await listFiles(folder)).toEqual(paths);
    await rm(join(folder, modulePath(0)));
    expect(await provideGeneratedTree(SHAPE, join(scratch, 'kept'))).toBe(folder);
    expect(await listFiles(folder)).toEqual(paths.filter((path) => path !== modulePath(0)));
  });
});

describe('an indexed generated tree', () => {
  let store: Store;
  let report: IndexReport;
  beforeAll(async () => {
    const folder = join(scratch, 'indexed');
    await writeTree(SHAPE, folder);
    store = await openStore();
    report = await store.index({ root: folder, workers: 0 });
  });
  afterAll(() => store.close());

  it('has no syntax errors', () => {
    expect(report.warnings).toEqual([]);
    expect(report.files.parsed).toBe([...generateTree(SHAPE)].length);
  });

  it('has about as many symbols as were asked for', () => {
    expect(report.nodes).toBeGreaterThan(SHAPE.symbols * 0.9);
    expect(report.nodes).toBeLessThan(SHAPE.symbols * 1.1);
  });

  it('binds the calls of the widely used function, and classes to classes of other files', async () => {
    const callers = await store.traversal.callers(WIDELY_USED.name, { limit: 1 });
    // One function of its own file calls it too.
    expect(callers.total).toBe(WIDELY_USED.users + 1);
    const inheritance = [];
    for await (const line of store.dump()) if (line.includes('inheritance')) inheritance.push(line);
    expect(inheritance.length).toBeGreaterThan(0);
  });
});

describe('edits of generated modules', () => {
  const text = [...generateTree(SHAPE)].find((file) => file.path === modulePath(4))?.text ?? '';
  const tiny = [...generateTree({ variant: 'tiny', symbols: 5, seed: 1 })].at(-1)?.text ?? '';

  it('change one line each, to another text for another number, without syntax errors', async () => {
    const parser = await loadParser('typescript');
    for (const original of [text, tiny]) {
      for (const kind of EDIT_KINDS) {
        const edited = editText(original, kind, 1001);
        const lines = original.split('\n');
        expect(edited.split('\n').filter((line, at) => line !== lines[at])).toHaveLength(1);
        expect(editText(original, kind, 1002)).not.toBe(edited);
        const tree = parser.parse(edited);
        expect(tree?.rootNode.hasError).toBe(false);
        tree?.delete();
      }
    }
    parser.delete();
  });

  it('give every file of a branch another body and some another interface', () => {
    expect(branchText(text, 1, 1500)).toBe(editText(text, 'body', 1500));
    expect(branchText(text, 4, 1500)).toBe(editText(editText(text, 'body', 1500), 'interface', 1500));
  });

  it('rename the widely used function where it is defined', async () => {
    const folder = join(scratch, 'renamed');
    await writeTree(SHAPE, folder);
    const shared = await readFile(join(folder, WIDELY_USED.path), 'utf8');
    const renamed = renameDefinition(shared, WIDELY_USED.name, 'other');
    expect(renamed).toContain('export function other(');
    expect(renamed).not.toContain(`export function ${WIDELY_USED.name}(`);
  });

  it('refuse a text that has no place for them', () => {
    expect(() => editText('const a = 1;', 'body', 1)).toThrow(/changes nothing/);
  });
});
