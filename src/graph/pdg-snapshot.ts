import type { PdgColumns, ProjectId } from '../model/index.js';
import { intactData, packColumns, unpackColumns, type Columns, type PackedRow } from './packed-columns.js';

/** Of what is written here; a snapshot of another layout is as good as none. */
const LAYOUT = 1;

/** A graph in one piece, with what it is a snapshot of. */
export function encodeSnapshot(columns: PdgColumns, project: ProjectId, generation: number): Uint8Array {
  return packColumns({ layout: LAYOUT, project, generation }, { ...columns } satisfies Columns);
}

/** The columns, as views on the row's bytes; undefined when these are not what was stored for this generation. */
export function decodeSnapshot(row: PackedRow, project: ProjectId, generation: number): PdgColumns | undefined {
  const data = intactData(row);
  if (data === undefined) return undefined;
  // The checksum says that this program wrote it, so the header is a header of some layout.
  const { about, columns } = unpackColumns(data);
  const isWanted = about['layout'] === LAYOUT && about['project'] === project && about['generation'] === generation;
  return isWanted ? (columns as unknown as PdgColumns) : undefined;
}
