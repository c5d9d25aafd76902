import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CODE_LIKE, GeneratedVectors } from '../../bench/generated-vectors.js';
import { seededRandom } from '../../bench/statistics.js';
import { type Database, openDatabase } from '../../src/sql/index.js';
import { openVectorIndex, type VectorIndex } from '../../src/vectors/index.js';
import { compileChildPrograms, startChildProgram } from '../support/child-program.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { recallOf } from '../support/vectors/recall.js';
import { SqlVectorSource } from '../support/vectors/sql-vector-source.js';

const DIMENSION = 64;
const COUNT = 3000;
/** More when asked for: `KILLS=200 npx vitest run test/fault/vector-processes.test.ts`. */
const KILLS = Number(process.env['KILLS'] ?? 6);
const DAMAGES = Number(process.env['DAMAGES'] ?? 40);

let programs = '';
beforeAll(() => {
  programs = mkdtempSync(join(tmpdir(), 'lestockage-programs-'));
  compileChildPrograms(programs);
});
afterAll(() => rmSync(programs, { recursive: true, force: true }));

const generated = new GeneratedVectors(8, { ...CODE_LIKE, dimension: DIMENSION, latent: 20, clusters: 30 });
const VECTORS = generated.list(COUNT);
const QUERIES = generated.list(20);

interface Opened {
  readonly database: Database;
  readonly source: SqlVectorSource;
  readonly index: VectorIndex;
}

async function openAt(path: string, folder: string): Promise<Opened> {
  const database = await openDatabase({ path });
  const source = await SqlVectorSource.open(database, DIMENSION);
  const index = openVectorIndex({ source, model: 'test', folder, exactBelow: 100, maintenance: 'manual' });
  return { database, source, index };
}

async function close({ database, index }: Opened): Promise<void> {
  await index.close();
  await database.close();
}

async function makeDatabase(path: string, folder: string): Promise<void> {
  const opened = await openAt(path, folder);
  await opened.source.put(VECTORS.map((vector, id) => [id, vector]));
  await opened.index.maintain();
  await close(opened);
}

describe('a process that is killed while it changes vectors and maintains their index', () => {
  it(
    `[V7] [U8] leaves an index that finds what exact search finds, ${KILLS} times`,
    { timeout: KILLS * 10_000 },
    async () => {
      const seed = 20_260;
      const random = seededRandom(seed);
      const root = temporaryFolder();
      const [path, folder] = [join(root, 'a.db'), join(root, 'vectors')];
      await makeDatabase(path, folder);
      const found = new Set<unknown>();
      for (let round = 0; round < KILLS; round++) {
        const child = startChildProgram(programs, 'build-vectors', path, folder, String(DIMENSION), String(round));
        const steps = 1 + Math.floor(random() * 18);
        for (let step = 0; step < steps; step++) await child.next();
        child.process.kill('SIGKILL');
        expect(await child.ended).toBe('SIGKILL');
        const opened = await openAt(path, folder);
        const { file } = await opened.index.status();
        found.add(file);
        const recall = await recallOf(opened.index, QUERIES);
        expect(recall, `seed ${seed}, kill ${round}`).toBeGreaterThanOrEqual(0.97);
        expect(await opened.index.verify()).toEqual({ ok: true, problems: [] });
        await close(opened);
      }
      // The file that is named was whole each time, so nothing had to be built anew.
      expect([...found]).toEqual(['usable']);
    },
  );
});

/** Alters the index file or its manifest; says whether the file must be noticed as damaged. */
function damage(folder: string, random: () => number): string {
  const names = readdirSync(folder);
  const file = join(folder, names.find((name) => name.endsWith('.usearch')) ?? '');
  const manifest = join(folder, names.find((name) => name.endsWith('.json')) ?? '');
  const at = (length: number): number => Math.floor(random() * length);
  const target = random() < 0.1 ? manifest : file;
  const bytes = readFileSync(target);
  const kind = at(5);
  if (kind === 0) truncateSync(target, at(bytes.length));
  else if (kind === 1)
    bytes[at(bytes.length)]! ^= 1 << at(8); // A position below the length.
  else if (kind === 2) for (let i = 0; i < 40; i++) bytes[at(bytes.length)] = at(256);
  else if (kind === 3) bytes.fill(at(2) * 255, at(bytes.length), bytes.length);
  else for (let i = bytes.length - 1 - at(bytes.length); i < bytes.length; i++) bytes[i] = at(256);
  if (kind > 0) writeFileSync(target, bytes);
  return `${target === file ? 'index' : 'manifest'} ${kind}`;
}

describe('an index file that is damaged', () => {
  it(
    `[U8] never ends the process nor gives a wrong answer, ${DAMAGES} times at random`,
    { timeout: DAMAGES * 3000 },
    async () => {
      const seed = 77;
      const random = seededRandom(seed);
      const root = temporaryFolder();
      const [path, whole] = [join(root, 'a.db'), join(root, 'whole')];
      await makeDatabase(path, whole);
      const folders = Array.from({ length: DAMAGES }, (_, trial) => {
        const folder = join(root, String(trial));
        cpSync(whole, folder, { recursive: true });
        return { folder, kind: damage(folder, random) };
      });
      const child = startChildProgram(
        programs,
        'search-vectors',
        path,
        String(DIMENSION),
        '15',
        whole,
        ...folders.map(({ folder }) => folder),
      );
      expect(await child.next()).toMatchObject({ file: 'usable', strategy: 'hnsw', ok: true });
      const noticed = new Map<string, number>();
      for (const { folder, kind } of folders) {
        const result = (await child.next()) as { folder: string; file: string; ok: boolean; recall: number };
        expect(result.folder).toBe(folder);
        expect(result.recall, `seed ${seed}, ${kind}`).toBeGreaterThanOrEqual(0.97);
        // A flip may write the byte that was there; everything else is noticed on opening or by verify.
        if (!result.ok) noticed.set(result.file, (noticed.get(result.file) ?? 0) + 1);
        else
          expect(readFileSync(join(folder, readdirSync(folder)[0] ?? ''))).toEqual(
            readFileSync(join(whole, readdirSync(whole)[0] ?? '')),
          );
      }
      expect(await child.ended).toBe(0);
      expect(noticed.get('damaged')).toBeGreaterThan(DAMAGES / 2);
    },
  );
});
