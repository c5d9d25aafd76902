import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { exportParquet, type ExportTable } from '../../src/index.js';
import type { Store } from '../../src/store/index.js';
import { failureOf, indexFolder, sourceFolder, testStore } from '../support/indexing.js';
import { nodeInput } from '../support/records.js';

type Row = Record<string, unknown>;

async function filesOf(store: Store, project?: string): Promise<Record<ExportTable, ArrayBuffer>> {
  const pieces: Record<ExportTable, Uint8Array[]> = { nodes: [], edges: [] };
  for await (const { table, bytes } of exportParquet(store, project === undefined ? {} : { project })) {
    // All of the nodes come before the first of the edges.
    if (table === 'nodes') expect(pieces.edges).toEqual([]);
    pieces[table].push(bytes);
  }
  return { nodes: bufferOf(pieces.nodes), edges: bufferOf(pieces.edges) };
}

function bufferOf(pieces: readonly Uint8Array[]): ArrayBuffer {
  return Uint8Array.from(Buffer.concat(pieces)).buffer;
}

async function rowsOf(file: ArrayBuffer): Promise<Row[]> {
  return parquetReadObjects({ file, utf8: false });
}

async function jsonOf(store: Store): Promise<{ nodes: Row[]; edges: Row[] }> {
  let text = '';
  for await (const line of store.exportLines({ format: 'json' })) text += line;
  return JSON.parse(text) as { nodes: Row[]; edges: Row[] };
}

describe('the export to Parquet', () => {
  it('[U7] has the rows of the JSON export, in the same order, read by another library', async () => {
    const store = await testStore();
    await indexFolder(store, sourceFolder());
    const node = await store.nodes.getByKey('p', 'a.ts#a(function)');
    await store.nodes.update(node!.id, { embedding: Uint8Array.of(0, 0, 128, 63) });
    const { nodes, edges } = await filesOf(store);
    const json = await jsonOf(store);
    const plain = (row: Row): Row =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          typeof value === 'bigint'
            ? Number(value)
            : value instanceof Uint8Array
              ? Buffer.from(value).toString('base64')
              : value,
        ]),
      );
    const nodeRows = (await rowsOf(nodes)).map(plain);
    expect(nodeRows).toEqual(json.nodes.map((row) => ({ embedding: null, ...row })));
    const edgeRows = (await rowsOf(edges)).map(plain);
    expect(edgeRows).toEqual(
      json.edges.map((row) => ({
        ...row,
        toProject: 'p',
        metadata: row['metadata'] === null ? null : JSON.stringify(row['metadata']),
      })),
    );
    const metadata = parquetMetadata(nodes);
    expect(metadata.key_value_metadata).toEqual([{ key: 'lestockage.generation', value: '1' }]);
    expect(metadata.num_rows).toBe(BigInt(json.nodes.length));
  });

  it('joins edges with the nodes of other projects by project and key', async () => {
    const store = await testStore();
    const [a, b] = await store.nodes.batchInsert([nodeInput('a//b\u0000"'), nodeInput('b', { projectId: 'q//r' })]);
    await store.edges.batchInsert([{ callerId: a!, calleeId: b!, edgeType: 'call', metadata: { level: 7 } }]);
    const { nodes, edges } = await filesOf(store, 'p');
    expect(await rowsOf(nodes)).toMatchObject([{ project: 'p', name: 'a//b\u0000"', embedding: null }]);
    expect(await rowsOf(edges)).toEqual([
      {
        project: 'p',
        from: 'a.ts#a//b\u0000"(function)',
        toProject: 'q//r',
        to: 'a.ts#b(function)',
        type: 'call',
        confidence: null,
        strategy: null,
        metadata: '{"level":7}',
      },
    ]);
  });

  it('has several groups of rows where there are many, and two files also when there is nothing', async () => {
    const store = await testStore();
    const empty = await filesOf(store);
    expect([await rowsOf(empty.nodes), await rowsOf(empty.edges)]).toEqual([[], []]);
    expect(parquetMetadata(empty.edges).schema.map(({ name }) => name)).toContain('toProject');
    // A large text ends a group early.
    const names = Array.from({ length: 30 }, (_, at) => `n${at}`);
    const documentation = 'x'.repeat(1024 * 1024);
    await store.nodes.batchInsert(names.map((name) => nodeInput(name, { documentation })));
    const { nodes } = await filesOf(store);
    expect(parquetMetadata(nodes).row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([8, 8, 8, 6]);
    expect((await rowsOf(nodes)).map((row) => row['name'])).toEqual(names.toSorted());
  });

  it('refuses a project that there is not', async () => {
    expect(await failureOf(filesOf(await testStore(), 'nope'))).toBe('PROJECT_NOT_FOUND');
  });
});
