import type { NodeId, ProjectId } from '../model/index.js';
import type { Database } from '../sql/index.js';
import type { ReferenceRow } from './project-delta.js';

/** A reference with the node it starts from. */
export interface StoredReference extends ReferenceRow {
  readonly sourceId: NodeId;
}

/** The durable references: what each symbol names, before it is decided what the names mean. */
export class ReferenceStore {
  constructor(private readonly database: Database) {}

  /** All references of a project one at a time, by the id of their source and in source order. */
  listByProject(projectId: ProjectId): AsyncIterable<StoredReference> {
    return this.database.iterate<StoredReference>(
      `SELECT r.source_id AS sourceId, r.kind, r.name, r.receiver, r.alias, r.count, r.line
       FROM intel_nodes AS n CROSS JOIN symbol_refs AS r ON r.source_id = n.id
       WHERE n.project_id = ? ORDER BY n.id, r.ordinal`,
      [projectId],
    );
  }

  /** The references of one node in source order. */
  async listBySource(sourceId: NodeId): Promise<ReferenceRow[]> {
    return this.database.all<ReferenceRow>(
      'SELECT kind, name, receiver, alias, count, line FROM symbol_refs WHERE source_id = ? ORDER BY ordinal',
      [sourceId],
    );
  }
}
