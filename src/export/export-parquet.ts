import type { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { ProjectId } from '../model/index.js';
import { exportedEdges, exportedNodes, fromOneState, readGeneration } from '../graph/index.js';
import type { Database, Snapshot } from '../sql/index.js';
import { EDGE_COLUMNS, NODE_COLUMNS, type Column } from './parquet-columns.js';

/** The two tables of an export, each a file of its own. */
export type ExportTable = 'nodes' | 'edges';

/** The next bytes of a table's file. */
export interface TablePiece {
  readonly table: ExportTable;
  readonly bytes: Uint8Array;
}

export interface ExportParquetOptions {
  /** Only the nodes of this project and the edges that start in it. */
  readonly project?: ProjectId;
}

/** A group of rows is held in memory; it ends at this many, or earlier where rows are large. */
const ROWS_PER_GROUP = 8_000;
const CHARACTERS_PER_GROUP = 8 * 1024 * 1024;

/**
 * All nodes and edges as two Parquet files, in canonical order: first all bytes of `nodes`, then all of `edges`,
 * a piece for each group of rows, from one state of the store, which is held until the iteration ends. The
 * metadata of both files names the generation.
 */
export function exportParquet(
  database: Database,
  { project }: ExportParquetOptions = {},
): AsyncGenerator<TablePiece, void, void> {
  return fromOneState(database, (snapshot) => tables(snapshot, project));
}

async function* tables(snapshot: Snapshot, project: ProjectId | undefined): AsyncGenerator<TablePiece, void, void> {
  const generation = String(await readGeneration(snapshot));
  for await (const bytes of fileOf(exportedNodes(snapshot, project), NODE_COLUMNS, generation))
    yield { table: 'nodes', bytes };
  for await (const bytes of fileOf(exportedEdges(snapshot, project), EDGE_COLUMNS, generation))
    yield { table: 'edges', bytes };
}

async function* fileOf<T>(
  rows: AsyncIterable<T>,
  columns: readonly Column<T>[],
  generation: string,
): AsyncGenerator<Uint8Array, void, void> {
  // Whoever exports something else does not wait for the library.
  const { ByteWriter, ParquetWriter, schemaFromColumnData } = await import('hyparquet-writer');
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({
    writer,
    schema: schemaFromColumnData({
      columnData: columns.map(({ name, type, nullable }) => ({ name, type, nullable, data: [] })),
    }),
    kvMetadata: [{ key: 'lestockage.generation', value: generation }],
    createdBy: 'lestockage',
  });
  let group = new RowGroup(columns);
  for await (const row of rows) {
    group.add(row);
    if (!group.isFull) continue;
    yield await written(parquet, writer, group);
    group = new RowGroup(columns);
  }
  if (group.rowCount > 0) yield await written(parquet, writer, group);
  await parquet.finish();
  yield taken(writer);
}

async function written<T>(parquet: ParquetWriter, writer: ByteWriter, group: RowGroup<T>): Promise<Uint8Array> {
  await parquet.write({ columnData: group.columnData(), rowGroupSize: group.rowCount });
  return taken(writer);
}

/** What was written since the last time; the writer goes on counting from the start of the file. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}

/** Rows as columns. */
class RowGroup<T> {
  rowCount = 0;
  private characters = 0;
  private readonly values: unknown[][];

  constructor(private readonly columns: readonly Column<T>[]) {
    this.values = columns.map(() => []);
  }

  get isFull(): boolean {
    return this.rowCount >= ROWS_PER_GROUP || this.characters >= CHARACTERS_PER_GROUP;
  }

  add(row: T): void {
    this.rowCount++;
    for (const [place, { read }] of this.columns.entries()) {
      const value = read(row);
      this.values[place]?.push(value);
      if (typeof value === 'string' || value instanceof Uint8Array) this.characters += value.length;
    }
  }

  columnData(): { name: string; data: unknown[] }[] {
    return this.columns.map(({ name }, place) => ({ name, data: this.values[place] ?? [] }));
  }
}
