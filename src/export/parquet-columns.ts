import type { ExportedEdge, ExportedNode } from '../graph/index.js';

/** A column of a Parquet table: its name, its type, and where its values come from. */
export interface Column<T> {
  readonly name: string;
  readonly type: 'STRING' | 'INT64' | 'DOUBLE' | 'BYTE_ARRAY';
  readonly nullable: boolean;
  readonly read: (item: T) => unknown;
}

/** The same names as in JSON. */
export const NODE_COLUMNS: readonly Column<ExportedNode>[] = [
  text('project', (node) => node.project),
  text('key', (node) => node.key),
  text('name', (node) => node.name),
  text('qualifiedName', (node) => node.qualifiedName),
  text('type', (node) => node.type),
  integer('ordinal', (node) => node.ordinal),
  text('language', (node) => node.language),
  text('file', (node) => node.file),
  optionalText('parent', (node) => node.parent),
  integer('startLine', (node) => node.startLine),
  integer('endLine', (node) => node.endLine),
  integer('startByte', (node) => node.startByte),
  integer('endByte', (node) => node.endByte),
  text('visibility', (node) => node.visibility),
  optionalText('signature', (node) => node.signature),
  optionalText('documentation', (node) => node.documentation),
  optionalText('valueType', (node) => node.valueType),
  { ...integer('complexity', (node) => node.complexity), nullable: true },
  text('hash', (node) => node.hash),
  text('interfaceHash', (node) => node.interfaceHash),
  { name: 'embedding', type: 'BYTE_ARRAY', nullable: true, read: (node) => node.embedding },
];

/** `(toProject, to)` names a row of the nodes as `(project, from)` does. */
export const EDGE_COLUMNS: readonly Column<ExportedEdge>[] = [
  text('project', (edge) => edge.project),
  text('from', (edge) => edge.from),
  text('toProject', (edge) => edge.toProject),
  text('to', (edge) => edge.to),
  text('type', (edge) => edge.type),
  { name: 'confidence', type: 'DOUBLE', nullable: true, read: (edge) => numberOrNull(edge.metadata?.['confidence']) },
  optionalText('strategy', (edge) => textOrNull(edge.metadata?.['strategy'])),
  optionalText('metadata', (edge) => (edge.metadata === null ? null : JSON.stringify(edge.metadata))),
];

function text<T>(name: string, read: (item: T) => string): Column<T> {
  return { name, type: 'STRING', nullable: false, read };
}

function optionalText<T>(name: string, read: (item: T) => string | null): Column<T> {
  return { name, type: 'STRING', nullable: true, read };
}

/** Of 64 bits: SQLite's integers are. */
function integer<T>(name: string, read: (item: T) => number | null): Column<T> {
  return {
    name,
    type: 'INT64',
    nullable: false,
    read: (item) => {
      const value = read(item);
      return value === null ? null : BigInt(value);
    },
  };
}

/** Metadata is anybody's. */
function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
