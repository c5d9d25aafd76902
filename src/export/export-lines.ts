import { UsageError, type ProjectId } from '../model/index.js';
import { fromOneState } from '../graph/index.js';
import type { Database, Snapshot } from '../sql/index.js';
import { dotLines } from './dot-lines.js';
import type { ExportFormat, ExportOptions } from './export-options.js';
import { graphMlLines } from './graphml-lines.js';
import { jsonDocumentLines, jsonLines } from './json-lines.js';

type Writer = (snapshot: Snapshot, project: ProjectId | undefined) => AsyncGenerator<string, void, void>;

const WRITERS: Readonly<Record<ExportFormat, Writer>> = {
  json: jsonDocumentLines,
  jsonl: jsonLines,
  dot: dotLines,
  graphml: graphMlLines,
};

/**
 * All nodes, then all edges, in the canonical order: nodes by project and key, edges by the project and key
 * of their start, their type and their end. Row ids and times are left out, so that equal graphs give equal
 * texts. In JSON an embedding is written in base64, and a node without one has no such field; the other formats
 * have what programs draw graphs by (docs/exchange.md lists it), and the nodes of other projects that edges lead to.
 *
 * Given a line at a time, without line ends, from one state of the store, which is held until the iteration ends.
 * Throws UsageError `INVALID_ARGUMENT` for another format.
 */
export function exportLines(
  database: Database,
  { format, project }: ExportOptions,
): AsyncGenerator<string, void, void> {
  const writer = Object.hasOwn(WRITERS, format) ? WRITERS[format] : undefined;
  if (writer === undefined) {
    throw new UsageError('INVALID_ARGUMENT', `There is no export format '${format}'.`, {
      details: { argument: 'format', value: format, formats: Object.keys(WRITERS) },
    });
  }
  return fromOneState(database, (snapshot) => writer(snapshot, project));
}
